"""The classes of `orig` are psycopg's, by name."""

from __future__ import annotations

import psycopg.errors
from cormorant.engine.sqlstates import NAMES


def test_each_state_has_the_name_that_psycopg_gives_it() -> None:
    theirs = {
        one.sqlstate: name
        for name, one in vars(psycopg.errors).items()
        if isinstance(one, type) and isinstance(getattr(one, "sqlstate", None), str)
    }
    assert theirs == NAMES

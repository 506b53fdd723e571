"""A database of its own on the private PostgreSQL server, for one file of tests."""

from __future__ import annotations

import os
from contextlib import AbstractContextManager

from databases import database_of_its_own


def server_url() -> str:
    """The server's URL; tests/run.py starts one."""
    url = os.environ.get("CORM_TEST_POSTGRESQL_URL")
    assert url, "CORM_TEST_POSTGRESQL_URL is not set: run this through tests/run.py or tests/servers.py"
    return url


def database(name: str) -> AbstractContextManager[str]:
    """The URL of a new database, which is dropped at the end, with whoever is in it."""
    return database_of_its_own(server_url(), name)

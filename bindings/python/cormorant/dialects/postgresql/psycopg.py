"""PostgreSQL with named parameters, each with its type where the server needs it: ``%(id_1)s::INTEGER``."""

from __future__ import annotations

from .base import PGDialect


class PGDialect_psycopg(PGDialect):
    """The dialect of engines whose URL begins with ``postgresql+psycopg:``."""

    driver = "psycopg"


dialect = PGDialect_psycopg

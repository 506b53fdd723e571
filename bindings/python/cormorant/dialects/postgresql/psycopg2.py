"""PostgreSQL with named parameters: ``%(id_1)s``."""

from __future__ import annotations

from .base import PGDialect


class PGDialect_psycopg2(PGDialect):
    """The dialect of ``postgresql.dialect()``."""


dialect = PGDialect_psycopg2

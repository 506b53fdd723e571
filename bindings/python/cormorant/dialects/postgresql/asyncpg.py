"""PostgreSQL with numbered parameters, each with its type: ``$1::INTEGER``."""

from __future__ import annotations

from .base import PGDialect


class PGDialect_asyncpg(PGDialect):
    """What an engine sends."""

    driver = "asyncpg"
    paramstyle = "numeric_dollar"
    positional = True


dialect = PGDialect_asyncpg

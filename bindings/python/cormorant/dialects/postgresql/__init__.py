"""PostgreSQL: its dialect, its types, and INSERT with ON CONFLICT."""

from __future__ import annotations

from ..._absent import absent
from ...types import (
    BIGINT,
    BOOLEAN,
    CHAR,
    DATE,
    DOUBLE_PRECISION,
    FLOAT,
    INTEGER,
    NUMERIC,
    REAL,
    SMALLINT,
    TEXT,
    UUID,
    VARCHAR,
)
from .array import ARRAY, All, aggregate_order_by, array, array_agg
from .array import Any_ as Any
from .base import PGDialect, PGIdentifierPreparer
from .dml import Insert, insert
from .json import JSON, JSONB, JSONPATH
from .psycopg2 import PGDialect_psycopg2 as dialect
from .types import (
    BIT,
    BYTEA,
    CIDR,
    CITEXT,
    DATEMULTIRANGE,
    DATERANGE,
    ENUM,
    HSTORE,
    INET,
    INT4MULTIRANGE,
    INT4RANGE,
    INT8MULTIRANGE,
    INT8RANGE,
    INTERVAL,
    MACADDR,
    MACADDR8,
    MONEY,
    NUMMULTIRANGE,
    NUMRANGE,
    OID,
    REGCLASS,
    REGCONFIG,
    TIME,
    TIMESTAMP,
    TSMULTIRANGE,
    TSQUERY,
    TSRANGE,
    TSTZMULTIRANGE,
    TSTZRANGE,
    TSVECTOR,
)

__all__ = [
    "ARRAY", "All", "Any", "BIGINT", "BIT", "BOOLEAN", "BYTEA", "CHAR", "CIDR", "CITEXT", "DATE", "DATEMULTIRANGE",
    "DATERANGE", "DOUBLE_PRECISION", "ENUM", "FLOAT", "HSTORE", "INET", "INT4MULTIRANGE", "INT4RANGE",
    "INT8MULTIRANGE", "INT8RANGE", "INTEGER", "INTERVAL", "Insert", "JSON", "JSONB", "JSONPATH", "MACADDR",
    "MACADDR8", "MONEY", "NUMERIC", "NUMMULTIRANGE", "NUMRANGE", "OID", "PGDialect", "PGIdentifierPreparer", "REAL",
    "REGCLASS", "REGCONFIG", "SMALLINT", "TEXT", "TIME", "TIMESTAMP", "TSMULTIRANGE", "TSQUERY", "TSRANGE",
    "TSTZMULTIRANGE", "TSTZRANGE", "TSVECTOR", "UUID", "VARCHAR", "aggregate_order_by", "array", "array_agg",
    "dialect", "insert",
]  # fmt: skip

__getattr__ = absent(
    __name__,
    "CreateDomainType CreateEnumType DOMAIN DropDomainType DropEnumType ExcludeConstraint MultiRange NamedType Range",
    "hstore phraseto_tsquery plainto_tsquery to_tsquery to_tsvector ts_headline websearch_to_tsquery",
)


def engine_class(driver: str | None) -> type[PGDialect]:
    """The class of an engine's dialect, by what stands behind the ``+`` of its URL."""
    from .asyncpg import PGDialect_asyncpg
    from .psycopg import PGDialect_psycopg
    from .psycopg2 import PGDialect_psycopg2

    known = {"asyncpg": PGDialect_asyncpg, "psycopg": PGDialect_psycopg, "psycopg_async": PGDialect_psycopg}
    return known.get(driver or "", PGDialect_psycopg2)

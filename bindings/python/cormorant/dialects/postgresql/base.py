"""The dialect object of PostgreSQL."""

from __future__ import annotations

from .. import Dialect, IdentifierPreparer


class PGDialect(Dialect):
    """PostgreSQL, through the driver of the core."""

    name = "postgresql"
    driver = "psycopg2"
    paramstyle = "pyformat"
    positional = False
    supports_native_boolean = True
    supports_native_enum = True
    supports_native_uuid = True
    supports_native_interval = True
    default_isolation_level = "READ COMMITTED"
    supports_sequences = True
    supports_default_values = supports_multivalues_insert = True
    supports_comments = True
    insert_returning = update_returning = delete_returning = True
    max_identifier_length = 63
    _usual_schema = "public"


PGIdentifierPreparer = IdentifierPreparer
dialect = PGDialect

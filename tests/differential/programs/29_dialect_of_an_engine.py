"""Each engine has a dialect of its own, which knows the server once it was met."""

from sqlalchemy import create_engine
from sqlalchemy.dialects import postgresql, sqlite

NAMES = (
    "name", "driver", "paramstyle", "positional", "server_version_info", "max_identifier_length",
    "supports_native_boolean", "supports_native_uuid", "supports_native_enum", "supports_native_decimal",
    "supports_sequences", "supports_comments", "inline_comments", "supports_schemas", "supports_alter",
    "supports_default_values", "supports_multivalues_insert", "supports_statement_cache", "supports_sane_rowcount",
    "insert_returning", "update_returning", "delete_returning", "requires_name_normalize", "is_async",
)  # fmt: skip


def show(dialect):
    for name in NAMES:
        print(name, getattr(dialect, name, "none"))


one, two = create_engine("sqlite://"), create_engine("sqlite://")
print(one.dialect is two.dialect, one.dialect is one.dialect, type(one.dialect) is type(two.dialect))
print(type(one.dialect).__name__, one.name, one.driver, one.dialect.server_version_info is None)
with one.connect() as connection:
    print(connection.dialect is one.dialect, two.dialect.server_version_info is None)
    print(one.dialect.default_isolation_level, one.dialect.default_schema_name)
for each in (one.dialect, sqlite.dialect(), postgresql.dialect()):
    print(type(each).__name__)
    show(each)
quote = one.dialect.identifier_preparer
print(quote.quote("plain"), quote.quote("Mixed"), quote.quote("select"), quote.quote_identifier('a"b'))

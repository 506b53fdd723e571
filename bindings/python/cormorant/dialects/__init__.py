"""Dialects by name: ``dialects.sqlite.dialect()``."""

# mypy: disable-error-code="no-any-return"

from __future__ import annotations

from typing import Any

from .. import _core, exc


class Dialect:
    """What a database's SQL looks like. The core writes it; this object says which, and what a driver is called."""

    name = "default"
    driver = "default"
    paramstyle = "named"
    positional = False
    supports_native_boolean = True
    supports_native_uuid = False
    supports_native_interval = False
    supports_native_enum = False
    supports_native_decimal = False
    supports_sequences = False
    supports_comments = inline_comments = False
    supports_schemas = True
    supports_alter = True
    supports_default_values = supports_multivalues_insert = False
    supports_statement_cache = True
    supports_sane_rowcount = supports_sane_multi_rowcount = True
    requires_name_normalize = False
    insert_returning = update_returning = delete_returning = False
    is_async = False
    server_version_info: tuple[int, ...] | None = None
    default_isolation_level = "SERIALIZABLE"
    default_schema_name: str | None = None  # until an engine has connected
    _usual_schema: str | None = None
    max_identifier_length = 9999
    dbapi: Any = None
    _engine_ref: Any = None

    def __init__(
        self, paramstyle: str | None = None, json_serializer: Any = None, json_deserializer: Any = None
    ) -> None:
        if paramstyle is not None:
            self.paramstyle = paramstyle
        if json_deserializer is not None:
            raise exc.NotSupportedYet("json_deserializer is not supported yet")
        self._json_serializer = json_serializer
        self._json_deserializer = json_deserializer
        self.positional = self.paramstyle in ("qmark", "format", "numeric", "numeric_dollar")

    @property
    def identifier_preparer(self) -> Any:
        """Quotes names."""
        return IdentifierPreparer(self)

    def type_descriptor(self, typeobj: Any) -> Any:
        """The type as this dialect has it."""
        return typeobj() if isinstance(typeobj, type) else typeobj

    def __repr__(self) -> str:
        return f"<{type(self).__module__}.{type(self).__qualname__} object at {id(self):#x}>"


class IdentifierPreparer:
    """Quotes names as a dialect does."""

    def __init__(self, dialect: Dialect) -> None:
        self.dialect = dialect

    def quote(self, ident: str) -> str:
        """The name, quoted where it must be."""
        return _core.compile(_core.named(ident, None, False), self.dialect, False, False, None).string

    def quote_identifier(self, value: str) -> str:
        """The name, quoted."""
        return '"' + value.replace('"', '""') + '"'

    def format_table(self, table: Any) -> str:
        """A table's name, quoted where it must be."""
        return self.quote(table.name)

    def format_column(self, column: Any) -> str:
        """A column's name, quoted where it must be."""
        return self.quote(column.name)


NAMES = ("sqlite", "postgresql")
_objects: dict[str, Any] = {}
_core.dialect_objects = _objects


def default_dialect() -> Dialect:
    """The dialect of ``str(statement)``."""
    return dialect_object("default")


def dialect_object(name: str) -> Dialect:
    """The shared dialect object of a name."""
    found = _objects.get(name)
    if found is None:
        if name == "sqlite":
            found = _sqlite_class()()
        elif name == "postgresql":
            from .postgresql.asyncpg import PGDialect_asyncpg

            found = PGDialect_asyncpg()
        else:
            found = Dialect()
        _objects[name] = found
    return found


def _sqlite_class() -> type[Dialect]:
    from .sqlite import SQLiteDialect_pysqlite

    return SQLiteDialect_pysqlite


def engine_dialect(name: str, driver: str | None) -> Dialect:
    """The dialect object of a new engine: that which types' converters are given from now on."""
    from .postgresql import engine_class

    made: Dialect = engine_class(driver)() if name == "postgresql" else _sqlite_class()()
    _objects[name] = made
    return made


_core.dialect_object = dialect_object


def __getattr__(name: str) -> Any:
    if name in ("sqlite", "postgresql"):
        import importlib

        return importlib.import_module(f"{__name__}.{name}")
    if name in ("mysql", "mssql", "oracle"):
        raise exc.NotSupportedYet(f"the dialect {name!r} is not supported yet")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

"""What tables a database has: the core's answers in SQLAlchemy's dicts."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from .. import _core, exc, types

__all__ = ["Inspector"]

_TABLES, _VIEWS, _TEMP_TABLES, _TEMP_VIEWS, _MATERIALIZED, _SEQUENCES, _SCHEMAS, _DEFAULT_SCHEMA = range(1, 9)
_UNIQUE, _CHECK = 2, 3  # kinds of constraints

_TYPES: dict[str, Any] = {
    name: getattr(types, name)
    for name in (
        "BIGINT", "BLOB", "BOOLEAN", "CHAR", "DATE", "DATETIME", "DECIMAL", "DOUBLE", "DOUBLE_PRECISION", "FLOAT",
        "INTEGER", "JSON", "NUMERIC", "NVARCHAR", "REAL", "SMALLINT", "TEXT", "TIME", "TIMESTAMP", "VARCHAR",
    )
} | {
    "BOOL": types.BOOLEAN, "INT": types.INTEGER, "DATE_CHAR": types.DATE, "DATETIME_CHAR": types.DATETIME,
    "TIME_CHAR": types.TIME,
}  # fmt: skip


def _type(parts: Any) -> Any:
    """A type object of what the core tells: (kind, name, flags, length, precision, scale, labels, collation, dims)."""
    _kind, name, _flags, length, precision, scale, *_rest = parts
    if name is None:
        return types.NullType()
    given: dict[str, Any] = {}
    if length:
        given["length"] = length
    if precision:
        given["precision"] = precision
        if name in ("NUMERIC", "DECIMAL"):
            given["scale"] = scale
    return _TYPES[name](**given)


class Inspector:
    """Looks into a database. Made by ``inspect(engine)`` or ``inspect(connection)``.

    What was read of a table is kept until ``clear_cache()``.
    """

    def __init__(self, bind: Any) -> None:
        self.bind = bind
        self.engine = bind.engine
        self.dialect = bind.dialect
        self._kept: dict[tuple[str | None, str], dict[str, Any]] = {}

    @contextmanager
    def _connection(self) -> Iterator[Any]:
        from .base import Engine

        try:
            if isinstance(self.bind, Engine):
                with self.bind.connect() as connection:
                    yield connection
            else:
                yield self.bind
        except exc.UnsupportedCompilationError as told:
            raise exc.NotSupportedYet(str(told)) from None

    def _names(self, what: int, schema: str | None = None) -> list[str]:
        with self._connection() as connection:
            return _core.reflect_names(connection, what, schema)

    def _table(self, name: str, schema: str | None) -> dict[str, Any]:
        found = self._kept.get((schema, name))
        if found is None:
            with self._connection() as connection:
                found = _core.reflect_table(connection, schema, name)
            if found is None:
                raise exc.NoSuchTableError(f"{schema}.{name}" if schema else name)
            self._kept[schema, name] = found
        return found

    @property
    def default_schema_name(self) -> str | None:
        """The schema of names without one."""
        names = self._names(_DEFAULT_SCHEMA)
        return names[0] if names else None

    def clear_cache(self) -> None:
        """Tables are read anew from here on."""
        self._kept.clear()

    def get_table_names(self, schema: str | None = None, **kw: Any) -> list[str]:
        """The names of the tables."""
        return self._names(_TABLES, schema)

    def get_temp_table_names(self, **kw: Any) -> list[str]:
        """The names of the temporary tables."""
        return self._names(_TEMP_TABLES)

    def get_view_names(self, schema: str | None = None, **kw: Any) -> list[str]:
        """The names of the views."""
        return self._names(_VIEWS, schema)

    def get_temp_view_names(self, **kw: Any) -> list[str]:
        """The names of the temporary views."""
        return self._names(_TEMP_VIEWS)

    def get_materialized_view_names(self, schema: str | None = None, **kw: Any) -> list[str]:
        """The names of the materialized views; where there are none in the language, an empty list."""
        return self._names(_MATERIALIZED, schema)

    def get_sequence_names(self, schema: str | None = None, **kw: Any) -> list[str]:
        """The names of the sequences, without those of identity columns."""
        return self._names(_SEQUENCES, schema)

    def get_schema_names(self, **kw: Any) -> list[str]:
        """The names of the schemas; on SQLite, of the attached databases."""
        return self._names(_SCHEMAS)

    def has_schema(self, schema_name: str, **kw: Any) -> bool:
        """Whether there is such a schema."""
        return schema_name in self.get_schema_names()

    def has_table(self, table_name: str, schema: str | None = None, **kw: Any) -> bool:
        """Whether there is such a table or view."""
        with self._connection() as connection:
            return bool(connection._has_table(schema, table_name))

    def has_index(self, table_name: str, index_name: str, schema: str | None = None, **kw: Any) -> bool:
        """Whether the table has such an index; False where there is no such table."""
        if not self.has_table(table_name, schema):
            return False
        return any(one["name"] == index_name for one in self.get_indexes(table_name, schema))

    def _column(self, one: dict[str, Any]) -> dict[str, Any]:
        made = {
            "name": one["name"],
            "type": _type(one["type"]),
            "nullable": one["nullable"],
            "default": one["default"],
            "primary_key": one["primary_key"],
        }
        if one["computed"] is not None:
            made["computed"] = {"sqltext": one["computed"], "persisted": one["stored"]}
        return made

    def get_columns(self, table_name: str, schema: str | None = None, **kw: Any) -> list[dict[str, Any]]:
        """The columns of a table.

        :raises NoSuchTableError: there is none of that name.
        """
        return [self._column(one) for one in self._table(table_name, schema)["columns"]]

    def get_pk_constraint(self, table_name: str, schema: str | None = None, **kw: Any) -> dict[str, Any]:
        """The primary key of a table."""
        key = self._table(table_name, schema)["primary_key"]
        if key is None:
            return {"constrained_columns": [], "name": None}
        return {"constrained_columns": list(key["columns"]), "name": key["name"]}

    def get_unique_constraints(self, table_name: str, schema: str | None = None, **kw: Any) -> list[dict[str, Any]]:
        """The unique constraints of a table."""
        found = self._constraints(table_name, schema, _UNIQUE)
        return [{"name": one["name"], "column_names": list(one["columns"])} for one in found]

    def get_check_constraints(self, table_name: str, schema: str | None = None, **kw: Any) -> list[dict[str, Any]]:
        """The CHECK constraints of a table."""
        found = self._constraints(table_name, schema, _CHECK)
        made = [{"name": one["name"], "sqltext": one["check"]} for one in found]
        return sorted(made, key=lambda one: one["name"] or "~")

    def _constraints(self, table_name: str, schema: str | None, kind: int) -> list[dict[str, Any]]:
        return [one for one in self._table(table_name, schema)["constraints"] if one["kind"] == kind]

    def get_table_comment(self, table_name: str, schema: str | None = None, **kw: Any) -> dict[str, Any]:
        """The comment of a table.

        :raises NotImplementedError: the database has no comments.
        """
        if self.dialect.name == "sqlite":
            raise NotImplementedError("SQLite has no comments on tables")
        raise exc.NotSupportedYet(f"get_table_comment() is not supported yet on {self.dialect.name}")

    def get_indexes(self, table_name: str, schema: str | None = None, **kw: Any) -> list[dict[str, Any]]:
        """The indexes of a table, without those that constraints made; those of expressions are left out with a
        warning."""
        found = self._table(table_name, schema)["indexes"]
        told = []
        for one in found:
            if None in one["columns"]:
                warnings.warn(
                    f"the index {one['name']!r} is one of expressions: it is left out", exc.SAWarning, stacklevel=2
                )
                continue
            made = {"name": one["name"], "column_names": list(one["columns"]), "unique": int(one["unique"])}
            told.append({**made, "dialect_options": self._where(one)})
        return told

    def _where(self, one: dict[str, Any]) -> dict[str, Any]:
        from ..sql import text

        return {"sqlite_where": text(one["where"])} if one["where"] is not None else {}

    def get_foreign_keys(self, table_name: str, schema: str | None = None, **kw: Any) -> list[dict[str, Any]]:
        """The foreign keys of a table."""
        found = []
        for one in self._table(table_name, schema)["foreign_keys"]:
            made = {
                "name": one["name"],
                "constrained_columns": list(one["columns"]),
                "referred_schema": one["referred_schema"],
                "referred_table": one["referred_table"],
                "referred_columns": list(one["referred_columns"]),
                "options": _options(one),
            }
            found.append(made)
        return found

    def __getattr__(self, name: str) -> Any:
        if name.startswith(("get_", "reflect", "sort", "info", "has_")):
            raise exc.NotSupportedYet(f"Inspector.{name}() is not supported yet")
        raise AttributeError(f"an Inspector has no attribute {name!r}")


def _options(key: dict[str, Any]) -> dict[str, Any]:
    options = {name: key[name] for name in ("onupdate", "ondelete", "initially", "match") if key[name] is not None}
    if key["deferrable"]:
        options["deferrable"] = key["deferrable"] > 0
    return options

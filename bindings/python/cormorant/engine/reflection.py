"""What tables a database has: the core's answers in SQLAlchemy's dicts."""

# mypy: disable-error-code="no-any-return"

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from .. import _core, exc
from . import reflected

__all__ = ["Inspector"]

_TABLES, _VIEWS, _TEMP_TABLES, _TEMP_VIEWS, _MATERIALIZED, _SEQUENCES, _SCHEMAS, _DEFAULT_SCHEMA = range(1, 9)


def _know(kw: dict[str, Any]) -> None:
    """SQLAlchemy's Inspectors hand their cache to themselves; other options are those of databases."""
    for name in kw:
        if name != "info_cache":
            raise exc.NotSupportedYet(f"an Inspector's option {name!r} is not supported yet")


class Inspector:
    """Looks into a database. Made by ``inspect(engine)`` or ``inspect(connection)``.

    What it was told is kept until ``clear_cache()``.
    """

    def __init__(self, bind: Any) -> None:
        self.bind = bind
        self.engine = bind.engine
        self.dialect = bind.dialect
        self._kept: dict[tuple[str | None, str], dict[str, Any]] = {}
        self._told: dict[tuple[Any, ...], Any] = {}

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

    def _names(self, what: int, schema: str | None, kw: dict[str, Any]) -> list[str]:
        _know(kw)
        told = self._told.get((what, schema))
        if told is None:
            with self._connection() as connection:
                told = self._told[what, schema] = _core.reflect_names(connection, what, schema)
        return list(told)

    def _needs_more_than_sqlite(self, what: str) -> None:
        if self.dialect.name == "sqlite":
            raise NotImplementedError(f"SQLite has no {what}")

    def _table(self, name: str, schema: str | None) -> dict[str, Any]:
        found = self._kept.get((schema, name))
        if found is None:
            with self._connection() as connection:
                found = _core.reflect_table(connection, schema, name)
            if found is None:
                raise exc.NoSuchTableError(f"{schema}.{name}" if schema else name)
            self._kept[schema, name] = found
        return found

    def _tell(self, what: str, name: str, schema: str | None, kw: dict[str, Any]) -> Any:
        """A part of a table in the words of its database."""
        _know(kw)
        told = self._told.get((what, schema, name))
        if told is None:
            table = self._table(name, schema)
            told = self._told[what, schema, name] = getattr(reflected.BY_NAME[self.dialect.name], what)(table)
        return told

    @property
    def default_schema_name(self) -> str | None:
        """The schema of names without one."""
        names = self._names(_DEFAULT_SCHEMA, None, {})
        return names[0] if names else None

    def clear_cache(self) -> None:
        """The database is asked anew from here on."""
        self._kept.clear()
        self._told.clear()

    # -- names

    def get_table_names(self, schema: str | None = None, **kw: Any) -> list[str]:
        """The names of the tables."""
        return self._names(_TABLES, schema, kw)

    def get_temp_table_names(self, **kw: Any) -> list[str]:
        """The names of the temporary tables."""
        return self._names(_TEMP_TABLES, None, kw)

    def get_view_names(self, schema: str | None = None, **kw: Any) -> list[str]:
        """The names of the views."""
        return self._names(_VIEWS, schema, kw)

    def get_temp_view_names(self, **kw: Any) -> list[str]:
        """The names of the temporary views."""
        return self._names(_TEMP_VIEWS, None, kw)

    def get_materialized_view_names(self, schema: str | None = None, **kw: Any) -> list[str]:
        """The names of the materialized views.

        :raises NotImplementedError: the database has none.
        """
        self._needs_more_than_sqlite("materialized views")
        return self._names(_MATERIALIZED, schema, kw)

    def get_sequence_names(self, schema: str | None = None, **kw: Any) -> list[str]:
        """The names of the sequences, those that number columns too.

        :raises NotImplementedError: the database has none.
        """
        self._needs_more_than_sqlite("sequences")
        return self._names(_SEQUENCES, schema, kw)

    def get_schema_names(self, **kw: Any) -> list[str]:
        """The names of the schemas; on SQLite, of the attached databases."""
        return self._names(_SCHEMAS, None, kw)

    def has_schema(self, schema_name: str, **kw: Any) -> bool:
        """Whether there is such a schema."""
        return schema_name in self.get_schema_names(**kw)

    def has_sequence(self, sequence_name: str, schema: str | None = None, **kw: Any) -> bool:
        """Whether there is such a sequence."""
        return sequence_name in self.get_sequence_names(schema, **kw)

    def has_table(self, table_name: str, schema: str | None = None, **kw: Any) -> bool:
        """Whether there is such a table or view."""
        _know(kw)
        key = ("has table", schema, table_name)
        if key not in self._told:
            with self._connection() as connection:
                self._told[key] = bool(connection._has_table(schema, table_name))
        return bool(self._told[key])

    def has_index(self, table_name: str, index_name: str, schema: str | None = None, **kw: Any) -> bool:
        """Whether the table has such an index; False where there is no such table."""
        if not self.has_table(table_name, schema, **kw):
            return False
        return any(one["name"] == index_name for one in self.get_indexes(table_name, schema, **kw))

    # -- one table

    def get_columns(self, table_name: str, schema: str | None = None, **kw: Any) -> list[dict[str, Any]]:
        """The columns of a table.

        :raises NoSuchTableError: there is none of that name.
        """
        return self._tell("columns", table_name, schema, kw)

    def get_pk_constraint(self, table_name: str, schema: str | None = None, **kw: Any) -> dict[str, Any]:
        """The primary key of a table."""
        return self._tell("primary_key", table_name, schema, kw)

    def get_unique_constraints(self, table_name: str, schema: str | None = None, **kw: Any) -> list[dict[str, Any]]:
        """The unique constraints of a table."""
        return self._tell("unique_constraints", table_name, schema, kw)

    def get_check_constraints(self, table_name: str, schema: str | None = None, **kw: Any) -> list[dict[str, Any]]:
        """The CHECK constraints of a table."""
        return self._tell("check_constraints", table_name, schema, kw)

    def get_table_comment(self, table_name: str, schema: str | None = None, **kw: Any) -> dict[str, Any]:
        """The comment of a table.

        :raises NotImplementedError: the database has no comments.
        """
        return self._tell("comment", table_name, schema, kw)

    def get_indexes(self, table_name: str, schema: str | None = None, **kw: Any) -> list[dict[str, Any]]:
        """The indexes of a table, without that of the primary key. On SQLite those of constraints and those of
        expressions are left out, the latter with a warning."""
        return self._tell("indexes", table_name, schema, kw)

    def get_foreign_keys(self, table_name: str, schema: str | None = None, **kw: Any) -> list[dict[str, Any]]:
        """The foreign keys of a table."""
        return self._tell("foreign_keys", table_name, schema, kw)

    def __getattr__(self, name: str) -> Any:
        if name.startswith(("get_", "reflect", "sort", "info", "has_")):
            raise exc.NotSupportedYet(f"Inspector.{name}() is not supported yet")
        raise AttributeError(f"an Inspector has no attribute {name!r}")

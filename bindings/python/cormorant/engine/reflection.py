"""What tables a database has: the core's answers in SQLAlchemy's dicts."""

# mypy: disable-error-code="no-any-return"

from __future__ import annotations

import enum
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from typing import Any

from .. import _core, exc
from . import reflected

__all__ = ["Inspector", "ObjectKind", "ObjectScope"]

_TABLES, _VIEWS, _TEMP_TABLES, _TEMP_VIEWS, _MATERIALIZED, _SEQUENCES, _SCHEMAS, _DEFAULT_SCHEMA = range(1, 9)


class ObjectKind(enum.Flag):
    """What the questions about many tables are about."""

    TABLE = enum.auto()
    VIEW = enum.auto()
    MATERIALIZED_VIEW = enum.auto()
    ANY_VIEW = VIEW | MATERIALIZED_VIEW
    ANY = TABLE | VIEW | MATERIALIZED_VIEW


class ObjectScope(enum.Flag):
    """Lasting tables, temporary ones, or both."""

    DEFAULT = enum.auto()
    TEMPORARY = enum.auto()
    ANY = DEFAULT | TEMPORARY


_NAMES = {  # by kind and scope
    (ObjectKind.TABLE, ObjectScope.DEFAULT): _TABLES,
    (ObjectKind.VIEW, ObjectScope.DEFAULT): _VIEWS,
    (ObjectKind.MATERIALIZED_VIEW, ObjectScope.DEFAULT): _MATERIALIZED,
    (ObjectKind.TABLE, ObjectScope.TEMPORARY): _TEMP_TABLES,
    (ObjectKind.VIEW, ObjectScope.TEMPORARY): _TEMP_VIEWS,
}
_MANY = {  # what follows get_multi_, and the question about one table
    "columns": "get_columns",
    "pk_constraint": "get_pk_constraint",
    "foreign_keys": "get_foreign_keys",
    "indexes": "get_indexes",
    "unique_constraints": "get_unique_constraints",
    "check_constraints": "get_check_constraints",
    "table_comment": "get_table_comment",
}


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

    @contextmanager
    def _on_one_connection(self) -> Iterator[Inspector]:
        """The same with one connection for all questions."""
        with self._connection() as connection:
            one = Inspector(connection)
            one._kept, one._told = self._kept, self._told
            yield one

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

    # -- many tables

    def _many(
        self,
        question: str,
        schema: str | None = None,
        filter_names: Collection[str] | None = None,
        kind: ObjectKind = ObjectKind.TABLE,
        scope: ObjectScope = ObjectScope.DEFAULT,
        **kw: Any,
    ) -> dict[tuple[str | None, str], Any]:
        """A question about all tables of some kinds: the answers by schema and name."""
        if filter_names and kind is ObjectKind.ANY and scope is ObjectScope.ANY:
            names = list(filter_names)
        else:
            whats = [what for (one, where), what in _NAMES.items() if one in kind and where in scope]
            names = [name for what in whats for name in self._names(what, schema, kw)]
        told = {}
        with self._on_one_connection() as inspector:
            for name in names:
                with suppress(exc.NoSuchTableError):
                    if not filter_names or name in filter_names:
                        told[schema, name] = getattr(inspector, question)(name, schema, **kw)
        return told

    def get_sorted_table_and_fkc_names(
        self, schema: str | None = None, **kw: Any
    ) -> list[tuple[str | None, list[tuple[str, str | None]]]]:
        """The tables of a schema with the names of their foreign keys, in an order in which they can be created; under
        None the keys that must be created afterwards, since their tables refer to each other."""
        found = self.sort_tables_on_foreign_key_dependency((schema,), **kw)
        return [(table and table[1], [(name, key) for (_, name), key in keys]) for table, keys in found]

    def sort_tables_on_foreign_key_dependency(
        self, consider_schemas: Collection[str | None] = (None,), **kw: Any
    ) -> list[tuple[Any, list[tuple[Any, str | None]]]]:
        """The same for several schemas, whose tables are told as (schema, name)."""
        tables: dict[Any, list[Any]] = {}
        for schema in consider_schemas:
            tables.update(self.get_multi_foreign_keys(schema, **kw))
        return reflected.in_order_of_creation(tables)

    def reflect_table(
        self, table: Any, include_columns: Collection[str] | None, exclude_columns: Any = (), resolve_fks: bool = True
    ) -> None:
        """Gives a Table what the database says of it.

        :param include_columns: only these columns; None: all.
        :param resolve_fks: tables that its foreign keys refer to are added to its MetaData.
        """
        from .autoload import Autoload

        if exclude_columns:
            raise exc.NotSupportedYet("reflect_table(exclude_columns=...) is not supported yet")
        table._load((), Autoload(self, include_columns, True, resolve_fks))

    def __getattr__(self, name: str) -> Any:
        if name.startswith("get_multi_") and name[10:] in _MANY:
            return partial(self._many, _MANY[name[10:]])
        if name.startswith(("get_", "reflect", "sort", "info", "has_")):
            raise exc.NotSupportedYet(f"Inspector.{name}() is not supported yet")
        raise AttributeError(f"an Inspector has no attribute {name!r}")

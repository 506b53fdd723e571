"""SQLite: its dialect, its types, and INSERT with ON CONFLICT."""

# mypy: disable-error-code="no-any-return"

from __future__ import annotations

from typing import Any

from ... import _core, exc
from ...sql import dml
from ...types import (
    BIGINT,
    BLOB,
    BOOLEAN,
    CHAR,
    DATE,
    DATETIME,
    DECIMAL,
    FLOAT,
    INTEGER,
    JSON,
    NUMERIC,
    REAL,
    SMALLINT,
    TEXT,
    TIME,
    TIMESTAMP,
    VARCHAR,
)
from .. import Dialect

__all__ = [
    "BIGINT", "BLOB", "BOOLEAN", "CHAR", "DATE", "DATETIME", "DECIMAL", "FLOAT", "INTEGER", "Insert", "JSON", "NUMERIC",
    "REAL", "SMALLINT", "TEXT", "TIME", "TIMESTAMP", "VARCHAR", "dialect", "insert",
]  # fmt: skip


class SQLiteDialect(Dialect):
    """SQLite, through the driver in the box."""

    name = "sqlite"
    driver = "pysqlite"
    paramstyle = "qmark"
    positional = True
    supports_native_boolean = False
    insert_returning = update_returning = delete_returning = True


dialect = SQLiteDialect


class _Excluded:
    """The row that could not be inserted: ``stmt.excluded.name``."""

    def __init__(self, table: Any) -> None:
        self._table = table

    def __getattr__(self, key: str) -> Any:
        if key.startswith("__"):
            raise AttributeError(key)
        return _core.excluded(self._table, key)

    __getitem__ = __getattr__


class Insert(dml.Insert):
    """INSERT that may say what happens where a row is there already."""

    __slots__ = ()

    @property
    def excluded(self) -> Any:
        """The row that could not be inserted."""
        return _Excluded(self.table)

    def on_conflict_do_nothing(self, index_elements: Any = None, index_where: Any = None) -> Insert:
        """Leave the row that is there.

        :param index_elements: the columns of the index that is meant; any, when None.
        :param index_where: the condition of a partial index.
        """
        return self._on_conflict(self._elements(index_elements), index_where, None)

    def on_conflict_do_update(
        self, index_elements: Any = None, index_where: Any = None, set_: Any = None, where: Any = None
    ) -> Insert:
        """Change the row that is there.

        :param index_elements: the columns of the index that is meant.
        :param index_where: the condition of a partial index.
        :param set_: what is set: a dict from column to value.
        :param where: only rows for which this holds.
        """
        if index_elements is None:
            raise exc.ArgumentError("on_conflict_do_update() needs index_elements")
        if not set_:
            raise exc.ArgumentError("on_conflict_do_update() needs set_: what is changed")
        made = self._on_conflict(self._elements(index_elements), index_where, None)
        for key, value in dict(set_).items():
            made = made._conflict_set(key, value)
        return made if where is None else made._conflict_where(where)

    def _elements(self, given: Any) -> tuple[Any, ...]:
        if given is None:
            return ()
        return tuple(self.table.c[one] if isinstance(one, str) else one for one in given)


def insert(table: Any) -> Insert:
    """INSERT into a table, with ON CONFLICT."""
    return Insert(table)

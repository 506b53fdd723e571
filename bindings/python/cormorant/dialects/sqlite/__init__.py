"""SQLite: its dialect, its types, and INSERT with ON CONFLICT."""

# mypy: disable-error-code="no-any-return"

from __future__ import annotations

from typing import Any

from ... import exc
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
from .. import Dialect, _upsert

__all__ = [
    "BIGINT", "BLOB", "BOOLEAN", "CHAR", "DATE", "DATETIME", "DECIMAL", "FLOAT", "INTEGER", "Insert", "JSON", "NUMERIC",
    "REAL", "SMALLINT", "TEXT", "TIME", "TIMESTAMP", "VARCHAR", "dialect", "insert",
]  # fmt: skip


class SQLiteDialect(Dialect):
    """SQLite."""

    name = "sqlite"
    _usual_schema = "main"
    paramstyle = "qmark"
    positional = True
    supports_native_boolean = False
    supports_alter = False
    supports_default_values = supports_multivalues_insert = True
    insert_returning = update_returning = delete_returning = True


class SQLiteDialect_pysqlite(SQLiteDialect):
    """SQLite, through the driver in the box."""

    driver = "pysqlite"


dialect = SQLiteDialect_pysqlite


class Insert(_upsert.Insert):
    """INSERT that may say what happens where a row is there already."""

    __slots__ = ()

    def on_conflict_do_nothing(self, index_elements: Any = None, index_where: Any = None) -> Insert:
        """Leave the row that is there.

        :param index_elements: the columns of the index that is meant; any, when None.
        :param index_where: the condition of a partial index.
        """
        return self._nothing(index_elements, index_where, None)

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
        return self._update(index_elements, index_where, None, set_, where)


def insert(table: Any) -> Insert:
    """INSERT into a table, with ON CONFLICT."""
    return Insert(table)

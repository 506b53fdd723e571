"""What tables a database has. So far: SQLite's tables, columns, keys and indexes."""

from __future__ import annotations

import re
from typing import Any

from .. import exc, types

__all__ = ["Inspector"]

_TYPES: dict[str, Any] = {
    "BIGINT": types.BIGINT, "BLOB": types.BLOB, "BOOL": types.BOOLEAN, "BOOLEAN": types.BOOLEAN, "CHAR": types.CHAR,
    "DATE": types.DATE, "DATETIME": types.DATETIME, "DECIMAL": types.DECIMAL, "DOUBLE": types.DOUBLE,
    "DOUBLE_PRECISION": types.DOUBLE_PRECISION, "FLOAT": types.FLOAT, "INT": types.INTEGER, "INTEGER": types.INTEGER,
    "JSON": types.JSON, "NUMERIC": types.NUMERIC, "REAL": types.REAL, "SMALLINT": types.SMALLINT, "TEXT": types.TEXT,
    "TIME": types.TIME, "TIMESTAMP": types.TIMESTAMP, "VARCHAR": types.VARCHAR, "NVARCHAR": types.NVARCHAR,
}  # fmt: skip


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _type(text: str) -> Any:
    """The type of a declared name, by SQLite's own rules where it is none of the known ones."""
    found = re.match(r"([\w ]+)(?:\((.*?)\))?", text)
    name, arguments = (found[1].strip().upper(), found[2]) if found else ("", None)
    cls = _TYPES.get(name) or _affinity(name)
    numbers = [int(one) for one in re.findall(r"\d+", arguments or "")]
    try:
        return cls(*numbers)
    except TypeError:
        return cls()


def _affinity(name: str) -> Any:
    if "INT" in name:
        return types.INTEGER
    if any(word in name for word in ("CHAR", "CLOB", "TEXT")):
        return types.TEXT
    if "BLOB" in name or not name:
        return types.NullType
    if any(word in name for word in ("REAL", "FLOA", "DOUB")):
        return types.REAL
    return types.NUMERIC


class Inspector:
    """Looks into a database. Made by ``inspect(engine)`` or ``inspect(connection)``."""

    def __init__(self, bind: Any) -> None:
        self.bind = bind
        self.engine = bind.engine
        self.dialect = bind.dialect

    def _rows(self, sql: str) -> list[Any]:
        from .base import Engine

        if isinstance(self.bind, Engine):
            with self.bind.connect() as connection:
                return list(connection.exec_driver_sql(sql).all())
        return list(self.bind.exec_driver_sql(sql).all())

    def _pragma(self, name: str, argument: str, schema: str | None) -> list[Any]:
        prefix = f"{_quoted(schema)}." if schema else "main."
        return self._rows(f"PRAGMA {prefix}{name}({_quoted(argument)})")

    def _master(self, kind: str, schema: str | None) -> list[str]:
        place = f"{_quoted(schema)}.sqlite_master" if schema else "sqlite_master"
        rows = self._rows(
            f"SELECT name FROM {place} WHERE type='{kind}' AND name NOT LIKE 'sqlite~_%' ESCAPE '~' ORDER BY name"
        )
        return [row[0] for row in rows]

    @property
    def default_schema_name(self) -> str:
        """``main``."""
        return "main"

    def clear_cache(self) -> None:
        """Nothing is kept: each question is asked anew."""

    def get_table_names(self, schema: str | None = None, **kw: Any) -> list[str]:
        """The names of the tables."""
        return self._master("table", schema)

    def get_view_names(self, schema: str | None = None, **kw: Any) -> list[str]:
        """The names of the views."""
        return self._master("view", schema)

    def get_schema_names(self, **kw: Any) -> list[str]:
        """The names of the attached databases."""
        return [row[1] for row in self._rows("PRAGMA database_list") if row[1] != "temp"]

    def has_table(self, table_name: str, schema: str | None = None, **kw: Any) -> bool:
        """Whether there is such a table or view."""
        return bool(self._pragma("table_info", table_name, schema))

    def _table(self, name: str, schema: str | None) -> list[Any]:
        rows = self._pragma("table_info", name, schema)
        if not rows:
            raise exc.NoSuchTableError(name)
        return rows

    def get_columns(self, table_name: str, schema: str | None = None, **kw: Any) -> list[dict[str, Any]]:
        """The columns of a table.

        :raises NoSuchTableError: there is none of that name.
        """
        return [
            {
                "name": name,
                "type": _type(type_),
                "nullable": not not_null,
                "default": default,
                "primary_key": key,
            }
            for _, name, type_, not_null, default, key in self._table(table_name, schema)
        ]

    def get_pk_constraint(self, table_name: str, schema: str | None = None, **kw: Any) -> dict[str, Any]:
        """The primary key of a table; its constraint's name is not known."""
        keys = sorted((row[5], row[1]) for row in self._table(table_name, schema) if row[5])
        return {"constrained_columns": [name for _, name in keys], "name": None}

    def get_indexes(self, table_name: str, schema: str | None = None, **kw: Any) -> list[dict[str, Any]]:
        """The indexes of a table, without those that constraints made."""
        self._table(table_name, schema)
        found = []
        for _, name, unique, origin, *_rest in self._pragma("index_list", table_name, schema):
            if origin == "c":
                columns = [row[2] for row in self._pragma("index_info", name, schema)]
                found.append({"name": name, "column_names": columns, "unique": unique, "dialect_options": {}})
        return sorted(found, key=lambda one: one["name"])

    def get_foreign_keys(self, table_name: str, schema: str | None = None, **kw: Any) -> list[dict[str, Any]]:
        """The foreign keys of a table; their constraints' names are not known."""
        self._table(table_name, schema)
        found: dict[int, dict[str, Any]] = {}
        for number, _, table, column, referred, update, delete, _match in self._pragma(
            "foreign_key_list", table_name, schema
        ):
            one = found.setdefault(
                number,
                {
                    "name": None,
                    "constrained_columns": [],
                    "referred_schema": schema,
                    "referred_table": table,
                    "referred_columns": [],
                    "options": {k: v for k, v in (("onupdate", update), ("ondelete", delete)) if v != "NO ACTION"},
                },
            )
            one["constrained_columns"].append(column)
            one["referred_columns"].append(referred if referred is not None else column)
        return list(found.values())

    def __getattr__(self, name: str) -> Any:
        if name.startswith(("get_", "reflect", "sort", "info", "has_")):
            raise exc.NotSupportedYet(f"Inspector.{name}() is not supported yet")
        raise AttributeError(f"an Inspector has no attribute {name!r}")

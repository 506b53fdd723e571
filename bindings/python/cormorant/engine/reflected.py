"""What the core tells of a table, in SQLAlchemy's dicts: each database has words of its own."""

from __future__ import annotations

import warnings
from typing import Any

from .. import _core, exc, types
from ..dialects import postgresql

_UNIQUE, _CHECK = 2, 3  # kinds of constraints
_DESC, _NULLS_FIRST, _NULLS_LAST = 1, 2, 4

Part = dict[str, Any]


def _constraints(table: Part, kind: int) -> list[Part]:
    return [one for one in table["constraints"] if one["kind"] == kind]


def _options(key: Part, order: tuple[str, ...]) -> Part:
    said = {**key, "deferrable": key["deferrable"] > 0 if key["deferrable"] else None}
    return {name: said[name] for name in order if said[name] is not None}


def _foreign_key(one: Part, *options: str) -> Part:
    return {
        "name": one["name"],
        "constrained_columns": list(one["columns"]),
        "referred_schema": one["referred_schema"],
        "referred_table": one["referred_table"],
        "referred_columns": list(one["referred_columns"]),
        "options": _options(one, options),
    }


def in_order_of_creation(tables: dict[Any, list[Part]]) -> list[tuple[Any, list[tuple[Any, str | None]]]]:
    """Tables, by (schema, name) with their foreign keys, each behind those it refers to; the keys of tables that refer
    to each other stand last, under None."""
    needs = {
        table: {(key["referred_schema"], key["referred_table"]) for key in keys} & tables.keys() - {table}
        for table, keys in tables.items()
    }
    circular = {table for table in tables if _reaches(needs, table, table)}
    order: list[Any] = []
    while len(order) < len(tables):
        before = set(order)
        order += [
            table
            for table in tables
            if table not in before
            and all(one in before or (table in circular and _reaches(needs, one, table)) for one in needs[table])
        ]
    told = [(table, [(table, key["name"]) for key in tables[table] if table not in circular]) for table in order]
    return [*told, (None, [(table, key["name"]) for table in tables if table in circular for key in tables[table]])]


def _reaches(needs: dict[Any, set[Any]], start: Any, end: Any) -> bool:
    seen: set[Any] = set()
    waiting = list(needs[start])
    while waiting:
        one = waiting.pop()
        if one == end:
            return True
        if one not in seen:
            seen.add(one)
            waiting += needs[one]
    return False


# ---- SQLite ----------------------------------------------------------------------------------------------------------


class SQLite:
    """The words that SQLAlchemy has for SQLite."""

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

    def type(self, column: Part) -> Any:
        """The type of a column: (kind, name, flags, length, precision, scale, labels, collation, dimensions)."""
        _kind, name, _flags, length, precision, scale, *_rest = column["type"]
        if name is None:
            return types.NullType()
        given: Part = {}
        if length:
            given["length"] = length
        if precision:
            given["precision"] = precision
            if name in ("NUMERIC", "DECIMAL"):
                given["scale"] = scale
        return self._TYPES[name](**given)

    def columns(self, table: Part) -> list[Part]:
        """Its columns."""
        return [self._column(one) for one in table["columns"]]

    def _column(self, one: Part) -> Part:
        made = {name: one[name] for name in ("name", "type", "nullable", "default", "primary_key")}
        made["type"] = self.type(one)
        if one["computed"] is not None:
            made["computed"] = {"sqltext": one["computed"], "persisted": one["stored"]}
        return made

    def primary_key(self, table: Part) -> Part:
        """Its primary key."""
        key = table["primary_key"]
        if key is None:
            return {"name": None, "constrained_columns": []}
        return {"constrained_columns": list(key["columns"]), "name": key["name"]}

    def unique_constraints(self, table: Part) -> list[Part]:
        """Its unique constraints."""
        return [{"name": one["name"], "column_names": list(one["columns"])} for one in _constraints(table, _UNIQUE)]

    def check_constraints(self, table: Part) -> list[Part]:
        """Its CHECK constraints, by name."""
        made = [{"sqltext": one["check"], "name": one["name"]} for one in _constraints(table, _CHECK)]
        return sorted(made, key=lambda one: one["name"] or "~")

    def foreign_keys(self, table: Part) -> list[Part]:
        """Its foreign keys."""
        order = ("ondelete", "onupdate", "deferrable", "initially")
        return [_foreign_key(one, *order) for one in table["foreign_keys"]]

    def indexes(self, table: Part) -> list[Part]:
        """Its indexes, without those that constraints made; those of expressions are left out with a warning."""
        told = []
        for one in table["indexes"]:
            if None in one["columns"]:
                said = f"the index {one['name']!r} is one of expressions: it is left out"
                warnings.warn(said, exc.SAWarning, stacklevel=4)
            else:
                told.append(self._index(one))
        return told

    def _index(self, one: Part) -> Part:
        from ..sql import text

        made = {"name": one["name"], "column_names": list(one["columns"]), "unique": int(one["unique"])}
        return {**made, "dialect_options": {} if one["where"] is None else {"sqlite_where": text(one["where"])}}

    def comment(self, table: Part) -> Part:
        """Its comment."""
        raise NotImplementedError("SQLite has no comments on tables")


# ---- PostgreSQL ------------------------------------------------------------------------------------------------------


class PostgreSQL(SQLite):
    """The words that SQLAlchemy has for PostgreSQL."""

    def type(self, column: Part) -> Any:
        """The type of a column; NullType, with a warning, for one that is not known."""
        if column["item"] is not None:
            return postgresql.ARRAY(self._type(column["item"], column))
        return self._type(column["type"], column)

    def _type(self, parts: Any, column: Part) -> Any:
        kind, name, flags, length, precision, scale, labels, collation, _dimensions = parts
        schema = column["type_schema"]  # of an enumeration that is not on the search path
        if kind == _core.TYPE_NULL or schema is not None:
            said = f"the type {f'{schema}.' if schema else ''}{name} of the column {column['name']!r} is not known"
            warnings.warn(said, exc.SAWarning, stacklevel=8)
            return types.NullType()
        if kind == _core.TYPE_ENUM:
            return postgresql.ENUM(*labels, name=name, collation=collation)
        given: Part = {"collation": collation} if collation else {}
        if kind == _core.TYPE_NUMERIC and precision:
            given["scale"] = scale
        if kind in (_core.TYPE_DATETIME, _core.TYPE_TIME):
            given["timezone"] = bool(flags & _core.TYPE_TIMEZONE)
        if kind == _core.TYPE_DOUBLE:
            precision = 53
        if length:
            given["length"] = length
        if precision or flags & _core.TYPE_PRECISE:
            given["precision"] = precision
        return _class(kind, name, given)(**given)

    def _column(self, one: Part) -> Part:
        made = {name: one[name] for name in ("name", "type", "nullable", "default", "autoincrement", "comment")}
        made["type"] = self.type(one)
        if one["computed"] is not None:
            made["computed"] = {"sqltext": one["computed"], "persisted": one["stored"]}
        if one["identity"] is not None:
            always, start, increment, least, most, cycle, cache = one["identity"]
            made["identity"] = {
                "always": always == "ALWAYS", "start": start, "increment": increment, "minvalue": least,
                "maxvalue": most, "cache": cache, "cycle": cycle,
            }  # fmt: skip
        return made

    def primary_key(self, table: Part) -> Part:
        """Its primary key, with comment and included columns."""
        key = table["primary_key"]
        made = super().primary_key(table)
        if key is None:
            return made
        return {**made, "comment": key["comment"], "dialect_options": {"postgresql_include": list(key["include"])}}

    def unique_constraints(self, table: Part) -> list[Part]:
        """Its unique constraints, with comments and options."""
        return [
            {
                "column_names": list(one["columns"]),
                "name": one["name"],
                "comment": one["comment"],
                "dialect_options": {
                    "postgresql_include": list(one["include"]),
                    "postgresql_nulls_not_distinct": one["nulls_not_distinct"],
                },
            }
            for one in _constraints(table, _UNIQUE)
        ]

    def check_constraints(self, table: Part) -> list[Part]:
        """Its CHECK constraints, with comments and options."""
        made = []
        for one in _constraints(table, _CHECK):
            options = {key: True for key in ("not_valid", "no_inherit") if one[key]}
            told = {"name": one["name"], "sqltext": one["check"], "comment": one["comment"]}
            made.append({**told, "dialect_options": options} if options else told)
        return made

    def foreign_keys(self, table: Part) -> list[Part]:
        """Its foreign keys, with comments."""
        order = ("onupdate", "ondelete", "initially", "deferrable", "match")
        return [{**_foreign_key(one, *order), "comment": one["comment"]} for one in table["foreign_keys"]]

    def indexes(self, table: Part) -> list[Part]:
        """Its indexes, with those that constraints made, but not the primary key's."""
        return [self._index(one) for one in table["indexes"]]

    def _index(self, one: Part) -> Part:
        made = {"name": one["name"], "unique": one["unique"], "column_names": list(one["columns"])}
        if None in one["columns"]:
            made["expressions"] = list(one["exprs"])
        sorting = {name: _sorting(bits) for name, bits in zip(one["exprs"], one["orders"]) if bits}
        if sorting:
            made["column_sorting"] = sorting
        if one["constraint"]:
            made["duplicates_constraint"] = one["name"]
        return {**made, "include_columns": list(one["include"]), "dialect_options": _index_options(one)}

    def comment(self, table: Part) -> Part:
        """Its comment."""
        return {"text": table["comment"]}


def _class(kind: int, name: str | None, given: Part) -> Any:
    """The class of a type by its name; what the name says besides becomes an argument."""
    if name is None:
        return types.String
    if kind == _core.TYPE_INTERVAL and " " in name:
        given["fields"] = name.partition(" ")[2].lower()
        return postgresql.INTERVAL
    if name == "BIT VARYING":
        given["varying"] = True
        return postgresql.BIT
    return getattr(postgresql, name.replace(" ", "_"))


def _sorting(bits: int) -> tuple[str, ...]:
    words = {_DESC: "desc", _NULLS_FIRST: "nulls_first", _NULLS_LAST: "nulls_last"}
    return tuple(word for bit, word in words.items() if bits & bit)


def _index_options(one: Part) -> Part:
    options: Part = {}
    ops = {name: op for name, op in zip(one["exprs"], one["ops"]) if op is not None}
    if ops:
        options["postgresql_ops"] = ops
    if one["options"]:
        options["postgresql_with"] = dict(option.split("=", 1) for option in one["options"].split(", "))
    if one["method"]:
        options["postgresql_using"] = one["method"]
    if one["where"]:
        options["postgresql_where"] = one["where"]
    options["postgresql_include"] = list(one["include"])
    if one["nulls_not_distinct"]:
        options["postgresql_nulls_not_distinct"] = True
    return options


BY_NAME = {"sqlite": SQLite(), "postgresql": PostgreSQL()}

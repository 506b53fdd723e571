"""Tables whose parts a database tells: ``Table("t", metadata, autoload_with=engine)``, ``metadata.reflect(engine)``."""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from .. import exc, schema
from ..inspection import inspect
from ..sql import text

_BIND = re.compile(r"(?<![:\w\\]):(?=\w)")  # what text() would take for a parameter


@dataclass(frozen=True)
class Autoload:
    """How a table is filled from a database: the keywords of ``Table()`` that say so."""

    inspector: Any
    include: Collection[str] | None = None
    replace: bool = True
    resolve: bool = True

    @classmethod
    def take(cls, kw: dict[str, Any]) -> Autoload | None:
        """What keywords of Table() say, which are taken out; None: nothing."""
        bind = kw.pop("autoload_with", None)
        given = [kw.pop(name, other) for name, other in _KEYWORDS.items()]
        if bind is not None:
            return cls(inspect(bind), *given)
        for name, value, other in zip(_KEYWORDS, given, _KEYWORDS.values()):
            if value is not other:
                raise exc.NotSupportedYet(f"Table({name}=...) without autoload_with is not supported yet")
        return None

    def comment(self, name: str, schema_name: str | None) -> str | None:
        """The table's comment.

        :raises NoSuchTableError: there is no such table.
        """
        self.inspector.get_columns(name, schema_name)
        if self.inspector.dialect.name == "sqlite":
            return None
        found: str | None = self.inspector.get_table_comment(name, schema_name)["text"]
        return found

    def takes(self, names: Iterable[Any]) -> bool:
        """Whether all of these columns are to be there."""
        return not self.include or set(names) <= set(self.include)


_KEYWORDS: dict[str, Any] = {"include_columns": None, "autoload_replace": True, "resolve_fks": True}


# ---- The parts of a table --------------------------------------------------------------------------------------------


def parts_of(table: Any, given: Iterable[Any], how: Autoload) -> Iterator[Any]:
    """The columns and the key, then all else that the database tells of a table, as arguments of Table(). A Column that
    is given stands in the place of the database's. The table must have the columns before it asks for more."""
    own = {one.name: one for one in given if isinstance(one, schema.Column)}
    with how.inspector._on_one_connection() as inspector:
        where = (table.name, table.schema)
        key = inspector.get_pk_constraint(*where)
        told = [one for one in inspector.get_columns(*where) if how.takes([one["name"]])]
        columns = _columns(table, told, key["constrained_columns"], own, how)
        yield list(columns)
        yield list(_key(table, key, given))
        yield list(_foreign_keys(table, inspector, how, own))
        yield list(_indexes(table, inspector.get_indexes(*where), how))
        yield list(_uniques(table, inspector.get_unique_constraints(*where), how))
        yield list(_checks(table, inspector.get_check_constraints(*where)))


def _columns(
    table: Any, told: list[dict[str, Any]], key: list[str], own: dict[str, Any], how: Autoload
) -> Iterator[Any]:
    """The columns that the table lacks. One that it has becomes what the database says."""
    there = {one.name: one for one in table.c}
    for one in told:
        name = one["name"]
        in_key = name in key
        if name in own and in_key and not own[name].primary_key:
            raise exc.ArgumentError(f"{name!r} is in the primary key of {table.fullname!r}: say primary_key=True")
        if name not in there:
            yield own[name] if name in own else _column(one, in_key)
        elif how.replace:
            there[name]._redefine(_column(one, in_key or there[name].primary_key))


def _column(one: dict[str, Any], in_key: bool) -> Any:
    parts: list[Any] = []
    if one["default"] is not None:
        default = text(_BIND.sub(r"\\:", one["default"]))
        parts.append(schema.DefaultClause(default, _reflected=True))
    if "computed" in one:
        parts.append(schema.Computed(**one["computed"]))
    if "identity" in one:
        parts.append(schema.Identity(**one["identity"]))
    said = {name: one[name] for name in ("nullable", "autoincrement", "comment") if name in one}
    return schema.Column(one["name"], one["type"], *parts, primary_key=in_key, **said)


def _key(table: Any, told: dict[str, Any], given: Iterable[Any]) -> Iterator[Any]:
    """The key with the columns that are there."""
    names = {one.name: one.key for one in table.c}
    keys = [names[name] for name in told["constrained_columns"] if name in names]
    if keys and not any(isinstance(one, schema.PrimaryKeyConstraint) for one in given):
        _without_include(told)
        made = schema.PrimaryKeyConstraint(*keys, name=told["name"])
        made.comment = told.get("comment")
        yield made


def _without_include(told: dict[str, Any]) -> dict[str, Any]:
    """A constraint's options but for the columns that its index includes: constraints have none."""
    options = dict(told.get("dialect_options", {}))
    if options.pop("postgresql_include", None):
        warnings.warn(f"postgresql_include of {told['name']!r} is left out", exc.SAWarning, stacklevel=7)
    return options


def _by_name(table: Any, names: Iterable[str]) -> list[Any]:
    """The table's columns by the database's names, or an empty list."""
    known = {one.name: one for one in table.c}
    wanted = list(names)
    return [known[name] for name in wanted] if known.keys() >= set(wanted) else []


def _names(columns: Iterable[Any]) -> list[str]:
    return [one.name for one in columns]


def _refers(table: Any, columns: list[Any], key: str, referred: list[str]) -> bool:
    """Whether the table has such a foreign key already, whatever its name."""
    wanted = [f"{key}.{name}" for name in referred]
    return any(
        _names(one.columns) == _names(columns) and [element.target_fullname for element in one.elements] == wanted
        for one in table.foreign_key_constraints
    )


def _foreign_keys(table: Any, inspector: Any, how: Autoload, own: dict[str, Any]) -> Iterator[Any]:
    for one in inspector.get_foreign_keys(table.name, table.schema):
        names = one["constrained_columns"]
        columns = _by_name(table, names)
        key = ".".join(filter(None, (one["referred_schema"], one["referred_table"])))
        if not columns or not how.takes(names):
            continue
        if how.resolve and key not in table.metadata.tables:
            where = one["referred_schema"] or schema.BLANK_SCHEMA
            schema.Table(one["referred_table"], table.metadata, schema=where, autoload_with=inspector)
        if any(name in own for name in names) or _refers(table, columns, key, one["referred_columns"]):
            continue
        referred = table.metadata.tables.get(key)
        targets = _by_name(referred, one["referred_columns"]) if referred is not None else []
        refs = targets or [f"{key}.{name}" for name in one["referred_columns"]]
        made = schema.ForeignKeyConstraint(columns, refs, one["name"], **one["options"])
        made.comment = one.get("comment")
        yield made


def _indexes(table: Any, told: list[dict[str, Any]], how: Autoload) -> Iterator[Any]:
    for one in told:
        if one.get("duplicates_constraint") or not how.takes(one["column_names"]):
            continue
        if any(index.name == one["name"] for index in table.indexes):
            continue
        elements = _elements(table, one)
        if elements:
            yield schema.Index(one["name"], *elements, unique=one["unique"], **one.get("dialect_options", {}))


def _elements(table: Any, one: dict[str, Any]) -> list[Any]:
    elements = []
    for i, name in enumerate(one["column_names"]):
        if name is None:
            elements.append(text(_BIND.sub(r"\\:", one["expressions"][i])))
            continue
        (element,) = _by_name(table, [name]) or [None]
        if element is None:
            warnings.warn(f"index {one['name']!r}: {table.name!r} has no column {name!r}", exc.SAWarning, stacklevel=6)
            return []
        for word in one.get("column_sorting", {}).get(name, ()):
            element = getattr(element, word)()
        elements.append(element)
    return elements


def _uniques(table: Any, told: list[dict[str, Any]], how: Autoload) -> Iterator[Any]:
    there = [(one.name, _names(one.columns)) for one in table.constraints if isinstance(one, schema.UniqueConstraint)]
    for one in told:
        columns = _by_name(table, one["column_names"])
        if not columns or not how.takes(one["column_names"]):
            continue
        if (one["name"], _names(columns)) in there:
            continue
        options = _without_include(one)
        made = schema.UniqueConstraint(*(column.key for column in columns), name=one["name"], **options)
        made.comment = one.get("comment")
        yield made


def _checks(table: Any, told: list[dict[str, Any]]) -> Iterator[Any]:
    there = {(one.name, str(one.sqltext)) for one in table.constraints if isinstance(one, schema.CheckConstraint)}
    for one in told:
        if (one["name"], one["sqltext"]) in there:
            continue
        for option in one.get("dialect_options", {}):
            warnings.warn(f"{option} of {one['name']!r} is left out", exc.SAWarning, stacklevel=6)
        made = schema.CheckConstraint(text(_BIND.sub(r"\\:", one["sqltext"])), name=one["name"])
        made.comment = one.get("comment")
        yield made


# ---- All tables ------------------------------------------------------------------------------------------------------


def reflect(
    metadata: Any,
    bind: Any,
    schema_name: str | None,
    views: bool,
    only: Collection[str] | Callable[[str, Any], bool] | None,
    **options: Any,
) -> None:
    """What ``MetaData.reflect()`` does."""
    with inspect(bind)._on_one_connection() as inspector:
        available = _available(inspector, schema_name, views)
        wanted = _wanted(metadata, available, only, bind, schema_name)
        for name in wanted:
            key = name if schema_name is None else f"{schema_name}.{name}"
            if options["extend_existing"] or key not in metadata.tables:
                schema.Table(name, metadata, schema=schema_name, autoload_with=inspector, **options)


def _available(inspector: Any, schema_name: str | None, views: bool) -> list[str]:
    names = inspector.get_table_names(schema_name)
    if views:
        names = names + inspector.get_view_names(schema_name)
        if inspector.dialect.name != "sqlite":
            names = names + inspector.get_materialized_view_names(schema_name)
    return list(names)


def _wanted(metadata: Any, available: list[str], only: Any, bind: Any, schema_name: str | None) -> list[str]:
    if only is None:
        return available
    if callable(only):
        return [name for name in available if only(name, metadata)]
    missing = [name for name in only if name not in available]
    if missing:
        where = f" schema {schema_name!r}" if schema_name else ""
        raise exc.InvalidRequestError(f"there are no tables {', '.join(missing)} in {bind.engine!r}{where}")
    return list(only)

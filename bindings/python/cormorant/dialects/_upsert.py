"""INSERT ... ON CONFLICT, as SQLite and PostgreSQL have it."""

from __future__ import annotations

from typing import Any

from .. import _core, exc
from ..sql import dml


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

    def _nothing(self, index_elements: Any, index_where: Any, constraint: Any) -> Any:
        return self._on_conflict(self._elements(index_elements), index_where, _constraint_name(constraint))

    def _update(self, index_elements: Any, index_where: Any, constraint: Any, set_: Any, where: Any) -> Any:
        if not set_:
            raise exc.ArgumentError("on_conflict_do_update() needs set_: what is changed")
        made = self._nothing(index_elements, index_where, constraint)
        items = set_.items() if hasattr(set_, "items") else set_
        for key, value in items:
            made = made._conflict_set(key, value)
        return made if where is None else made._conflict_where(where)

    def _elements(self, given: Any) -> tuple[Any, ...]:
        if given is None:
            return ()
        return tuple(self.table.c[one] if isinstance(one, str) else one for one in given)


def _constraint_name(given: Any) -> Any:
    if given is None or isinstance(given, str):
        return given
    name = getattr(given, "name", None)
    if not isinstance(name, str):
        raise exc.ArgumentError(f"a constraint is named by a str or is one that has a name, not {given!r}")
    return name

"""Rows that were taken out of a result and are given out again: frozen and merged results."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from .. import _core, exc

_MISSING: Any = object()


class StoredRows:
    """What stands in for the native half of a result: rows that are there already."""

    needs_unique = False
    keep = None
    rowcount = -1
    is_insert = is_spent = False

    def __init__(self, map: Any, rows: Iterable[Any], entities: Any) -> None:
        self.map = map
        self.entities = entities
        self.closed = False
        self._rows = iter(rows)

    def set_block(self, rows: int) -> None:
        """Nothing: the rows are there."""

    def close(self) -> None:
        """Ends it."""
        self.closed = True

    def _made(self, row: Any, what: Any) -> Any:
        if what is None:
            return row
        if isinstance(what, int):
            return row[what]
        return _core.make_row(what.names, tuple(row[what.source(i)] for i in range(len(what.names))))

    def _key(self, made: Any, what: Any) -> Any:
        if isinstance(what, int):
            return _identity(made)
        return tuple(_identity(part) for part in made)

    def next(self, what: Any, seen: dict[Any, Any] | None, strategy: Callable[[Any], Any] | None) -> Any:
        """The next one, or this object at the end."""
        if self.closed:
            raise exc.ResourceClosedError("the result was closed")
        for row in self._rows:
            made = self._made(row, what)
            if seen is None:
                return made
            key = strategy(made) if strategy else self._key(made, what)
            if key not in seen:
                seen[key] = made
                return made
        return self

    def fetch(self, max: int, what: Any, seen: dict[Any, Any] | None, strategy: Any) -> list[Any]:
        """At most ``max``; 0: all that are left."""
        found: list[Any] = []
        while not max or len(found) < max:
            one = self.next(what, seen, strategy)
            if one is self:
                break
            found.append(one)
        return found


def _identity(value: Any) -> Any:
    return id(value) if "__mapper__" in type(value).__dict__ else value

"""Rows as tuples and as mappings."""

from __future__ import annotations

from collections.abc import ItemsView, Iterator, KeysView, Mapping, Sequence, ValuesView
from typing import Any

from .. import _core

__all__ = ["BaseRow", "ROMappingItemsView", "ROMappingKeysValuesView", "ROMappingView", "Row", "RowMapping"]

Row = _core.Row
BaseRow = Row
Sequence.register(Row)


class ROMappingView:
    """What ``keys()``, ``values()`` and ``items()`` of a row's mapping give: compares as a list."""

    __slots__ = ("_items",)

    def __init__(self, items: Sequence[Any]) -> None:
        self._items = items

    def __len__(self) -> int:
        return len(self._items)

    def __iter__(self) -> Iterator[Any]:
        return iter(self._items)

    def __contains__(self, item: object) -> bool:
        return item in self._items

    def __eq__(self, other: object) -> bool:
        return list(other) == list(self._items) if isinstance(other, (Sequence, ROMappingView)) else NotImplemented

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"{type(self).__name__}({list(self._items)!r})"


class ROMappingKeysValuesView(ROMappingView):
    """Keys, or values."""

    __slots__ = ()


class ROMappingItemsView(ROMappingView):
    """Pairs of key and value."""

    __slots__ = ()


KeysView.register(ROMappingKeysValuesView)
ValuesView.register(ROMappingKeysValuesView)
ItemsView.register(ROMappingItemsView)


class RowMapping(Mapping[Any, Any]):
    """A row by name, column or entity."""

    __slots__ = ("_row",)

    def __init__(self, row: Any) -> None:
        self._row = row

    def __getitem__(self, key: Any) -> Any:
        return self._row._get(key)

    def __iter__(self) -> Iterator[str]:
        return iter(self._row._fields)

    def __len__(self) -> int:
        return len(self._row)

    def __contains__(self, key: object) -> bool:
        try:
            self._row._get(key)
        except KeyError:
            return False
        return True

    def keys(self) -> Any:
        """The names."""
        return RMKeyView(self._row._fields)

    def values(self) -> Any:
        """The values."""
        return ROMappingKeysValuesView(tuple(self._row))

    def items(self) -> Any:
        """Pairs of name and value."""
        return ROMappingItemsView(tuple(zip(self._row._fields, self._row)))

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Mapping):
            return dict(self.items()) == dict(other.items())
        return NotImplemented

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return repr(self._row._asdict())

    def __reduce__(self) -> Any:
        return RowMapping, (self._row,)


class RMKeyView(KeysView[str]):
    """The names of a result, or of a row."""

    __slots__ = ("_keys", "_map")

    def __init__(self, keys: Sequence[str], map: Any = None) -> None:
        self._keys = keys
        self._map = map

    def __len__(self) -> int:
        return len(self._keys)

    def __iter__(self) -> Iterator[str]:
        return iter(self._keys)

    def __contains__(self, key: object) -> bool:
        if self._map is None or isinstance(key, str):
            return key in self._keys
        try:
            self._map.find(key)
        except KeyError:
            return False
        return True

    def __eq__(self, other: object) -> bool:
        return list(other) == list(self._keys) if isinstance(other, (Sequence, RMKeyView)) else NotImplemented

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"RMKeyView({list(self._keys)!r})"


_core.set_row_mapping(RowMapping)

"""The containers of association proxies: list, set and dict of values that stand in the objects of a relation."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, MutableMapping, MutableSequence, MutableSet
from typing import Any, SupportsIndex


def kind_of(container: Any) -> type:
    """Whether a container is a list, a set or a dict, by its class or by its methods."""
    for kind in (list, set, dict):
        if isinstance(container, kind):
            return kind
    for method, kind in (("append", list), ("add", set), ("set", dict)):
        if hasattr(container, method):
            return kind
    raise TypeError(f"{type(container).__name__} is no list, set or dict, so no proxy can stand for it")


class Proxied:
    """What the containers share.

    :param lazy: gives the container of the relation.
    :param creator: makes an object of a value. :param getter: the value of an object. :param setter: sets it.
    """

    def __init__(self, lazy: Any, creator: Any, getter: Any, setter: Any, parent: Any) -> None:
        self.lazy_collection = lazy
        self.creator = creator
        self.getter = getter
        self.setter = setter
        self.parent = parent

    @property
    def col(self) -> Any:
        """The container of the relation."""
        return self.lazy_collection()

    def _plain(self) -> Any:
        raise NotImplementedError

    def __len__(self) -> int:
        return len(self.col)

    def __bool__(self) -> bool:
        return bool(self.col)

    def __hash__(self) -> int:
        raise TypeError(f"{type(self).__name__} objects are unhashable")

    def __repr__(self) -> str:
        return repr(self._plain())

    def copy(self) -> Any:
        """The values as a list, set or dict of their own."""
        return self._plain()

    def __getstate__(self) -> Any:
        return {"parent": self.parent, "lazy_collection": self.lazy_collection}

    def __setstate__(self, state: Any) -> None:
        self.__dict__.update(state)
        self.creator = self.parent._creator
        self.getter, self.setter = self.parent._getset(kind_of(self))


def _compared(name: str) -> Callable[[Any, Any], Any]:
    def compare(self: Any, other: Any) -> Any:
        return getattr(self._plain(), name)(other._plain() if isinstance(other, Proxied) else other)

    return compare


class AssociationList(Proxied, MutableSequence[Any]):
    """A list of values."""

    def _plain(self) -> list[Any]:
        return list(self)

    def __iter__(self) -> Iterator[Any]:
        return (self.getter(member) for member in self.col)

    def __getitem__(self, index: Any) -> Any:
        found = self.col[index]
        return [self.getter(member) for member in found] if isinstance(index, slice) else self.getter(found)

    def __setitem__(self, index: Any, value: Any) -> None:
        if not isinstance(index, slice):
            self.setter(self.col[index], value)
            return
        places = range(*index.indices(len(self)))
        values = list(value)
        if index.step in (None, 1):
            del self.col[places.start : max(places.start, places.stop)]
            for at, one in enumerate(values, places.start):
                self.insert(at, one)
            return
        if len(values) != len(places):
            raise ValueError(
                f"attempt to assign sequence of size {len(values)} to extended slice of size {len(places)}"
            )
        for at, one in zip(places, values, strict=True):
            self[at] = one

    def __delitem__(self, index: Any) -> None:
        del self.col[index]

    def insert(self, index: SupportsIndex, value: Any) -> None:
        self.col.insert(index, self.creator(value))

    def append(self, value: Any) -> None:
        self.col.append(self.creator(value))

    def extend(self, values: Iterable[Any]) -> None:
        for value in list(values):
            self.append(value)

    def pop(self, index: SupportsIndex = -1) -> Any:
        return self.getter(self.col.pop(index))

    def remove(self, value: Any) -> None:
        for at, one in enumerate(self):
            if one == value:
                del self.col[at]
                return
        raise ValueError("value not in list")

    def clear(self) -> None:
        del self.col[:]

    def reverse(self) -> None:
        raise NotImplementedError("reverse() would change the order of the objects, which the relation gives")

    def sort(self) -> None:
        """Not for proxies.

        :raises NotImplementedError: always.
        """
        raise NotImplementedError("sort() would change the order of the objects, which the relation gives")

    def _bulk_replace(self, values: Any) -> None:
        self.clear()
        self.extend(values)

    def __add__(self, other: Any) -> Any:
        return list(self) + list(other)

    def __radd__(self, other: Any) -> Any:
        return list(other) + list(self)

    def __mul__(self, n: Any) -> Any:
        return list(self) * n

    __rmul__ = __mul__

    def __iadd__(self, values: Iterable[Any]) -> Any:  # type: ignore[misc]
        self.extend(values)
        return self

    def __imul__(self, n: int) -> Any:  # type: ignore[misc]
        if n <= 0:
            self.clear()
        else:
            self.extend(list(self) * (n - 1))
        return self

    __eq__ = _compared("__eq__")
    __ne__ = _compared("__ne__")
    __lt__ = _compared("__lt__")
    __le__ = _compared("__le__")
    __gt__ = _compared("__gt__")
    __ge__ = _compared("__ge__")
    __hash__ = Proxied.__hash__


class AssociationSet(Proxied, MutableSet[Any]):
    """A set of values."""

    def _plain(self) -> set[Any]:
        return set(self)

    @classmethod
    def _from_iterable(cls, it: Iterable[Any]) -> Any:
        return set(it)

    def __iter__(self) -> Iterator[Any]:
        return (self.getter(member) for member in list(self.col))

    def __contains__(self, value: object) -> bool:
        return any(one == value for one in self)

    def add(self, value: Any) -> None:
        if value not in self:
            self.col.add(self.creator(value))

    def discard(self, value: Any) -> None:
        for member in self.col:
            if self.getter(member) == value:
                self.col.discard(member)
                return

    def remove(self, value: Any) -> None:
        if value not in self:
            raise KeyError(value)
        self.discard(value)

    def pop(self) -> Any:
        if not self.col:
            raise KeyError("pop from an empty set")
        return self.getter(self.col.pop())

    def clear(self) -> None:
        self.col.clear()

    def update(self, *others: Iterable[Any]) -> None:
        """Adds the values of others."""
        for other in others:
            for value in list(other):
                self.add(value)

    def difference_update(self, *others: Iterable[Any]) -> None:
        """Removes the values of others."""
        for other in others:
            for value in list(other):
                self.discard(value)

    def intersection_update(self, *others: Iterable[Any]) -> None:
        """Keeps the values that all others have."""
        self._become(self._plain().intersection(*others))

    def symmetric_difference_update(self, other: Iterable[Any]) -> None:
        """Keeps the values that only one of both has."""
        self._become(self._plain().symmetric_difference(other))

    def _become(self, wanted: set[Any]) -> None:
        have = self._plain()
        self.difference_update(have - wanted)
        self.update(wanted - have)

    def _bulk_replace(self, values: Any) -> None:
        have, wanted = self._plain(), list(values or ())
        for value in wanted:
            self.add(value)
        self.difference_update(have - set(wanted))

    def _in_place(self, other: Any, change: Callable[[Any], None]) -> Any:
        if not isinstance(other, (set, frozenset, AssociationSet)):
            return NotImplemented
        change(other)
        return self

    def __ior__(self, other: Any) -> Any:  # type: ignore[misc]
        return self._in_place(other, self.update)

    def __isub__(self, other: Any) -> Any:  # type: ignore[misc]
        return self._in_place(other, self.difference_update)

    def __iand__(self, other: Any) -> Any:  # type: ignore[misc]
        return self._in_place(other, self.intersection_update)

    def __ixor__(self, other: Any) -> Any:  # type: ignore[misc]
        return self._in_place(other, self.symmetric_difference_update)

    __eq__ = _compared("__eq__")
    __ne__ = _compared("__ne__")
    __lt__ = _compared("__lt__")
    __le__ = _compared("__le__")
    __gt__ = _compared("__gt__")
    __ge__ = _compared("__ge__")
    __hash__ = Proxied.__hash__

    def union(self, *others: Iterable[Any]) -> set[Any]:
        """The values of both, as a set."""
        return self._plain().union(*others)

    def difference(self, *others: Iterable[Any]) -> set[Any]:
        """The values that others do not have, as a set."""
        return self._plain().difference(*others)

    def intersection(self, *others: Iterable[Any]) -> set[Any]:
        """The values that others have, too, as a set."""
        return self._plain().intersection(*others)

    def symmetric_difference(self, other: Iterable[Any]) -> set[Any]:
        """The values that only one of both has, as a set."""
        return self._plain().symmetric_difference(other)

    def issubset(self, other: Iterable[Any]) -> bool:
        """Whether ``other`` has all of them."""
        return self._plain().issubset(other)

    def issuperset(self, other: Iterable[Any]) -> bool:
        """Whether it has all of ``other``."""
        return self._plain().issuperset(other)


class AssociationDict(Proxied, MutableMapping[Any, Any]):
    """A dict of values, by the keys of the relation's dict."""

    def _plain(self) -> dict[Any, Any]:
        return dict(self.items())

    def __iter__(self) -> Iterator[Any]:
        return iter(self.col)

    def __contains__(self, key: object) -> bool:
        return key in self.col

    def __getitem__(self, key: Any) -> Any:
        return self.getter(self.col[key])

    def __setitem__(self, key: Any, value: Any) -> None:
        if key in self.col:
            self.setter(self.col[key], key, value)
        else:
            self.col[key] = self.creator(key, value)

    def __delitem__(self, key: Any) -> None:
        del self.col[key]

    def clear(self) -> None:
        self.col.clear()

    def popitem(self) -> tuple[Any, Any]:
        key, member = self.col.popitem()
        return key, self.getter(member)

    def _bulk_replace(self, values: Any) -> None:
        for key, value in values.items():
            self[key] = value
        for key in [key for key in self.col if key not in values]:
            del self[key]

    __eq__ = _compared("__eq__")
    __ne__ = _compared("__ne__")
    __hash__ = Proxied.__hash__

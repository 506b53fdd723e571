"""Lists that number their members: the place in the list stands in an attribute of each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, SupportsIndex

from .._typing import T
from ..orm.collections import InstrumentedList

__all__ = ["OrderingList", "count_from_0", "count_from_1", "count_from_n_factory", "ordering_list"]

_Numbering = Callable[[int, Sequence[Any]], Any]


def count_from_0(index: int, collection: object) -> int:
    """0, 1, 2 ..."""
    return index


def count_from_1(index: int, collection: object) -> int:
    """1, 2, 3 ..."""
    return index + 1


def count_from_n_factory(start: int) -> Callable[[int, Sequence[Any]], int]:
    """A function that numbers from ``start`` on."""

    def count(index: int, collection: object) -> int:
        return index + start

    count.__name__ = f"count_from_{start}"
    return count


def ordering_list(
    attr: str,
    count_from: int | None = None,
    ordering_func: _Numbering | None = None,
    reorder_on_append: bool = False,
) -> Callable[[], OrderingList[Any]]:
    """A ``collection_class`` for lists whose members are numbered.

    :param attr: the attribute that gets the number; the relation's ``order_by`` reads it.
    :param count_from: the first number, 0 by default.
    :param ordering_func: ``(index, list) -> number``, instead of ``count_from``.
    :param reorder_on_append: a member that has a number gets a new one, too, when it is appended or loaded.
    """
    if ordering_func is None and count_from:
        ordering_func = count_from_1 if count_from == 1 else count_from_n_factory(count_from)
    return lambda: OrderingList(attr, ordering_func, reorder_on_append)


if TYPE_CHECKING:

    class _List(list[T]):
        def _sa_apply(self, member: Any, add: bool) -> None: ...

else:

    class _List(InstrumentedList):
        def __class_getitem__(cls, item: Any) -> Any:
            return cls


class OrderingList(_List[T]):
    """A list that keeps an attribute of its members equal to their places.

    :param ordering_attr: the attribute.
    :param ordering_func: ``(index, list) -> number``.
    :param reorder_on_append: a member that has a number gets a new one, too, when it is appended or loaded.
    """

    def __init__(
        self,
        ordering_attr: str | None = None,
        ordering_func: _Numbering | None = None,
        reorder_on_append: bool = False,
    ) -> None:
        super().__init__()
        self.ordering_attr: Any = ordering_attr
        self.ordering_func = ordering_func or count_from_0
        self.reorder_on_append = reorder_on_append

    def reorder(self) -> None:
        """Numbers all members by their places."""
        for index, member in enumerate(self):
            self._order(index, member, True)

    def _order(self, index: int, member: Any, always: bool) -> None:
        have = getattr(member, self.ordering_attr)
        wanted = self.ordering_func(index, self)
        if (have is None or always) and have != wanted:
            setattr(member, self.ordering_attr, wanted)

    def _sa_apply(self, member: Any, add: bool) -> None:
        """The other side of the relation was set, or the list is being loaded."""
        super()._sa_apply(member, add)
        if add:
            self._order(len(self) - 1, member, self.reorder_on_append)
        else:
            self.reorder()

    def append(self, entity: T) -> None:
        super().append(entity)
        self._order(len(self) - 1, entity, self.reorder_on_append)

    def insert(self, index: SupportsIndex, entity: T) -> None:
        super().insert(index, entity)
        self.reorder()

    def remove(self, entity: T) -> None:
        super().remove(entity)
        self.reorder()

    def pop(self, index: SupportsIndex = -1) -> T:
        entity = super().pop(index)
        self.reorder()
        return entity

    def __setitem__(self, index: Any, entity: Any) -> None:
        super().__setitem__(index, entity)
        if isinstance(index, slice):
            self.reorder()
        else:
            self._order(range(len(self))[index], entity, True)

    def __delitem__(self, index: Any) -> None:
        super().__delitem__(index)
        self.reorder()

"""Constants and small types that the modules of the object layer share."""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING, Any, Generic, TypeVar, overload

from .. import _core
from .._typing import T_co

if TYPE_CHECKING:
    from ..sql.elements import SQLCoreOperations
    from .attributes import InstrumentedAttribute

T = TypeVar("T")


class LoaderCallableStatus(enum.Enum):
    """What a passive read may answer instead of a value."""

    PASSIVE_NO_RESULT = 0
    PASSIVE_CLASS_MISMATCH = 1
    ATTR_WAS_SET = 2
    ATTR_EMPTY = 3
    NO_VALUE = 4


NO_VALUE = LoaderCallableStatus.NO_VALUE
NEVER_SET = NO_VALUE
_core.set_no_value(NO_VALUE)
PASSIVE_NO_RESULT = LoaderCallableStatus.PASSIVE_NO_RESULT
ATTR_EMPTY = LoaderCallableStatus.ATTR_EMPTY


class PassiveFlag(enum.IntFlag):
    """How far a read may go to find a value."""

    NO_CHANGE = 0
    CALLABLES_OK = 1
    SQL_OK = 2
    RELATED_OBJECT_OK = 4
    INIT_OK = 8
    NON_PERSISTENT_OK = 16
    LOAD_AGAINST_COMMITTED = 32
    NO_AUTOFLUSH = 64
    NO_RAISE = 128
    PASSIVE_OFF = RELATED_OBJECT_OK | NON_PERSISTENT_OK | INIT_OK | CALLABLES_OK | SQL_OK
    PASSIVE_NO_INITIALIZE = PASSIVE_OFF & ~(CALLABLES_OK | INIT_OK | SQL_OK)
    PASSIVE_NO_FETCH = PASSIVE_OFF & ~SQL_OK


PASSIVE_OFF = PassiveFlag.PASSIVE_OFF
PASSIVE_NO_INITIALIZE = PassiveFlag.PASSIVE_NO_INITIALIZE
PASSIVE_NO_FETCH = PassiveFlag.PASSIVE_NO_FETCH


class RelationshipDirection(enum.Enum):
    """Which side of a relation holds the foreign key."""

    MANYTOONE = 1
    ONETOMANY = 2
    MANYTOMANY = 3


MANYTOONE = RelationshipDirection.MANYTOONE
ONETOMANY = RelationshipDirection.ONETOMANY
MANYTOMANY = RelationshipDirection.MANYTOMANY


class InspectionAttr:
    """What ``inspect()`` of mapped things gives."""

    is_selectable = False
    is_aliased_class = False
    is_instance = False
    is_mapper = False
    is_bundle = False
    is_property = False
    is_attribute = False
    is_clause_element = False


class Mapped(Generic[T_co]):
    """The annotation of a mapped attribute: ``id: Mapped[int]``.

    On a class it is an expression, on an object a value: both are known to type checkers.
    """

    __slots__ = ()

    if TYPE_CHECKING:

        @overload
        def __get__(self, instance: None, owner: Any) -> InstrumentedAttribute[T_co]: ...

        @overload
        def __get__(self, instance: object, owner: Any) -> T_co: ...

        def __get__(self, instance: object | None, owner: Any) -> Any: ...

        def __set__(self, instance: Any, value: SQLCoreOperations[T_co] | T_co) -> None: ...

        def __delete__(self, instance: Any) -> None: ...


class DynamicMapped(Mapped[T_co]):
    """The annotation of a ``lazy="dynamic"`` relationship."""

    __slots__ = ()


class WriteOnlyMapped(Mapped[T_co]):
    """The annotation of a ``lazy="write_only"`` relationship."""

    __slots__ = ()


class IdentitySet:
    """A set by identity: its members' ``__eq__`` and ``__hash__`` are never called. Keeps its order."""

    __slots__ = ("_members",)

    def __init__(self, iterable: Any = ()) -> None:
        self._members = {id(x): x for x in iterable}

    def add(self, value: Any) -> None:
        """Adds an object."""
        self._members[id(value)] = value

    def discard(self, value: Any) -> None:
        """Removes an object, if it is there."""
        self._members.pop(id(value), None)

    def remove(self, value: Any) -> None:
        """Removes an object; KeyError when it is not there."""
        del self._members[id(value)]

    def __contains__(self, value: object) -> bool:
        return id(value) in self._members

    def __iter__(self) -> Any:
        return iter(list(self._members.values()))

    def __len__(self) -> int:
        return len(self._members)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, IdentitySet) and self._members.keys() == other._members.keys()

    __hash__ = None  # type: ignore[assignment]

    def union(self, other: Any) -> IdentitySet:
        """All members of both."""
        return IdentitySet([*self, *other])

    __or__ = union

    def difference(self, other: Any) -> IdentitySet:
        """The members that ``other`` does not have."""
        ids = {id(x) for x in other}
        return IdentitySet(x for x in self if id(x) not in ids)

    __sub__ = difference

    def intersection(self, other: Any) -> IdentitySet:
        """The members that ``other`` has too."""
        ids = {id(x) for x in other}
        return IdentitySet(x for x in self if id(x) in ids)

    __and__ = intersection

    def __repr__(self) -> str:
        return f"IdentitySet({list(self._members.values())!r})"

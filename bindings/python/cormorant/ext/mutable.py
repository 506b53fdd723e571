"""Values that tell the object they belong to when they are changed in place."""

from __future__ import annotations

import functools
import weakref
from collections.abc import Callable
from typing import Any, SupportsIndex, TypeVar

from .. import _core, event
from .._absent import absent
from .._typing import T
from ..orm.attributes import History, InstrumentedAttribute, flag_modified
from ..orm.mapper import Mapper, when_configured
from ..orm.properties import ColumnProperty
from ..types import TypeEngine

__all__ = ["Mutable", "MutableBase", "MutableDict", "MutableList", "MutableSet"]

_K = TypeVar("_K")
_V = TypeVar("_V")

__getattr__ = absent(__name__, "MutableComposite")


class MutableBase:
    """What values and composites that are changed in place share."""

    @functools.cached_property
    def _parents(self) -> weakref.WeakKeyDictionary[Any, str]:
        """The states of the objects that have the value, with the attribute's name."""
        return weakref.WeakKeyDictionary()

    @classmethod
    def coerce(cls, key: str, value: Any) -> Any:
        """The value as one of this class: what is set, and what is loaded, goes through it.

        :param key: the attribute's name.
        :raises ValueError: it cannot be one.
        """
        if value is None:
            return None
        raise ValueError(f"Attribute {key!r} takes no value of {type(value)}: {cls.__name__} cannot be made of it")


class Mutable(MutableBase):
    """Base of classes of values that call :meth:`changed` after each change."""

    def __getstate__(self) -> Any:
        return {key: value for key, value in self.__dict__.items() if key != "_parents"}

    def changed(self) -> None:
        """Marks the attribute of each object that has the value as changed, so that the next flush writes it."""
        for parent, key in list(self._parents.items()):
            flag_modified(parent.obj(), key)

    @classmethod
    def associate_with_attribute(cls, attribute: Any) -> None:
        """Values of a mapped attribute are of this class."""
        mapper = attribute.class_.__mapper__
        for one in mapper.self_and_descendants:
            found = one.class_.__dict__.get(attribute.key)
            if isinstance(found, InstrumentedAttribute):
                _associate(cls, found)

    @classmethod
    def associate_with(cls, sqltype: Any) -> None:
        """Values of all columns of a type are of this class: of mappers that are not configured yet."""
        _by_class.append((sqltype, cls))

    @classmethod
    def as_mutable(cls, sqltype: Any) -> TypeEngine[Any]:
        """A column's type, so that the values of mapped attributes of such columns are of this class."""
        made: TypeEngine[Any] = sqltype() if isinstance(sqltype, type) else sqltype
        _by_type.append((made, cls))
        return made


# Types of columns, by identity and by class, and what their values are.
_by_type: list[tuple[Any, type[Mutable]]] = []
_by_class: list[tuple[Any, type[Mutable]]] = []


def _class_for(kind: Any) -> type[Mutable] | None:
    for known, cls in _by_type:
        if known is kind:
            return cls
    return next((cls for known, cls in _by_class if isinstance(kind, known)), None)


def _configured(mapper: Mapper) -> None:
    for key, prop in mapper._props.items():
        cls = _class_for(prop.columns[0].type) if isinstance(prop, ColumnProperty) else None
        attribute = mapper.class_.__dict__.get(key)
        if cls is not None and isinstance(attribute, InstrumentedAttribute):
            _associate(cls, attribute)


when_configured(_configured)


class MutableAttribute(InstrumentedAttribute[Any]):
    """A mapped attribute whose values know their object."""

    mutable_class: type[Mutable]

    def __get__(self, instance: Any, owner: Any = None) -> Any:
        value = super().__get__(instance, owner)
        if instance is None or value is None:
            return value
        if not isinstance(value, self.mutable_class):
            value = self._coerced(instance, value)
        if value is not None:
            value._parents.setdefault(_core.state_of(instance), self.key)
        return value

    def _coerced(self, instance: Any, value: Any) -> Any:
        """What was loaded, in the class of the attribute's values, from now on."""
        value = self.mutable_class.coerce(self.key, value)
        slot = type(instance).__mapper__.entity.slot(self.key)
        if History(*_core.history(instance, slot)).has_changes():
            self.__set__(instance, value)
        else:
            _core.set_committed(instance, slot, value)
        return value


def _associate(cls: type[Mutable], attribute: Any) -> None:
    if isinstance(attribute, MutableAttribute):
        attribute.mutable_class = cls
        return
    attribute.__class__ = MutableAttribute
    attribute.mutable_class = cls

    def coerce(target: Any, value: Any, old: Any, initiator: Any) -> Any:
        if value is old:
            return value
        if not isinstance(value, attribute.mutable_class):
            value = attribute.mutable_class.coerce(initiator.key, value)
        state = _core.state_of(target)
        if value is not None:
            value._parents[state] = attribute.key
        if isinstance(old, attribute.mutable_class):
            old._parents.pop(state, None)
        return value

    event.listen(attribute, "set", coerce, retval=True)


_F = TypeVar("_F", bound=Callable[..., Any])


def _telling(fn: _F) -> _F:
    """The method of the built-in class, followed by :meth:`Mutable.changed`."""

    def method(self: Any, *args: Any, **kw: Any) -> Any:
        found = fn(self, *args, **kw)
        self.changed()
        return found

    method.__name__ = fn.__name__
    method.__doc__ = fn.__doc__
    return method  # type: ignore[return-value]


def _telling_in_place(fn: Callable[..., Any]) -> Callable[..., Any]:
    """``x += y`` and its like: the value itself, or NotImplemented."""

    def method(self: Any, other: Any) -> Any:
        found = fn(self, other)
        if found is NotImplemented:
            return found
        self.changed()
        return self

    return method


class MutableDict(Mutable, dict[_K, _V]):
    """A dict that tells of its changes; what lies inside of its values does not."""

    __setitem__ = _telling(dict.__setitem__)
    __delitem__ = _telling(dict.__delitem__)
    __ior__ = _telling_in_place(dict.__ior__)
    setdefault = _telling(dict.setdefault)
    update = _telling(dict.update)
    pop = _telling(dict.pop)
    popitem = _telling(dict.popitem)
    clear = _telling(dict.clear)

    @classmethod
    def coerce(cls, key: str, value: Any) -> MutableDict[_K, _V] | None:
        """A dict as one of this class."""
        if isinstance(value, cls):
            return value
        return cls(value) if isinstance(value, dict) else Mutable.coerce(key, value)

    def __reduce_ex__(self, protocol: SupportsIndex) -> Any:
        return type(self), (dict(self),)


class MutableList(Mutable, list[T]):
    """A list that tells of its changes; what lies inside of its members does not."""

    __setitem__ = _telling(list.__setitem__)
    __delitem__ = _telling(list.__delitem__)
    __iadd__ = _telling_in_place(list.__iadd__)
    __imul__ = _telling_in_place(list.__imul__)
    append = _telling(list.append)
    extend = _telling(list.extend)
    insert = _telling(list.insert)
    pop = _telling(list.pop)
    remove = _telling(list.remove)
    clear = _telling(list.clear)
    sort = _telling(list.sort)
    reverse = _telling(list.reverse)

    @classmethod
    def coerce(cls, key: str, value: Any) -> MutableList[T] | None:
        """A list as one of this class."""
        if isinstance(value, cls):
            return value
        return cls(value) if isinstance(value, list) else Mutable.coerce(key, value)

    def __reduce_ex__(self, protocol: SupportsIndex) -> Any:
        return type(self), (list(self),)


class MutableSet(Mutable, set[T]):
    """A set that tells of its changes."""

    __ior__ = _telling_in_place(set.__ior__)
    __iand__ = _telling_in_place(set.__iand__)
    __ixor__ = _telling_in_place(set.__ixor__)
    __isub__ = _telling_in_place(set.__isub__)
    add = _telling(set.add)
    remove = _telling(set.remove)
    discard = _telling(set.discard)
    pop = _telling(set.pop)
    clear = _telling(set.clear)
    update = _telling(set.update)
    intersection_update = _telling(set.intersection_update)
    difference_update = _telling(set.difference_update)
    symmetric_difference_update = _telling(set.symmetric_difference_update)

    @classmethod
    def coerce(cls, key: str, value: Any) -> MutableSet[T] | None:
        """A set as one of this class."""
        if isinstance(value, cls):
            return value
        return cls(value) if isinstance(value, set) else Mutable.coerce(key, value)

    def __reduce_ex__(self, protocol: SupportsIndex) -> Any:
        return type(self), (list(self),)

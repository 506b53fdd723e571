"""The containers of relations to many: list, set and dict that tell the core of every change.

A container belongs to one attribute of one object. ``_sa_append`` and ``_sa_remove`` run the attribute's listeners and
tell the core (cascades, the other side, dirt); ``_sa_apply`` is how the core changes a container when the other side of
a relation was set: it tells nobody.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable, Iterable, Iterator
from operator import attrgetter
from typing import Any, SupportsIndex

from .. import _core, exc

__all__ = [
    "InstrumentedDict",
    "InstrumentedList",
    "InstrumentedSet",
    "KeyFuncDict",
    "MappedCollection",
    "attribute_keyed_dict",
    "attribute_mapped_collection",
    "collection",
    "column_keyed_dict",
    "column_mapped_collection",
    "keyfunc_mapping",
    "mapped_collection",
]


class Owner:
    """Which attribute of which object a container is. The object is held weakly: it holds the container."""

    __slots__ = ("attribute", "ref", "slot", "validates")

    def __init__(self, obj: Any, slot: int, attribute: Any) -> None:
        self.ref = weakref.ref(obj)
        self.slot = slot
        self.attribute = attribute
        self.validates = True

    def added(self, member: Any) -> Any:
        """Tells of a member that is about to come; gives what is to be put in (a listener may replace it)."""
        obj = self.ref()
        if obj is None:
            return member
        if self.validates:
            member = self.attribute._validate_append(obj, member)
        _core.link(obj, self.slot, member)
        chosen = self.attribute._fire_append(obj, member)
        if chosen is not member:
            _core.unlink(obj, self.slot, member)
            _core.link(obj, self.slot, chosen)
        return chosen

    def removed(self, member: Any) -> None:
        """Tells of a member that is about to go."""
        obj = self.ref()
        if obj is not None:
            self.attribute._validate_remove(obj, member)
            _core.unlink(obj, self.slot, member)
            self.attribute._fire_remove(obj, member)


class Instrumented:
    """What all containers share."""

    _sa_owner: Owner | None = None

    def _sa_added(self, member: Any) -> Any:
        owner = self._sa_owner
        return member if owner is None else owner.added(member)

    def _sa_removed(self, member: Any) -> None:
        owner = self._sa_owner
        if owner is not None:
            owner.removed(member)

    @property
    def _sa_adapter(self) -> Adapter:
        return Adapter(self)


class Adapter:
    """The neutral face of a container: append, remove, iterate, whatever kind it is."""

    def __init__(self, data: Any) -> None:
        self.data = data

    def append_with_event(self, member: Any, initiator: Any = None) -> None:
        """Adds a member and tells everybody."""
        self.data._sa_append(member)

    def remove_with_event(self, member: Any, initiator: Any = None) -> None:
        """Removes a member and tells everybody."""
        self.data._sa_remove(member)

    def append_without_event(self, member: Any) -> None:
        """Adds a member and tells nobody."""
        self.data._sa_apply(member, True)

    def remove_without_event(self, member: Any) -> None:
        """Removes a member and tells nobody."""
        self.data._sa_apply(member, False)

    def __iter__(self) -> Iterator[Any]:
        return iter(members_of(self.data))

    def __len__(self) -> int:
        return len(members_of(self.data))

    def __bool__(self) -> bool:
        return True


def collection_adapter(container: Any) -> Adapter:
    """The :class:`Adapter` of a container."""
    return Adapter(container)


def members_of(container: Any) -> list[Any]:
    """The members of any container, as a list."""
    get = getattr(container, "_sa_members", None)
    if get is not None:
        return list(get())
    return list(container.values()) if isinstance(container, dict) else list(container)


class InstrumentedList(Instrumented, list):  # type: ignore[type-arg]
    """A list that tells of every member that comes or goes."""

    def _sa_apply(self, member: Any, add: bool) -> None:
        if add:
            list.append(self, member)
            return
        for i, present in enumerate(self):
            if present is member:
                list.__delitem__(self, i)
                return

    def _sa_append(self, member: Any) -> None:
        self.append(member)

    def _sa_remove(self, member: Any) -> None:
        self.remove(member)

    def append(self, item: Any) -> None:
        list.append(self, self._sa_added(item))

    def remove(self, value: Any) -> None:
        if value not in self:
            raise ValueError("list.remove(x): x not in list")
        self._sa_removed(value)
        list.remove(self, value)

    def insert(self, index: SupportsIndex, value: Any) -> None:
        list.insert(self, index, self._sa_added(value))

    def extend(self, iterable: Iterable[Any]) -> None:
        for item in list(iterable):
            self.append(item)

    def __iadd__(self, iterable: Iterable[Any]) -> Any:  # type: ignore[misc]
        self.extend(iterable)
        return self

    def pop(self, index: SupportsIndex = -1) -> Any:
        item = self[index]
        self._sa_removed(item)
        return list.pop(self, index)

    def clear(self) -> None:
        for item in self:
            self._sa_removed(item)
        list.clear(self)

    def __setitem__(self, index: Any, value: Any) -> None:
        if not isinstance(index, slice):
            self._sa_removed(self[index])
            list.__setitem__(self, index, self._sa_added(value))
            return
        values = list(value)
        if values is self:
            return
        if index.step is not None and index.step != 1 and len(values) != len(self[index]):
            raise ValueError(
                f"attempt to assign sequence of size {len(values)} to extended slice of size {len(self[index])}"
            )
        for item in self[index]:
            self._sa_removed(item)
        list.__setitem__(self, index, [self._sa_added(item) for item in values])

    def __delitem__(self, index: Any) -> None:
        for item in self[index] if isinstance(index, slice) else (self[index],):
            self._sa_removed(item)
        list.__delitem__(self, index)

    def __reduce_ex__(self, protocol: SupportsIndex) -> Any:
        return _rebuild_list, (type(self), list(self)), _plain_state(self)


class InstrumentedSet(Instrumented, set):  # type: ignore[type-arg]
    """A set that tells of every member that comes or goes."""

    def _sa_apply(self, member: Any, add: bool) -> None:
        set.add(self, member) if add else set.discard(self, member)

    def _sa_append(self, member: Any) -> None:
        self.add(member)

    def _sa_remove(self, member: Any) -> None:
        self.remove(member)

    def add(self, element: Any) -> None:
        set.add(self, self._sa_added(element) if element not in self else element)

    def discard(self, element: Any) -> None:
        if element in self:
            self.remove(element)

    def remove(self, element: Any) -> None:
        if element not in self:
            raise KeyError(element)
        self._sa_removed(element)
        set.remove(self, element)

    def pop(self) -> Any:
        element = next(iter(self)) if self else set.pop(self)
        self.remove(element)
        return element

    def clear(self) -> None:
        for element in list(self):
            self.remove(element)

    def update(self, *others: Iterable[Any]) -> None:
        for other in others:
            for element in list(other):
                self.add(element)

    def difference_update(self, *others: Iterable[Any]) -> None:
        for other in others:
            for element in list(other):
                self.discard(element)

    def intersection_update(self, *others: Iterable[Any]) -> None:
        self._sa_become(set.intersection(self, *others))

    def symmetric_difference_update(self, other: Iterable[Any]) -> None:
        self._sa_become(set.symmetric_difference(self, other))

    def _sa_become(self, wanted: set[Any]) -> None:
        for element in list(self):
            if element not in wanted:
                self.remove(element)
        self.update(wanted)

    def __ior__(self, other: Any) -> Any:  # type: ignore[misc]
        if not isinstance(other, (set, frozenset)):
            return NotImplemented
        self.update(other)
        return self

    def __isub__(self, other: Any) -> Any:  # type: ignore[misc]
        if not isinstance(other, (set, frozenset)):
            return NotImplemented
        self.difference_update(other)
        return self

    def __iand__(self, other: Any) -> Any:  # type: ignore[misc]
        if not isinstance(other, (set, frozenset)):
            return NotImplemented
        self.intersection_update(other)
        return self

    def __ixor__(self, other: Any) -> Any:  # type: ignore[misc]
        if not isinstance(other, (set, frozenset)):
            return NotImplemented
        self.symmetric_difference_update(other)
        return self

    def __reduce_ex__(self, protocol: SupportsIndex) -> Any:
        return _rebuild_set, (type(self), list(self)), _plain_state(self)


_MISSING = object()


class InstrumentedDict(Instrumented, dict):  # type: ignore[type-arg]
    """A dict that tells of every value that comes or goes. Where its keys come from, a subclass says."""

    def _sa_key(self, member: Any) -> Any:
        raise exc.InvalidRequestError(f"{type(self).__name__} does not say under which key a member goes")

    def _sa_apply(self, member: Any, add: bool) -> None:
        if add:
            dict.__setitem__(self, self._sa_key(member), member)
            return
        for key, present in self.items():
            if present is member:
                dict.__delitem__(self, key)
                return

    def _sa_append(self, member: Any) -> None:
        self[self._sa_key(member)] = member

    def _sa_remove(self, member: Any) -> None:
        key = self._sa_key(member)
        if self.get(key, _MISSING) is not member:
            raise exc.InvalidRequestError(f"{member!r} is not in the collection: its key {key!r} leads to another")
        del self[key]

    def _sa_members(self) -> Iterable[Any]:
        return self.values()

    def __setitem__(self, key: Any, value: Any) -> None:
        present = self.get(key, _MISSING)
        if present is not _MISSING:
            self._sa_removed(present)
        dict.__setitem__(self, key, self._sa_added(value))

    def __delitem__(self, key: Any) -> None:
        present = self.get(key, _MISSING)
        if present is not _MISSING:
            self._sa_removed(present)
        dict.__delitem__(self, key)

    def clear(self) -> None:
        for key in list(self):
            del self[key]

    def pop(self, key: Any, *default: Any) -> Any:
        present = self.get(key, _MISSING)
        if present is not _MISSING:
            self._sa_removed(present)
        return dict.pop(self, key, *default)

    def popitem(self) -> tuple[Any, Any]:
        key, value = dict.popitem(self)
        dict.__setitem__(self, key, value)
        del self[key]
        return key, value

    def setdefault(self, key: Any, default: Any = None) -> Any:
        if key not in self:
            self[key] = default
        return self[key]

    def update(self, *args: Any, **kw: Any) -> None:
        for key, value in dict(*args, **kw).items():
            if self.get(key, _MISSING) is not value:
                self[key] = value

    def __reduce_ex__(self, protocol: SupportsIndex) -> Any:
        return _rebuild_dict, (type(self), dict(self)), _plain_state(self)


class KeyFuncDict(InstrumentedDict):
    """A dict whose keys a function finds from its members."""

    def __init__(self, keyfunc: Callable[[Any], Any], *args: Any, ignore_unpopulated_attribute: bool = False) -> None:
        self.keyfunc = keyfunc
        self.ignore_unpopulated_attribute = ignore_unpopulated_attribute
        super().__init__(*args)

    def _sa_key(self, member: Any) -> Any:
        key = self.keyfunc(member)
        if key is None and not self.ignore_unpopulated_attribute and _unpopulated(self.keyfunc, member):
            raise exc.InvalidRequestError(
                "The attribute that gives the dictionary's key has no value on "
                f"{type(member).__name__} while it is added; set it first"
            )
        return key

    def set(self, value: Any, _sa_initiator: Any = None) -> None:
        """Adds a member under the key that the function gives."""
        self._sa_append(value)

    def remove(self, value: Any, _sa_initiator: Any = None) -> None:
        """Removes a member."""
        self._sa_remove(value)


MappedCollection = KeyFuncDict


def _unpopulated(keyfunc: Callable[[Any], Any], member: Any) -> bool:
    name = getattr(keyfunc, "attribute", None)
    return name is not None and name not in _core.loaded_keys(member)


class _AttributeKey:
    """Finds a member's key by the name of its attribute; can be pickled."""

    __slots__ = ("attribute", "get")

    def __init__(self, attribute: str) -> None:
        self.attribute = attribute
        self.get = attrgetter(attribute)

    def __call__(self, member: Any) -> Any:
        return self.get(member)

    def __reduce__(self) -> Any:
        return _AttributeKey, (self.attribute,)


class _ColumnKey:
    """Finds a member's key by the columns of its class."""

    __slots__ = ("columns",)

    def __init__(self, columns: tuple[Any, ...]) -> None:
        self.columns = columns

    def __call__(self, member: Any) -> Any:
        mapper = type(member).__mapper__
        values = tuple(getattr(member, mapper.get_property_by_column(c).key) for c in self.columns)
        return values[0] if len(values) == 1 else values


def keyfunc_mapping(keyfunc: Callable[[Any], Any], *, ignore_unpopulated_attribute: bool = False) -> Callable[[], Any]:
    """A ``collection_class`` of dicts whose keys ``keyfunc(member)`` gives."""

    def make() -> KeyFuncDict:
        return KeyFuncDict(keyfunc, ignore_unpopulated_attribute=ignore_unpopulated_attribute)

    return make


def attribute_keyed_dict(attr_name: str, *, ignore_unpopulated_attribute: bool = False) -> Callable[[], Any]:
    """A ``collection_class`` of dicts keyed by an attribute of the members."""
    return keyfunc_mapping(_AttributeKey(attr_name), ignore_unpopulated_attribute=ignore_unpopulated_attribute)


def column_keyed_dict(mapping_spec: Any, *, ignore_unpopulated_attribute: bool = False) -> Callable[[], Any]:
    """A ``collection_class`` of dicts keyed by one or more columns of the members."""
    columns = tuple(mapping_spec) if isinstance(mapping_spec, (list, tuple)) else (mapping_spec,)
    return keyfunc_mapping(_ColumnKey(columns), ignore_unpopulated_attribute=ignore_unpopulated_attribute)


mapped_collection = keyfunc_mapping
attribute_mapped_collection = attribute_keyed_dict
column_mapped_collection = column_keyed_dict


class collection:
    """Decorators by which a class of the user's says how it is a container: appender, remover, iterator."""

    @staticmethod
    def appender(fn: Any) -> Any:
        """Marks the method that adds a member."""
        fn._sa_role = "appender"
        return fn

    @staticmethod
    def remover(fn: Any) -> Any:
        """Marks the method that removes a member."""
        fn._sa_role = "remover"
        return fn

    @staticmethod
    def iterator(fn: Any) -> Any:
        """Marks the method that gives the members."""
        fn._sa_role = "iterator"
        return fn


def _plain_state(container: Any) -> dict[str, Any]:
    return {k: v for k, v in getattr(container, "__dict__", {}).items() if k != "_sa_owner"}


def _rebuild_list(cls: Any, items: list[Any]) -> Any:
    made = cls.__new__(cls)
    list.extend(made, items)
    return made


def _rebuild_set(cls: Any, items: list[Any]) -> Any:
    made = cls.__new__(cls)
    set.update(made, items)
    return made


def _rebuild_dict(cls: Any, items: dict[Any, Any]) -> Any:
    made = cls.__new__(cls)
    dict.update(made, items)
    return made


def _role(cls: type, name: str) -> Any:
    for base in cls.__mro__:
        for value in vars(base).values():
            if getattr(value, "_sa_role", None) == name:
                return value
    return None


def _instrument_user_class(cls: type) -> type:
    """A subclass of a user's container class that tells of changes: by its base (list, set, dict) or its decorators."""
    for plain, ours in ((list, InstrumentedList), (set, InstrumentedSet), (dict, InstrumentedDict)):
        if issubclass(cls, ours):
            return cls
        if issubclass(cls, plain):
            return type(cls.__name__, (_Overrides, cls, ours), {"__module__": cls.__module__})
    appender, remover, members = (_role(cls, name) for name in ("appender", "remover", "iterator"))
    appender = appender or getattr(cls, "append", None) or getattr(cls, "add", None)
    remover = remover or getattr(cls, "remove", None)
    members = members or getattr(cls, "__iter__", None)
    if appender is None or remover is None or members is None:
        raise exc.ArgumentError(f"{cls.__name__} is no collection: it lacks an appender, a remover or an iterator")
    return type(
        cls.__name__, (_Decorated, cls), {"_sa_roles": (appender, remover, members), "__module__": cls.__module__}
    )


class _Overrides:
    """In front of a user's subclass of list, set or dict, whose own methods call the instrumented ones by super()."""


class _Decorated(Instrumented):
    """In front of a user's class that is a container by its decorated methods."""

    _sa_roles: Any

    def _sa_members(self) -> Iterable[Any]:
        return list(self._sa_roles[2](self))

    def _sa_apply(self, member: Any, add: bool) -> None:
        self._sa_roles[0 if add else 1](self, member)

    def _sa_append(self, member: Any) -> None:
        self._sa_roles[0](self, self._sa_added(member))

    def _sa_remove(self, member: Any) -> None:
        self._sa_removed(member)
        self._sa_roles[1](self, member)

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        for at, tell in ((0, "_sa_append"), (1, "_sa_remove")):
            name = getattr(cls._sa_roles[at], "__name__", "")
            if name and name not in vars(cls):
                setattr(cls, name, getattr(cls, tell))


def container_factory(collection_class: Any) -> Callable[[], Any]:
    """What makes an empty container for ``relationship(collection_class=...)``: a class, a factory, None for lists."""
    if collection_class is None or collection_class is list:
        return InstrumentedList
    if collection_class is set:
        return InstrumentedSet
    if collection_class is dict:
        return InstrumentedDict
    if isinstance(collection_class, type):
        return _instrument_user_class(collection_class)
    if isinstance(collection_class(), Instrumented):
        return collection_class  # type: ignore[no-any-return]
    return lambda: _from_factory(collection_class)


def _from_factory(factory: Callable[[], Any]) -> Any:
    made = factory()
    cls = _instrument_user_class(type(made))
    try:
        made.__class__ = cls
    except TypeError:
        return cls(made)
    return made


def kind_of(container: Any) -> type:
    """list, set, dict or the container's own class: what may be assigned to its attribute."""
    for plain in (list, set, dict):
        if isinstance(container, plain):
            return plain
    return type(container)


def members_for_assignment(container: Any, value: Any, what: str) -> list[Any]:
    """The members of a value that is assigned to an attribute whose containers are like ``container``.

    :raises TypeError: the value is of another kind.
    """
    wanted = kind_of(container)
    given = kind_of(value) if value is not None else type(None)
    if given is not wanted and not (wanted not in (list, set, dict) and hasattr(value, "__iter__")):
        name = wanted.__name__
        raise TypeError(f"{what} takes a {name}-like collection, not {type(value).__name__}")
    if wanted is dict and isinstance(container, InstrumentedDict):
        for key, member in value.items():
            if container._sa_key(member) != key:
                raise TypeError(
                    f"{what}: {member!r} stands under the key {key!r}, but its own is {container._sa_key(member)!r}"
                )
    return members_of(value)

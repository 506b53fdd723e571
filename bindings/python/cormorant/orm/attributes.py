"""Mapped attributes: expressions on the class, values on objects, and what is said about them.

The reading and writing is native (``_core.Attribute``); here are the listeners, containers and the history's form.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, NamedTuple

from .. import _core, exc
from .._typing import T_co
from ..event.registry import Dispatch
from . import collections
from .base import NO_VALUE, PASSIVE_NO_INITIALIZE, PASSIVE_OFF, InspectionAttr, Mapped, PassiveFlag

if TYPE_CHECKING:
    from ..sql.elements import ColumnElement

__all__ = [
    "AttributeEventToken",
    "Event",
    "History",
    "InstrumentedAttribute",
    "QueryableAttribute",
    "del_attribute",
    "flag_dirty",
    "flag_modified",
    "get_attribute",
    "get_history",
    "init_collection",
    "set_attribute",
    "set_committed_value",
]


class History(NamedTuple):
    """What an attribute has become since it was committed: three lists, or empty tuples."""

    added: Any
    unchanged: Any
    deleted: Any

    def __bool__(self) -> bool:
        return any(bool(part) for part in self)

    def empty(self) -> bool:
        """Whether nothing was added or deleted and nothing is there."""
        return not self

    def sum(self) -> list[Any]:
        """All three together."""
        return [*(self.added or ()), *(self.unchanged or ()), *(self.deleted or ())]

    def non_deleted(self) -> list[Any]:
        """What is there now."""
        return [*(self.added or ()), *(self.unchanged or ())]

    def non_added(self) -> list[Any]:
        """What was there before."""
        return [*(self.unchanged or ()), *(self.deleted or ())]

    def has_changes(self) -> bool:
        """Whether something was added or deleted."""
        return bool(self.added or self.deleted)


class AttributeEventToken:
    """Who began a chain of attribute events: handed to listeners as ``initiator``."""

    __slots__ = ("impl", "key", "op", "parent_token")

    def __init__(self, attribute: InstrumentedAttribute[Any], op: str) -> None:
        self.impl = attribute
        self.parent_token = attribute
        self.key = attribute.key
        self.op = op


Event = AttributeEventToken


class QueryableAttribute(InspectionAttr):
    """An attribute as a part of queries."""

    is_attribute = True


class InstrumentedAttribute(_core.Attribute[T_co], QueryableAttribute, Mapped[T_co]):
    """A mapped attribute of a class: an expression on the class, a data descriptor on its objects."""

    inherit_cache = True

    def __init__(self, cls: type, entity: Any, slot: int, key: str, prop: Any) -> None:
        super().__init__(cls, entity, slot, key)
        self.property = prop
        self.dispatch = Dispatch(*_inherited(cls, key), changed=self._listeners_changed)
        self._validators: list[tuple[Callable[..., Any], bool, bool]] = []
        self._listeners_changed()

    if TYPE_CHECKING:
        # Of relations: RelationAttribute has them.

        def any(self, criterion: Any = None, **kw: Any) -> ColumnElement[bool]: ...

        def has(self, criterion: Any = None, **kw: Any) -> ColumnElement[bool]: ...

        def of_type(self, entity: Any) -> InstrumentedAttribute[Any]: ...

        def and_(self, *criteria: Any) -> InstrumentedAttribute[T_co]: ...

    # -- what it is

    @property
    def prop(self) -> Any:
        """The property of the mapper that it stands for."""
        return self.property

    @property
    def parent(self) -> Any:
        """The mapper of its class."""
        return self.class_.__mapper__

    parententity = parent

    @property
    def expression(self) -> Any:
        """Itself: an attribute is its own expression."""
        return self

    @property
    def comparator(self) -> Any:
        """Itself: an attribute compares by itself."""
        return self

    def __str__(self) -> str:
        return f"{self.class_.__name__}.{self.key}"

    # -- listeners

    def _add_validator(self, fn: Callable[..., Any], include_removes: bool, include_backrefs: bool) -> None:
        self._validators.append((fn, include_removes, include_backrefs))
        self._listeners_changed()

    def _listeners_changed(self) -> None:
        wanted = self.dispatch.wanted()
        self.active_history = getattr(self.property, "active_history", False) or "_active_history" in wanted
        self.on_set = self._fire_set if "set" in wanted or self._validators else None
        self.on_remove = self._fire_scalar_remove if "remove" in wanted else None
        backrefs = any(include for _, _, include in self._validators)
        self.on_backref = self._fire_backref if backrefs or wanted & {"append", "remove"} else None

    def _token(self, op: str) -> AttributeEventToken:
        return AttributeEventToken(self, op)

    def _validate(self, obj: Any, value: Any, remove: bool) -> Any:
        for fn, include_removes, _ in self._validators:
            if include_removes:
                value = fn(obj, self.key, value, remove)
            elif not remove:
                value = fn(obj, self.key, value)
        return value

    def _fire_set(self, obj: Any, value: Any, old: Any) -> Any:
        """Runs validators and ``set`` listeners; gives what is to be stored."""
        value = self._validate(obj, value, False)
        token = self._token("REPLACE")
        for fn in self.dispatch.listeners("set"):
            value = fn(obj, value, old, token)
        return value

    def _fire_scalar_remove(self, obj: Any, value: Any) -> None:
        for fn in self.dispatch.listeners("remove"):
            fn(obj, value, self._token("REMOVE"))

    def _validate_append(self, obj: Any, member: Any) -> Any:
        return self._validate(obj, member, False) if self._validators else member

    def _validate_remove(self, obj: Any, member: Any) -> None:
        if any(include for _, include, _ in self._validators):
            self._validate(obj, member, True)

    def _fire_append(self, obj: Any, member: Any) -> Any:
        listeners = self.dispatch.listeners("append")
        if listeners:
            token = self._token("APPEND")
            for fn in listeners:
                member = fn(obj, member, token)
        return member

    def _fire_remove(self, obj: Any, member: Any) -> None:
        listeners = self.dispatch.listeners("remove")
        if listeners:
            token = self._token("REMOVE")
            for fn in listeners:
                fn(obj, member, token)

    def _fire_backref(self, obj: Any, member: Any, add: bool) -> None:
        """The other side of a relation was set: a collection gets or loses a member by it. Called by the core."""
        for fn, include_removes, include_backrefs in self._validators:
            if include_backrefs and (add or include_removes):
                fn(obj, self.key, member, *((not add,) if include_removes else ()))
        self._fire_append(obj, member) if add else self._fire_remove(obj, member)


def _inherited(cls: type, key: str) -> Iterable[Dispatch]:
    for base in cls.__mro__[1:]:
        attribute = base.__dict__.get(key)
        if isinstance(attribute, InstrumentedAttribute):
            yield attribute.dispatch
            return


class RelationAttribute(InstrumentedAttribute[Any]):
    """A relationship of a class: ``any``, ``has``, ``contains`` and comparison with objects; containers on objects."""

    def __init__(self, cls: type, entity: Any, slot: int, key: str, prop: Any) -> None:
        super().__init__(cls, entity, slot, key, prop)
        self._new = collections.container_factory(prop.collection_class) if prop.uselist else None
        if self._new is not None:
            entity.configure_slot(slot, self._make)
            self.on_replace = self._replace

    def _make(self, obj: Any, slot: int, members: list[Any]) -> Any:
        """The container of an object, with what was loaded. Called by the core."""
        assert self._new is not None
        container = self._new()
        if type(container) is collections.InstrumentedList:
            list.extend(container, members)
        else:
            for member in members:
                container._sa_apply(member, True)
        container._sa_owner = collections.Owner(obj, slot, self)
        for fn in self.dispatch.listeners("init_collection"):
            fn(obj, container, collections.Adapter(container))
        return container

    def _replace(self, obj: Any, value: Any) -> None:
        """``obj.children = value``: a new container; those who left and those who came are told."""
        old = _core.get_slot(obj, self.slot)
        if value is old:
            return
        made = self._make(obj, self.slot, [])
        self._exchange(obj, old, made, collections.members_for_assignment(made, value, str(self)))

    def _replace_members(self, obj: Any, members: list[Any]) -> None:
        """The same with the members themselves, whatever the kind of container. Called by the core."""
        self._exchange(obj, _core.get_slot(obj, self.slot), self._make(obj, self.slot, []), members)

    def _exchange(self, obj: Any, old: Any, made: Any, members: list[Any]) -> None:
        token = self._token("BULK_REPLACE")
        members = [self._validate_append(obj, member) for member in members]
        for fn in self.dispatch.listeners("bulk_replace"):
            fn(obj, members, token)
        made._sa_owner.validates = False
        before = collections.members_of(old) if old is not None else []
        stay = {id(m) for m in before}
        come = {id(m) for m in members}
        for member in members:
            made._sa_append(member) if id(member) not in stay else made._sa_apply(member, True)
        for member in before:
            if id(member) not in come:
                self._validate_remove(obj, member)
                _core.unlink(obj, self.slot, member)
                self._fire_remove(obj, member)
        made._sa_owner.validates = True
        _core.replace_container(obj, self.slot, made)
        if old is not None and getattr(old, "_sa_owner", None) is not None:
            old._sa_owner = None
            for fn in self.dispatch.listeners("dispose_collection"):
                fn(obj, old, collections.Adapter(old))

    # -- expressions

    @property
    def entity_(self) -> Any:
        return self.property.entity

    @property
    def mapper(self) -> Any:
        """The mapper of the class that it leads to."""
        return self.property.mapper

    def any(self, criterion: Any = None, **kw: Any) -> ColumnElement[bool]:
        """EXISTS: some member satisfies ``criterion`` and ``key=value`` of ``kw``. Of relations to many.

        :raises InvalidRequestError: the relation is to one.
        """
        if not self.property.uselist:
            raise exc.InvalidRequestError(f"{self} leads to one object: has() asks about it")
        return _core.attribute_any(self, _criteria(self, criterion, kw))

    def has(self, criterion: Any = None, **kw: Any) -> ColumnElement[bool]:
        """EXISTS: the object that it leads to satisfies ``criterion`` and ``key=value`` of ``kw``. Of relations to one.

        :raises InvalidRequestError: the relation is to many.
        """
        if self.property.uselist:
            raise exc.InvalidRequestError(f"{self} leads to many objects: any() asks about them")
        return _core.attribute_any(self, _criteria(self, criterion, kw))

    def contains(self, other: Any, **kw: Any) -> Any:  # type: ignore[override]
        """The object is a member. Of relations to many.

        :raises InvalidRequestError: the relation is to one.
        """
        if not self.property.uselist:
            raise exc.InvalidRequestError(f"{self} leads to one object: == compares it")
        return _core.attribute_test(4, self, other)

    def of_type(self, entity: Any) -> Any:
        """The relation towards a subclass or an alias of its target."""
        return _core.attribute_of_type(self, entity)

    def and_(self, *criteria: Any) -> Any:
        """The relation with more criteria in its ON or in its load."""
        return _core.attribute_and(self, *criteria)

    def in_(self, other: Any) -> Any:
        """Not for relationships.

        :raises NotImplementedError: always.
        """
        raise NotImplementedError(f"{self} is a relationship: in_() works on its foreign key column")


class RelationExpression(_core.Expr[Any], QueryableAttribute):
    """A relationship of an alias, or with more criteria: ``aliased(User).addresses``, ``User.addresses.and_(...)``."""

    _is_relation_attribute = True

    @property
    def _told(self) -> tuple[Any, str, bool]:
        return _core.relation_of(self)

    @property
    def key(self) -> str:
        """The name of the attribute."""
        return self._told[1]

    @property
    def parent(self) -> Any:
        """The mapper of its class."""
        return self._told[0].cls.__mapper__

    @property
    def mapper(self) -> Any:
        """The mapper of the class that it leads to."""
        return self.prop.mapper

    @property
    def prop(self) -> Any:
        """The relationship."""
        return self.parent._props[self.key]

    property = prop
    any = RelationAttribute.any
    has = RelationAttribute.has
    contains = RelationAttribute.contains  # type: ignore[assignment]
    of_type = RelationAttribute.of_type
    and_ = RelationAttribute.and_
    in_ = RelationAttribute.in_

    def __eq__(self, other: Any) -> Any:
        return _core.attribute_test(2, self, other)

    def __ne__(self, other: Any) -> Any:
        return _core.attribute_test(3, self, other)

    __hash__ = object.__hash__

    def __str__(self) -> str:
        return f"{self.parent.class_.__name__}.{self.key}"


_core.set_node_classes({_core.kinds["ATTRIBUTE"]: RelationExpression})


def _criteria(attribute: Any, criterion: Any, by_key: dict[str, Any]) -> Any:
    parts = [] if criterion is None else [criterion]
    target = attribute.property.mapper.class_
    for key, value in by_key.items():
        if not hasattr(target, key):
            raise exc.InvalidRequestError(f"{target.__name__} has no attribute {key!r}")
        parts.append(getattr(target, key) == value)
    if not parts:
        return None
    from ..sql.expression import and_

    return and_(*parts)


def _attribute(obj: Any, key: str) -> InstrumentedAttribute[Any]:
    attribute = getattr(type(obj), key, None)
    if not isinstance(attribute, InstrumentedAttribute):
        raise exc.InvalidRequestError(f"{type(obj).__name__} has no mapped attribute {key!r}")
    return attribute


def get_history(obj: Any, key: str, passive: PassiveFlag = PASSIVE_OFF) -> History:
    """What an attribute has become since it was committed.

    :param passive: an unloaded value is loaded unless this forbids it.
    """
    attribute = _attribute(obj, key)
    if passive & PassiveFlag.SQL_OK and isinstance(attribute, RelationAttribute):
        _core.get_slot(obj, attribute.slot)
    return History(*_core.history(obj, attribute.slot))


def flag_modified(instance: Any, key: str) -> None:
    """Makes an attribute changed, so that the next flush sends it: for values that were edited in place.

    :raises InvalidRequestError: it is not loaded.
    """
    _core.touch(instance, _attribute(instance, key).slot)


def flag_dirty(instance: Any) -> None:
    """Makes an object dirty without any attribute: ``before_flush`` sees it, nothing is sent."""
    _core.touch(instance, -1)


def set_committed_value(instance: Any, key: str, value: Any) -> None:
    """Sets an attribute as if it had been loaded: no history, no events."""
    attribute = _attribute(instance, key)
    if isinstance(attribute, RelationAttribute) and attribute.property.uselist:
        made = attribute._make(instance, attribute.slot, [])
        for member in collections.members_for_assignment(made, value, str(attribute)):
            made._sa_apply(member, True)
        value = made
    _core.set_committed(instance, attribute.slot, value)


def set_attribute(instance: Any, key: str, value: Any, initiator: Any = None) -> None:
    """Sets an attribute, with its events."""
    setattr(instance, key, value)


def get_attribute(instance: Any, key: str) -> Any:
    """Reads an attribute, loading it where needed."""
    return getattr(instance, key)


def del_attribute(instance: Any, key: str) -> None:
    """Deletes an attribute's value, with its events."""
    delattr(instance, key)


def init_collection(obj: Any, key: str) -> Any:
    """Gives an attribute a new, empty, loaded container and returns its adapter."""
    set_committed_value(obj, key, collections.container_factory(_attribute(obj, key).property.collection_class)())
    return collections.collection_adapter(getattr(obj, key))


__all__ += ["NO_VALUE", "PASSIVE_NO_INITIALIZE", "PASSIVE_OFF", "RelationAttribute"]

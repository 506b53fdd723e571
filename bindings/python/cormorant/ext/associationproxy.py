"""Attributes that reach through a relation: the names of an object's tags as a list of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, Generic, overload

from .. import _core, exc
from .._typing import T
from ..orm.attributes import InstrumentedAttribute, RelationAttribute
from ..orm.dataclass_fields import field_options
from ..orm.interfaces import InspectionAttrExtensionType, InspectionAttrInfo, ProxiedAttribute
from ..orm.relationships import RelationshipProperty
from ..sql.expression import or_
from ..sql.operators import ColumnOperators, eq
from ._proxied import AssociationDict, AssociationList, AssociationSet, kind_of

__all__ = [
    "AmbiguousAssociationProxyInstance",
    "AssociationProxy",
    "AssociationProxyExtensionType",
    "AssociationProxyInstance",
    "ColumnAssociationProxyInstance",
    "ObjectAssociationProxyInstance",
    "association_proxy",
]


class AssociationProxyExtensionType(InspectionAttrExtensionType):
    """What :attr:`AssociationProxy.extension_type` says."""

    ASSOCIATION_PROXY = "ASSOCIATION_PROXY"


class AssociationProxy(InspectionAttrInfo, Generic[T]):
    """The descriptor that :func:`association_proxy` gives."""

    is_attribute = True
    extension_type = AssociationProxyExtensionType.ASSOCIATION_PROXY

    def __init__(
        self,
        target_collection: str,
        attr: str,
        *,
        creator: Callable[..., Any] | None = None,
        getset_factory: Callable[..., Any] | None = None,
        proxy_factory: Callable[..., Any] | None = None,
        proxy_bulk_set: Callable[..., Any] | None = None,
        info: dict[Any, Any] | None = None,
        cascade_scalar_deletes: bool = False,
        create_on_none_assignment: bool = False,
        dataclass_field: Any = None,
    ) -> None:
        self.target_collection = target_collection
        self.value_attr = attr
        self.creator = creator
        self.getset_factory = getset_factory
        self.proxy_factory = proxy_factory
        self.proxy_bulk_set = proxy_bulk_set
        self.cascade_scalar_deletes = cascade_scalar_deletes
        self.create_on_none_assignment = create_on_none_assignment
        self.dataclass_field = dataclass_field
        self.key = f"_{type(self).__name__}_{target_collection}_{id(self)}"
        if info:
            self.info.update(info)

    @overload
    def __get__(self, instance: Any, owner: None) -> AssociationProxy[T]: ...

    @overload
    def __get__(self, instance: None, owner: Any) -> AssociationProxyInstance[T]: ...

    @overload
    def __get__(self, instance: object, owner: Any) -> T: ...

    def __get__(self, instance: Any, owner: Any) -> Any:
        if owner is None:
            return self
        found = self.for_class(owner, instance)
        return found if instance is None else found.get(instance)

    def __set__(self, instance: Any, value: T) -> None:
        self.for_class(type(instance), instance).set(instance, value)

    def __delete__(self, instance: Any) -> None:
        self.for_class(type(instance), instance).delete(instance)

    def for_class(self, class_: Any, obj: Any = None) -> AssociationProxyInstance[T]:
        """What the proxy is for a mapped class.

        :param obj: an object of the class; nothing depends on it here.
        :raises NotImplementedError: it leads through something else than a relation.
        """
        if hasattr(class_, "_aliased_insp"):
            class_ = class_._aliased_insp.class_
        if not hasattr(class_, "__mapper__"):
            raise exc.InvalidRequestError(f"{self!r} stands on {class_!r}, which is not mapped")
        name = f"{self.key}_inst"
        if name not in class_.__dict__:
            type.__setattr__(class_, name, _instance_for(self, class_))
        return class_.__dict__[name]  # type: ignore[no-any-return]

    def __repr__(self) -> str:
        return f"AssociationProxy({self.target_collection!r}, {self.value_attr!r})"


def _instance_for(parent: AssociationProxy[Any], owner: Any) -> AssociationProxyInstance[Any]:
    prop = owner.__mapper__.get_property(parent.target_collection)
    if not isinstance(prop, RelationshipProperty):
        raise NotImplementedError(f"{parent!r} leads through {prop}, which is no relationship")
    target = prop.mapper.class_
    attribute = getattr(target, parent.value_attr, None)
    kind: type[AssociationProxyInstance[Any]] = AmbiguousAssociationProxyInstance
    if isinstance(attribute, (RelationAttribute, AssociationProxyInstance)):
        kind = ObjectAssociationProxyInstance
    elif isinstance(attribute, (InstrumentedAttribute, ProxiedAttribute)):
        kind = ColumnAssociationProxyInstance
    return kind(parent, owner, target, parent.value_attr)


if TYPE_CHECKING:

    class _Operators(_core.Expr[Any]): ...

else:
    _Operators = ColumnOperators


class AssociationProxyInstance(_Operators, Generic[T]):
    """A proxy for one mapped class: gets and sets on objects, compares on the class.

    :param parent: the descriptor. :param owning_class: the class. :param target_class: where the relation leads.
    :param value_attr: the name of the attribute there.
    """

    def __init__(self, parent: AssociationProxy[T], owning_class: Any, target_class: Any, value_attr: str) -> None:
        self.parent = parent
        self.key = parent.key
        self.owning_class = owning_class
        self.target_class = target_class
        self.value_attr = value_attr
        self.target_collection = parent.target_collection
        self.collection_class: Any = None

    # -- what it is

    @property
    def info(self) -> Any:
        """The descriptor's dictionary."""
        return self.parent.info

    @property
    def scalar(self) -> bool:
        """Whether there is one value, not many."""
        return not self._relation.property.uselist

    @property
    def _relation(self) -> Any:
        return getattr(self.owning_class, self.target_collection)

    local_attr = _relation

    @property
    def remote_attr(self) -> Any:
        """The attribute of the class that the relation leads to."""
        return getattr(self.target_class, self.value_attr)

    @property
    def attr(self) -> tuple[Any, Any]:
        """Both attributes."""
        return self.local_attr, self.remote_attr

    def for_proxy(self, parent: Any, owning_class: Any, parent_instance: Any = None) -> Any:
        """The same descriptor for another class."""
        return parent.for_class(owning_class, parent_instance)

    # -- on objects

    def _getset(self, kind: Any) -> tuple[Callable[..., Any], Callable[..., Any]]:
        if self.parent.getset_factory is not None:
            made: tuple[Callable[..., Any], Callable[..., Any]] = self.parent.getset_factory(kind, self)
            return made
        name = self.value_attr

        def get(target: Any) -> Any:
            return None if target is None else getattr(target, name)

        if kind is dict:
            return get, lambda target, key, value: setattr(target, name, value)
        return get, lambda target, value: setattr(target, name, value)

    @property
    def _creator(self) -> Any:
        return self.parent.creator or self.target_class

    def get(self, obj: Any) -> Any:
        """The value of an object, or the container that stands for its values."""
        if obj is None:
            return self
        if self.scalar:
            return self._getset(None)[0](getattr(obj, self.target_collection))
        known = obj.__dict__.get(self.key)
        if known is not None and known[0] == id(obj) and known[1] == id(self):
            return known[2]
        made = self._new(obj)
        setattr(obj, self.key, (id(obj), id(self), made))
        return made

    def _new(self, obj: Any) -> Any:
        lazy = _LazyCollection(obj, self.target_collection)
        kind = kind_of(lazy())
        self.collection_class = kind
        if self.parent.proxy_factory is not None:
            return self.parent.proxy_factory(lazy, self._creator, self.value_attr, self)
        get, set_ = self._getset(kind)
        kinds: dict[type, Any] = {list: AssociationList, set: AssociationSet, dict: AssociationDict}
        return kinds[kind](lazy, self._creator, get, set_, self)

    def set(self, obj: Any, values: Any) -> None:
        """Sets the value, or replaces all values."""
        if not self.scalar:
            proxy = self.get(obj)
            if proxy is values:
                return
            if self.parent.proxy_bulk_set is not None:
                proxy.clear()
                self.parent.proxy_bulk_set(proxy, values)
            else:
                proxy._bulk_replace(values)
            return
        target = getattr(obj, self.target_collection)
        if target is not None:
            self._getset(None)[1](target, values)
            if values is None and self.parent.cascade_scalar_deletes:
                setattr(obj, self.target_collection, None)
        elif values is not None or self.parent.create_on_none_assignment:
            setattr(obj, self.target_collection, self._creator(values))

    def delete(self, obj: Any) -> None:
        """Deletes what the relation leads to from the object."""
        delattr(obj, self.target_collection)

    # -- on the class

    def __clause_element__(self) -> Any:
        raise NotImplementedError(f"{self!r} is no column: only comparisons with it are SQL")

    @property
    def _inner(self) -> AssociationProxyInstance[Any] | None:
        """The proxy that the values come from, where they do."""
        found = self.remote_attr
        return found if isinstance(found, AssociationProxyInstance) else None

    @property
    def _one_value(self) -> bool:
        attribute = self.remote_attr
        return not (isinstance(attribute, RelationAttribute) and attribute.property.uselist)

    def _exists(self, criterion: Any) -> Any:
        return _core.attribute_any(self._relation, criterion)

    def _criterion(self, criterion: Any, kw: dict[str, Any], has: bool) -> Any:
        inner = self._inner
        if inner is not None:
            return self._exists(inner._criterion(criterion, kw, has))
        if isinstance(self, ObjectAssociationProxyInstance):
            attribute = self.remote_attr
            ask = attribute.any if attribute.property.uselist else attribute.has
            return self._exists(ask(criterion, **kw))
        if kw:
            raise exc.ArgumentError(f"{self!r} leads to a column, which has no {sorted(kw)[0]!r}: == compares it")
        if has and criterion is not None:
            raise exc.ArgumentError(f"{self!r} leads to a column: == compares it, has() takes no criterion")
        return self._exists(criterion)

    def any(self, criterion: Any = None, **kwargs: Any) -> Any:
        """EXISTS: some value satisfies the criterion.

        :raises InvalidRequestError: there is one value.
        """
        if self._inner is None and self.scalar and self._one_value:
            raise exc.InvalidRequestError(f"{self!r} leads to one value: has() asks about it")
        return self._criterion(criterion, kwargs, False)

    def has(self, criterion: Any = None, **kwargs: Any) -> Any:
        """EXISTS: the value satisfies the criterion.

        :raises InvalidRequestError: there are many values.
        """
        if self._inner is None and not (self.scalar and self._one_value):
            raise exc.InvalidRequestError(f"{self!r} leads to many values: any() asks about them")
        return self._criterion(criterion, kwargs, True)

    def _value_is(self, other: Any) -> Any:
        return self._relation.has(self.remote_attr == other)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.parent!r})"

    __hash__ = object.__hash__


class ObjectAssociationProxyInstance(AssociationProxyInstance[T]):
    """A proxy whose values are objects, or come from another proxy."""

    def contains(self, other: Any, **kw: Any) -> Any:  # type: ignore[override]
        """EXISTS: the object or value is among them.

        :raises InvalidRequestError: there is one.
        """
        if kw:
            raise exc.ArgumentError(f"contains() of {self!r} takes no {sorted(kw)[0]!r}")
        inner = self._inner
        if inner is not None:
            return self._exists(inner == other if inner.scalar else inner.contains(other))
        if self.scalar and self._one_value:
            raise exc.InvalidRequestError(f"{self!r} leads to one object: == compares it")
        if self.scalar:
            return self._relation.has(self.remote_attr.contains(other))
        return self._exists(self.remote_attr == other)

    if not TYPE_CHECKING:

        def __eq__(self, other: Any) -> Any:
            found = self._value_is(other)
            return found if other is not None else or_(found, self._relation == None)

        def __ne__(self, other: Any) -> Any:
            return self._relation.has(self.remote_attr != other)

    __hash__ = object.__hash__


class ColumnAssociationProxyInstance(AssociationProxyInstance[T]):
    """A proxy whose values are those of a column."""

    def operate(self, op: Callable[..., Any], *other: Any, **kwargs: Any) -> Any:
        """EXISTS: a value satisfies the operator."""
        found = self._exists(op(self.remote_attr, *other, **kwargs))
        if op is eq and other == (None,):
            return or_(found, self._relation == None)
        return found


class AmbiguousAssociationProxyInstance(AssociationProxyInstance[T]):
    """A proxy to an attribute that the relation's class does not map: works on objects, not in SQL."""

    @property
    def remote_attr(self) -> Any:
        """Not known in SQL.

        :raises AttributeError: always.
        """
        raise AttributeError(
            f"{self!r} works on objects only: {self.target_class.__name__} maps no attribute {self.value_attr!r}, "
            "so which one is meant in SQL is not known"
        )

    if not TYPE_CHECKING:

        def __eq__(self, other: Any) -> Any:
            return self.remote_attr == other

        def __ne__(self, other: Any) -> Any:
            return self.remote_attr != other

    __hash__ = object.__hash__


class _LazyCollection:
    """Gives the container of a relation of an object when it is called."""

    def __init__(self, obj: Any, target: str) -> None:
        self.parent = obj
        self.target = target

    def __call__(self) -> Any:
        return getattr(self.parent, self.target)

    def __iter__(self) -> Iterator[Any]:
        return iter(self())


def association_proxy(
    target_collection: str,
    attr: str,
    *,
    creator: Callable[..., Any] | None = None,
    getset_factory: Callable[..., Any] | None = None,
    proxy_factory: Callable[..., Any] | None = None,
    proxy_bulk_set: Callable[..., Any] | None = None,
    info: dict[Any, Any] | None = None,
    cascade_scalar_deletes: bool = False,
    create_on_none_assignment: bool = False,
    **field: Any,
) -> AssociationProxy[Any]:
    """An attribute that shows an attribute of the objects that a relation leads to.

    :param target_collection: the relation's name.
    :param attr: the name of the attribute of its objects.
    :param creator: makes an object of a value (of key and value for a dict); the class itself by default.
    :param getset_factory: ``(kind, proxy) -> (get, set)``: how a value is read from an object and written to it.
    :param proxy_factory: makes the container that stands for the values.
    :param proxy_bulk_set: sets all values of such a container.
    :param cascade_scalar_deletes: None as value removes the object, too.
    :param create_on_none_assignment: None as value makes an object where there is none.
    :param field: of mapped dataclasses: ``init``, ``repr``, ``default``, ``default_factory``, ``compare``, ``kw_only``,
        ``hash``, ``dataclass_metadata``.
    """
    return AssociationProxy(
        target_collection,
        attr,
        creator=creator,
        getset_factory=getset_factory,
        proxy_factory=proxy_factory,
        proxy_bulk_set=proxy_bulk_set,
        info=info,
        cascade_scalar_deletes=cascade_scalar_deletes,
        create_on_none_assignment=create_on_none_assignment,
        dataclass_field=field_options("association_proxy", field),
    )

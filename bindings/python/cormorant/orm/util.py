"""Aliases of mapped classes, states, and small helpers of the object layer."""

from __future__ import annotations

from typing import Any, TypeVar, overload

from .. import _core, exc
from .._nearest import hint_of_class
from .base import InspectionAttr
from .mapper import Mapper, class_mapper, object_mapper

__all__ = [
    "AliasedClass",
    "AliasedInsp",
    "Bundle",
    "aliased",
    "identity_key",
    "join",
    "outerjoin",
    "with_parent",
    "with_polymorphic",
]

_O = TypeVar("_O")


_OF_PARENT = 6  # corm_relation_test


class AliasedInsp(InspectionAttr):
    """What ``inspect(aliased(X))`` gives."""

    is_aliased_class = True

    def __init__(self, alias: AliasedClass, mapper: Mapper, source: Any, name: str | None) -> None:
        self.entity = alias
        self.mapper = mapper
        self.selectable = source
        self.name = name

    @property
    def class_(self) -> type:
        """The mapped class that it is an alias of."""
        return self.mapper.class_

    def __clause_element__(self) -> Any:
        return self.selectable


class AliasedClass:
    """A mapped class under another name in the FROM: its attributes are those of the alias."""

    def __init__(self, mapped_class_or_ac: Any, alias: Any = None, name: str | None = None) -> None:
        if isinstance(mapped_class_or_ac, AliasedClass):
            mapper = mapped_class_or_ac._aliased_insp.mapper
        else:
            from ..inspection import inspect

            mapper = inspect(mapped_class_or_ac)
            if not isinstance(mapper, Mapper):
                raise exc.NoInspectionAvailable(f"aliased() takes a mapped class, not {mapped_class_or_ac!r}")
        if isinstance(alias, _core.Statement):
            alias = alias.subquery()
        if alias is not None and name is not None:
            raise exc.NotSupportedYet("aliased(Entity, selectable, name=...) is not here yet")
        source = _core.aliased(mapper.entity.source, name, alias)
        self._set_source(mapper, source, name)

    def _set_source(self, mapper: Mapper, source: Any, name: str | None) -> None:
        self.__dict__["_aliased_insp"] = AliasedInsp(self, mapper, source, name)
        self.__dict__["__corm_source__"] = source
        self.__dict__["__name__"] = mapper.class_.__name__

    def __getattr__(self, key: str) -> Any:
        insp = self.__dict__.get("_aliased_insp")
        if insp is None or key.startswith("__"):
            raise AttributeError(key)
        slot = insp.mapper.entity.slot(key)
        if slot < 0:
            return _from_class(self, insp.mapper.class_, key)
        made = _core.source_attribute(insp.selectable, slot)
        self.__dict__[key] = made
        return made

    def __clause_element__(self) -> Any:
        return self._aliased_insp.selectable

    @property
    def __mapper__(self) -> Mapper:
        return self._aliased_insp.mapper  # type: ignore[no-any-return]

    def __repr__(self) -> str:
        insp = self._aliased_insp
        return f"<AliasedClass at 0x{id(self):x}; {insp.mapper.class_.__name__}>"


def _from_class(alias: AliasedClass, cls: type, key: str) -> Any:
    """Something of the class that is no mapped attribute: a hybrid, a method."""
    value = None
    for base in cls.__mro__:
        if key in base.__dict__:
            value = base.__dict__[key]
            break
    else:
        raise AttributeError(f"{cls.__name__!r} has no attribute {key!r}{hint_of_class(key, cls)}")
    if hasattr(value, "__get__") and not isinstance(value, type):
        return value.__get__(None, alias)
    return value


def _face(cls: type, source: Any) -> Any:
    """What has the attributes of a source of rows: the class itself, or an alias of it. Called by filter_by()."""
    if source._kind != _core.kinds["ALIAS"]:
        return cls
    made = AliasedClass.__new__(AliasedClass)
    made._set_source(cls.__mapper__, source, None)  # type: ignore[attr-defined]
    return made


_core.set_source_face(_face)


def _is_joined(element: Any) -> bool:
    mapper = getattr(element, "__mapper__", None)
    return mapper is not None and len(mapper.tables) > 1


@overload
def aliased(
    element: type[_O], alias: Any = None, name: str | None = None, flat: bool = False, adapt_on_names: bool = False
) -> type[_O]: ...


@overload
def aliased(
    element: Any, alias: Any = None, name: str | None = None, flat: bool = False, adapt_on_names: bool = False
) -> Any: ...


def aliased(
    element: Any, alias: Any = None, name: str | None = None, flat: bool = False, adapt_on_names: bool = False
) -> Any:
    """A mapped class, or a table or subquery, under another name.

    :param name: the name; one is made up where it is None.
    """
    if adapt_on_names:
        raise exc.NotSupportedYet("aliased(adapt_on_names=True) is not here yet")
    if flat and _is_joined(element):
        raise exc.NotSupportedYet("aliased(flat=True) of a class with several tables is not here yet")
    if isinstance(element, _core.Source):
        return element.alias(name)
    return AliasedClass(element, alias, name)


def with_polymorphic(*args: Any, **kw: Any) -> Any:
    """Not here yet."""
    raise exc.NotSupportedYet("with_polymorphic() is not here yet")


class Bundle:
    """Not here yet."""

    def __init__(self, *args: Any, **kw: Any) -> None:
        raise exc.NotSupportedYet("Bundle is not here yet")


def join(left: Any, right: Any, onclause: Any = None, isouter: bool = False, full: bool = False) -> Any:
    """A join of two mapped classes or tables, as a FROM."""
    from ..sql.expression import join as core_join

    return core_join(left, right, onclause, isouter=isouter, full=full)


def outerjoin(left: Any, right: Any, onclause: Any = None, full: bool = False) -> Any:
    """A left outer join of two mapped classes or tables, as a FROM."""
    return join(left, right, onclause, True, full)


def with_parent(instance: Any, prop: Any, from_entity: Any = None) -> Any:
    """The criterion "belongs to this object by that relation".

    :param from_entity: an alias of the relation's target that is meant.
    """
    if isinstance(prop, str):
        raise exc.ArgumentError("with_parent() takes an attribute of a class, not its name as text")
    if from_entity is not None:
        prop = prop.of_type(from_entity)
    return _core.attribute_test(_OF_PARENT, prop, instance)


def identity_key(
    class_: Any = None, ident: Any = None, *, instance: Any = None, row: Any = None, identity_token: Any = None
) -> tuple[Any, ...]:
    """The key by which the identity map knows an object: ``(class, primary key, None)``."""
    if row is not None:
        raise exc.NotSupportedYet("identity_key(row=...) is not here yet")
    if instance is not None:
        return object_mapper(instance).identity_key_from_instance(instance)  # type: ignore[no-any-return]
    mapper = class_mapper(class_)
    key = tuple(ident) if isinstance(ident, (tuple, list)) else (ident,)
    return mapper.base_mapper.class_, key, identity_token

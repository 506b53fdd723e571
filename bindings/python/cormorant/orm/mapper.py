"""Mappers: what a class, its table and the core's entity have to do with each other."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

from .. import _core, exc
from ..event.registry import Dispatch
from . import events as orm_events
from .attributes import InstrumentedAttribute, RelationAttribute
from .base import InspectionAttr
from .clsregistry import resolve
from .dynamic import DynamicAttribute, WriteOnlyAttribute
from .properties import ColumnProperty, MappedColumn, MapperProperty
from .relationships import RelationshipProperty

__all__ = ["Mapper", "class_mapper", "configure_mappers", "object_mapper", "reconstructor", "validates"]

_F = TypeVar("_F", bound=Callable[..., Any])
_DEFERRED, _ACTIVE_HISTORY, _DEFERRED_RAISE = 1, 2, 4
_CONFIRM_DELETED = 2
_DEFAULTS = {"auto": 0, True: 4, False: 8}  # eager_defaults
_NO_IDENTITY = object()


class PropertyCollection:
    """Properties by key, as a mapping and by attribute."""

    def __init__(self, properties: dict[str, Any]) -> None:
        self._properties = properties

    def __getattr__(self, key: str) -> Any:
        try:
            return self._properties[key]
        except KeyError:
            raise AttributeError(key) from None

    def __getitem__(self, key: str) -> Any:
        return self._properties[key]

    def __contains__(self, key: object) -> bool:
        return key in self._properties

    def __iter__(self) -> Iterator[Any]:
        return iter(list(self._properties.values()))

    def __len__(self) -> int:
        return len(self._properties)

    def keys(self) -> list[str]:
        """The keys, in order."""
        return list(self._properties)

    def values(self) -> list[Any]:
        """The properties, in order."""
        return list(self._properties.values())

    def items(self) -> list[tuple[str, Any]]:
        """Both."""
        return list(self._properties.items())

    def get(self, key: str, default: Any = None) -> Any:
        """The property of that key."""
        return self._properties.get(key, default)


class _Unconfigured:
    """Stands for a relation until both of its classes are there: the first use configures the mappers."""

    def __init__(self, cls: type, key: str) -> None:
        self._cls = weakref.ref(cls)
        self._key = key

    def _real(self, owner: type) -> Any:
        cls = self._cls()
        configure_mappers(None if cls is None else cls.__mapper__.registry)  # type: ignore[attr-defined]
        for base in owner.__mro__:
            found = base.__dict__.get(self._key)
            if found is not None and found is not self:
                return found
        raise AttributeError(self._key)

    def __get__(self, obj: Any, owner: type) -> Any:
        return self._real(owner).__get__(obj, owner)

    def __set__(self, obj: Any, value: Any) -> None:
        self._real(type(obj)).__set__(obj, value)

    def __delete__(self, obj: Any) -> None:
        self._real(type(obj)).__delete__(obj)


class Mapper(InspectionAttr):
    """The mapping of one class."""

    is_mapper = True
    dispatch_all = Dispatch()

    def __init__(
        self,
        class_: type,
        local_table: Any = None,
        *,
        registry: Any = None,
        inherits: Any = None,
        properties: dict[str, Any] | None = None,
        polymorphic_on: Any = None,
        polymorphic_identity: Any = _NO_IDENTITY,
        include_properties: Any = None,
        exclude_properties: Any = None,
        primary_key: Any = None,
        confirm_deleted_rows: bool = True,
        eager_defaults: Any = "auto",
        version_id_col: Any = None,
        version_id_generator: Any = None,
        **kw: Any,
    ) -> None:
        if kw:
            raise exc.NotSupportedYet(f"The mapper argument {sorted(kw)[0]!r} is not here yet")
        if primary_key is not None:
            raise exc.NotSupportedYet("The mapper argument 'primary_key' is not here yet")
        self.class_ = class_
        self.registry = registry
        self.inherits = _mapper_or_none(inherits)
        self.single = local_table is None or (self.inherits is not None and local_table is self.inherits.local_table)
        self.local_table: Any = self.inherits.local_table if self.single and self.inherits else local_table
        if self.local_table is None:
            raise exc.ArgumentError(f"Mapper[{class_.__name__}] has no table")
        self.base_mapper: Mapper = self.inherits.base_mapper if self.inherits else self
        self.polymorphic_identity = None if polymorphic_identity is _NO_IDENTITY else polymorphic_identity
        self.polymorphic_on: Any = (
            polymorphic_on if polymorphic_on is not None else (self.inherits.polymorphic_on if self.inherits else None)
        )
        if eager_defaults not in _DEFAULTS:
            raise exc.ArgumentError(f"eager_defaults is 'auto', True or False, not {eager_defaults!r}")
        self.eager_defaults: Any = eager_defaults
        self.version_id_col: Any = version_id_col
        self.version_id_generator: Any = version_id_generator
        if version_id_col is None and self.inherits:
            self.version_id_col = self.inherits.version_id_col
            self.version_id_generator = self.inherits.version_id_generator
        if self.version_id_col is not None and not confirm_deleted_rows:
            raise exc.NotSupportedYet("confirm_deleted_rows=False is not here yet for classes with a version_id_col")
        self.exclude = set(exclude_properties or ())
        self.include = None if include_properties is None else set(include_properties)
        self._props: dict[str, Any] = dict(self.inherits._props) if self.inherits else {}
        self.columns_by_key: dict[str, Any] = dict(self.inherits.columns_by_key) if self.inherits else {}
        self._children: weakref.WeakSet[Mapper] = weakref.WeakSet()
        self._waiting: dict[str, RelationshipProperty] = {}
        self.validators: dict[str, tuple[Callable[..., Any], dict[str, Any]]] = {}
        has_identity = polymorphic_identity is not _NO_IDENTITY
        self.entity: _core.Entity = _core.Entity(
            self.local_table.metadata,
            class_.__name__,
            class_.__module__,
            None if self.single and self.inherits else self.local_table,
            self.inherits.entity if self.inherits else None,
            self.polymorphic_identity,
            has_identity,
            class_,
            (_CONFIRM_DELETED if confirm_deleted_rows else 0) | _DEFAULTS[self.eager_defaults],
        )
        parents: tuple[Dispatch, ...] = (self.inherits.dispatch,) if self.inherits else (Mapper.dispatch_all,)
        self._own_dispatch = Dispatch(changed=self._events_changed)  # for this class, not for its subclasses
        self.dispatch: Dispatch = Dispatch(
            *parents, *orm_events.dispatches_of_bases(class_), changed=self._events_changed
        )
        self._map(dict(properties or {}))
        if self.inherits:
            self.inherits._children.add(self)
        self._events_changed()

    # -- building

    def _map(self, properties: dict[str, Any]) -> None:
        cls = self.class_
        type.__setattr__(cls, "__mapper__", self)
        type.__setattr__(cls, "__table__", self.local_table)
        _core.instrument(cls, self.entity)
        self._collect_decorated()
        columns = self._column_properties(properties)
        for key, prop in columns:
            self._add_column_property(key, prop)
        self._set_discriminator()
        self._set_version()
        if self.polymorphic_on is not None and self.polymorphic_identity is not None:
            self.entity.set_initial(next(k for k, c in self.columns_by_key.items() if c is self.polymorphic_on))
        self._wrap_init()
        for key, prop in properties.items():
            if isinstance(prop, RelationshipProperty):
                self._wait_for(key, prop)
        if self.inherits:
            self._inherit_attributes()
        _unconfigured.add(self)
        self.entity.ready = False

    def _column_properties(self, properties: dict[str, Any]) -> list[tuple[str, ColumnProperty]]:
        """Expressions first, then the table's columns in order, each under the key that the class gives it."""
        keyed: dict[Any, tuple[str, ColumnProperty]] = {}
        expressions: list[tuple[str, ColumnProperty]] = []
        for key, prop in properties.items():
            if isinstance(prop, RelationshipProperty):
                continue
            prop = prop if isinstance(prop, ColumnProperty) else ColumnProperty(prop)
            if getattr(prop.columns[0], "table", None) is None or not hasattr(prop.columns[0], "foreign_keys"):
                expressions.append((key, prop))
            else:
                for column in prop.columns:
                    keyed[column] = (key, prop)
        own = []
        seen = set()
        for column in () if self.single and self.inherits else self.local_table.columns:
            key, prop = keyed.get(column) or (column.key, ColumnProperty(column))
            if key in self.exclude or (self.include is not None and key not in self.include) or key in seen:
                continue
            seen.add(key)
            own.append((key, prop))
        if self.single and self.inherits:
            own = [(key, prop) for key, prop in keyed.values()]
        return expressions + own

    def _add_column_property(self, key: str, prop: ColumnProperty) -> None:
        prop.key = key
        prop.parent = self
        column = prop.columns[0]
        is_column = hasattr(column, "foreign_keys") and getattr(column, "table", None) is not None
        inherited = self._props.get(key)
        if is_column and isinstance(inherited, ColumnProperty):
            prop.columns += [c for c in inherited.columns if c not in prop.columns]
        flags = prop.deferred * _DEFERRED | prop.active_history * _ACTIVE_HISTORY | prop.raiseload * _DEFERRED_RAISE
        if is_column:
            slot = self.entity.add_attribute(key, tuple(prop.columns), None, flags, prop.group)
            self.columns_by_key[key] = column
        else:
            slot = self.entity.add_attribute(key, (), column, flags, prop.group)
        self._props[key] = prop
        attribute = InstrumentedAttribute(self.class_, self.entity, slot, key, prop)
        self._install(key, attribute)

    def _install(self, key: str, attribute: Any) -> None:
        for fn, options in [self.validators[key]] if key in self.validators else []:
            attribute._add_validator(fn, options["include_removes"], options["include_backrefs"])
        type.__setattr__(self.class_, key, attribute)

    def _inherit_attributes(self) -> None:
        """Attributes of the parent's that the class does not say anew are its own: ``Sub.name`` means the subclass."""
        assert self.inherits is not None
        for key, prop in self.inherits._props.items():
            if key in self.class_.__dict__ and isinstance(self.class_.__dict__[key], InstrumentedAttribute):
                continue
            slot = self.entity.slot(key)
            if slot >= 0 and key not in self.class_.__dict__:
                kind = _relation_kind(prop) if isinstance(prop, RelationshipProperty) else InstrumentedAttribute
                self._install(key, kind(self.class_, self.entity, slot, key, prop))

    def _set_discriminator(self) -> None:
        on = self.polymorphic_on
        if on is None or (self.inherits and on is self.inherits.polymorphic_on):
            return
        if isinstance(on, str):
            if on not in self._props:
                raise exc.ArgumentError(f"polymorphic_on='{on}' is no mapped attribute of {self.class_.__name__}")
            key = on
        else:
            on = getattr(on, "column", on)
            key = next((k for k, c in self.columns_by_key.items() if c is on), "")
            if not key:
                raise exc.ArgumentError(f"polymorphic_on of {self.class_.__name__} is not one of its mapped columns")
        self.polymorphic_on = self.columns_by_key[key]
        self.entity.set_discriminator(key)

    def _set_version(self) -> None:
        given = self.version_id_col
        if given is None or (self.inherits and given is self.inherits.version_id_col):
            return
        column = getattr(given, "column", given)
        key = (given if given in self.columns_by_key else None) if isinstance(given, str) else self._key_of(column)
        if key is None:
            raise exc.ArgumentError(f"version_id_col={given!r} is no mapped column of {self.class_.__name__}")
        generator = self.version_id_generator
        if generator is not None and generator is not False and not callable(generator):
            raise exc.ArgumentError(f"version_id_generator is a function or False, not {generator!r}")
        self.version_id_col = self.columns_by_key[key]
        self.entity.set_version(key, generator)

    def _key_of(self, column: Any) -> str | None:
        return next((k for k, c in self.columns_by_key.items() if c is column), None)

    def _collect_decorated(self) -> None:
        for base in reversed(self.class_.__mro__):
            for value in list(vars(base).values()):
                names = getattr(value, "__sa_validators__", None)
                if names is not None:
                    for name in names:
                        self.validators[name] = (value, value.__sa_validation_opts__)
                if getattr(value, "__sa_reconstructor__", False):
                    self.reconstructor_ = value

    reconstructor_: Callable[[Any], Any] | None = None

    def _wrap_init(self) -> None:
        """An __init__ that the class has or inherits runs with a record in place; without one, the usual one."""
        cls = self.class_
        init: Any = cls.__dict__.get("__init__") or cls.__init__  # type: ignore[misc]
        if init is object.__init__:
            type.__setattr__(cls, "__init__", _construct)
        elif init is not _core.Instance.__init__ and not getattr(init, "_sa_wrapped", False):
            type.__setattr__(cls, "__init__", _initialised(init))

    # -- relations

    def _wait_for(self, key: str, prop: RelationshipProperty) -> None:
        prop.key = key
        prop.parent = self
        self._waiting[key] = prop
        self._props[key] = prop
        type.__setattr__(self.class_, key, _Unconfigured(self.class_, key))
        self.entity.ready = False
        _unconfigured.add(self)

    def _resolver(self, what: str) -> Callable[[Any], Any]:
        return lambda value: resolve(value, self.registry, self.class_, what)

    def _define_relations(self) -> list[RelationshipProperty]:
        """Gives the core all relations that wait, and makes what ``backref`` asks for."""
        defined = []
        for key, prop in list(self._waiting.items()):
            if prop.backref is not None:
                self._make_backref(key, prop)
            prop.define(self, self._resolver(f"expression {key!r}"))
            del self._waiting[key]
            defined.append(prop)
        return defined

    def _make_backref(self, key: str, prop: RelationshipProperty) -> None:
        name, options = (prop.backref, {}) if isinstance(prop.backref, str) else prop.backref
        prop.backref = None
        prop.back_populates = name
        target = resolve(prop.argument, self.registry, self.class_, f"expression {key!r}").__mapper__
        if name in target._props:
            raise exc.ArgumentError(f"backref '{name}' of {prop}: {target} has an attribute of that name already")
        if prop.secondary is not None:
            options = {
                "secondary": prop.secondary,
                "primaryjoin": prop.secondaryjoin,
                "secondaryjoin": prop.primaryjoin,
                **options,
            }
        elif prop.primaryjoin is not None:
            options = {"primaryjoin": prop.primaryjoin, **options}
        if prop.foreign_keys is not None:
            options = {"foreign_keys": prop.foreign_keys, **options}
        if prop.viewonly:
            options = {"viewonly": True, **options}
        other = RelationshipProperty(self.class_, back_populates=key, **options)
        other.added_later = True
        target._wait_for(name, other)

    def _finish_relation(self, prop: RelationshipProperty) -> None:
        slot = self.entity.slot(prop.key)
        prop.complete(self.entity.relation(slot))
        kind = _relation_kind(prop)
        self._install(prop.key, kind(self.class_, self.entity, slot, prop.key, prop))
        for child in self._descendants():
            child_slot = child.entity.slot(prop.key)
            child._props.setdefault(prop.key, prop)
            if not isinstance(child.class_.__dict__.get(prop.key), InstrumentedAttribute):
                child._install(prop.key, kind(child.class_, child.entity, child_slot, prop.key, prop))

    def _descendants(self) -> Iterator[Mapper]:
        for child in list(self._children):
            yield child
            yield from child._descendants()

    # -- adding later

    def add_property(self, key: str, prop: Any) -> None:
        """Maps one more attribute."""
        if isinstance(prop, RelationshipProperty):
            prop.added_later = True
            self._wait_for(key, prop)
            return
        if isinstance(prop, MappedColumn):
            prop = prop.column
        if hasattr(prop, "foreign_keys") and getattr(prop, "table", None) is None:
            if prop.name is None:
                prop.name = prop.key = key
            self.local_table.append_column(prop)
        self._add_column_property(key, prop if isinstance(prop, ColumnProperty) else ColumnProperty(prop))
        self.entity.ready = False
        _unconfigured.add(self)

    # -- events

    def _events_changed(self) -> None:
        wanted = self.dispatch.wanted() | self._own_dispatch.wanted() | ({"load"} if self.reconstructor_ else set())
        self.entity.set_events(orm_events.mask(wanted))

    def heard(self, name: str) -> list[Callable[..., Any]]:
        """All listeners of an event of this class."""
        return self.dispatch.listeners(name) + self._own_dispatch.listeners(name)

    # -- what it says of itself

    @property
    def mapper(self) -> Mapper:
        """Itself."""
        return self

    @property
    def entity_class(self) -> type:
        """The mapped class."""
        return self.class_

    @property
    def selectable(self) -> Any:
        """The table, or the join of tables, that rows come from."""
        return self.persist_selectable

    @property
    def persist_selectable(self) -> Any:
        """The table, or the join of tables, that rows come from."""
        return self.local_table

    @property
    def tables(self) -> list[Any]:
        """All tables of a row, base first."""
        tables = list(self.inherits.tables) if self.inherits else []
        return tables if self.local_table in tables else [*tables, self.local_table]

    @property
    def primary_key(self) -> tuple[Any, ...]:
        """The columns of the key."""
        return tuple(self.base_mapper.local_table.primary_key.columns)

    def _properties(self) -> dict[str, Any]:
        configure_mappers(self.registry)
        return self._props

    @property
    def attrs(self) -> PropertyCollection:
        """All properties by key."""
        return PropertyCollection(self._properties())

    @property
    def relationships(self) -> PropertyCollection:
        """The relationships by key."""
        return PropertyCollection({k: p for k, p in self._properties().items() if isinstance(p, RelationshipProperty)})

    @property
    def column_attrs(self) -> PropertyCollection:
        """The column properties by key."""
        return PropertyCollection({k: p for k, p in self._properties().items() if isinstance(p, ColumnProperty)})

    @property
    def all_orm_descriptors(self) -> PropertyCollection:
        """The attributes of the class by key: mapped ones, hybrids, proxies."""
        self._properties()
        found: dict[str, Any] = {}
        for base in self.class_.__mro__:
            for key, value in vars(base).items():
                if isinstance(value, InstrumentedAttribute):
                    found.setdefault(key, getattr(self.class_, key))
                elif isinstance(value, InspectionAttr) and value.is_attribute:
                    found.setdefault(key, value)
        return PropertyCollection(found)

    @property
    def columns(self) -> PropertyCollection:
        """The columns by key of their attribute."""
        return PropertyCollection(self.columns_by_key)

    c = columns

    @property
    def iterate_properties(self) -> Iterator[Any]:
        """All properties."""
        return iter(self.attrs)

    def has_property(self, key: str) -> bool:
        """Whether there is a property of that key."""
        return key in self._properties()

    def get_property(self, key: str) -> Any:
        """The property of that key; InvalidRequestError when there is none."""
        try:
            return self._properties()[key]
        except KeyError:
            raise exc.InvalidRequestError(f"Mapper '{self}' has no property '{key}'") from None

    def get_property_by_column(self, column: Any) -> Any:
        """The property that maps a column; UnmappedColumnError when none does."""
        for prop in self._props.values():
            if isinstance(prop, ColumnProperty) and any(c is column for c in prop.columns):
                return prop
        from .exc import UnmappedColumnError

        raise UnmappedColumnError(f"{self} maps no attribute to the column {column}")

    @property
    def polymorphic_map(self) -> dict[Any, Mapper]:
        """Mappers of the hierarchy by identity."""
        return {
            m.polymorphic_identity: m
            for m in self.base_mapper.self_and_descendants
            if m.polymorphic_identity is not None
        }

    @property
    def self_and_descendants(self) -> list[Mapper]:
        """This mapper and those of its subclasses."""
        return [self, *self._descendants()]

    def isa(self, other: Mapper) -> bool:
        """Whether it is ``other`` or inherits from it."""
        at: Mapper | None = self
        while at is not None and at is not other:
            at = at.inherits
        return at is other

    def primary_key_from_instance(self, instance: Any) -> list[Any]:
        """The values of an object's key."""
        return [getattr(instance, self.get_property_by_column(c).key) for c in self.primary_key]

    def identity_key_from_instance(self, instance: Any) -> Any:
        """The key by which the identity map knows an object."""
        return self.base_mapper.class_, tuple(self.primary_key_from_instance(instance)), None

    def identity_key_from_primary_key(self, primary_key: Any) -> Any:
        """The key by which the identity map knows an object of that primary key."""
        return self.base_mapper.class_, tuple(primary_key), None

    def __clause_element__(self) -> Any:
        return self.entity.source

    def __repr__(self) -> str:
        return f"<Mapper at 0x{id(self):x}; {self.class_.__name__}>"

    def __str__(self) -> str:
        table = "" if self.single and self.inherits else f"({self.local_table.name})"
        return f"Mapper[{self.class_.__name__}{table}]"


def _relation_kind(prop: RelationshipProperty) -> type[RelationAttribute]:
    """The kind of attribute for how a relation is loaded."""
    if prop.lazy == "dynamic":
        return DynamicAttribute
    return WriteOnlyAttribute if prop.lazy == "write_only" else RelationAttribute


def _mapper_or_none(inherits: Any) -> Mapper | None:
    if inherits is None:
        return None
    return inherits if isinstance(inherits, Mapper) else class_mapper(inherits, configure=False)


def _construct(self: Any, **kwargs: Any) -> None:
    """Sets the attributes that are given by keyword."""
    _core.begin_init(self)
    _core.construct(self, kwargs)


_construct._sa_wrapped = True  # type: ignore[attr-defined]


def _initialised(original: Callable[..., Any]) -> Callable[..., Any]:
    import functools

    @functools.wraps(original)
    def __init__(self: Any, *args: Any, **kwargs: Any) -> None:
        _core.begin_init(self)
        original(self, *args, **kwargs)

    __init__._sa_wrapped = True  # type: ignore[attr-defined]
    return __init__


# ---- configuration -------------------------------------------------------------------------------------------------

_unconfigured: weakref.WeakSet[Mapper] = weakref.WeakSet()
_failed: Exception | None = None
_configuring = False


def configure_mappers(registry: Any = None) -> None:
    """Completes all mappers that are new: relations find their classes, joins and other sides.

    :param registry: only its mappers, and those that their relations lead to.
    :raises InvalidRequestError, ArgumentError: a relation cannot be; every later use says so again.
    """
    global _configuring
    if not _unconfigured or _configuring:
        return
    _configuring = True
    try:
        _configure(registry)
    finally:
        _configuring = False


def _configure_class(cls: type) -> None:
    configure_mappers(cls.__dict__["__mapper__"].registry)


def _configure(registry: Any) -> None:
    """Relations may lead into other registries, and backrefs may make new ones: until nothing is left."""
    registries = {registry}
    defined: list[RelationshipProperty] = []
    done: list[Mapper] = []
    while todo := [m for m in _unconfigured if registry is None or m.registry in registries]:
        mapper = min(todo, key=lambda m: f"{m.class_.__module__}.{m.class_.__name__}")
        failure = mapper.__dict__.get("_failure")
        if failure is not None:
            _unconfigured.update(done)
            raise exc.InvalidRequestError(f"{mapper} could not be completed, so nothing mapped can be used: {failure}")
        try:
            found = mapper._define_relations()
        except Exception as e:
            mapper._failure = e  # type: ignore[attr-defined]
            _unconfigured.update(done)
            raise
        registries |= {prop.mapper.registry for prop in found}
        defined += found
        _unconfigured.discard(mapper)
        done.append(mapper)
    _seal_and_finish(done, defined)


def _seal_and_finish(done: list[Mapper], defined: list[RelationshipProperty]) -> None:
    try:
        for mapper in done:
            mapper.entity.seal()
        for prop in defined:
            prop.parent._finish_relation(prop)
    except Exception as e:
        for mapper in done:
            mapper._failure = e  # type: ignore[attr-defined]
            _unconfigured.add(mapper)
        raise
    for mapper in done:
        mapper.entity.ready = True
        for fn in _when_configured:
            fn(mapper)


_core.set_configure_hook(_configure_class)
_when_configured: list[Callable[[Mapper], None]] = []


def when_configured(fn: Callable[[Mapper], None]) -> None:
    """Calls ``fn`` with each mapper that has been completed: for extensions."""
    _when_configured.append(fn)


def class_mapper(class_: Any, configure: bool = True) -> Mapper:
    """The mapper of a class.

    :raises ArgumentError: not a class. :raises UnmappedClassError: not a mapped one.
    """
    from .exc import UnmappedClassError

    mapper = class_.__dict__.get("__mapper__") if isinstance(class_, type) else None
    if mapper is None:
        if not isinstance(class_, type):
            raise exc.ArgumentError(f"A mapped class was expected, not {class_!r}")
        raise UnmappedClassError(class_)
    if configure:
        configure_mappers(mapper.registry)
    return mapper  # type: ignore[no-any-return]


def object_mapper(instance: Any) -> Mapper:
    """The mapper of an object's class; UnmappedInstanceError when it is not mapped."""
    from .exc import UnmappedInstanceError

    mapper = type(instance).__dict__.get("__mapper__")
    if mapper is None:
        raise UnmappedInstanceError(instance)
    return mapper  # type: ignore[no-any-return]


def reconstructor(fn: Any) -> Any:
    """Marks a method that is called, without arguments, on every object that a query loads."""
    fn.__sa_reconstructor__ = True
    return fn


def validates(*names: str, include_removes: bool = False, include_backrefs: bool = True) -> Callable[[_F], _F]:
    """Marks a method ``(self, key, value) -> value`` that checks what is set to, or added to, the attributes ``names``.

    :param include_removes: called for removals too, with a fourth argument that says so.
    :param include_backrefs: called for changes that come from the other side of a relation.
    """

    def decorate(fn: _F) -> _F:
        marked: Any = fn
        marked.__sa_validators__ = names
        marked.__sa_validation_opts__ = {"include_removes": include_removes, "include_backrefs": include_backrefs}
        return fn

    return decorate


__all__ += ["MapperProperty"]

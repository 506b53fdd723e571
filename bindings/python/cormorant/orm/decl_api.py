"""Declarative mapping: classes become tables and mappers as they are defined.

``DeclarativeBase`` and ``declarative_base()`` share one scan (:func:`map_class`): annotations and attributes of the
class and its mixins become columns, relations and expressions.
"""

from __future__ import annotations

import itertools
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Generic, TypeVar, overload

from .. import _core, exc
from .._typing import T
from ..schema import Column, MetaData, Table
from ..types import NullType
from . import dataclass_fields
from .annotations import column_type, mapped_annotation, relation_target, split_optional
from .base import DynamicMapped, Mapped, WriteOnlyMapped
from .clsregistry import ClassRegistry
from .dataclass_fields import TRANSFORMS, refuse_fields, transforms_of
from .exc import MappedAnnotationError
from .mapper import Mapper, configure_mappers
from .properties import ColumnProperty, MappedColumn, column_property, deferred, mapped_column
from .relationships import RelationshipProperty, relationship

__all__ = [
    "DeclarativeBase",
    "DeclarativeBaseNoMeta",
    "DeclarativeMeta",
    "MappedAsDataclass",
    "as_declarative",
    "declarative_base",
    "declarative_mixin",
    "declared_attr",
    "has_inherited_table",
    "registry",
    "synonym_for",
]

_T = TypeVar("_T", bound=type)
_RESERVED = ("metadata", "registry")
_column_order = itertools.count()
_ABSENT: Any = object()


if TYPE_CHECKING:
    from typing_extensions import dataclass_transform

    class _DeclaredDirective(Generic[T]):
        def __get__(self, instance: object, owner: Any) -> T: ...

        def __set__(self, instance: Any, value: Any) -> None: ...

    class _Directive:
        def __call__(self, fn: Callable[[Any], T]) -> _DeclaredDirective[T]: ...

    class _Cascading:
        def __call__(self, fn: Callable[[Any], Mapped[T]]) -> declared_attr[T]: ...

    class declared_attr(Mapped[T]):
        cascading_: bool
        directive: _Directive
        cascading: _Cascading

        @overload
        def __init__(self, fget: Callable[[Any], Mapped[T]], cascading: bool = False) -> None: ...

        @overload
        def __init__(self, fget: Callable[[Any], T], cascading: bool = False) -> None: ...

        def __init__(self, fget: Any, cascading: bool = False) -> None: ...

else:
    dataclass_transform = lambda **_: lambda decorated: decorated  # noqa: E731, for type checkers

    class declared_attr(property):
        """A method of a mixin or base that gives an attribute for each class that is mapped with it."""

        cascading_: bool = False

        def __class_getitem__(cls, item: Any) -> Any:
            return cls

        def __init__(self, fget: Any, cascading: bool = False) -> None:
            if isinstance(fget, classmethod):
                fget = fget.__func__
            super().__init__(fget)
            self.cascading_ = cascading

        def __get__(self, obj: Any, owner: type | None = None) -> Any:
            assert owner is not None and self.fget is not None
            scan = owner.__dict__.get("__declared_values__")
            if scan is not None and self in scan:
                return scan[self]
            value = self.fget(owner)
            if scan is not None:
                scan[self] = value
            return value

        class _Modifier:
            """``@declared_attr.directive`` and ``@declared_attr.cascading``."""

            def __init__(self, cascading: bool = False) -> None:
                self._cascading = cascading

            def __call__(self, fn: Any) -> Any:
                return declared_attr(fn, cascading=self._cascading)

        directive = _Modifier()
        cascading = _Modifier(cascading=True)


def declarative_mixin(cls: _T) -> _T:
    """Marks a mixin; the class itself is not changed."""
    return cls


def has_inherited_table(cls: type) -> bool:
    """Whether a parent of ``cls`` is mapped to a table."""
    return any(getattr(base, "__table__", None) is not None for base in cls.__mro__[1:])


class registry:
    """Mapped classes that know each other's names, and their :class:`~cormorant.MetaData`.

    :param metadata: where tables go; a new one when None.
    :param class_registry: must be None.
    :param type_annotation_map: column types by Python type, before the usual ones.
    :param constructor: the ``__init__`` of classes that have none.
    """

    def __init__(
        self,
        *,
        metadata: MetaData | None = None,
        class_registry: Any = None,
        type_annotation_map: dict[Any, Any] | None = None,
        constructor: Callable[..., None] | None = None,
    ) -> None:
        if class_registry is not None:
            raise exc.NotSupportedYet("registry(class_registry=...) is not here yet")
        self.metadata = metadata if metadata is not None else MetaData()
        self.type_annotation_map = dict(type_annotation_map or {})
        self.constructor = constructor
        self._class_registry = ClassRegistry()
        self._mappers: list[Any] = []

    @property
    def mappers(self) -> frozenset[Mapper]:
        """The mappers of its classes that are alive."""
        return frozenset(m for ref in self._mappers if (m := ref()) is not None)

    def _add(self, mapper: Mapper) -> None:
        import weakref

        self._mappers.append(weakref.ref(mapper))
        self._class_registry.add(mapper.class_)

    def update_type_annotation_map(self, type_annotation_map: dict[Any, Any]) -> None:
        """More column types by Python type."""
        self.type_annotation_map.update(type_annotation_map)

    def configure(self, cascade: bool = False) -> None:
        """Completes the mappers that are new."""
        if cascade:
            raise exc.NotSupportedYet("registry.configure(cascade=True) is not here yet")
        configure_mappers(self)

    def dispose(self, cascade: bool = False) -> None:
        """Forgets its classes."""
        if cascade:
            raise exc.NotSupportedYet("registry.dispose(cascade=True) is not here yet")
        for mapper in self.mappers:
            self._class_registry.remove(mapper.class_)
        self._mappers.clear()

    def map_imperatively(self, class_: type, local_table: Any = None, **kw: Any) -> Mapper:
        """Maps a class that exists to a table that exists.

        :param kw: ``properties``, ``inherits``, ``polymorphic_on`` and so on: the mapper's arguments.
        :raises ArgumentError: it is mapped already.
        """
        if "__mapper__" in class_.__dict__:
            raise exc.ArgumentError(f"{class_.__name__} is mapped already")
        mapper = Mapper(class_, local_table, registry=self, **kw)
        self._add(mapper)
        return mapper

    def mapped(self, cls: _T) -> _T:
        """Maps a class declaratively: a decorator."""
        map_class(self, cls)
        return cls

    @overload
    def mapped_as_dataclass(self, cls: _T, /) -> _T: ...

    @overload
    def mapped_as_dataclass(self, cls: None = None, /, **transforms: Any) -> Callable[[_T], _T]: ...

    @dataclass_transform(
        field_specifiers=(MappedColumn, RelationshipProperty, mapped_column, relationship, column_property, deferred)
    )
    def mapped_as_dataclass(self, cls: Any = None, /, **transforms: Any) -> Any:
        """Maps a class declaratively and makes it a dataclass: a decorator, with or without arguments.

        :param transforms: ``init``, ``repr``, ``eq``, ``order``, ``unsafe_hash``, ``match_args``, ``kw_only``,
            ``dataclass_callable``.
        """
        for name in transforms:
            if name not in TRANSFORMS:
                raise TypeError(f"mapped_as_dataclass() got an unexpected keyword argument {name!r}")

        def decorate(cls: _T) -> _T:
            type.__setattr__(cls, "_sa_apply_dc_transforms", transforms_of(cls, transforms))
            map_class(self, cls)
            return cls

        return decorate if cls is None else decorate(cls)

    def map_declaratively(self, cls: type) -> Mapper:
        """Maps a class declaratively."""
        map_class(self, cls)
        return cls.__mapper__  # type: ignore[attr-defined,no-any-return]

    def generate_base(self, mapper: Any = None, cls: Any = object, name: str = "Base", metaclass: Any = None) -> Any:
        """A base class whose subclasses are mapped as they are defined."""
        if mapper is not None:
            raise exc.NotSupportedYet("generate_base(mapper=...) is not here yet")
        metaclass = metaclass or DeclarativeMeta
        bases = cls if isinstance(cls, tuple) else (cls,)
        namespace: dict[str, Any] = {"registry": self, "metadata": self.metadata, "__abstract__": True}
        if self.constructor is not None:
            namespace["__init__"] = self.constructor
        if isinstance(cls, type):
            namespace["__doc__"] = cls.__doc__
        return metaclass(name, bases, namespace)

    def as_declarative_base(self, **kw: Any) -> Callable[[type], Any]:
        """:meth:`generate_base` as a decorator."""
        return lambda cls: self.generate_base(cls=cls, name=cls.__name__, **kw)


class DeclarativeAttributeIntercept(_core.MappedType):
    """The metaclass of declarative bases: gives mapped classes the native base, and maps attributes that come later."""

    def __new__(mcs, name: str, bases: tuple[type, ...], namespace: dict[str, Any], **kw: Any) -> Any:
        if "__module__" not in namespace:  # a call, no class statement: where it stands
            namespace = {**namespace, "__module__": sys._getframe(1).f_globals.get("__name__", "__main__")}
        if _will_be_mapped(bases, namespace) and not any(issubclass(b, _core.Instance) for b in bases):
            try:
                return super().__new__(mcs, name, (*bases, _core.Instance), namespace, **kw)
            except TypeError as e:  # a base whose layout has no room for it: the state goes into __dict__
                if "lay-out" not in str(e):
                    raise
        return super().__new__(mcs, name, bases, namespace, **kw)

    def __setattr__(cls, key: str, value: Any) -> None:
        mapper = cls.__dict__.get("__mapper__")
        if mapper is not None and isinstance(value, (Column, MappedColumn, ColumnProperty, RelationshipProperty)):
            mapper.add_property(key, value)
        else:
            type.__setattr__(cls, key, value)


class DeclarativeMeta(DeclarativeAttributeIntercept):
    """The metaclass of ``declarative_base()``: maps each class as it is defined."""

    def __init__(cls, name: str, bases: tuple[type, ...], namespace: dict[str, Any], **kw: Any) -> None:
        type.__init__(cls, name, bases, namespace)
        if not cls.__dict__.get("__abstract__", False):
            map_class(cls.registry, cls)  # type: ignore[attr-defined]


def _will_be_mapped(bases: tuple[type, ...], namespace: dict[str, Any]) -> bool:
    """Whether the class that is being defined will have a mapper: only such a class takes the native base."""
    if namespace.get("__abstract__"):
        return False
    if not any(isinstance(base, DeclarativeAttributeIntercept) and _has_registry(base) for base in bases):
        return False
    return not any(base is DeclarativeBase for base in bases)


def _has_registry(base: type) -> bool:
    return any("registry" in b.__dict__ for b in base.__mro__)


class DeclarativeBase(metaclass=DeclarativeAttributeIntercept):
    """Subclass it once for a base; each subclass of that base is mapped as it is defined.

    The base may say ``metadata``, ``registry`` and ``type_annotation_map``.
    """

    metadata: MetaData
    registry: registry
    __abstract__ = True

    if TYPE_CHECKING:

        def __init__(self, **kw: Any) -> None: ...

    def __init_subclass__(cls, **kw: Any) -> None:
        if DeclarativeBase in cls.__bases__ or DeclarativeBaseNoMeta in cls.__bases__:
            _setup_base(cls)
        elif not cls.__dict__.get("__abstract__", False):
            map_class(cls.registry, cls)
        super().__init_subclass__(**kw)


class DeclarativeBaseNoMeta:
    """:class:`DeclarativeBase` without a metaclass: its objects keep their state in ``__dict__``."""

    metadata: MetaData
    registry: registry
    __abstract__ = True

    if TYPE_CHECKING:

        def __init__(self, **kw: Any) -> None: ...

    def __init_subclass__(cls, **kw: Any) -> None:
        if DeclarativeBaseNoMeta in cls.__bases__:
            _setup_base(cls)
        elif not cls.__dict__.get("__abstract__", False):
            map_class(cls.registry, cls)
        super().__init_subclass__(**kw)


@dataclass_transform(
    field_specifiers=(MappedColumn, RelationshipProperty, mapped_column, relationship, column_property, deferred)
)
class MappedAsDataclass:
    """A base or mixin: the mapped classes under it are dataclasses. Arguments of the class say how:
    ``class User(Base, kw_only=True)``; subclasses inherit them.
    """

    if TYPE_CHECKING:
        _sa_apply_dc_transforms: dict[str, Any]

    def __init_subclass__(
        cls,
        init: Any = _ABSENT,
        repr: Any = _ABSENT,
        eq: Any = _ABSENT,
        order: Any = _ABSENT,
        unsafe_hash: Any = _ABSENT,
        match_args: Any = _ABSENT,
        kw_only: Any = _ABSENT,
        dataclass_callable: Any = _ABSENT,
        **kw: Any,
    ) -> None:
        said = (init, repr, eq, order, unsafe_hash, match_args, kw_only, dataclass_callable)
        asked = {name: value for name, value in zip(TRANSFORMS, said, strict=True) if value is not _ABSENT}
        type.__setattr__(cls, "_sa_apply_dc_transforms", transforms_of(cls, asked))
        super().__init_subclass__(**kw)
        if "__mapper__" not in cls.__dict__:
            dataclass_fields.apply(cls, cls._sa_apply_dc_transforms, False)


def _setup_base(cls: Any) -> None:
    found = cls.__dict__.get("registry")
    if found is None:
        found = registry(
            metadata=cls.__dict__.get("metadata"), type_annotation_map=cls.__dict__.get("type_annotation_map")
        )
        type.__setattr__(cls, "registry", found)
    elif "type_annotation_map" in cls.__dict__:
        found.update_type_annotation_map(cls.__dict__["type_annotation_map"])
    if "metadata" not in cls.__dict__:
        type.__setattr__(cls, "metadata", found.metadata)
    type.__setattr__(cls, "__abstract__", True)


def declarative_base(
    *,
    metadata: MetaData | None = None,
    mapper: Any = None,
    cls: Any = object,
    name: str = "Base",
    class_registry: Any = None,
    type_annotation_map: dict[Any, Any] | None = None,
    constructor: Any = None,
    metaclass: Any = None,
) -> Any:
    """A base class whose subclasses are mapped as they are defined."""
    if mapper is not None:
        raise exc.NotSupportedYet("declarative_base(mapper=...) is not here yet")
    made = registry(
        metadata=metadata,
        class_registry=class_registry,
        type_annotation_map=type_annotation_map,
        constructor=constructor,
    )
    return made.generate_base(cls=cls, name=name, metaclass=metaclass)


def as_declarative(**kw: Any) -> Callable[[type], Any]:
    """:func:`declarative_base` as a decorator of the class that it extends."""
    return lambda cls: declarative_base(cls=cls, name=cls.__name__, **kw)


def synonym_for(name: str, map_column: bool = False) -> Any:
    """Synonyms."""
    raise exc.NotSupportedYet("synonym_for() is not here yet")


# ---- The scan --------------------------------------------------------------------------------------------------------


class _Scan:
    """What a class and its mixins say, collected."""

    def __init__(self, reg: registry, cls: Any) -> None:
        self.registry = reg
        self.cls = cls
        self.parent = next((b for b in cls.__mro__[1:] if "__mapper__" in b.__dict__), None)
        self.properties: dict[str, Any] = {}
        self.columns: list[tuple[int, int, int, Any]] = []  # sort_order, own first, order, column
        self.seen: set[str] = set()
        self.reusing: list[Any] = []  # columns for which one of that name in the parent's table will do
        type.__setattr__(cls, "__declared_values__", {})
        self.is_dataclass = hasattr(cls, "_sa_apply_dc_transforms")
        if self.is_dataclass:
            dataclass_fields.apply(cls, cls._sa_apply_dc_transforms, True)

    def run(self) -> None:
        self._scan_class(self.cls, own=True)
        above = False  # what a mapped parent has taken stands in its own table
        for base in self.cls.__mro__[1:]:
            above = above or "__mapper__" in base.__dict__
            if above:
                self._scan_cascading(base)
            elif base is not object and base is not _core.Instance:
                self._scan_class(base, own=False)

    def _scan_cascading(self, base: type) -> None:
        for name, value in base.__dict__.items():
            if isinstance(value, declared_attr) and value.cascading_ and name not in self.seen:
                self._scan_attribute(base, name, None, value, False)

    def _scan_class(self, base: type, own: bool) -> None:
        hints = dict(base.__dict__.get("__annotations__", {}))
        names = [*hints, *(n for n in base.__dict__ if n not in hints)]
        for name in names:
            if name.startswith("__") or name in self.seen or name in _RESERVED:
                if name in _RESERVED and own and isinstance(base.__dict__.get(name), (Column, MappedColumn)):
                    raise exc.InvalidRequestError(
                        f"{self.cls.__name__}.{name}: the name belongs to the declarative base"
                    )
                continue
            self._scan_attribute(base, name, hints.get(name), base.__dict__.get(name), own)

    def _scan_attribute(self, base: type, name: str, hint: Any, value: Any, own: bool) -> None:
        from_function = isinstance(value, declared_attr)
        if isinstance(value, declared_attr):
            hint = hint or value.fget.__annotations__.get("return")  # type: ignore[attr-defined]
            value = value.__get__(None, self.cls)
        found = mapped_annotation(hint, base) if hint is not None else None
        if isinstance(value, tuple) and len(value) == 1 and isinstance(value[0], (Column, MappedColumn)):
            raise exc.ArgumentError(f"{self.cls.__name__}.{name} is a tuple with a column in it: a comma too many?")
        if hint is not None and found is None and isinstance(value, (RelationshipProperty, MappedColumn)):
            if not getattr(self.cls, "__allow_unmapped__", False):
                raise MappedAnnotationError(
                    f"The annotation of {self.cls.__name__}.{name} must be Mapped[...]; "
                    "__allow_unmapped__ = True allows others"
                )
        if own and value is None and found is None and hint is not None and self._must_be_mapped(hint):
            raise MappedAnnotationError(
                f"The annotation of {self.cls.__name__}.{name} must be Mapped[...] or ClassVar[...]; "
                "__allow_unmapped__ = True allows others"
            )
        if not self.is_dataclass:
            refuse_fields(self.cls, name, value)
        if isinstance(value, RelationshipProperty):
            self._add_relation(name, value, found, base, own or from_function)
        elif isinstance(value, (MappedColumn, Column)):
            self._add_column(name, value, found, base, own, from_function)
        elif found is not None and value is None:
            self._add_annotated(name, found, base, own)
        elif isinstance(value, ColumnProperty):
            self._add_column_property(name, value, own)
        elif isinstance(value, _core.Expr) and not isinstance(value, _core.Attribute):
            self.seen.add(name)
            self.properties[name] = ColumnProperty(value)

    def _must_be_mapped(self, hint: Any) -> bool:
        if getattr(self.cls, "__allow_unmapped__", False) or "__dataclass_fields__" in self.cls.__dict__:
            return False
        return "ClassVar" not in (hint if isinstance(hint, str) else repr(hint))

    def _add_relation(self, name: str, value: RelationshipProperty, found: Any, base: type, own: bool) -> None:
        self.seen.add(name)
        if not own:
            raise exc.InvalidRequestError(
                f"{base.__name__}.{name} stands on a mixin: a relationship there must be the result of a "
                "@declared_attr method"
            )
        if found is not None:
            target, container, many = relation_target(found, base)
            if value.lazy == "select":
                value.lazy = {DynamicMapped: "dynamic", WriteOnlyMapped: "write_only"}.get(found.wrapper, "select")
            if value.argument is None:
                value.argument = target
            if value.collection_class is None and container is not None and container is not list:
                value.collection_class = container
            if value.uselist_given is None and not many:
                value.uselist_given = False
            if value.uselist_given is None and container is not None:
                value.uselist_given = True
        self.properties[name] = value

    def _add_annotated(self, name: str, found: Any, base: type, own: bool) -> None:
        """``name: Mapped[int]`` alone is a column."""
        self._add_column(name, MappedColumn(Column(), dict(_NO_OPTIONS), False, 0), found, base, own, False)

    def _add_column(self, name: str, value: Any, found: Any, base: type, own: bool, from_function: bool) -> None:
        self.seen.add(name)
        mapped = value if isinstance(value, MappedColumn) else MappedColumn(value, dict(_NO_OPTIONS), True, 0)
        if not own and not from_function:
            mapped = mapped.copy()
        column = mapped.column
        if found is not None:
            mapped = self._apply_annotation(mapped, found, base, name)
            column = mapped.column
        if column.name is None:
            column.name = name
        if column.key is None:
            column.key = column.name
        self.columns.append((mapped.sort_order, 0 if own else 1, next(_column_order), column))
        if mapped.use_existing_column:
            self.reusing.append(column)
        options = mapped.options
        if name != column.key or any(options.values()):
            prop = ColumnProperty(
                column,
                deferred=options["deferred"],
                group=options["group"],
                raiseload=options["raiseload"],
                active_history=options["active_history"],
            )
            self.properties[name] = prop

    def _apply_annotation(self, mapped: MappedColumn, found: Any, base: type, name: str) -> MappedColumn:
        column = mapped.column
        needs_type = _untyped(column) and not column.foreign_keys
        inner, optional = split_optional(found.inner, base)
        if needs_type or not mapped.nullable_given or _is_annotated(inner):
            type_, optional, carried = self._type_of(found, base, name, needs_type)
            if carried is not None:
                _merge(carried.column, column)
                for key, value in carried.options.items():
                    mapped.options[key] = mapped.options[key] or value
                mapped.nullable_given = mapped.nullable_given or carried.nullable_given
            if type_ is not None and _untyped(column) and not column.foreign_keys:
                column.type = type_
        if not mapped.nullable_given and not column.primary_key:
            column.nullable = optional
        return mapped

    def _type_of(self, found: Any, base: type, name: str, needed: bool) -> tuple[Any, bool, Any]:
        try:
            return column_type(found.inner, base, name, self.registry.type_annotation_map)
        except MappedAnnotationError:
            if needed:
                raise
            return None, split_optional(found.inner, base)[1], None

    def _add_column_property(self, name: str, value: ColumnProperty, own: bool) -> None:
        self.seen.add(name)
        for i, column in enumerate(value.columns):
            if isinstance(column, MappedColumn):
                value.columns[i] = column = column.column
            if isinstance(column, Column) and column.table is None:
                if column.name is None:
                    column.name = name
                if column.key is None:
                    column.key = column.name
                self.columns.append((0, 0 if own else 1, next(_column_order), column))
        self.properties[name] = value


def _untyped(column: Any) -> bool:
    return isinstance(column.type, NullType)


def _merge(source: Any, target: Any) -> None:
    """What an ``Annotated[...]`` says of a column, where the column does not say it itself."""
    if _untyped(target):
        target.type = source.type
    if source.primary_key and not target.primary_key:
        target.primary_key, target.nullable = True, False
    if source._nullable_given and not target._nullable_given:
        target.nullable, target._nullable_given = source.nullable, True
    for name in (
        "name",
        "key",
        "default",
        "onupdate",
        "server_default",
        "server_onupdate",
        "index",
        "unique",
        "comment",
        "doc",
    ):
        if getattr(target, name) is None:
            setattr(target, name, getattr(source, name))
    if target.autoincrement == "auto":
        target.autoincrement = source.autoincrement
    if not target.foreign_keys:
        for part in source._parts:
            target._take(part._copy())


_NO_OPTIONS = {"deferred": False, "group": None, "raiseload": False, "active_history": False}


def _is_annotated(inner: Any) -> bool:
    import typing

    return typing.get_origin(inner) is typing.Annotated


def map_class(reg: registry, cls: Any) -> None:
    """Maps a class by what it says: ``__tablename__`` or ``__table__``, columns, relations, ``__mapper_args__``.

    :raises InvalidRequestError: it says no table and inherits none.
    """
    scan = _Scan(reg, cls)
    scan.run()
    mapper_args = dict(_inherited_value(cls, "__mapper_args__") or {})
    table = _table(reg, cls, scan)
    properties = {**scan.properties, **mapper_args.pop("properties", {})}
    mapper = Mapper(
        cls, table, registry=reg, inherits=scan.parent, properties=properties, **_resolved(mapper_args, scan)
    )
    type.__delattr__(cls, "__declared_values__")
    reg._add(mapper)


def _resolved(mapper_args: dict[str, Any], scan: _Scan) -> dict[str, Any]:
    """``polymorphic_on`` and ``version_id_col`` may be the very object that stood in the class body."""
    for name in ("polymorphic_on", "version_id_col"):
        if isinstance(mapper_args.get(name), MappedColumn):
            mapper_args[name] = mapper_args[name].column
    return mapper_args


def _inherited_value(cls: Any, name: str) -> Any:
    """A directive of the class, or of its mixins and abstract bases. What a mapped parent says is the parent's own,
    unless ``@declared_attr`` asks it anew for each class."""
    for base in cls.__mro__:
        is_mapped_parent = base is not cls and "__mapper__" in base.__dict__
        if name in base.__dict__ and (not is_mapped_parent or isinstance(base.__dict__[name], declared_attr)):
            return getattr(cls, name)
    return None


def _table(reg: registry, cls: Any, scan: _Scan) -> Any:
    table = _inherited_value(cls, "__table__")
    columns = [column for *_, column in sorted(scan.columns, key=lambda c: c[:3])]
    if table is not None:
        for column in columns:
            if column.table is None and column.name not in table.c:
                raise exc.ArgumentError(
                    f"{cls.__name__} takes its columns from __table__, which has no {column.name!r}"
                )
        return table
    name = _inherited_value(cls, "__tablename__")
    if name is None:
        if scan.parent is None:
            raise exc.InvalidRequestError(
                f"{cls.__name__} says neither __tablename__ nor __table__, and inherits from no mapped class"
            )
        _add_to_parent_table(scan, columns)
        return None
    args, options = _table_args(cls)
    metadata = _inherited_value(cls, "metadata") or getattr(cls, "metadata", None) or reg.metadata
    return Table(name, metadata, *columns, *args, **options)


def _add_to_parent_table(scan: _Scan, columns: list[Any]) -> None:
    """Single-table inheritance: the child's columns go into the parent's table, or are there already."""
    table = scan.parent.__table__  # type: ignore[union-attr]
    for column in columns:
        present = table.c.get(column.name)
        if present is None and column.primary_key:
            raise exc.ArgumentError(
                f"{scan.cls.__name__} has no table of its own, so {column.name!r} cannot be a primary key"
            )
        if present is None:
            table.append_column(column)
        elif present is not column and not any(column is one for one in scan.reusing):
            raise exc.ArgumentError(
                f"{scan.cls.__name__}.{column.name}: its table has another column of that name, {present}"
            )
        _map_column(scan, column, table.c[column.name])


def _map_column(scan: _Scan, column: Any, there: Any) -> None:
    """Under the attribute that the class gave to the column, or under the column's own key."""
    for prop in scan.properties.values():
        if isinstance(prop, ColumnProperty) and any(one is column for one in prop.columns):
            prop.columns = [there if one is column else one for one in prop.columns]
            return
    scan.properties[column.key] = ColumnProperty(there)


def _table_args(cls: Any) -> tuple[tuple[Any, ...], dict[str, Any]]:
    given = _inherited_value(cls, "__table_args__")
    if given is None:
        return (), {}
    if isinstance(given, dict):
        return (), given
    if not isinstance(given, tuple):
        raise exc.ArgumentError(f"__table_args__ of {cls.__name__} must be a tuple or a dict")
    if given and isinstance(given[-1], dict):
        return given[:-1], given[-1]
    return given, {}


_MAPPED = Mapped

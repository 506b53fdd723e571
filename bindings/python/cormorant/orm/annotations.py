"""What ``name: Mapped[...]`` says: a column's type and whether it may be NULL, or a relation's class and container."""

from __future__ import annotations

import builtins
import collections.abc
import datetime
import decimal
import enum
import sys
import types
import typing
import uuid
from typing import Any, NamedTuple

from .. import types as sqltypes
from .base import DynamicMapped, Mapped, WriteOnlyMapped
from .exc import MappedAnnotationError as MappedAnnotationError

_UNIONS = (typing.Union, types.UnionType)
_LISTS = (list, collections.abc.Sequence, collections.abc.MutableSequence, collections.abc.Collection)
_SETS = (set, collections.abc.Set, collections.abc.MutableSet)
_DICTS = (dict, collections.abc.Mapping, collections.abc.MutableMapping)

DEFAULT_TYPES: dict[Any, Any] = {
    int: sqltypes.Integer,
    str: sqltypes.String,
    float: sqltypes.Float,
    bool: sqltypes.Boolean,
    bytes: sqltypes.LargeBinary,
    decimal.Decimal: sqltypes.Numeric,
    datetime.datetime: sqltypes.DateTime,
    datetime.date: sqltypes.Date,
    datetime.time: sqltypes.Time,
}
for _name, _python in (("Uuid", uuid.UUID), ("Interval", datetime.timedelta)):
    if hasattr(sqltypes, _name):
        DEFAULT_TYPES[_python] = getattr(sqltypes, _name)


class Unresolved:
    """A name inside an annotation that is not there yet: ``Mapped["Address"]``."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __or__(self, other: Any) -> Any:
        return UnresolvedUnion((self, other))

    def __ror__(self, other: Any) -> Any:
        return UnresolvedUnion((other, self))

    def __getitem__(self, item: Any) -> Any:
        return self

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return Unresolved(f"{self.name}.{name}")

    def __call__(self, *args: Any, **kw: Any) -> Any:  # typing takes only callables for types
        return self

    def __hash__(self) -> int:
        return hash(self.name)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Unresolved) and other.name == self.name


class UnresolvedUnion:
    """``"Address | None"`` with a name that is not there yet."""

    def __init__(self, args: tuple[Any, ...]) -> None:
        self.args = args

    def __or__(self, other: Any) -> Any:
        return UnresolvedUnion((*self.args, other))


class _Names(dict):  # type: ignore[type-arg]
    """What names mean inside a class's annotations."""

    def __init__(self, cls: type) -> None:
        super().__init__()
        self._cls = cls
        self._module = vars(sys.modules[cls.__module__]) if cls.__module__ in sys.modules else {}

    def __missing__(self, name: str) -> Any:
        for scope in (self._module, vars(self._cls), vars(builtins), vars(typing)):
            if name in scope:
                return scope[name]
        known = {"Mapped": Mapped, "DynamicMapped": DynamicMapped, "WriteOnlyMapped": WriteOnlyMapped}
        return known.get(name) or Unresolved(name)


def evaluate(annotation: Any, cls: type) -> Any:
    """An annotation as an object: strings are evaluated, names that are missing become :class:`Unresolved`."""
    if isinstance(annotation, typing.ForwardRef):
        annotation = annotation.__forward_arg__
    if not isinstance(annotation, str):
        return annotation
    try:
        return eval(annotation, {"__builtins__": builtins}, _Names(cls))
    except Exception as e:
        raise MappedAnnotationError(f"The annotation {annotation!r} of {cls.__name__} cannot be evaluated: {e}") from e


class MappedAnnotation(NamedTuple):
    """What stood inside ``Mapped[...]``."""

    inner: Any
    wrapper: type


def mapped_annotation(annotation: Any, cls: type) -> MappedAnnotation | None:
    """The inside of a ``Mapped[...]``, or None when the annotation is another."""
    if isinstance(annotation, str) and "Mapped" not in annotation:
        return None
    value = evaluate(annotation, cls)
    origin = typing.get_origin(value)
    if isinstance(origin, type) and issubclass(origin, Mapped):
        return MappedAnnotation(evaluate(typing.get_args(value)[0], cls), origin)
    return None


def split_optional(inner: Any, cls: type) -> tuple[Any, bool]:
    """The type without None, and whether None was there."""
    if isinstance(inner, UnresolvedUnion):
        args = inner.args
    elif typing.get_origin(inner) in _UNIONS:
        args = typing.get_args(inner)
    else:
        return inner, False
    rest = [evaluate(a, cls) for a in args if a is not type(None) and a is not None]
    optional = len(rest) < len(args)
    return (rest[0] if len(rest) == 1 else typing.Union[tuple(rest)]), optional


def relation_target(found: MappedAnnotation, cls: type) -> tuple[Any, type | None, bool]:
    """The class (or its name) of a relation, the kind of its container, and whether there are many."""
    inner, _ = split_optional(found.inner, cls)
    origin = typing.get_origin(inner)
    args = typing.get_args(inner)
    for kinds, container in ((_LISTS, list), (_SETS, set), (_DICTS, dict)):
        if origin in kinds:
            own = (
                origin
                if isinstance(origin, type) and origin.__module__ not in ("collections.abc", "builtins")
                else container
            )
            return _class_or_name(evaluate(args[-1], cls)), own, True
    if isinstance(origin, type) and issubclass(origin, (list, set, dict)):
        return _class_or_name(evaluate(args[-1], cls)), origin, True
    return _class_or_name(inner), None, found.wrapper in (DynamicMapped, WriteOnlyMapped)


def _class_or_name(value: Any) -> Any:
    if isinstance(value, Unresolved):
        return value.name
    if isinstance(value, typing.ForwardRef):
        return value.__forward_arg__
    return value


def column_type(inner: Any, cls: type, key: str, type_map: dict[Any, Any]) -> tuple[Any, bool, Any]:
    """The column type that an annotation means, whether it may be NULL, and a ``mapped_column`` that it carries.

    :raises MappedAnnotationError: no type is known for it.
    """
    inner, optional = split_optional(inner, cls)
    carried = None
    candidates = [inner]
    if typing.get_origin(inner) is typing.Annotated:
        from .properties import MappedColumn

        base, *extras = typing.get_args(inner)
        carried = next((x for x in extras if isinstance(x, MappedColumn)), None)
        base, inside = split_optional(base, cls)
        optional = optional or inside
        candidates.append(base)
    for candidate in candidates:
        found = _known_type(candidate, type_map)
        if found is not None:
            return found, optional, carried
    if carried is not None:
        return None, optional, carried
    raise MappedAnnotationError(
        f"No column type is known for {_show(inner)}, the annotation of {cls.__name__}.{key}: mapped_column() or "
        f"type_annotation_map may name one"
    )


def _known_type(python: Any, type_map: dict[Any, Any]) -> Any:
    for known in (type_map, DEFAULT_TYPES):
        try:
            if python in known:
                return _instance(known[python])
        except TypeError:  # not hashable
            return None
    if isinstance(python, type) and issubclass(python, enum.Enum):
        return sqltypes.Enum(python)
    if typing.get_origin(python) is typing.Literal:
        return sqltypes.Enum(*typing.get_args(python), native_enum=False)
    supertype = getattr(python, "__supertype__", None)
    return _known_type(supertype, type_map) if supertype is not None else None


def _instance(kind: Any) -> Any:
    return kind() if isinstance(kind, type) else kind


def _show(python: Any) -> str:
    return repr(python.name if isinstance(python, Unresolved) else python)

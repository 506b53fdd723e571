"""Mapped classes that are dataclasses: what a mapped attribute is as a field, and the transformation itself.

Python's own ``dataclasses`` makes the methods: a class shows it plain fields while it looks, and gets its mapped
attributes back afterwards.
"""

from __future__ import annotations

import dataclasses
import warnings
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from .. import exc
from ..schema import Column
from .annotations import mapped_annotation
from .base import Mapped

ARGUMENTS = ("init", "repr", "default", "default_factory", "compare", "kw_only", "hash", "dataclass_metadata")
TRANSFORMS = ("init", "repr", "eq", "order", "unsafe_hash", "match_args", "kw_only", "dataclass_callable")
_MISSING = dataclasses.MISSING


def field_options(what: str, given: dict[str, Any]) -> dict[str, Any]:
    """The arguments of ``what`` that belong to dataclasses, checked.

    :raises TypeError: one of them is no such argument.
    """
    for name in given:
        if name not in ARGUMENTS:
            raise TypeError(f"{what}() got an unexpected keyword argument {name!r}")
    return dict(given)


def refuse_fields(cls: type, name: str, value: Any) -> None:
    """For a class that is no dataclass.

    :raises ArgumentError: the attribute has arguments that only dataclasses understand.
    """
    said = [one for one in getattr(value, "dataclass_field", None) or () if one != "default" or not _is_column(value)]
    if said:
        raise exc.ArgumentError(
            f"{cls.__name__}.{name} says {', '.join(f'{one}=' for one in said)}, which belongs to mapped dataclasses: "
            "the class is none"
        )


def transforms_of(cls: type, given: dict[str, Any]) -> dict[str, Any]:
    """What is asked of a dataclass: the arguments of the class, and those of its bases."""
    return {**getattr(cls, "_sa_apply_dc_transforms", {}), **given}


def _is_column(value: Any) -> bool:
    from .properties import MappedColumn

    return isinstance(value, MappedColumn)


def _is_mapped(value: Any) -> bool:
    return hasattr(value, "dataclass_field")


class _Field(NamedTuple):
    name: str
    annotation: Any
    value: Any  # what stands in the class; _MISSING: nothing
    own: bool


def _inner(annotation: Any, cls: type) -> Any:
    found = mapped_annotation(annotation, cls)
    return annotation if found is None else found.inner


def _is_read_only(value: Any) -> bool:
    """Whether an attribute is an SQL expression, which no constructor sets."""
    from .properties import ColumnProperty, MappedColumn

    return isinstance(value, ColumnProperty) and not isinstance(value.columns[0], (MappedColumn, Column))


def _field_of(cls: type, name: str, value: Any) -> Any:
    """A dataclass field for a mapped attribute."""
    options = dict(getattr(value, "dataclass_field", None) or {})
    if _is_read_only(value):
        options.setdefault("init", False)
    metadata = options.pop("dataclass_metadata", None)
    if callable(options.get("default")) and _is_column(value):
        warnings.warn(
            f"{cls.__name__}.{name}: a function as default= of a mapped dataclass is the value itself; "
            "default_factory= makes values for objects, insert_default= for INSERT",
            exc.SADeprecationWarning,
            stacklevel=2,
        )
    if options.get("init") is False and "default" in options and "default_factory" not in options:
        default = options.pop("default")
        options["default_factory"] = lambda: default
    if metadata is not None:
        options["metadata"] = metadata
    return dataclasses.field(**options)


def _own_fields(cls: type) -> Iterator[_Field]:
    for name, annotation in cls.__dict__.get("__annotations__", {}).items():
        yield _Field(name, annotation, cls.__dict__.get(name, _MISSING), True)


def _from_plain_bases(cls: type) -> Iterator[_Field]:
    """Mapped attributes of mixins that are no dataclasses."""
    seen = set(cls.__dict__)
    for base in cls.__mro__[1:]:
        if "__mapper__" in base.__dict__:
            break
        if dataclasses.is_dataclass(base) and "__dataclass_fields__" in base.__dict__:
            seen |= set(base.__dict__)
            continue
        for name, annotation in base.__dict__.get("__annotations__", {}).items():
            if name not in seen and mapped_annotation(annotation, base) is not None:
                seen.add(name)
                yield _Field(name, annotation, base.__dict__.get(name, _MISSING), False)


def _declared(cls: type) -> Iterator[_Field]:
    """What methods under ``@declared_attr`` give, by the annotation of what they return."""
    from .decl_api import declared_attr

    for base in cls.__mro__:
        if base is not cls and "__mapper__" in base.__dict__:
            return
        for name, value in base.__dict__.items():
            if isinstance(value, declared_attr) and not name.startswith("__"):
                made = getattr(cls, name)
                if _is_mapped(made):
                    annotation = value.fget.__annotations__.get("return", Mapped[Any])  # type: ignore[attr-defined]
                    yield _Field(name, annotation, made, False)


def _warn_of_plain_bases(cls: type, fields: list[_Field]) -> None:
    if fields:
        warnings.warn(
            f"{cls.__name__} becomes a dataclass with attributes of a mixin that is none: "
            f"{', '.join(field.name for field in fields)}. The mixin should be a MappedAsDataclass, too",
            exc.SADeprecationWarning,
            stacklevel=2,
        )


def _warn_of_annotated(cls: type, name: str, inner: Any) -> None:
    """An Annotated[...] is shared by classes: what it says about a field of a dataclass is not heard."""
    for part in getattr(inner, "__metadata__", ()):
        for said in set(getattr(part, "dataclass_field", ())) - {"default"}:
            warnings.warn(
                f"{cls.__name__}.{name}: {said}= belongs to the class's own mapped_column(), not into Annotated[...]",
                exc.SADeprecationWarning,
                stacklevel=2,
            )


def _shown(cls: type, fields: list[_Field]) -> dict[str, Any]:
    """What the class shows as annotations and attributes while it becomes a dataclass."""
    annotations: dict[str, Any] = {}
    for field in fields:
        annotations[field.name] = inner = _inner(field.annotation, cls)
        _warn_of_annotated(cls, field.name, inner)
        if _is_mapped(field.value):
            type.__setattr__(cls, field.name, _field_of(cls, field.name, field.value))
    return annotations


def apply(cls: Any, transforms: dict[str, Any], mapped: bool) -> None:
    """Makes a class a dataclass.

    :param transforms: the arguments of ``dataclasses.dataclass``, and ``dataclass_callable``.
    :param mapped: it will have a table: attributes of mixins and of ``@declared_attr`` become fields, too.
    :raises InvalidRequestError: Python's dataclasses refuse it.
    """
    plain = list(_from_plain_bases(cls)) if mapped else []
    _warn_of_plain_bases(cls, plain)
    fields = [*plain, *_own_fields(cls), *(_declared(cls) if mapped else ())]
    before = {field.name: cls.__dict__[field.name] for field in fields if field.name in cls.__dict__}
    annotations = cls.__dict__.get("__annotations__")
    make: Callable[..., Any] = transforms.get("dataclass_callable") or dataclasses.dataclass
    try:
        type.__setattr__(cls, "__annotations__", _shown(cls, fields))
        _make(cls, make, {name: value for name, value in transforms.items() if name != "dataclass_callable"})
    finally:
        _restore(cls, fields, before, annotations)


def _make(cls: Any, make: Callable[..., Any], transforms: dict[str, Any]) -> None:
    try:
        make(cls, **transforms)
    except (TypeError, ValueError) as e:
        raise exc.InvalidRequestError(f"Python's dataclasses refuse {cls.__name__}: {e}") from e


def _restore(cls: Any, fields: list[_Field], before: dict[str, Any], annotations: Any) -> None:
    """Gives the class its mapped attributes back; what dataclasses made of the others stays."""
    for field in fields:
        if not _is_mapped(field.value):
            continue
        if field.name in before:
            type.__setattr__(cls, field.name, before[field.name])
        elif field.name in cls.__dict__:
            type.__delattr__(cls, field.name)
    if annotations is None:
        type.__delattr__(cls, "__annotations__")
    else:
        type.__setattr__(cls, "__annotations__", annotations)

"""``inspect()``: what stands behind an engine, a mapped class, an object."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from . import exc

__all__ = ["inspect"]

_F = TypeVar("_F", bound=Callable[[Any], Any])
_registry: dict[type, Callable[[Any], Any]] = {}


def _inspects(*types: type) -> Callable[[_F], _F]:
    """Registers how objects of these classes are inspected; None from the function asks the next class of the MRO."""

    def decorate(fn: _F) -> _F:
        for one in types:
            _registry[one] = fn
        return fn

    return decorate


def _self_inspects(cls: Any) -> Any:
    """Objects of that class are what inspecting them gives."""
    _registry[cls] = lambda subject: subject
    return cls


def inspect(subject: Any, raiseerr: bool = True) -> Any:
    """What is known about an object: an Inspector of an engine or connection, a Mapper of a mapped class, the state of
    a mapped object, and so on.

    :param raiseerr: False: None where nothing is known.
    :raises NoInspectionAvailable: nothing is known.
    """
    for cls in type(subject).__mro__:
        fn = _registry.get(cls)
        if fn is not None:
            found = fn(subject)
            if found is not None:
                return found
    if raiseerr:
        raise exc.NoInspectionAvailable(f"inspect() knows nothing about objects of {type(subject)}: {subject!r}")
    return None


def _engines() -> None:
    from .engine.base import Connection, Engine
    from .engine.reflection import Inspector

    _inspects(Engine, Connection)(Inspector)
    _self_inspects(Inspector)


_engines()

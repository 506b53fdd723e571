"""SQL that the program writes for elements of its own."""

from __future__ import annotations

from collections.abc import Callable

from .. import _core, exc
from .. import dialects as dialects  # the native compiler asks it for dialect objects

__all__ = ["compiles", "deregister"]

_Function = Callable[..., str]


def compiles(class_: type, *specs: str) -> Callable[[_Function], _Function]:
    """Decorate a function ``(element, compiler, **options) -> str`` that writes the elements of a class.

    :param class_: a subclass of ColumnElement, FunctionElement, GenericFunction, ClauseElement or DDLElement.
    :param specs: names of dialects; without any, for all dialects.
    :raises NotSupportedYet: the class is one of this package's own.
    """
    if class_.__module__.startswith("cormorant."):
        raise exc.NotSupportedYet(f"@compiles({class_.__name__}) of a class of cormorant's own is not supported yet")
    if issubclass(class_, _core.Type):
        raise exc.NotSupportedYet(f"@compiles({class_.__name__}) of a type is not supported yet")

    def register(function: _Function) -> _Function:
        found: dict[str, _Function] | None = class_.__dict__.get("_corm_compilers")
        if found is None:
            found = {}
            class_._corm_compilers = found  # type: ignore[attr-defined]
        for spec in specs or ("default",):
            found[spec] = function
        _core.compilers_changed()
        return function

    return register


def deregister(class_: type) -> None:
    """Forget the functions of a class."""
    if "_corm_compilers" in class_.__dict__:
        del class_._corm_compilers  # type: ignore[attr-defined]
    _core.compilers_changed()


def _find(class_: type, dialect: str) -> _Function | None:
    for base in class_.__mro__:
        found = base.__dict__.get("_corm_compilers")
        if found:
            function: _Function | None = found.get(dialect) or found.get("default")
            if function is not None:
                return function
    return None


_core.set_compilers(_find)

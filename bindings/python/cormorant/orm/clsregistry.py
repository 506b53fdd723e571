"""Names in strings: classes, tables and columns that a relationship names before they exist."""

from __future__ import annotations

import builtins
import weakref
from typing import Any

from .. import exc
from .._nearest import hint
from .late import Late


class ClassRegistry:
    """The mapped classes of one base, by name. Held weakly."""

    def __init__(self) -> None:
        self._classes: dict[str, list[weakref.ref[type]]] = {}

    def add(self, cls: type) -> None:
        """Adds a class under its name."""
        alive = [ref for ref in self._classes.get(cls.__name__, ()) if ref() is not None]
        self._classes[cls.__name__] = [*alive, weakref.ref(cls)]

    def remove(self, cls: type) -> None:
        """Forgets a class."""
        self._classes[cls.__name__] = [r for r in self._classes.get(cls.__name__, ()) if r() not in (None, cls)]

    def names(self) -> list[str]:
        """Of all classes."""
        return list(self._classes)

    def find(self, name: str) -> type | None:
        """The class of that name, or of a path that ends so.

        :raises InvalidRequestError: there are several.
        """
        path, _, last = name.rpartition(".")
        found = [cls for ref in self._classes.get(last, ()) if (cls := ref()) is not None]
        if path:
            found = [
                c
                for c in found
                if f".{c.__module__}".endswith(f".{path}") or f".{c.__module__}.".startswith(f".{path}.")
            ]
        if len(found) > 1:
            where = ", ".join(f"{c.__module__}.{c.__name__}" for c in found)
            raise exc.InvalidRequestError(
                f"Several classes are named {name!r}: a longer path tells them apart ({where})"
            )
        return found[0] if found else None


class _Columns:
    """``Address.id`` inside a string: attributes of a class, columns of a table."""

    def __init__(self, of: Any) -> None:
        self._of = of

    def __getattr__(self, name: str) -> Any:
        mapper = self._of.__dict__.get("__mapper__") if isinstance(self._of, type) else None
        if mapper is not None:
            column = mapper.columns_by_key.get(name)
            if column is not None:
                return column
            return getattr(self._of, name)
        return self._of.c[name]


class _Path:
    """A dotted name whose end is not reached yet: ``app.models.User``."""

    def __init__(self, scope: Scope, name: str) -> None:
        self._scope = scope
        self._name = name

    def __getattr__(self, key: str) -> Any:
        return self._scope.find(f"{self._name}.{key}") or _Path(self._scope, f"{self._name}.{key}")


class Scope(dict):  # type: ignore[type-arg]
    """The names that a string of a relationship may use."""

    def __init__(self, registry: Any, cls: type, what: str) -> None:
        super().__init__()
        self._registry = registry
        self._cls = cls
        self._what = what

    def find(self, name: str) -> Any:
        """A class, or None."""
        cls = self._registry._class_registry.find(name)
        return None if cls is None else _Columns(cls)

    def __missing__(self, name: str) -> Any:
        found = self.find(name)
        if found is not None:
            return found
        tables = self._registry.metadata.tables
        if name in tables:
            return _Columns(tables[name])
        import cormorant

        if name in ("and_", "or_", "not_", "func", "text", "desc", "asc", "case", "cast", "select"):
            return getattr(cormorant, name)
        if name in ("foreign", "remote"):
            from . import relationships

            return getattr(relationships, name)
        if any(t.schema == name for t in tables.values()) or name == self._cls.__module__.split(".", 1)[0]:
            return _Path(self, name)
        near = hint(name, [*self._registry._class_registry.names(), *tables])
        raise exc.InvalidRequestError(
            f"{self._cls.__name__}: {self._what} names {name!r}, which is no class or table known here. Its module "
            f"must be imported before the mappers are first used{near}"
        )


def resolve(value: Any, registry: Any, cls: type, what: str) -> Any:
    """What an argument of a relationship means: strings are looked up, functions called, lists taken one by one."""
    if isinstance(value, str):
        if value in registry.metadata.tables:
            return registry.metadata.tables[value]
        value = eval(value, {"__builtins__": builtins}, Scope(registry, cls, what))
    elif (
        callable(value)
        and not isinstance(value, type)
        and not hasattr(value, "__clause_element__")
        and _is_function(value)
    ):
        value = value()
    if isinstance(value, Late):
        return value.make()
    if isinstance(value, (list, tuple)):
        return [resolve(item, registry, cls, what) for item in value]
    if isinstance(value, _Columns):
        return value._of
    return value


def _is_function(value: Any) -> bool:
    import types

    return isinstance(value, (types.FunctionType, types.MethodType, types.BuiltinFunctionType))

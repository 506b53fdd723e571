"""Who listens to what.

A *family* names the events of one kind of target (engines, sessions, mapped classes, attributes ...) and finds the
:class:`Dispatch` of a target. A dispatch holds listeners by event name and looks at its parents too, so that a listener
on a class is heard by its instances and subclasses. ``changed`` lets a native object learn which events anybody wants.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeVar

from .. import exc
from .._nearest import hint

Listener = Callable[..., Any]
_F = TypeVar("_F", bound=Listener)


class Dispatch:
    """The listeners of one target, by name of the event."""

    __slots__ = ("__weakref__", "_children", "_keyed", "_lists", "changed", "parents")

    def __init__(self, *parents: Dispatch, changed: Callable[[], None] | None = None) -> None:
        self._lists: dict[str, list[Listener]] = {}
        self._children: weakref.WeakSet[Dispatch] = weakref.WeakSet()
        self.parents = parents
        # (id of target, event, id of listener) -> listener, and what stands for it: lives as long as its target
        self._keyed: dict[tuple[int, str, int], tuple[Listener, Listener]] = {}
        self.changed = changed
        for parent in parents:
            parent._children.add(self)

    def add(self, name: str, fn: Listener, insert: bool = False) -> None:
        """Adds a listener behind the others, or in front of them."""
        listeners = self._lists.setdefault(name, [])
        listeners.insert(0, fn) if insert else listeners.append(fn)
        self._tell()

    def discard(self, name: str, fn: Listener) -> None:
        """Removes a listener; nothing happens when it is not there."""
        listeners = self._lists.get(name, [])
        if fn in listeners:
            listeners.remove(fn)
            self._tell()

    def _tell(self) -> None:
        if self.changed is not None:
            self.changed()
        for child in tuple(self._children):
            child._tell()

    def listeners(self, name: str) -> list[Listener]:
        """All who are to be called: the parents' first. A list of its own: listeners may come and go meanwhile."""
        found = [fn for parent in self.parents for fn in parent.listeners(name)]
        found += self._lists.get(name, ())
        return found

    def wanted(self) -> set[str]:
        """The names that somebody listens to."""
        names = {name for name, fns in self._lists.items() if fns}
        for parent in self.parents:
            names |= parent.wanted()
        return names

    def __call__(self, name: str, *args: Any) -> None:
        """Calls all listeners of ``name``."""
        for fn in self.listeners(name):
            fn(*args)


class Family:
    """The events of one kind of target.

    :param arguments: names of each event's arguments, in order: for ``named=True``.
    :param find: gives the dispatches of a target, or None when the target is of another kind.
    :param wrap: may adapt a listener (``retval`` and so on); gets target, event name, listener and the keywords.
    """

    def __init__(
        self,
        name: str,
        arguments: dict[str, tuple[str, ...]],
        find: Callable[[Any, dict[str, Any]], Iterable[Dispatch] | None],
        options: frozenset[str] = frozenset(),
        wrap: Callable[[Any, str, Listener, dict[str, Any]], Listener] | None = None,
    ) -> None:
        self.name = name
        self.arguments = arguments
        self.find = find
        self.options = options
        self.wrap = wrap


_COMMON = frozenset({"named", "once", "insert", "propagate", "retval"})
_families: list[Family] = []
# (id of target, event, id of listener) -> the target (weakly where it can be), and where the listener is. A listener
# that knows its target must not keep it alive: the dispatches alone hold listeners.
_registered: dict[tuple[int, str, int], tuple[Any, list[weakref.ref[Dispatch]]]] = {}


def _hold(target: Any, key: tuple[int, str, int]) -> Any:
    """Something that keeps ``key`` true: a weak reference that forgets the entry, or the target itself."""
    try:
        return weakref.ref(target, lambda _: _registered.pop(key, None))
    except TypeError:
        return target


def register_family(family: Family) -> Family:
    """Makes a family's events known to :func:`listen`."""
    _families.append(family)
    return family


def _named(fn: Listener, names: tuple[str, ...]) -> Listener:
    def call(*args: Any) -> Any:
        return fn(**dict(zip(names, args, strict=False)))

    return call


def _once(fn: Listener) -> Listener:
    done = False

    def call(*args: Any, **kw: Any) -> Any:
        nonlocal done
        if not done:
            done = True
            return fn(*args, **kw)
        return None

    return call


def _family_of(target: Any, identifier: str, options: dict[str, Any]) -> tuple[Family, list[Dispatch]]:
    known_elsewhere = None
    for family in _families:
        found = family.find(target, options) if identifier in family.arguments else None
        if found is not None:
            return family, list(found)
        if identifier in family.arguments:
            known_elsewhere = family
    if known_elsewhere is not None:
        raise exc.InvalidRequestError(f"Event {identifier!r} is one of {known_elsewhere.name}, which {target!r} is not")
    near = hint(identifier, [name for family in _families for name in family.arguments])
    raise exc.InvalidRequestError(f"No such event {identifier!r} for target {target!r}{near}")


def listen(target: Any, identifier: str, fn: Listener, *args: Any, **kw: Any) -> None:
    """Calls ``fn`` whenever ``identifier`` happens to ``target``.

    :param target: an engine, session, mapped class, attribute ..., or a class of these.
    :param identifier: the event's name.
    :param kw: ``named`` (call with keywords), ``once``, ``insert`` (in front of the others), ``propagate`` (subclasses
        too), ``retval`` (the listener's result is used, where the event has a use for it).
    :raises InvalidRequestError: no such event for that target.
    :raises ArgumentError: an unknown keyword.
    """
    if args:
        raise exc.ArgumentError("event.listen() takes its options by keyword")
    family, dispatches = _family_of(target, identifier, kw)
    unknown = set(kw) - _COMMON - family.options
    if unknown:
        raise exc.ArgumentError(f"event.listen() does not know the option {sorted(unknown)[0]!r} for {family.name}")
    wrapped = fn
    if kw.get("named"):
        wrapped = _named(wrapped, family.arguments[identifier])
    if kw.get("once"):
        wrapped = _once(wrapped)
    if family.wrap is not None:
        wrapped = family.wrap(target, identifier, wrapped, kw)
    key = (id(target), identifier, id(fn))
    _registered[key] = (_hold(target, key), [weakref.ref(dispatch) for dispatch in dispatches])
    for dispatch in dispatches:
        dispatch._keyed[key] = (fn, wrapped)
        dispatch.add(identifier, wrapped, bool(kw.get("insert")))


def listens_for(target: Any, identifier: str, *args: Any, **kw: Any) -> Callable[[_F], _F]:
    """:func:`listen` as a decorator."""

    def decorate(fn: _F) -> _F:
        listen(target, identifier, fn, *args, **kw)
        return fn

    return decorate


def remove(target: Any, identifier: str, fn: Listener) -> None:
    """Takes back a :func:`listen` with the same three arguments.

    :raises InvalidRequestError: there was none.
    """
    entry = _registered.pop((id(target), identifier, id(fn)), None)
    if entry is None:
        raise exc.InvalidRequestError(f"No listener {fn!r} for event {identifier!r} is there on {target!r}")
    for ref in entry[1]:
        dispatch = ref()
        if dispatch is not None:
            dispatch.discard(identifier, dispatch._keyed.pop((id(target), identifier, id(fn)))[1])


def contains(target: Any, identifier: str, fn: Listener) -> bool:
    """Whether that :func:`listen` is in force."""
    return (id(target), identifier, id(fn)) in _registered


def iterate(dispatch: Dispatch, name: str) -> Iterator[Listener]:
    """The listeners of an event, for those who use their results."""
    return iter(dispatch.listeners(name))

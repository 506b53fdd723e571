"""The events of mapped classes, objects, attributes and sessions: their names, and how the core reaches them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from .. import _core
from ..event.registry import Dispatch, Family, register_family

KINDS = _core.event_names()
NAMES = {number: name for name, number in KINDS.items()}

_MAPPER = {
    name: ("mapper", "connection", "target")
    for name in KINDS
    if name.startswith(("before_", "after_")) and KINDS[name] < 38
}
_INSTANCE = {
    "load": ("target", "context"),
    "refresh": ("target", "context", "attrs"),
    "expire": ("target", "attrs"),
}
_SESSION = {
    "before_flush": ("session", "flush_context", "instances"),
    "after_flush": ("session", "flush_context"),
    "after_flush_postexec": ("session", "flush_context"),
    "before_commit": ("session",),
    "after_commit": ("session",),
    "after_rollback": ("session",),
    "after_soft_rollback": ("session", "previous_transaction"),
    "after_begin": ("session", "transaction", "connection"),
    "after_transaction_create": ("session", "transaction"),
    "after_transaction_end": ("session", "transaction"),
    "do_orm_execute": ("orm_execute_state",),
    **{name: ("session", "instance") for name in KINDS if KINDS[name] >= 74},
}
_ATTRIBUTE = {
    "set": ("target", "value", "oldvalue", "initiator"),
    "append": ("target", "value", "initiator"),
    "remove": ("target", "value", "initiator"),
    "bulk_replace": ("target", "values", "initiator"),
    "init_collection": ("target", "collection", "collection_adapter"),
    "dispose_collection": ("target", "collection", "collection_adapter"),
}


def mask(names: Iterable[str]) -> int:
    """The core's bits for events by name."""
    bits = 0
    for name in names:
        kind = KINDS.get(name)
        if kind is not None:
            bits |= 1 << (kind & 31)
    return bits


def _find_mapper(target: Any, options: dict[str, Any]) -> list[Dispatch] | None:
    from .mapper import Mapper

    if target is Mapper:
        return [Mapper.dispatch_all]
    mapper = target if isinstance(target, Mapper) else None
    if isinstance(target, type):
        mapper = target.__dict__.get("__mapper__")
        if mapper is None and options.get("propagate"):
            return [_unmapped_class(target)]
    if mapper is None:
        return None
    return [mapper.dispatch if options.get("propagate") else mapper._own_dispatch]


_waiting_for_mapping: dict[type, Dispatch] = {}


def _unmapped_class(cls: type) -> Dispatch:
    """Listeners on a mixin or base that is not mapped itself: heard by the classes that are mapped with it."""
    return _waiting_for_mapping.setdefault(cls, Dispatch())


def dispatches_of_bases(cls: type) -> list[Dispatch]:
    """Where listeners on the unmapped bases of a class are."""
    return [_waiting_for_mapping[base] for base in cls.__mro__ if base in _waiting_for_mapping]


def _find_session(target: Any, options: dict[str, Any]) -> list[Dispatch] | None:
    from .session import Session, sessionmaker

    factory = getattr(target, "session_factory", None)
    if factory is not None:  # a scoped_session
        target = factory
    if isinstance(target, sessionmaker):
        return [target.class_.dispatch_class()]
    if isinstance(target, Session):
        return [target.dispatch]
    if isinstance(target, type) and issubclass(target, Session):
        return [target.dispatch_class()]
    return None


def _find_attribute(target: Any, options: dict[str, Any]) -> list[Dispatch] | None:
    from .attributes import InstrumentedAttribute

    return [target.dispatch] if isinstance(target, InstrumentedAttribute) else None


def _wrap_attribute(target: Any, name: str, fn: Callable[..., Any], options: dict[str, Any]) -> Callable[..., Any]:
    """Without ``retval`` a listener's result is of no use: the value stays."""
    if options.get("active_history"):
        target.dispatch.add("_active_history", lambda *a: None)
    if options.get("raw"):
        plain = fn
        fn = lambda obj, *args: plain(_core.state_of(obj), *args)  # noqa: E731
    if name not in ("set", "append") or options.get("retval"):
        return fn

    def keep(obj: Any, value: Any, *args: Any) -> Any:
        fn(obj, value, *args)
        return value

    return keep


def _wrap_instance(target: Any, name: str, fn: Callable[..., Any], options: dict[str, Any]) -> Callable[..., Any]:
    return fn


register_family(Family("mapped classes", {**_MAPPER, **_INSTANCE}, _find_mapper, frozenset({"raw"}), _wrap_instance))
register_family(Family("sessions", _SESSION, _find_session, frozenset({"restore_load_context"})))
register_family(
    Family("mapped attributes", _ATTRIBUTE, _find_attribute, frozenset({"active_history", "raw"}), _wrap_attribute)
)


def deliver(kind: int, session: Any, obj: Any, connection: Any, extra: Any) -> None:
    """What the core tells, passed on to the listeners. Called for wanted events only."""
    name = NAMES[kind]
    if kind >= 64:
        _deliver_session(name, session, obj, connection, extra)
        return
    mapper = type(obj).__dict__["__mapper__"]
    if name in _MAPPER:
        for fn in mapper.heard(name):
            fn(mapper, connection, obj)
        return
    if name == "load":
        rebuild = mapper.reconstructor_
        if rebuild is not None:
            rebuild(obj)
    for fn in mapper.heard(name):
        fn(*((obj, None) if name == "load" else (obj, None, extra) if name == "refresh" else (obj, extra)))


class UOWTransaction:
    """The flush that is going on, as its hooks see it."""

    def __init__(self, session: Any) -> None:
        self.session = session


def _deliver_session(name: str, session: Any, obj: Any, connection: Any, extra: Any) -> None:
    from .session import SessionTransaction

    arguments = _SESSION[name]
    transaction = None if extra is None else SessionTransaction(session, extra)
    given = {
        "session": session,
        "instance": obj,
        "connection": connection,
        "flush_context": UOWTransaction(session),
        "instances": None,
        "transaction": transaction,
        "previous_transaction": transaction,
    }
    for fn in session.dispatch.listeners(name):
        fn(*(given[argument] for argument in arguments))


_core.set_event_sink(deliver)

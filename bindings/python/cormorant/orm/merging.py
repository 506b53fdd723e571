"""``Session.merge()``: the state of one object given to the one that the session has for the same row."""

from __future__ import annotations

from typing import Any

from .. import _core, exc
from . import collections
from .attributes import set_committed_value
from .base import NO_VALUE
from .mapper import object_mapper
from .relationships import RelationshipProperty

__all__ = ["merge"]


def merge(session: Any, given: Any, load: bool, options: Any) -> Any:
    """The session's object for ``given``, with its attributes.

    :param load: False: nothing is read; what ``given`` has is taken as what the row has.
    :raises UnmappedInstanceError: not an object of a mapped class.
    """
    object_mapper(given)
    if load and session.autoflush:
        session.flush()
    with session.no_autoflush:
        return _Merge(session, load, options).one(given)


class _Merge:
    def __init__(self, session: Any, load: bool, options: Any) -> None:
        self.session = session
        self.load = load
        self.options = options
        self.done: dict[int, Any] = {}
        self.by_key: dict[Any, Any] = {}

    def one(self, given: Any) -> Any:
        known = self.done.get(id(given))
        if known is not None:
            return known
        state = _core.state_of(given)
        if state.session is self.session and not state.transient and not state.detached:
            return given
        mapper = object_mapper(given)
        key = state.key if state.key is not None else self._key(mapper, given)
        merged = self._existing(mapper, key)
        if merged is None:
            merged = self._fresh(given, state, key)
        self.done[id(given)] = merged
        if key is not None:
            self.by_key[key] = merged
        if merged is not given:
            for prop in mapper.attrs:
                self._take(prop, given, merged)
        return merged

    def _key(self, mapper: Any, given: Any) -> Any:
        if not self.load:
            raise exc.InvalidRequestError("merge(load=False) takes objects that have a row")
        key = mapper.identity_key_from_instance(given)
        return None if any(part is None for part in key[1]) else key

    def _existing(self, mapper: Any, key: Any) -> Any:
        if key is None:
            return None
        found = self.by_key.get(key)
        if found is not None:
            return found
        if self.load:
            return self.session.get(mapper.class_, key[1], options=self.options)
        return self.session.identity_map.get(key)

    def _fresh(self, given: Any, state: Any, key: Any) -> Any:
        if not self.load and state.modified:
            raise exc.InvalidRequestError("merge(load=False) takes objects without changes")
        cls: Any = type(given)
        made = cls.__new__(cls)
        _core.begin_init(made)
        if self.load:
            self.session.add(made)
            return made
        for attribute, value in zip(object_mapper(given).primary_key, key[1], strict=True):
            set_committed_value(made, object_mapper(given).get_property_by_column(attribute).key, value)
        _core.make_transient_to_detached(made)
        self.session.add(made)
        return made

    def _take(self, prop: Any, given: Any, merged: Any) -> None:
        slot = getattr(type(given), prop.key).slot
        value = _core.peek_slot(given, slot)
        if value is NO_VALUE:
            return
        if not isinstance(prop, RelationshipProperty):
            self._put(merged, prop.key, value)
        elif "merge" in prop.cascade and not prop.viewonly:
            self._take_relation(prop, merged, value)

    def _take_relation(self, prop: Any, merged: Any, value: Any) -> None:
        if not prop.uselist:
            self._put(merged, prop.key, None if value is None else self.one(value))
            return
        if self.load and _core.state_of(merged).persistent:
            getattr(merged, prop.key)  # what is there, before it is replaced
        members = [self.one(member) for member in collections.members_of(value)]
        container = collections.container_factory(prop.collection_class)()
        if isinstance(container, dict):
            raise exc.NotSupportedYet(f"merge() of {prop}, whose container is a mapping, is not here yet")
        self._put(merged, prop.key, set(members) if isinstance(container, set) else members)

    def _put(self, merged: Any, key: str, value: Any) -> None:
        if self.load:
            setattr(merged, key, value)
        else:
            set_committed_value(merged, key, value)

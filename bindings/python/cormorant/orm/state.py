"""``inspect(obj)``: the native state of an object, with the faces that are made of Python things."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .. import _core
from .attributes import History

InstanceState = _core.State


class AttributeState:
    """One attribute of one object, as ``inspect(obj).attrs.name``."""

    def __init__(self, state: Any, key: str, slot: int) -> None:
        self.state = state
        self.key = key
        self._slot = slot

    @property
    def loaded_value(self) -> Any:
        """The value, or NO_VALUE where none is loaded."""
        return _core.peek_slot(self.state.obj(), self._slot)

    @property
    def value(self) -> Any:
        """The value, loaded where needed."""
        return getattr(self.state.obj(), self.key)

    @property
    def history(self) -> History:
        """What it has become since it was committed, without loading."""
        return History(*_core.history(self.state.obj(), self._slot))

    def load_history(self) -> History:
        """:attr:`history`, loading the old value where needed."""
        getattr(self.state.obj(), self.key)
        return self.history


class AttributeStates:
    """``inspect(obj).attrs``."""

    def __init__(self, state: Any) -> None:
        self._state = state
        self._slots = {key: slot for slot, key in enumerate(state.mapper.entity.slots())}

    def __getattr__(self, key: str) -> AttributeState:
        if key not in self._slots:
            raise AttributeError(key)
        return AttributeState(self._state, key, self._slots[key])

    def __getitem__(self, key: str) -> AttributeState:
        return AttributeState(self._state, key, self._slots[key])

    def __contains__(self, key: object) -> bool:
        return key in self._slots

    def __iter__(self) -> Iterator[AttributeState]:
        return (AttributeState(self._state, key, slot) for key, slot in self._slots.items())

    def __len__(self) -> int:
        return len(self._slots)

    def keys(self) -> list[str]:
        """The keys."""
        return list(self._slots)


_core.set_attribute_states(AttributeStates)

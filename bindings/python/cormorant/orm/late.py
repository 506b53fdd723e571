"""Conditions that a class's body writes over its own columns before they have a name or a table."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

from .. import _core, exc


class Late:
    """A condition, made when the class is mapped: ``primaryjoin=id == friends.c.person_id``."""

    __slots__ = ("make",)

    def __init__(self, make: Callable[[], Any]) -> None:
        self.make = make

    def __and__(self, other: Any) -> Late:
        return Late(lambda: now(self) & now(other))

    def __rand__(self, other: Any) -> Late:
        return Late(lambda: now(other) & now(self))

    def __or__(self, other: Any) -> Late:
        return Late(lambda: now(self) | now(other))

    def __ror__(self, other: Any) -> Late:
        return Late(lambda: now(other) | now(self))

    def __invert__(self) -> Late:
        return Late(lambda: ~now(self))


def now(value: Any) -> Any:
    """What the value is once its columns have their places."""
    return value.make() if isinstance(value, Late) else value


_OPERATORS = (operator.lt, operator.le, operator.eq, operator.ne, operator.gt, operator.ge)


def _late(left: Any, right: Any, number: int) -> Late:
    return Late(lambda: _OPERATORS[number](now(left), now(right)))


_core.set_late(exc._UnnamedColumnError, _late)


def comparison(number: int) -> Callable[[Any, Any], Any]:
    """A comparison of a class's own column: of the column, once it has a name."""
    return lambda self, other: _OPERATORS[number](self.column, other)

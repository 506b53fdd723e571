"""Operators as functions: what ``expression.operator`` gives and ``operate()`` takes."""

from __future__ import annotations

from operator import (
    add,
    and_,
    contains,
    eq,
    floordiv,
    ge,
    getitem,
    gt,
    inv,
    le,
    lshift,
    lt,
    mod,
    mul,
    ne,
    neg,
    or_,
    rshift,
    sub,
    truediv,
)
from typing import Any, Callable

from .. import _core

__all__ = [
    "add", "and_", "contains", "eq", "floordiv", "ge", "getitem", "gt", "inv", "le", "lshift", "lt", "mod", "mul", "ne",
    "neg", "or_", "rshift", "sub", "truediv",
]  # fmt: skip


def is_(a: Any, b: Any) -> Any:
    """IS."""
    return a.is_(b)


def is_not(a: Any, b: Any) -> Any:
    """IS NOT."""
    return a.is_not(b)


def is_distinct_from(a: Any, b: Any) -> Any:
    """IS DISTINCT FROM."""
    return a.is_distinct_from(b)


def is_not_distinct_from(a: Any, b: Any) -> Any:
    """IS NOT DISTINCT FROM."""
    return a.is_not_distinct_from(b)


def like_op(a: Any, b: Any, escape: str | None = None) -> Any:
    """LIKE."""
    return a.like(b, escape=escape)


def not_like_op(a: Any, b: Any, escape: str | None = None) -> Any:
    """NOT LIKE."""
    return a.not_like(b, escape=escape)


def ilike_op(a: Any, b: Any, escape: str | None = None) -> Any:
    """ILIKE."""
    return a.ilike(b, escape=escape)


def not_ilike_op(a: Any, b: Any, escape: str | None = None) -> Any:
    """NOT ILIKE."""
    return a.not_ilike(b, escape=escape)


def in_op(a: Any, b: Any) -> Any:
    """IN."""
    return a.in_(b)


def not_in_op(a: Any, b: Any) -> Any:
    """NOT IN."""
    return a.not_in(b)


def startswith_op(a: Any, b: Any, escape: str | None = None, autoescape: bool = False) -> Any:
    """LIKE 'b%'."""
    return a.startswith(b, escape=escape, autoescape=autoescape)


def endswith_op(a: Any, b: Any, escape: str | None = None, autoescape: bool = False) -> Any:
    """LIKE '%b'."""
    return a.endswith(b, escape=escape, autoescape=autoescape)


def contains_op(a: Any, b: Any, escape: str | None = None, autoescape: bool = False) -> Any:
    """LIKE '%b%'."""
    return a.contains(b, escape=escape, autoescape=autoescape)


def between_op(a: Any, b: Any, c: Any, symmetric: bool = False) -> Any:
    """BETWEEN."""
    return a.between(b, c, symmetric=symmetric)


def concat_op(a: Any, b: Any) -> Any:
    """||."""
    return a.concat(b)


def match_op(a: Any, b: Any) -> Any:
    """MATCH."""
    return a.match(b)


def regexp_match_op(a: Any, b: Any, flags: str | None = None) -> Any:
    """REGEXP."""
    return a.regexp_match(b, flags=flags)


def desc_op(a: Any) -> Any:
    """DESC."""
    return a.desc()


def asc_op(a: Any) -> Any:
    """ASC."""
    return a.asc()


def nulls_first_op(a: Any) -> Any:
    """NULLS FIRST."""
    return a.nulls_first()


def nulls_last_op(a: Any) -> Any:
    """NULLS LAST."""
    return a.nulls_last()


def distinct_op(a: Any) -> Any:
    """DISTINCT."""
    return a.distinct()


def collate(a: Any, b: str) -> Any:
    """COLLATE."""
    return a.collate(b)


def any_op(a: Any) -> Any:
    """ANY."""
    return a.any_()


def all_op(a: Any) -> Any:
    """ALL."""
    return a.all_()


def bitwise_and_op(a: Any, b: Any) -> Any:
    """&."""
    return a.bitwise_and(b)


def bitwise_or_op(a: Any, b: Any) -> Any:
    """|."""
    return a.bitwise_or(b)


def bitwise_xor_op(a: Any, b: Any) -> Any:
    """^."""
    return a.bitwise_xor(b)


def bitwise_not_op(a: Any) -> Any:
    """~."""
    return a.bitwise_not()


def custom_op(opstring: str, *args: Any, **kw: Any) -> Callable[[Any, Any], Any]:
    """Any operator, as a function."""

    def apply(a: Any, b: Any) -> Any:
        return a.op(opstring, *args, **kw)(b)

    return apply


isnot = is_not
notlike_op = not_like_op
notilike_op = not_ilike_op
notin_op = not_in_op
json_getitem_op = getitem

_BY_CODE: dict[int, Callable[..., Any]] = {
    _core.OP_EQ: eq,
    _core.OP_NE: ne,
    _core.OP_LT: lt,
    _core.OP_LE: le,
    _core.OP_GT: gt,
    _core.OP_GE: ge,
    _core.OP_ADD: add,
    _core.OP_SUB: sub,
    _core.OP_MUL: mul,
    _core.OP_DIV: truediv,
    _core.OP_FLOORDIV: floordiv,
    _core.OP_MOD: mod,
    _core.OP_CONCAT: concat_op,
    _core.OP_BITAND: bitwise_and_op,
    _core.OP_BITOR: bitwise_or_op,
    _core.OP_BITXOR: bitwise_xor_op,
    _core.OP_SHL: lshift,
    _core.OP_SHR: rshift,
    _core.OP_IS: is_,
    _core.OP_IS_NOT: is_not,
    _core.OP_IS_DISTINCT: is_distinct_from,
    _core.OP_IS_NOT_DISTINCT: is_not_distinct_from,
    _core.OP_LIKE: like_op,
    _core.OP_NOT_LIKE: not_like_op,
    _core.OP_ILIKE: ilike_op,
    _core.OP_NOT_ILIKE: not_ilike_op,
    _core.OP_IN: in_op,
    _core.OP_NOT_IN: not_in_op,
    _core.OP_STARTSWITH: startswith_op,
    _core.OP_ENDSWITH: endswith_op,
    _core.OP_CONTAINS: contains_op,
    _core.OP_REGEXP: regexp_match_op,
    _core.OP_MATCH: match_op,
    _core.OP_COLLATE: collate,
    _core.OP_INDEX: getitem,
    _core.OP_AND: and_,
    _core.OP_OR: or_,
    _core.OP_BETWEEN: between_op,
    _core.OP_NEG: neg,
    _core.OP_NOT: inv,
    _core.OP_INVERT: bitwise_not_op,
    _core.OP_ANY: any_op,
    _core.OP_ALL: all_op,
    _core.OP_DESC: desc_op,
    _core.OP_ASC: asc_op,
    _core.OP_NULLS_FIRST: nulls_first_op,
    _core.OP_NULLS_LAST: nulls_last_op,
    _core.OP_DISTINCT: distinct_op,
}


def by_code(code: int) -> Callable[..., Any] | None:
    """The function of one of the core's operators."""
    return _BY_CODE.get(code)


class Operators:
    """SQLAlchemy's name for what has operators."""

    __slots__ = ()


class ColumnOperators(Operators):
    """SQLAlchemy's name for what has a column's operators."""

    __slots__ = ()

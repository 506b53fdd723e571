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
    """What has operators: each is a call of :meth:`operate`, which a subclass defines."""

    __slots__ = ()

    def operate(self, op: Callable[..., Any], *other: Any, **kwargs: Any) -> Any:
        """Applies one of the functions of :mod:`operator` or of this module."""
        raise NotImplementedError(str(op))

    def reverse_operate(self, op: Callable[..., Any], other: Any, **kwargs: Any) -> Any:
        """The same with the sides exchanged."""
        raise NotImplementedError(str(op))

    def op(self, opstring: str, *args: Any, **kw: Any) -> Callable[[Any], Any]:
        """Any operator: ``x.op("->")(y)``."""
        return lambda other: self.operate(custom_op(opstring, *args, **kw), other)

    def bool_op(self, opstring: str, precedence: int = 0, **kw: Any) -> Callable[[Any], Any]:
        """Any operator that gives a boolean."""
        return self.op(opstring, precedence=precedence, is_comparison=True, **kw)


class ColumnOperators(Operators):
    """What has a column's operators."""

    __slots__ = ()

    def __hash__(self) -> int:
        return object.__hash__(self)

    def between(self, cleft: Any, cright: Any, symmetric: bool = False) -> Any:
        """BETWEEN."""
        return self.operate(between_op, cleft, cright, symmetric=symmetric)


def _forward(op: Callable[..., Any]) -> Callable[..., Any]:
    def apply(self: ColumnOperators, *other: Any, **kw: Any) -> Any:
        return self.operate(op, *other, **kw)

    return apply


def _backward(op: Callable[..., Any]) -> Callable[..., Any]:
    def apply(self: ColumnOperators, other: Any) -> Any:
        return self.reverse_operate(op, other)

    return apply


def _by_name(name: str) -> Callable[..., Any]:
    """An operator that is only a method."""

    def apply(a: Any, *b: Any, **kw: Any) -> Any:
        return getattr(a, name)(*b, **kw)

    apply.__name__ = apply.__qualname__ = f"{name}_op"
    return apply


_METHODS: dict[str, Callable[..., Any]] = {
    **{f"__{op.__name__.strip('_')}__": op for op in (lt, le, gt, ge, eq, ne, neg, getitem, lshift, rshift)},
    **{f"__{op.__name__.strip('_')}__": op for op in (add, sub, mul, truediv, floordiv, mod, and_, or_, contains)},
    "__invert__": inv, "concat": concat_op, "match": match_op, "like": like_op, "not_like": not_like_op,
    "notlike": not_like_op, "ilike": ilike_op, "not_ilike": not_ilike_op, "notilike": not_ilike_op, "in_": in_op,
    "not_in": not_in_op, "notin_": not_in_op, "is_": is_, "is_not": is_not, "isnot": is_not,
    "is_distinct_from": is_distinct_from, "is_not_distinct_from": is_not_distinct_from,
    "isnot_distinct_from": is_not_distinct_from, "startswith": startswith_op, "endswith": endswith_op,
    "contains": contains_op, "desc": desc_op, "asc": asc_op, "nulls_first": nulls_first_op,
    "nullsfirst": nulls_first_op, "nulls_last": nulls_last_op, "nullslast": nulls_last_op, "collate": collate,
    "distinct": distinct_op, "any_": any_op, "all_": all_op, "regexp_match": regexp_match_op,
    "bitwise_and": bitwise_and_op, "bitwise_or": bitwise_or_op, "bitwise_xor": bitwise_xor_op,
    "bitwise_not": bitwise_not_op, "bitwise_lshift": lshift, "bitwise_rshift": rshift,
    **{name: _by_name(name) for name in ("istartswith", "iendswith", "icontains", "regexp_replace")},
}  # fmt: skip

for _name, _op in _METHODS.items():
    setattr(ColumnOperators, _name, _forward(_op))
for _op in (add, sub, mul, truediv, floordiv, mod):
    setattr(ColumnOperators, f"__r{_op.__name__}__", _backward(_op))

"""Arrays: the type, ``ARRAY[a, b]``, and what belongs to them."""

# mypy: disable-error-code="no-any-return"

from __future__ import annotations

from typing import Any

from ... import _core
from ... import types as sqltypes
from ...sql import elements, operators
from ...sql.functions import func


def _test(text: str) -> Any:
    def test(expr: Any, other: Any, **kw: Any) -> Any:
        return expr.op(text, is_comparison=True, return_type=sqltypes.Boolean())(other)

    return test


def _quantified(which: str) -> Any:
    def compare(expr: Any, other: Any, operator: Any = operators.eq) -> Any:
        if not isinstance(other, _core.Node) and not hasattr(other, "__clause_element__"):
            other = elements.bindparam(_base(expr), other, type_=expr.type.item_type, unique=True)
        return operator(other, getattr(expr, which)())

    return compare


def _base(expr: Any) -> Any:
    """By which name an expression calls the values beside it."""
    key = getattr(expr, "key", None)
    return key if isinstance(key, str) else None


class ARRAY(sqltypes.ARRAY):
    """A list of values of one type."""

    _operations = {
        "contains": _test("@>"),
        "contained_by": _test("<@"),
        "overlap": _test("&&"),
        "any": _quantified("any_"),
        "all": _quantified("all_"),
    }


class array(elements.ColumnElement):
    """``ARRAY[a, b]``.

    :param clauses: its members.
    :param type_: the type of a member; None: the first one's.
    """

    def __init__(self, clauses: Any, *, type_: Any = None, **kw: Any) -> None:
        if kw:
            raise TypeError(f"array() takes no argument {', '.join(map(repr, kw))}")
        self.clauses = [elements._as_expression(one) if not isinstance(one, array) else one for one in clauses]
        item = sqltypes.to_instance(type_) if type_ is not None else self._item_type()
        if isinstance(item, sqltypes.ARRAY):
            made = ARRAY(item.item_type, dimensions=(item.dimensions or 1) + 1)
        else:
            made = ARRAY(item)
        self._adopt(_core.array(made, *self.clauses))

    def _item_type(self) -> Any:
        return self.clauses[0].type if self.clauses else sqltypes.NULLTYPE


def aggregate_order_by(target: Any, *order_by: Any) -> Any:
    """``target ORDER BY a, b``, for the arguments of an aggregate."""
    if not order_by:
        raise TypeError("aggregate_order_by() needs something to order by")
    return _core.ordered_argument(target, *order_by)


def array_agg(*args: Any, **kw: Any) -> Any:
    """``array_agg(x)``, an ARRAY of PostgreSQL's."""
    if kw:
        raise TypeError(f"array_agg() takes no argument {', '.join(map(repr, kw))}")
    item = elements._as_expression(args[0]).type
    return func.array_agg(*args, type_=item if isinstance(item, sqltypes.ARRAY) else ARRAY(item))


def Any_(other: Any, arrexpr: Any, operator: Any = operators.eq) -> Any:
    """``other = ANY (array)``."""
    return arrexpr.any(other, operator)


def All(other: Any, arrexpr: Any, operator: Any = operators.eq) -> Any:
    """``other = ALL (array)``."""
    return arrexpr.all(other, operator)

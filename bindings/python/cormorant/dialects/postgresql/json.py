"""JSON and JSONB, and the operators on them."""

# mypy: disable-error-code="no-any-return"

from __future__ import annotations

from typing import Any

from ... import types as sqltypes
from ...sql import elements
from .array import _base, _test, array


class JSONPATH(sqltypes.TypeEngine):
    """JSONPATH."""

    _kind = sqltypes.UserDefinedType._kind
    _fixed_name = "JSONPATH"


def _astext(expr: Any) -> Any:
    return elements.type_coerce(expr._json_text(), expr.type.astext_type) if _is_own(expr) else expr._json_text()


def _is_own(expr: Any) -> bool:
    return type(expr.type.astext_type) is not sqltypes.Text


def _path_test(text: str) -> Any:
    def test(expr: Any, other: Any) -> Any:
        if isinstance(other, str):
            other = elements.bindparam(_base(expr), other, type_=JSONPATH(), unique=True)
        return expr.op(text, is_comparison=True, return_type=sqltypes.Boolean())(other)

    return test


def _delete_path(expr: Any, given: Any) -> Any:
    if not isinstance(given, array):
        given = array(given)
    return expr.op("#-", return_type=JSONB())(elements.cast(given, sqltypes.ARRAY(sqltypes.TEXT())))


class JSON(sqltypes.JSON):
    """JSON."""

    _operations = {"astext": property(_astext)}

    def __init__(self, none_as_null: bool = False, astext_type: Any = None) -> None:
        super().__init__(none_as_null)
        self.astext_type = sqltypes.Text() if astext_type is None else sqltypes.to_instance(astext_type)


class JSONB(JSON):
    """JSONB."""

    _fixed_name = "JSONB"
    _operations = {
        **JSON._operations,
        "contains": _test("@>"),
        "contained_by": _test("<@"),
        "has_key": _test("?"),
        "has_all": _test("?&"),
        "has_any": _test("?|"),
        "path_exists": _path_test("@?"),
        "path_match": _path_test("@@"),
        "delete_path": _delete_path,
    }

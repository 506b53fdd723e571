"""Type variables that annotations share. A class's are Any where nothing is said: ``Select`` is ``Select[Any]``."""

from __future__ import annotations

import decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from typing_extensions import TypeAlias, TypeVar

    T = TypeVar("T", default=Any)
    T_co = TypeVar("T_co", covariant=True, default=Any)
    N = TypeVar("N", default=decimal.Decimal)
    Number = TypeVar("Number", int, float, decimal.Decimal)
    Fraction = TypeVar("Fraction", float, decimal.Decimal)
    TP = TypeVar("TP", bound=tuple[Any, ...], default=Any)
    TP_co = TypeVar("TP_co", bound=tuple[Any, ...], covariant=True, default=Any)
    from ._core import Expr

    _T0 = TypeVar("_T0")
    _T1 = TypeVar("_T1")
    _T2 = TypeVar("_T2")
    _T3 = TypeVar("_T3")
    _T4 = TypeVar("_T4")
    _T5 = TypeVar("_T5")
    _T6 = TypeVar("_T6")
    _T7 = TypeVar("_T7")
    _T8 = TypeVar("_T8")
    _T9 = TypeVar("_T9")
    _Typed: TypeAlias = Expr[T] | type[T]

else:
    from typing import TypeVar

    T = TypeVar("T")
    T_co = TypeVar("T_co", covariant=True)
    N = TypeVar("N")
    TP = TypeVar("TP", bound=tuple[Any, ...])
    TP_co = TypeVar("TP_co", bound=tuple[Any, ...], covariant=True)

"""SQL functions: ``func``, and classes for those that have a type or a text of their own."""

# mypy: disable-error-code="no-any-return"

from __future__ import annotations

import datetime
import decimal
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, overload

from .. import _core, exc
from .._typing import T
from . import elements
from .base import Executable
from .elements import ColumnElement

if TYPE_CHECKING:
    from typing_extensions import Self
else:
    func = _core.func
_registry: dict[str, type] = {}
_core.set_functions(_registry)


class FunctionElement(Executable, ColumnElement[T]):
    """A function. Subclass it, with ``@compiles``, for one of your own."""

    name: Any = None
    _clauses: tuple[Any, ...] = ()
    _list: Any = None

    def __init__(self, *clauses: Any) -> None:
        self._set_clauses(clauses)

    def _set_clauses(self, clauses: tuple[Any, ...]) -> None:
        """Arguments become expressions once, so that their parameters keep their names."""
        self._list = _core.list_(*clauses)
        self._clauses = tuple(self._list._kids())

    def _host_kids(self) -> tuple[Any, ...]:
        return self._clauses

    @property
    def clauses(self) -> Any:
        """Its arguments."""
        return self._list

    def __iter__(self) -> Any:
        return iter(self.clauses)

    def over(
        self, *, partition_by: Any = None, order_by: Any = None, rows: Any = None, range_: Any = None
    ) -> elements.Over[T]:
        """As a window function."""
        return elements.over(self, partition_by=partition_by, order_by=order_by, rows=rows, range_=range_)

    @overload
    def filter(self) -> Self: ...

    @overload
    def filter(self, __criterion0: Any, *criterion: Any) -> elements.FunctionFilter[T]: ...

    def filter(self, *criterion: Any) -> Any:
        """With a condition: ``FILTER (WHERE ..)``."""
        return _core.filter_(self, *criterion) if criterion else self

    def within_group(self, *order_by: Any) -> elements.WithinGroup[T]:
        """``WITHIN GROUP (ORDER BY ..)``."""
        return _core.within_group(self, list(order_by))

    def alias(self, name: str | None = None, joins_implicitly: bool = False) -> Any:
        """As a source."""
        if joins_implicitly:
            raise exc.NotSupportedYet("alias(joins_implicitly=True) is not supported yet")
        return _core.alias_of(self, name)

    def table_valued(self, *expr: Any, **kw: Any) -> Any:
        """Not supported yet."""
        raise exc.NotSupportedYet("table_valued() is not supported yet")

    def column_valued(self, name: str | None = None, joins_implicitly: bool = False) -> Any:
        """Not supported yet."""
        raise exc.NotSupportedYet("column_valued() is not supported yet")

    def scalar_table_valued(self, name: str, type_: Any = None) -> Any:
        """Not supported yet."""
        raise exc.NotSupportedYet("scalar_table_valued() is not supported yet")

    def select(self) -> Any:
        """``SELECT f(..)``."""
        return _core.select(self)

    @property
    def columns(self) -> Any:
        """The function itself, as a collection."""
        made = _core.ColumnCollection()
        made.add(self, self.name)
        return made

    c = columns


class Function(FunctionElement[T]):
    """A function by its name: what ``func.name(..)`` gives."""

    __slots__ = ()

    def __init__(self, name: str, *clauses: Any, type_: Any = None, packagenames: tuple[str, ...] = ()) -> None:
        self._adopt(_core.function(".".join((*packagenames, name)), type_, clauses))

    @property
    def name(self) -> Any:
        """The name, without packages."""
        found = self._node_name
        return found.rsplit(".", 1)[-1] if found else found

    @property
    def clauses(self) -> Any:
        """Its arguments."""
        return _core.list_(*self._kids())


class GenericFunction(Function[T]):
    """A function with a type of its own; a subclass is what ``func`` gives for its name.

    Class attributes: ``type``, ``name`` (the class's name unless given), ``identifier`` (what ``func`` knows it by).
    """

    _corm_name: str = ""
    type: Any = None

    def __init_subclass__(cls, **kw: Any) -> None:
        super().__init_subclass__(**kw)
        name = cls.__dict__.get("name", cls.__name__)
        cls._corm_name = str(name)
        if cls.__dict__.get("_register", True) and cls.__module__ != __name__:
            if cls.__dict__.get("package") not in (None, "_default"):
                raise exc.NotSupportedYet("GenericFunction.package is not supported yet")
            _registry[str(cls.__dict__.get("identifier", name)).lower()] = cls

    def __init__(self, *args: Any, **kw: Any) -> None:
        type_ = kw.pop("type_", None)
        if kw:
            raise TypeError(f"{type(self).__name__}() takes no keyword but type_")
        type_ = type_ if type_ is not None else type(self).type
        self._set_clauses(args)
        if not _has_compiler(type(self)):
            self._adopt(_core.function(self._corm_name, type_, self._clauses))

    @property
    def clauses(self) -> Any:
        """Its arguments."""
        return self._list


def _has_compiler(cls: type) -> bool:
    return any("_corm_compilers" in one.__dict__ for one in cls.__mro__)


def register_function(identifier: str, fn: Any, package: str = "_default") -> None:
    """Make ``func.identifier`` give objects of a class."""
    if package != "_default":
        raise exc.NotSupportedYet("register_function(package=...) is not supported yet")
    _registry[identifier.lower()] = fn


def _generic(name: str) -> type:
    made = type(name, (GenericFunction,), {"__doc__": f"``{name}(..)``.", "__module__": __name__})
    made._corm_name = name  # type: ignore[attr-defined]
    return made


_NAMES = (
    "aggregate_strings array_agg char_length coalesce concat count cube cume_dist current_date current_time "
    "current_timestamp current_user dense_rank grouping_sets localtime localtimestamp max min mode now percent_rank "
    "percentile_cont percentile_disc random rank rollup session_user sum sysdate user"
).split()
for _name in _NAMES:
    globals()[_name] = _generic(_name)
if TYPE_CHECKING:
    # The functions whose types are known, as the loop above makes them.
    class count(GenericFunction[int]): ...

    class now(GenericFunction[datetime.datetime]): ...

    class char_length(GenericFunction[int]): ...

    class random(GenericFunction[float]): ...

    class concat(GenericFunction[str]): ...

    class current_date(GenericFunction[datetime.date]): ...

    class current_time(GenericFunction[datetime.time]): ...

    class current_timestamp(GenericFunction[datetime.datetime]): ...

    class current_user(GenericFunction[str]): ...

    class localtime(GenericFunction[datetime.datetime]): ...

    class localtimestamp(GenericFunction[datetime.datetime]): ...

    class session_user(GenericFunction[str]): ...

    class sysdate(GenericFunction[datetime.datetime]): ...

    class user(GenericFunction[str]): ...

    class rank(GenericFunction[int]): ...

    class dense_rank(GenericFunction[int]): ...

    class percent_rank(GenericFunction[decimal.Decimal]): ...

    class cume_dist(GenericFunction[decimal.Decimal]): ...

    class aggregate_strings(GenericFunction[str]): ...

    class coalesce(GenericFunction[T]): ...

    class max(GenericFunction[T]): ...

    class min(GenericFunction[T]): ...

    class sum(GenericFunction[T]): ...

    class array_agg(GenericFunction[Sequence[T]]): ...

    _count = count
    _now = now
    _char_length = char_length
    _random = random
    _concat = concat
    _current_date = current_date
    _current_time = current_time
    _current_timestamp = current_timestamp
    _current_user = current_user
    _localtime = localtime
    _localtimestamp = localtimestamp
    _session_user = session_user
    _sysdate = sysdate
    _user = user
    _rank = rank
    _dense_rank = dense_rank
    _percent_rank = percent_rank
    _cume_dist = cume_dist
    _aggregate_strings = aggregate_strings
    _coalesce = coalesce
    _max = max
    _min = min
    _sum = sum

    class _Functions(_core.FunctionGenerator):
        @property
        def count(self) -> type[_count]: ...

        @property
        def now(self) -> type[_now]: ...

        @property
        def char_length(self) -> type[_char_length]: ...

        @property
        def random(self) -> type[_random]: ...

        @property
        def concat(self) -> type[_concat]: ...

        @property
        def current_date(self) -> type[_current_date]: ...

        @property
        def current_time(self) -> type[_current_time]: ...

        @property
        def current_timestamp(self) -> type[_current_timestamp]: ...

        @property
        def current_user(self) -> type[_current_user]: ...

        @property
        def localtime(self) -> type[_localtime]: ...

        @property
        def localtimestamp(self) -> type[_localtimestamp]: ...

        @property
        def session_user(self) -> type[_session_user]: ...

        @property
        def sysdate(self) -> type[_sysdate]: ...

        @property
        def user(self) -> type[_user]: ...

        @property
        def rank(self) -> type[_rank]: ...

        @property
        def dense_rank(self) -> type[_dense_rank]: ...

        @property
        def percent_rank(self) -> type[_percent_rank]: ...

        @property
        def cume_dist(self) -> type[_cume_dist]: ...

        @property
        def aggregate_strings(self) -> type[_aggregate_strings]: ...

        @overload
        def coalesce(self, col: ColumnElement[T] | _core.Expr[T], *args: Any, **kw: Any) -> _coalesce[T]: ...

        @overload
        def coalesce(self, col: Any, *args: Any, **kw: Any) -> _coalesce[Any]: ...

        def coalesce(self, col: Any, *args: Any, **kw: Any) -> Any: ...

        @overload
        def max(self, col: ColumnElement[T] | _core.Expr[T], *args: Any, **kw: Any) -> _max[T]: ...

        @overload
        def max(self, col: Any, *args: Any, **kw: Any) -> _max[Any]: ...

        def max(self, col: Any, *args: Any, **kw: Any) -> Any: ...

        @overload
        def min(self, col: ColumnElement[T] | _core.Expr[T], *args: Any, **kw: Any) -> _min[T]: ...

        @overload
        def min(self, col: Any, *args: Any, **kw: Any) -> _min[Any]: ...

        def min(self, col: Any, *args: Any, **kw: Any) -> Any: ...

        @overload
        def sum(self, col: ColumnElement[T] | _core.Expr[T], *args: Any, **kw: Any) -> _sum[T]: ...

        @overload
        def sum(self, col: Any, *args: Any, **kw: Any) -> _sum[Any]: ...

        def sum(self, col: Any, *args: Any, **kw: Any) -> Any: ...

    func: _Functions

ReturnTypeFromArgs = AnsiFunction = GenericFunction

_core.set_node_classes({_core.kinds["FUNCTION"]: Function})

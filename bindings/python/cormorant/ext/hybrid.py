"""Attributes that are Python on objects and SQL on classes."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Concatenate, Generic, ParamSpec, TypeVar, overload

from .._typing import T
from ..orm.interfaces import InspectionAttrExtensionType, InspectionAttrInfo, PropComparator, ProxiedAttribute

if TYPE_CHECKING:
    from ..sql.elements import SQLCoreOperations

__all__ = ["Comparator", "ExprComparator", "HybridExtensionType", "hybrid_method", "hybrid_property"]

_P = ParamSpec("_P")
_R = TypeVar("_R")


class HybridExtensionType(InspectionAttrExtensionType):
    """The two kinds of hybrids."""

    HYBRID_METHOD = "HYBRID_METHOD"
    HYBRID_PROPERTY = "HYBRID_PROPERTY"


class Comparator(PropComparator[T]):
    """Base of a hybrid's comparator: says in ``operate`` or in single operators how the hybrid compares.

    :param expression: what the hybrid stands for.
    """

    def __init__(self, expression: Any) -> None:
        self.expression = expression

    def __clause_element__(self) -> Any:
        of = self.expression
        return of.__clause_element__() if hasattr(of, "__clause_element__") else of

    @property
    def property(self) -> Any:
        """Not known of a comparator."""
        raise NotImplementedError(f"{type(self).__name__} has no property of a mapper")


class ExprComparator(Comparator[T]):
    """A hybrid whose expression compares by itself."""

    def __init__(self, cls: Any, expression: Any, hybrid: hybrid_property[T]) -> None:
        self.cls = cls
        self.expression = expression
        self.hybrid = hybrid

    if not TYPE_CHECKING:

        def __getattr__(self, key: str) -> Any:
            return getattr(self.expression, key)

    @property
    def property(self) -> Any:
        """The property of the attribute that the hybrid gives, where it gives one."""
        return self.expression.property

    def operate(self, op: Callable[..., Any], *other: Any, **kwargs: Any) -> Any:
        """Applies an operator to the expression."""
        return op(self.expression, *other, **kwargs)

    def reverse_operate(self, op: Callable[..., Any], other: Any, **kwargs: Any) -> Any:
        """The same with the sides exchanged."""
        return op(other, self.expression, **kwargs)

    def _bulk_update_tuples(self, value: Any) -> Sequence[tuple[Any, Any]]:
        if isinstance(self.expression, ProxiedAttribute):
            return self.expression._bulk_update_tuples(value)
        if self.hybrid.update_expr is not None:
            return self.hybrid.update_expr(self.cls, value)  # type: ignore[no-any-return]
        return [(self.expression, value)]


class _HybridClassLevelAccessor(ProxiedAttribute[T]):
    """What a hybrid is on its class."""

    if TYPE_CHECKING:

        @property
        def overrides(self) -> hybrid_property[T]: ...

        def getter(self, fget: Callable[[Any], T]) -> hybrid_property[T]: ...

        def setter(self, fset: Callable[[Any, T], None]) -> hybrid_property[T]: ...

        def deleter(self, fdel: Callable[[Any], None]) -> hybrid_property[T]: ...

        def update_expression(self, meth: Callable[[Any, Any], Any]) -> hybrid_property[T]: ...


def _plain(fn: Any) -> Any:
    """The function inside a classmethod, which is how type checkers like expressions to be written."""
    return fn.__func__ if isinstance(fn, classmethod) else fn


class hybrid_method(InspectionAttrInfo, Generic[_P, _R]):
    """A method that may be called on objects and, for SQL, on their class.

    :param func: the method; ``self`` is the class when it is called there.
    :param expr: what is called on the class instead.
    """

    is_attribute = True
    extension_type = HybridExtensionType.HYBRID_METHOD

    def __init__(self, func: Callable[Concatenate[Any, _P], _R], expr: Any = None) -> None:
        self.func = func
        self.expr = _plain(expr) if expr is not None else func

    @property
    def inplace(self) -> _InPlaceMethod[_P, _R]:
        """Decorators that change this hybrid itself, for functions of other names."""
        return _InPlaceMethod(self)

    @overload
    def __get__(self, instance: None, owner: type[object]) -> Callable[_P, SQLCoreOperations[_R]]: ...

    @overload
    def __get__(self, instance: object, owner: type[object]) -> Callable[_P, _R]: ...

    def __get__(self, instance: Any, owner: Any) -> Any:
        if instance is None:
            return self.expr.__get__(owner, owner)
        return self.func.__get__(instance, owner)

    def expression(self, expr: Callable[Concatenate[Any, _P], Any]) -> hybrid_method[_P, _R]:
        """A decorator of the function that makes the SQL."""
        self.expr = _plain(expr)
        return self


class _InPlaceMethod(Generic[_P, _R]):
    """``hybrid_method.inplace``."""

    def __init__(self, hybrid: hybrid_method[_P, _R]) -> None:
        self.attr = hybrid

    def expression(self, expr: Any) -> hybrid_method[_P, _R]:
        """A decorator of the function that makes the SQL."""
        return self.attr.expression(expr)


class hybrid_property(InspectionAttrInfo, Generic[T]):
    """A property of objects that is an SQL expression on their class.

    :param fget: gives the value of an object; on the class too, where nothing else is said.
    :param fset: sets it. :param fdel: deletes it.
    :param expr: gives the expression of the class.
    :param custom_comparator: gives a :class:`Comparator` of the class, instead of ``expr``.
    :param update_expr: gives columns and values for UPDATE, as pairs.
    """

    is_attribute = True
    extension_type = HybridExtensionType.HYBRID_PROPERTY
    __name__: str

    def __init__(
        self,
        fget: Callable[[Any], T],
        fset: Callable[[Any, T], None] | None = None,
        fdel: Callable[[Any], None] | None = None,
        expr: Any = None,
        custom_comparator: Any = None,
        update_expr: Any = None,
    ) -> None:
        self.fget = fget
        self.fset = fset
        self.fdel = fdel
        self.expr = _plain(expr)
        self.custom_comparator = _plain(custom_comparator)
        self.update_expr = _plain(update_expr)
        functools.update_wrapper(self, fget)  # type: ignore[arg-type]

    @overload
    def __get__(self, instance: Any, owner: None) -> hybrid_property[T]: ...

    @overload
    def __get__(self, instance: None, owner: type[object]) -> _HybridClassLevelAccessor[T]: ...

    @overload
    def __get__(self, instance: object, owner: type[object]) -> T: ...

    def __get__(self, instance: Any, owner: Any) -> Any:
        if owner is None:
            return self
        return self._on_class(owner) if instance is None else self.fget(instance)

    def __set__(self, instance: object, value: SQLCoreOperations[T] | T) -> None:
        if self.fset is None:
            raise AttributeError(f"can't set attribute {self.__name__!r}: the hybrid has no setter")
        self.fset(instance, value)  # type: ignore[arg-type]

    def __delete__(self, instance: object) -> None:
        if self.fdel is None:
            raise AttributeError(f"can't delete attribute {self.__name__!r}: the hybrid has no deleter")
        self.fdel(instance)

    def _on_class(self, owner: Any) -> Any:
        made: Any
        doc = self.__doc__
        if self.custom_comparator is not None:
            made = self.custom_comparator(owner)
        else:
            made = ExprComparator(owner, (self.expr or self.fget)(owner), self)
            doc = (self.expr or self.fget).__doc__ or doc
        return _HybridClassLevelAccessor(owner, self._key_in(owner), self, made, doc)

    def _key_in(self, owner: Any) -> str | None:
        cls = owner._aliased_insp.class_ if hasattr(owner, "_aliased_insp") else owner
        found = next((base.__dict__[self.__name__] for base in cls.__mro__ if self.__name__ in base.__dict__), None)
        return self.__name__ if found is self else None

    def _copy(self, **changes: Any) -> hybrid_property[T]:
        names = ("fget", "fset", "fdel", "expr", "custom_comparator", "update_expr")
        return type(self)(**{**{name: getattr(self, name) for name in names}, **changes})

    @property
    def overrides(self) -> hybrid_property[T]:
        """The hybrid itself: ``@Parent.name.overrides.expression`` in a subclass."""
        return self

    @property
    def inplace(self) -> _InPlace[T]:
        """Decorators that change this hybrid itself, for functions of other names."""
        return _InPlace(self)

    def getter(self, fget: Callable[[Any], T]) -> hybrid_property[T]:
        """A copy with another getter."""
        return self._copy(fget=fget)

    def setter(self, fset: Callable[[Any, T], None]) -> hybrid_property[T]:
        """A copy with a setter."""
        return self._copy(fset=fset)

    def deleter(self, fdel: Callable[[Any], None]) -> hybrid_property[T]:
        """A copy with a deleter."""
        return self._copy(fdel=fdel)

    def expression(self, expr: Callable[[Any], Any]) -> hybrid_property[T]:
        """A copy with a function that makes the SQL."""
        return self._copy(expr=expr)

    def comparator(self, comparator: Callable[[Any], Any]) -> hybrid_property[T]:
        """A copy with a function that makes a :class:`Comparator`."""
        return self._copy(custom_comparator=comparator)

    def update_expression(self, meth: Callable[[Any, Any], Any]) -> hybrid_property[T]:
        """A copy with a function ``(cls, value)`` that gives columns and values for UPDATE, as pairs."""
        return self._copy(update_expr=meth)


class _InPlace(Generic[T]):
    """``hybrid_property.inplace``."""

    def __init__(self, hybrid: hybrid_property[T]) -> None:
        self.attr = hybrid

    def _set(self, name: str, fn: Any) -> hybrid_property[T]:
        setattr(self.attr, name, _plain(fn))
        return self.attr

    def getter(self, fget: Callable[[Any], T]) -> hybrid_property[T]:
        """Another getter."""
        return self._set("fget", fget)

    def setter(self, fset: Callable[[Any, T], None]) -> hybrid_property[T]:
        """A setter."""
        return self._set("fset", fset)

    def deleter(self, fdel: Callable[[Any], None]) -> hybrid_property[T]:
        """A deleter."""
        return self._set("fdel", fdel)

    def expression(self, expr: Any) -> hybrid_property[T]:
        """A function that makes the SQL."""
        return self._set("expr", expr)

    def comparator(self, comparator: Any) -> hybrid_property[T]:
        """A function that makes a :class:`Comparator`."""
        return self._set("custom_comparator", comparator)

    def update_expression(self, meth: Any) -> hybrid_property[T]:
        """A function ``(cls, value)`` that gives columns and values for UPDATE, as pairs."""
        return self._set("update_expr", meth)

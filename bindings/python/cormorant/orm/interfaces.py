"""What stands for a column or a relation in expressions without being one: comparators, and attributes made of them."""

from __future__ import annotations

import enum
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Generic

from .. import _core, exc
from .._typing import T, T_co
from ..sql.operators import ColumnOperators
from .attributes import QueryableAttribute
from .base import InspectionAttr
from .properties import MapperProperty

__all__ = ["InspectionAttrExtensionType", "InspectionAttrInfo", "MapperProperty", "NotExtension", "PropComparator"]


class InspectionAttrExtensionType(enum.Enum):
    """Which extension an attribute of a class belongs to."""


class NotExtension(InspectionAttrExtensionType):
    """None."""

    NOT_EXTENSION = "not_extension"


class InspectionAttrInfo(InspectionAttr):
    """An attribute of a class that carries a dictionary of the program's."""

    extension_type: InspectionAttrExtensionType = NotExtension.NOT_EXTENSION

    @property
    def info(self) -> dict[Any, Any]:
        """A dictionary of the program's."""
        return self.__dict__.setdefault("_info", {})  # type: ignore[no-any-return]


if TYPE_CHECKING:

    class PropComparator(_core.Expr[T_co]):
        def __clause_element__(self) -> Any: ...

        def operate(self, op: Callable[..., Any], *other: Any, **kwargs: Any) -> Any: ...

        def reverse_operate(self, op: Callable[..., Any], other: Any, **kwargs: Any) -> Any: ...

else:

    class PropComparator(ColumnOperators, Generic[T_co]):
        """Says how an attribute compares: a subclass defines ``operate`` or single operators."""

        def __clause_element__(self) -> Any:
            raise NotImplementedError(f"{type(self).__name__} stands for no expression")


if TYPE_CHECKING:
    _Attribute = PropComparator
else:

    class _Attribute(ColumnOperators, Generic[T]):
        pass


class ProxiedAttribute(QueryableAttribute, _Attribute[T]):
    """An attribute of a class whose expression a descriptor of the program's makes.

    :param owner: the class, or an alias of it.
    :param key: the attribute's name; None where it is not known.
    :param descriptor: what stands in the class.
    :param comparator: how it compares, and what expression it stands for.
    """

    def __init__(self, owner: Any, key: str | None, descriptor: Any, comparator: Any, doc: str | None = None) -> None:
        self.class_ = owner
        self.key: Any = key
        self._result_key = key
        self.descriptor = descriptor
        self.comparator = comparator
        self.__doc__ = doc

    @property
    def expression(self) -> Any:
        """The expression that it stands for."""
        return self.__clause_element__()

    @property
    def parent(self) -> Any:
        """What inspecting its class gives."""
        from ..inspection import inspect

        return inspect(self.class_)

    @property
    def info(self) -> dict[Any, Any]:
        """The descriptor's dictionary."""
        return self.descriptor.info  # type: ignore[no-any-return]

    def __clause_element__(self) -> Any:
        made = self.comparator.__clause_element__()
        if isinstance(made, _core.Node) or hasattr(made, "__clause_element__") or hasattr(made, "__corm_source__"):
            return made
        raise exc.InvalidRequestError(f"{self} stands for {made!r} on the class, which is no SQL expression")

    def operate(self, op: Callable[..., Any], *other: Any, **kwargs: Any) -> Any:
        """Applies an operator as the comparator does."""
        return op(self.comparator, *other, **kwargs)

    def reverse_operate(self, op: Callable[..., Any], other: Any, **kwargs: Any) -> Any:
        """The same with the sides exchanged."""
        return op(other, self.comparator, **kwargs)

    def label(self, name: str | None) -> Any:
        """The expression under a name."""
        return self.__clause_element__().label(name)

    def _bulk_update_tuples(self, value: Any) -> Sequence[tuple[Any, Any]]:
        """The columns that setting it in an UPDATE means, with their values."""
        pairs = getattr(self.comparator, "_bulk_update_tuples", None)
        return [(self.__clause_element__(), value)] if pairs is None else pairs(value)

    if not TYPE_CHECKING:

        def __getattr__(self, key: str) -> Any:
            """The descriptor's, or else the comparator's."""
            if key.startswith("__"):
                raise AttributeError(key)
            for part in (self.descriptor, self.comparator):
                try:
                    return getattr(part, key)
                except AttributeError:
                    pass
            raise AttributeError(
                f"{self}: neither {type(self.descriptor).__name__} nor {type(self.comparator).__name__} "
                f"has an attribute {key!r}"
            )

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self}>"

    def __str__(self) -> str:
        insp = getattr(self.class_, "_aliased_insp", None)
        owner = self.class_.__name__ if insp is None else f"aliased({insp.class_.__name__})"
        return f"{owner}.{self.key}"

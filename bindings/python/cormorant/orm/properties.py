"""Column attributes: ``mapped_column()``, ``column_property()``, ``deferred()``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .. import exc
from .._typing import T, T_co
from ..schema import Column
from .base import InspectionAttr, Mapped

if TYPE_CHECKING:
    from .._core import Expr

__all__ = ["ColumnProperty", "MappedColumn", "MapperProperty", "column_property", "deferred", "mapped_column"]


class MapperProperty(InspectionAttr):
    """One attribute of a mapper, as its configuration sees it."""

    is_property = True
    key: str
    parent: Any = None
    info: dict[str, Any]

    @property
    def class_attribute(self) -> Any:
        """The attribute of the class."""
        return getattr(self.parent.class_, self.key)

    def __str__(self) -> str:
        return f"{self.parent.class_.__name__}.{self.key}"


class ColumnProperty(MapperProperty, Mapped[T_co]):
    """A column, or a SQL expression, as an attribute."""

    def __init__(
        self,
        *columns: Any,
        deferred: bool = False,
        group: str | None = None,
        active_history: bool = False,
        raiseload: bool = False,
        info: dict[str, Any] | None = None,
        doc: str | None = None,
    ) -> None:
        self.columns = list(columns)
        self.deferred = deferred or raiseload
        self.group = group
        self.active_history = active_history
        self.raiseload = raiseload
        self.info = info or {}
        self.doc = doc

    @property
    def expression(self) -> Any:
        """The column or expression that is read."""
        return self.columns[0]


MappedSQLExpression = ColumnProperty


class MappedColumn(Mapped[T_co]):
    """What ``mapped_column()`` gives: a column that waits for its annotation."""

    def __init__(self, column: Column[Any], options: dict[str, Any], nullable_given: bool, sort_order: int) -> None:
        self.column = column
        self.options = options
        self.nullable_given = nullable_given
        self.sort_order = sort_order

    def copy(self) -> MappedColumn[T_co]:
        """A column of its own, for a class that takes it from a mixin."""
        return MappedColumn(self.column._copy(), self.options, self.nullable_given, self.sort_order)

    @property
    def name(self) -> str:
        """The column's name."""
        return str(self.column.name)

    @property
    def foreign_keys(self) -> Any:
        """The column's foreign keys."""
        return self.column.foreign_keys

    def __clause_element__(self) -> Any:
        return self.column


_DATACLASS = ("init", "repr", "compare", "kw_only", "hash", "default_factory", "dataclass_metadata")


def mapped_column(
    *args: Any,
    deferred: bool | None = None,
    deferred_group: str | None = None,
    deferred_raiseload: bool | None = None,
    use_existing_column: bool = False,
    active_history: bool = False,
    sort_order: int | None = None,
    insert_default: Any = None,
    **kw: Any,
) -> MappedColumn[Any]:
    """A column of a mapped class. Its type and whether it may be NULL come from the annotation unless they are given.

    :param args: name, type, ``ForeignKey`` and so on, as for :class:`~cormorant.Column`.
    :param deferred: not loaded with the object, but when it is first read.
    :param deferred_group: loaded together with the others of that group.
    :param deferred_raiseload: reading it unloaded raises.
    :param active_history: the old value is loaded before it is changed.
    :param insert_default: the column's ``default``.
    :raises NotSupportedYet: an argument that only mapped dataclasses have.
    """
    for name in _DATACLASS:
        if name in kw:
            raise exc.NotSupportedYet(
                f"mapped_column({name}=...) belongs to mapped dataclasses, which are not here yet"
            )
    if use_existing_column:
        raise exc.NotSupportedYet("mapped_column(use_existing_column=True) is not here yet")
    if insert_default is not None:
        kw["default"] = insert_default
    given = "nullable" in kw
    options = {
        "deferred": bool(deferred or deferred_group or deferred_raiseload),
        "group": deferred_group,
        "raiseload": bool(deferred_raiseload),
        "active_history": active_history,
    }
    return MappedColumn(Column(*args, **kw), options, given, sort_order or 0)


def column_property(column: Expr[T] | Mapped[T], /, *additional_columns: Any, **kw: Any) -> MappedSQLExpression[T]:
    """An attribute of one or more columns, or of a SQL expression.

    :param kw: ``deferred``, ``group``, ``raiseload``, ``active_history``, ``info``, ``doc``.
    """
    return ColumnProperty(column, *additional_columns, **kw)


def deferred(
    column: Expr[T] | Mapped[T],
    /,
    *additional_columns: Any,
    group: str | None = None,
    raiseload: bool = False,
    **kw: Any,
) -> MappedSQLExpression[T]:
    """A column attribute that is loaded when it is first read."""
    return ColumnProperty(column, *additional_columns, deferred=True, group=group, raiseload=raiseload, **kw)

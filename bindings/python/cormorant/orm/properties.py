"""Column attributes: ``mapped_column()``, ``column_property()``, ``deferred()``."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

from .. import exc
from .._typing import T, T_co
from ..schema import Column
from .base import InspectionAttr, Mapped
from .dataclass_fields import ARGUMENTS, field_options
from .late import comparison

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
        **field: Any,
    ) -> None:
        self.dataclass_field = field_options("column_property", field)
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

    def __init__(
        self,
        column: Column[Any],
        options: dict[str, Any],
        nullable_given: bool,
        sort_order: int,
        field: dict[str, Any] | None = None,
    ) -> None:
        self.dataclass_field = field or {}
        self.use_existing_column = False
        self.column = column
        self.options = options
        self.nullable_given = nullable_given
        self.sort_order = sort_order

    def copy(self) -> MappedColumn[T_co]:
        """A column of its own, for a class that takes it from a mixin."""
        column, field = self.column._copy(), self.dataclass_field
        made: MappedColumn[T_co] = MappedColumn(column, self.options, self.nullable_given, self.sort_order, field)
        made.use_existing_column = self.use_existing_column
        return made

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

    __hash__ = object.__hash__
    __lt__, __le__, __eq__, __ne__, __gt__, __ge__ = map(comparison, range(6))


_ABSENT: Any = object()


def mapped_column(
    *args: Any,
    deferred: bool | None = None,
    deferred_group: str | None = None,
    deferred_raiseload: bool | None = None,
    use_existing_column: bool = False,
    active_history: bool = False,
    sort_order: int | None = None,
    insert_default: Any = _ABSENT,
    **kw: Any,
) -> MappedColumn[Any]:
    """A column of a mapped class. Its type and whether it may be NULL come from the annotation unless they are given.

    :param args: name, type, ``ForeignKey`` and so on, as for :class:`~cormorant.Column`.
    :param deferred: not loaded with the object, but when it is first read.
    :param deferred_group: loaded together with the others of that group.
    :param deferred_raiseload: reading it unloaded raises.
    :param use_existing_column: in a class without a table of its own: the parent's column of that name, if it has one.
    :param active_history: the old value is loaded before it is changed.
    :param insert_default: the column's ``default``, where ``default`` is that of a mapped dataclass.
    :param kw: of mapped dataclasses: ``init``, ``repr``, ``default``, ``default_factory``, ``compare``, ``kw_only``,
        ``hash``, ``dataclass_metadata``; all others are the column's.
    """
    field = {name: kw[name] for name in ARGUMENTS if name in kw}
    kw = {name: value for name, value in kw.items() if name == "default" or name not in field}
    if insert_default is not _ABSENT:
        kw["default"] = insert_default
    given = "nullable" in kw
    options = {
        "deferred": bool(deferred or deferred_group or deferred_raiseload),
        "group": deferred_group,
        "raiseload": bool(deferred_raiseload),
        "active_history": active_history,
    }
    made: MappedColumn[Any] = MappedColumn(Column(*args, **kw), options, given, sort_order or 0, field)
    made.use_existing_column = use_existing_column
    return made


def column_property(column: Expr[T] | Mapped[T], /, *additional_columns: Any, **kw: Any) -> MappedSQLExpression[T]:
    """An attribute of one or more columns, or of a SQL expression.

    :param kw: ``deferred``, ``group``, ``raiseload``, ``active_history``, ``info``, ``doc``; of mapped dataclasses
        ``repr``, ``compare``, ``hash``, ``dataclass_metadata``, and, deprecated, ``init``, ``default``,
        ``default_factory``, ``kw_only``.
    """
    for name in {"init", "default", "default_factory", "kw_only"} & kw.keys():
        said = f"column_property({name}=...): an expression is read only, so no constructor of a dataclass takes it"
        warnings.warn(said, exc.SADeprecationWarning, stacklevel=2)
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

"""What is selected from, and SELECT."""

# mypy: disable-error-code="no-any-return"

from __future__ import annotations

import enum
from typing import TYPE_CHECKING, Any, Generic, overload

from .. import _core, exc
from .._typing import TP, T
from .base import Executable
from .elements import ClauseElement, ColumnElement

if TYPE_CHECKING:
    from .._typing import _T0, _T1, _T2, _T3, _T4, _T5, _T6, _T7, _T8, _T9, _Typed

_KIND = _core.kinds
# Places of a SELECT's and a compound's clauses among the parts of its node.
_COLUMNS, _WHERE, _GROUP, _HAVING, _ORDER, _LIMIT, _OFFSET, _DISTINCT = 0, 3, 4, 5, 6, 7, 8, 9


class SelectLabelStyle(enum.Enum):
    """How the columns of a SELECT are named."""

    LABEL_STYLE_DISAMBIGUATE_ONLY = 0
    LABEL_STYLE_TABLENAME_PLUS_COL = 1
    LABEL_STYLE_NONE = 2


LABEL_STYLE_DISAMBIGUATE_ONLY = SelectLabelStyle.LABEL_STYLE_DISAMBIGUATE_ONLY
LABEL_STYLE_TABLENAME_PLUS_COL = SelectLabelStyle.LABEL_STYLE_TABLENAME_PLUS_COL
LABEL_STYLE_NONE = SelectLabelStyle.LABEL_STYLE_NONE
LABEL_STYLE_DEFAULT = LABEL_STYLE_DISAMBIGUATE_ONLY


class ReturnsRows(ClauseElement):
    """What gives rows."""

    __slots__ = ()

    if not TYPE_CHECKING:

        def __class_getitem__(cls, item: Any) -> Any:
            return cls


class TypedReturnsRows(ReturnsRows, Generic[TP]):
    """What gives rows of known types."""

    __slots__ = ()


class Selectable(ReturnsRows):
    """What can be selected from."""

    __slots__ = ()


class FromClause(_core.Source, Selectable):
    """What stands in FROM."""

    __slots__ = ()
    named_with_column = False
    is_selectable = True
    schema: Any = None

    def select(self) -> Select[Any]:
        """``SELECT`` all columns of it."""
        return _core.select(self)

    def join(self, right: Any, onclause: Any = None, isouter: bool = False, full: bool = False) -> Join:
        """A join with another; without ``onclause`` along the foreign key."""
        return _core.join_source(self, right, onclause, 2 if full else 1 if isouter else 0)

    def outerjoin(self, right: Any, onclause: Any = None, full: bool = False) -> Join:
        """A left outer join."""
        return self.join(right, onclause, True, full)

    def tablesample(self, *args: Any, **kw: Any) -> Any:
        """Not supported yet."""
        raise exc.NotSupportedYet("tablesample() is not supported yet")

    @property
    def primary_key(self) -> Any:
        """The columns that are a primary key in their table."""
        return [column for column in self.c if getattr(column, "primary_key", False)]

    @property
    def foreign_keys(self) -> Any:
        """The foreign keys of its columns."""
        return set().union(*(column.foreign_keys for column in self.c))

    def corresponding_column(self, column: Any, require_embedded: bool = False) -> Any:
        """The column of this one that shows ``column``, or None."""
        if require_embedded:
            raise exc.NotSupportedYet("corresponding_column(require_embedded=True) is not here yet")
        if self.c.contains_column(column):
            return column
        for one in self.c:
            if column in one.base_columns or one in getattr(column, "base_columns", ()):
                return one
        return None

    def is_derived_from(self, fromclause: Any) -> bool:
        """Whether it is that one or shows it."""
        return fromclause is self or any(
            getattr(kid, "is_derived_from", lambda _: False)(fromclause) for kid in self._kids() if kid is not None
        )


class NamedFromClause(FromClause):
    """What has a name."""

    __slots__ = ()
    named_with_column = True

    @property
    def name(self) -> Any:
        """Its name; None when it has none of its own."""
        return self._node_name


class FromClauseAlias(NamedFromClause):
    """Another name for the same rows."""

    __slots__ = ()

    @property
    def element(self) -> Any:
        """What it is a name of."""
        found = self._kid(0)
        table = _core.table_object(found)
        return table if table is not None else found

    @property
    def original(self) -> Any:
        """What it is a name of."""
        return self.element


class AliasedReturnsRows(FromClauseAlias):
    """SQLAlchemy's name for aliases and subqueries."""

    __slots__ = ()


class Alias(AliasedReturnsRows):
    """An alias of a table."""

    __slots__ = ()


class TableValuedAlias(Alias):
    """A function as a source."""

    __slots__ = ()

    @property
    def column(self) -> Any:
        """The value that the function gives."""
        raise exc.NotSupportedYet("the column of a table function is not supported yet")


class Subquery(AliasedReturnsRows):
    """A SELECT in FROM."""

    __slots__ = ()


class Lateral(AliasedReturnsRows):
    """A SELECT in FROM that sees what stands before it."""

    __slots__ = ()


class CTE(AliasedReturnsRows):
    """A common table expression."""

    __slots__ = ()

    def union(self, *other: Any) -> CTE:
        """The expression with UNION, for a recursive one."""
        return self._combined(1, other)

    def union_all(self, *other: Any) -> CTE:
        """The expression with UNION ALL, for a recursive one."""
        return self._combined(2, other)

    def _combined(self, set_operator: int, other: Any) -> CTE:
        return _core.cte_of(_core.compound(set_operator, (self._kid(0), *other)), self._node_name, True)


class Join(FromClause):
    """Two sources and how their rows belong together."""

    __slots__ = ()

    @property
    def left(self) -> Any:
        """The left side."""
        return self._side(0)

    @property
    def right(self) -> Any:
        """The right side."""
        return self._side(1)

    @property
    def onclause(self) -> Any:
        """The condition."""
        return self._kid(2)

    def _side(self, i: int) -> Any:
        found = self._kid(i)
        table = _core.table_object(found) if found is not None and found._kind == _KIND["TABLE"] else None
        return table if table is not None else found


class TableClause(NamedFromClause):
    """A table by its name and columns alone."""

    __slots__ = ()


class Values(FromClauseAlias):
    """VALUES as a source."""

    __slots__ = ()


class SelectBase(_core.Statement, Executable, Selectable):
    """SELECT and its compounds."""

    __slots__ = ()
    is_select = True

    @property
    def selected_columns(self) -> Any:
        """The columns that it gives."""
        return _core.columns_of(self)

    @property
    def exported_columns(self) -> Any:
        """The columns that it gives."""
        return _core.columns_of(self)

    @property
    def columns(self) -> Any:
        """The columns that it gives."""
        return _core.columns_of(self)

    c = columns

    def alias(self, name: str | None = None, flat: bool = False) -> Subquery:
        """As a source."""
        return self.subquery(name)

    def set_label_style(self, style: SelectLabelStyle) -> Any:
        """How its columns are named."""
        return self._label_style(style.value)

    def get_label_style(self) -> SelectLabelStyle:
        """How its columns are named."""
        return SelectLabelStyle(self._operator) if self._kind == _KIND["SELECT"] else LABEL_STYLE_DEFAULT

    def fetch(self, *args: Any, **kw: Any) -> Any:
        """Not supported yet."""
        raise exc.NotSupportedYet("fetch() is not supported yet: use limit()")

    def with_hint(self, *args: Any, **kw: Any) -> Any:
        """Not supported yet."""
        raise exc.NotSupportedYet("with_hint() is not supported yet")

    def suffix_with(self, *args: Any, **kw: Any) -> Any:
        """Not supported yet."""
        raise exc.NotSupportedYet("suffix_with() is not supported yet")

    def add_cte(self, *args: Any, **kw: Any) -> Any:
        """Not supported yet."""
        raise exc.NotSupportedYet("add_cte() is not supported yet")


class GenerativeSelect(SelectBase):
    """SELECT and its compounds."""

    __slots__ = ()


class Select(GenerativeSelect, TypedReturnsRows[TP]):
    """SELECT."""

    __slots__ = ()

    def __init__(self, *entities: Any) -> None:
        self._adopt(_core.select(*entities))

    if TYPE_CHECKING:

        @overload
        def with_only_columns(
            self, ent0: _Typed[_T0], /, *, maintain_column_froms: bool = ...
        ) -> Select[tuple[_T0]]: ...

        @overload
        def with_only_columns(
            self, ent0: _Typed[_T0], ent1: _Typed[_T1], /, *, maintain_column_froms: bool = ...
        ) -> Select[tuple[_T0, _T1]]: ...

        @overload
        def with_only_columns(
            self, ent0: _Typed[_T0], ent1: _Typed[_T1], ent2: _Typed[_T2], /, *, maintain_column_froms: bool = ...
        ) -> Select[tuple[_T0, _T1, _T2]]: ...

        @overload
        def with_only_columns(
            self,
            ent0: _Typed[_T0],
            ent1: _Typed[_T1],
            ent2: _Typed[_T2],
            ent3: _Typed[_T3],
            /,
            *,
            maintain_column_froms: bool = ...,
        ) -> Select[tuple[_T0, _T1, _T2, _T3]]: ...

        @overload
        def with_only_columns(
            self,
            ent0: _Typed[_T0],
            ent1: _Typed[_T1],
            ent2: _Typed[_T2],
            ent3: _Typed[_T3],
            ent4: _Typed[_T4],
            /,
            *,
            maintain_column_froms: bool = ...,
        ) -> Select[tuple[_T0, _T1, _T2, _T3, _T4]]: ...

        @overload
        def with_only_columns(
            self,
            ent0: _Typed[_T0],
            ent1: _Typed[_T1],
            ent2: _Typed[_T2],
            ent3: _Typed[_T3],
            ent4: _Typed[_T4],
            ent5: _Typed[_T5],
            /,
            *,
            maintain_column_froms: bool = ...,
        ) -> Select[tuple[_T0, _T1, _T2, _T3, _T4, _T5]]: ...

        @overload
        def with_only_columns(
            self,
            ent0: _Typed[_T0],
            ent1: _Typed[_T1],
            ent2: _Typed[_T2],
            ent3: _Typed[_T3],
            ent4: _Typed[_T4],
            ent5: _Typed[_T5],
            ent6: _Typed[_T6],
            /,
            *,
            maintain_column_froms: bool = ...,
        ) -> Select[tuple[_T0, _T1, _T2, _T3, _T4, _T5, _T6]]: ...

        @overload
        def with_only_columns(
            self,
            ent0: _Typed[_T0],
            ent1: _Typed[_T1],
            ent2: _Typed[_T2],
            ent3: _Typed[_T3],
            ent4: _Typed[_T4],
            ent5: _Typed[_T5],
            ent6: _Typed[_T6],
            ent7: _Typed[_T7],
            /,
            *,
            maintain_column_froms: bool = ...,
        ) -> Select[tuple[_T0, _T1, _T2, _T3, _T4, _T5, _T6, _T7]]: ...

        @overload
        def with_only_columns(
            self,
            ent0: _Typed[_T0],
            ent1: _Typed[_T1],
            ent2: _Typed[_T2],
            ent3: _Typed[_T3],
            ent4: _Typed[_T4],
            ent5: _Typed[_T5],
            ent6: _Typed[_T6],
            ent7: _Typed[_T7],
            ent8: _Typed[_T8],
            /,
            *,
            maintain_column_froms: bool = ...,
        ) -> Select[tuple[_T0, _T1, _T2, _T3, _T4, _T5, _T6, _T7, _T8]]: ...

        @overload
        def with_only_columns(
            self,
            ent0: _Typed[_T0],
            ent1: _Typed[_T1],
            ent2: _Typed[_T2],
            ent3: _Typed[_T3],
            ent4: _Typed[_T4],
            ent5: _Typed[_T5],
            ent6: _Typed[_T6],
            ent7: _Typed[_T7],
            ent8: _Typed[_T8],
            ent9: _Typed[_T9],
            /,
            *,
            maintain_column_froms: bool = ...,
        ) -> Select[tuple[_T0, _T1, _T2, _T3, _T4, _T5, _T6, _T7, _T8, _T9]]: ...

        @overload
        def with_only_columns(self, *entities: Any, maintain_column_froms: bool = ...) -> Select[Any]: ...

        def with_only_columns(self, *columns: Any, maintain_column_froms: bool = False) -> Select[Any]: ...

        def add_columns(self, *columns: Any) -> Select[Any]: ...

        @overload
        def scalar_subquery(self: Select[tuple[_T0]]) -> ScalarSelect[_T0]: ...

        @overload
        def scalar_subquery(self) -> ScalarSelect[Any]: ...

        def scalar_subquery(self) -> ScalarSelect[Any]: ...

        as_scalar = scalar_subquery

        def union(self, *others: Any) -> CompoundSelect[TP]: ...

        def union_all(self, *others: Any) -> CompoundSelect[TP]: ...

        def intersect(self, *others: Any) -> CompoundSelect[TP]: ...

        def intersect_all(self, *others: Any) -> CompoundSelect[TP]: ...

        def except_(self, *others: Any) -> CompoundSelect[TP]: ...

        def except_all(self, *others: Any) -> CompoundSelect[TP]: ...

    @property
    def whereclause(self) -> Any:
        """The condition, or None."""
        return self._kid(_WHERE)

    @property
    def column_descriptions(self) -> list[dict[str, Any]]:
        """What it gives, one dict for each."""
        return [
            {"name": column.key, "type": column.type, "expr": column, "aliased": False, "entity": None}
            for column in self.selected_columns
        ]

    @property
    def inner_columns(self) -> Any:
        """The expressions that it gives."""
        return iter(self.selected_columns)

    def column(self, column: Any) -> Select[Any]:
        """Add a column."""
        return self.add_columns(column)

    def reduce_columns(self, only_synonyms: bool = True) -> Any:
        """Not supported yet."""
        raise exc.NotSupportedYet("reduce_columns() is not supported yet")

    def get_final_froms(self) -> Any:
        """Not supported yet."""
        raise exc.NotSupportedYet("get_final_froms() is not supported yet")

    @property
    def froms(self) -> Any:
        """Not supported yet."""
        raise exc.NotSupportedYet("froms is not supported yet")


class CompoundSelect(GenerativeSelect, TypedReturnsRows[TP]):
    """UNION and its kin."""

    __slots__ = ()

    @property
    def selects(self) -> list[Any]:
        """Its members."""
        found: list[Any] = self._kid(0)._kids()
        return found


class TextualSelect(SelectBase):
    """text() with columns."""

    __slots__ = ()


class ScalarSelect(ColumnElement[T]):
    """A SELECT as a value."""

    __slots__ = ()

    @property
    def element(self) -> Any:
        """The SELECT."""
        return self._kid(0)

    def where(self, *crit: Any) -> ScalarSelect[T]:
        """Add conditions."""
        made: ScalarSelect[T] = self._kid(0).where(*crit).scalar_subquery()
        return made

    def correlate(self, *fromclauses: Any) -> ScalarSelect[T]:
        """Which sources belong to the SELECT around it."""
        made: ScalarSelect[T] = self._kid(0).correlate(*fromclauses).scalar_subquery()
        return made

    def correlate_except(self, *fromclauses: Any) -> ScalarSelect[T]:
        """All but these sources belong to the SELECT around it."""
        made: ScalarSelect[T] = self._kid(0).correlate_except(*fromclauses).scalar_subquery()
        return made


class Exists(ColumnElement[bool]):
    """EXISTS (SELECT ..)."""

    __slots__ = ()

    def __init__(self, *args: Any) -> None:
        self._adopt(exists(*args))

    def _again(self, method: str, *args: Any) -> Exists:
        made: Exists = getattr(self._kid(0), method)(*args).exists()
        return made

    def where(self, *clauses: Any) -> Exists:
        """Add conditions."""
        return self._again("where", *clauses)

    def select_from(self, *froms: Any) -> Exists:
        """Add sources."""
        return self._again("select_from", *froms)

    def correlate(self, *fromclauses: Any) -> Exists:
        """Which sources belong to the SELECT around it."""
        return self._again("correlate", *fromclauses)

    def correlate_except(self, *fromclauses: Any) -> Exists:
        """All but these sources belong to the SELECT around it."""
        return self._again("correlate_except", *fromclauses)

    def select(self) -> Select[tuple[bool]]:
        """``SELECT EXISTS (..)``."""
        return _core.select(self)


# ---- Functions that make them ----------------------------------------------------------------------------------------

if TYPE_CHECKING:

    @overload
    def select(ent0: _Typed[_T0], /) -> Select[tuple[_T0]]: ...

    @overload
    def select(ent0: _Typed[_T0], ent1: _Typed[_T1], /) -> Select[tuple[_T0, _T1]]: ...

    @overload
    def select(ent0: _Typed[_T0], ent1: _Typed[_T1], ent2: _Typed[_T2], /) -> Select[tuple[_T0, _T1, _T2]]: ...

    @overload
    def select(
        ent0: _Typed[_T0], ent1: _Typed[_T1], ent2: _Typed[_T2], ent3: _Typed[_T3], /
    ) -> Select[tuple[_T0, _T1, _T2, _T3]]: ...

    @overload
    def select(
        ent0: _Typed[_T0], ent1: _Typed[_T1], ent2: _Typed[_T2], ent3: _Typed[_T3], ent4: _Typed[_T4], /
    ) -> Select[tuple[_T0, _T1, _T2, _T3, _T4]]: ...

    @overload
    def select(
        ent0: _Typed[_T0],
        ent1: _Typed[_T1],
        ent2: _Typed[_T2],
        ent3: _Typed[_T3],
        ent4: _Typed[_T4],
        ent5: _Typed[_T5],
        /,
    ) -> Select[tuple[_T0, _T1, _T2, _T3, _T4, _T5]]: ...

    @overload
    def select(
        ent0: _Typed[_T0],
        ent1: _Typed[_T1],
        ent2: _Typed[_T2],
        ent3: _Typed[_T3],
        ent4: _Typed[_T4],
        ent5: _Typed[_T5],
        ent6: _Typed[_T6],
        /,
    ) -> Select[tuple[_T0, _T1, _T2, _T3, _T4, _T5, _T6]]: ...

    @overload
    def select(
        ent0: _Typed[_T0],
        ent1: _Typed[_T1],
        ent2: _Typed[_T2],
        ent3: _Typed[_T3],
        ent4: _Typed[_T4],
        ent5: _Typed[_T5],
        ent6: _Typed[_T6],
        ent7: _Typed[_T7],
        /,
    ) -> Select[tuple[_T0, _T1, _T2, _T3, _T4, _T5, _T6, _T7]]: ...

    @overload
    def select(
        ent0: _Typed[_T0],
        ent1: _Typed[_T1],
        ent2: _Typed[_T2],
        ent3: _Typed[_T3],
        ent4: _Typed[_T4],
        ent5: _Typed[_T5],
        ent6: _Typed[_T6],
        ent7: _Typed[_T7],
        ent8: _Typed[_T8],
        /,
    ) -> Select[tuple[_T0, _T1, _T2, _T3, _T4, _T5, _T6, _T7, _T8]]: ...

    @overload
    def select(
        ent0: _Typed[_T0],
        ent1: _Typed[_T1],
        ent2: _Typed[_T2],
        ent3: _Typed[_T3],
        ent4: _Typed[_T4],
        ent5: _Typed[_T5],
        ent6: _Typed[_T6],
        ent7: _Typed[_T7],
        ent8: _Typed[_T8],
        ent9: _Typed[_T9],
        /,
    ) -> Select[tuple[_T0, _T1, _T2, _T3, _T4, _T5, _T6, _T7, _T8, _T9]]: ...

    @overload
    def select(*entities: Any) -> Select[Any]: ...

    def select(*entities: Any, **kw: Any) -> Select[Any]:
        """``SELECT``: classes, columns and expressions."""
        return _core.select(*entities, **kw)

else:
    select = _core.select


def exists(*args: Any) -> Exists:
    """``EXISTS (SELECT ..)``: of a SELECT, of columns, or of ``*``."""
    if not args:
        return _core.select(_core.named("*", None, True)).exists()
    first = args[0]
    if len(args) == 1 and isinstance(first, (SelectBase, ScalarSelect)):
        return (first.element if isinstance(first, ScalarSelect) else first).exists()
    return _core.select(*args).exists()


def alias(selectable: Any, name: str | None = None, flat: bool = False) -> Any:
    """Another name for the same rows."""
    return selectable.alias(name=name, flat=flat)


def subquery(selectable: Any, name: str | None = None) -> Subquery:
    """A SELECT as a source."""
    made: Subquery = selectable.subquery(name)
    return made


def lateral(selectable: Any, name: str | None = None) -> Lateral:
    """A SELECT as a source that sees what stands before it."""
    return _core.lateral_of(selectable, name)


def cte(selectable: Any, name: str | None = None, recursive: bool = False) -> CTE:
    """A SELECT as a common table expression."""
    return _core.cte_of(selectable, name, recursive)


def join(left: Any, right: Any, onclause: Any = None, isouter: bool = False, full: bool = False) -> Join:
    """A join; without ``onclause`` along the foreign key."""
    return _core.join_source(left, right, onclause, 2 if full else 1 if isouter else 0)


def outerjoin(left: Any, right: Any, onclause: Any = None, full: bool = False) -> Join:
    """A left outer join."""
    return join(left, right, onclause, True, full)


@overload
def union(*selects: Select[TP] | CompoundSelect[TP]) -> CompoundSelect[TP]: ...


@overload
def union(*selects: Any) -> CompoundSelect[Any]: ...


def union(*selects: Any) -> CompoundSelect[Any]:
    """UNION."""
    return _core.compound(1, selects)


@overload
def union_all(*selects: Select[TP] | CompoundSelect[TP]) -> CompoundSelect[TP]: ...


@overload
def union_all(*selects: Any) -> CompoundSelect[Any]: ...


def union_all(*selects: Any) -> CompoundSelect[Any]:
    """UNION ALL."""
    return _core.compound(2, selects)


@overload
def intersect(*selects: Select[TP] | CompoundSelect[TP]) -> CompoundSelect[TP]: ...


@overload
def intersect(*selects: Any) -> CompoundSelect[Any]: ...


def intersect(*selects: Any) -> CompoundSelect[Any]:
    """INTERSECT."""
    return _core.compound(3, selects)


@overload
def intersect_all(*selects: Select[TP] | CompoundSelect[TP]) -> CompoundSelect[TP]: ...


@overload
def intersect_all(*selects: Any) -> CompoundSelect[Any]: ...


def intersect_all(*selects: Any) -> CompoundSelect[Any]:
    """INTERSECT ALL."""
    return _core.compound(4, selects)


@overload
def except_(*selects: Select[TP] | CompoundSelect[TP]) -> CompoundSelect[TP]: ...


@overload
def except_(*selects: Any) -> CompoundSelect[Any]: ...


def except_(*selects: Any) -> CompoundSelect[Any]:
    """EXCEPT."""
    return _core.compound(5, selects)


@overload
def except_all(*selects: Select[TP] | CompoundSelect[TP]) -> CompoundSelect[TP]: ...


@overload
def except_all(*selects: Any) -> CompoundSelect[Any]: ...


def except_all(*selects: Any) -> CompoundSelect[Any]:
    """EXCEPT ALL."""
    return _core.compound(6, selects)


def table(name: str, *columns: Any, **kw: Any) -> Any:
    """A table by its name and columns alone."""
    from ..schema import Column, MetaData, Table

    return Table(name, MetaData(), *(Column(column.name, column.type) for column in columns), **kw)


def values(*columns: Any, name: str | None = None, literal_binds: bool = False) -> Values:
    """Not supported yet."""
    raise exc.NotSupportedYet("values() is not supported yet")


def tablesample(*args: Any, **kw: Any) -> Any:
    """Not supported yet."""
    raise exc.NotSupportedYet("tablesample() is not supported yet")


_core.set_node_classes(
    {
        _KIND["TABLE"]: TableClause,
        _KIND["ENTITY"]: NamedFromClause,
        _KIND["ALIAS"]: Alias,
        _KIND["SUBQUERY"]: Subquery,
        _KIND["TABLE_VALUED"]: TableValuedAlias,
        _KIND["CTE"]: CTE,
        _KIND["LATERAL"]: Lateral,
        _KIND["JOIN"]: Join,
        _KIND["VALUES"]: Values,
        _KIND["SELECT"]: Select,
        _KIND["COMPOUND"]: CompoundSelect,
        _KIND["SCALAR"]: ScalarSelect,
        _KIND["EXISTS"]: Exists,
    }
)

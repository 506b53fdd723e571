"""``Query``: the style before 2.0, over the same statements."""

from __future__ import annotations

import builtins
import warnings
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Generic, TypeVar, overload

from .. import _core, exc
from .._typing import TP
from ..engine.row import Row
from ..sql import expression
from .descriptions import descriptions, is_entity
from .strategy_options import without_eager_loads

__all__ = ["AliasOption", "Query"]

_T = TypeVar("_T")
_Q = TypeVar("_Q", bound="Query[Any]")

_DEDUPE, _TABLE_PLUS_COLUMN = 0, 1  # corm_label_style
_JOINS, _WHERE, _GROUP, _HAVING, _ORDER, _DISTINCT = 2, 3, 4, 5, 6, 9  # parts of a SELECT


class Query(Generic[_T]):
    """A SELECT that is built step by step and knows its session. Each step gives another query."""

    _params: dict[str, Any] = {}
    _eager = True
    _given: Any = None  # of from_statement()

    def __init__(self, entities: Any, session: Any = None) -> None:
        entities = tuple(entities) if isinstance(entities, (tuple, list)) else (entities,)
        self.session = session
        self._entities = entities
        self._options: tuple[Any, ...] = ()
        self._statement: Any = expression.select(*entities)._label_style(_TABLE_PLUS_COLUMN)
        self._limited = False
        self._labels = _DEDUPE

    def _but(self: _Q, **changes: Any) -> _Q:
        made = object.__new__(type(self))
        made.__dict__.update(self.__dict__, **changes)
        return made

    def _with(self: _Q, statement: Any) -> _Q:
        return self._but(_statement=statement)

    def _refuse_after(self, what: str) -> None:
        if self._given is not None:
            raise exc.InvalidRequestError(f"{what}() does not go with from_statement()")
        if self._limited:
            raise exc.InvalidRequestError(f"{what}() comes before limit() and offset()")

    # -- building

    def filter(self: _Q, *criterion: Any) -> _Q:
        """Rows that satisfy all criteria."""
        self._refuse_after("filter")
        return self._with(self._statement.where(*criterion))

    def where(self: _Q, *criterion: Any) -> _Q:
        """:meth:`filter` by its newer name."""
        return self.filter(*criterion)

    def filter_by(self: _Q, **kwargs: Any) -> _Q:
        """Rows whose attributes have these values."""
        self._refuse_after("filter_by")
        return self._with(self._statement.filter_by(**kwargs))

    def order_by(self: _Q, *clauses: Any) -> _Q:
        """In this order; None or False takes it back."""
        self._refuse_after("order_by")
        if clauses and (clauses[0] is None or clauses[0] is False):
            return self._with(self._statement.order_by(None))
        return self._with(self._statement.order_by(*clauses))

    def group_by(self: _Q, *clauses: Any) -> _Q:
        """Grouped by these; None or False takes it back."""
        self._refuse_after("group_by")
        if clauses and (clauses[0] is None or clauses[0] is False):
            return self._with(self._statement.group_by(None))
        return self._with(self._statement.group_by(*clauses))

    def having(self: _Q, *having: Any) -> _Q:
        """Groups that satisfy all criteria."""
        self._refuse_after("having")
        return self._with(self._statement.having(*having))

    def join(self: _Q, target: Any, *props: Any, isouter: bool = False, full: bool = False) -> _Q:
        """Joined with a class, a relation, a table, a subquery or an alias.

        :param props: the condition, or the relation by which the target is reached.
        """
        self._refuse_after("join")
        if len(props) > 1 or isinstance(target, (str, tuple)):
            raise exc.ArgumentError("join() takes a target and one condition: several joins are several calls")
        onclause = props[0] if props else None
        return self._with(self._statement.join(target, onclause, isouter=isouter, full=full))

    def outerjoin(self: _Q, target: Any, *props: Any, full: bool = False) -> _Q:
        """:meth:`join`, keeping rows without a match."""
        return self.join(target, *props, isouter=True, full=full)

    def select_from(self: _Q, *from_obj: Any) -> _Q:
        """From these."""
        return self._with(self._statement.select_from(*from_obj))

    def correlate(self: _Q, *fromclauses: Any) -> _Q:
        """As a subquery: these belong to the SELECT around it."""
        return self._with(self._statement.correlate(*fromclauses))

    def options(self: _Q, *args: Any) -> _Q:
        """With these loader options."""
        for one in args:
            if not hasattr(one, "__corm_option__"):
                raise exc.ArgumentError(f"{one!r} is no loader option")
        return self._but(_options=(*self._options, *args))

    def get_execution_options(self) -> Any:
        """The execution options, as :meth:`execution_options` gave them."""
        return self._statement.get_execution_options()

    def distinct(self: _Q, *expr: Any) -> _Q:
        """Without repeated rows."""
        self._refuse_after("distinct")
        return self._with(self._statement.distinct(*expr))

    def limit(self: _Q, limit: Any) -> _Q:
        """At most so many rows."""
        return self._but(_statement=self._statement.limit(limit), _limited=True)

    def offset(self: _Q, offset: Any) -> _Q:
        """Without the first so many rows."""
        return self._but(_statement=self._statement.offset(offset), _limited=True)

    def slice(self: _Q, start: int | None, stop: int | None) -> _Q:
        """Rows from ``start`` up to ``stop``."""
        made = self
        if stop is not None:
            made = made.limit(stop - (start or 0))
        if start:
            made = made.offset(start)
        return made

    def with_entities(self, *entities: Any) -> Query[Any]:
        """The same criteria, other columns."""
        made: Query[Any] = self._with(self._statement.with_only_columns(*entities))
        made._entities = entities
        return made

    def add_columns(self, *column: Any) -> Query[Any]:
        """More columns."""
        made: Query[Any] = self._with(self._statement.add_columns(*column))
        made._entities = (*self._entities, *column)
        return made

    def add_column(self, column: Any) -> Query[Any]:
        """One more column."""
        return self.add_columns(column)

    def add_entity(self, entity: Any, alias: Any = None) -> Query[Any]:
        """One more class."""
        if alias is not None:
            raise exc.NotSupportedYet("add_entity(alias=...) is not here yet: give aliased(Entity, alias)")
        return self.add_columns(entity)

    def prefix_with(self: _Q, *prefixes: Any, dialect: str = "*") -> _Q:
        """With text behind SELECT."""
        return self._with(self._statement.prefix_with(*prefixes, dialect=dialect))

    def with_for_update(
        self: _Q,
        *,
        nowait: bool = False,
        read: bool = False,
        of: Any = None,
        skip_locked: bool = False,
        key_share: bool = False,
    ) -> _Q:
        """FOR UPDATE, where the database has it."""
        return self._with(
            self._statement.with_for_update(
                nowait=nowait, read=read, of=of, skip_locked=skip_locked, key_share=key_share
            )
        )

    def with_parent(self: _Q, instance: Any, property: Any = None, from_entity: Any = None) -> _Q:
        """Rows that belong to ``instance`` by a relation of its class."""
        from .util import with_parent

        if property is None:
            raise exc.NotSupportedYet("with_parent() needs the relation for now")
        return self.filter(with_parent(instance, property, from_entity))

    def with_session(self: _Q, session: Any) -> _Q:
        """The same query in another session."""
        return self._but(session=session)

    def populate_existing(self: _Q) -> _Q:
        """Objects that are there are read anew."""
        return self.execution_options(populate_existing=True)

    def autoflush(self: _Q, setting: bool) -> _Q:
        """Whether the session flushes before it."""
        return self.execution_options(autoflush=setting)

    def yield_per(self: _Q, count: int) -> _Q:
        """So many rows are fetched at a time."""
        return self.execution_options(yield_per=count)

    def enable_eagerloads(self: _Q, value: bool) -> _Q:
        """Whether relations are loaded with the objects."""
        return self._but(_eager=value)

    def execution_options(self: _Q, **kw: Any) -> _Q:
        """With these execution options."""
        return self._with(self._statement.execution_options(**kw))

    def params(self: _Q, *args: Any, **kw: Any) -> _Q:
        """Values for ``bindparam()`` names."""
        if len(args) > 1:
            raise exc.ArgumentError("params() takes one dictionary, or keywords")
        return self._but(_params={**self._params, **(args[0] if args else {}), **kw})

    def from_statement(self: _Q, statement: Any) -> _Q:
        """The rows that this statement gives."""
        if not isinstance(statement, _core.Node) or not getattr(statement, "is_executable", True):
            raise exc.ArgumentError(f"from_statement() takes a statement, not {statement!r}")
        if self._has(_WHERE, _JOINS, _GROUP, _HAVING, _ORDER) or self._limited:
            raise exc.InvalidRequestError("from_statement() is for queries without criteria")
        return self._but(_statement=self._statement.from_statement(statement), _given=statement)

    def set_label_style(self: _Q, style: Any) -> _Q:
        """How the columns of :attr:`statement` are named."""
        return self._but(_labels=style.value)

    def with_labels(self: _Q) -> _Q:
        """Columns of :attr:`statement` are called by table and name."""
        return self._but(_labels=_TABLE_PLUS_COLUMN)

    def _has(self, *parts: int) -> bool:
        found = (self._statement._kid(part) for part in parts)
        return any(part is not None and (part._kind != _core.kinds["LIST"] or part._kids()) for part in found)

    # -- set operations

    def union(self: _Q, *q: Any) -> _Q:
        """The rows of this and the others, without repetition."""
        return self._combined(expression.union, q)

    def union_all(self: _Q, *q: Any) -> _Q:
        """The rows of this and the others."""
        return self._combined(expression.union_all, q)

    def intersect(self: _Q, *q: Any) -> _Q:
        """The rows that all of them have."""
        return self._combined(expression.intersect, q)

    def intersect_all(self: _Q, *q: Any) -> _Q:
        """The rows that all of them have, as often."""
        return self._combined(expression.intersect_all, q)

    def except_(self: _Q, *q: Any) -> _Q:
        """The rows that the others do not have."""
        return self._combined(expression.except_, q)

    def except_all(self: _Q, *q: Any) -> _Q:
        """The rows that the others do not have, as often."""
        return self._combined(expression.except_all, q)

    def _combined(self: _Q, operation: Any, others: tuple[Any, ...]) -> _Q:
        members = [one._statement if isinstance(one, Query) else one for one in (self, *others)]
        statement = expression.select(*self._entities)._label_style(_TABLE_PLUS_COLUMN)
        params = {key: value for one in (self, *others) for key, value in getattr(one, "_params", {}).items()}
        return self._but(
            _statement=statement._read_from(operation(*members).subquery()), _limited=False, _params=params
        )

    def _bound(self, statement: Any) -> Any:
        return statement.params(**self._params) if self._params else statement

    # -- what it is

    @property
    def statement(self) -> Any:
        """The SELECT."""
        return self._bound(self._given if self._given is not None else self._final()._label_style(self._labels))

    @property
    def selectable(self) -> Any:
        """The SELECT."""
        return self.statement

    @property
    def whereclause(self) -> Any:
        """The condition, or None."""
        return self._statement.whereclause

    @property
    def is_single_entity(self) -> bool:
        """Whether it gives objects, not rows."""
        return len(self._entities) == 1

    def subquery(self, name: str | None = None, with_labels: bool = False, reduce_columns: bool = False) -> Any:
        """As a subquery."""
        if reduce_columns:
            raise exc.NotSupportedYet("subquery(reduce_columns=True) is not here yet")
        made = self.with_labels() if with_labels else self
        return made.statement.subquery(name)

    def cte(self, name: str | None = None, recursive: bool = False, nesting: bool = False) -> Any:
        """As a common table expression."""
        return self.statement.cte(name, recursive, nesting)

    def label(self, name: str | None) -> Any:
        """As a named value."""
        return self.statement.label(name)

    def scalar_subquery(self) -> Any:
        """As a value."""
        return self.statement.scalar_subquery()

    def as_scalar(self) -> Any:
        """:meth:`scalar_subquery` by its older name."""
        warnings.warn("Query.as_scalar() is scalar_subquery() now", exc.SADeprecationWarning, stacklevel=2)
        return self.scalar_subquery()

    def exists(self) -> Exists:
        """EXISTS (this)."""
        made = self._statement.with_only_columns(expression.literal_column("1")).order_by(None)
        if not self._has(1) and self._entities and is_entity(self._entities[0]):
            made = made.select_from(self._entities[0])
        return expression.exists(made)

    def __clause_element__(self) -> Any:
        return self.statement

    def __str__(self) -> str:
        statement = self._final()
        try:
            bind = self.session.get_bind() if self.session is not None else None
        except exc.UnboundExecutionError:
            bind = None
        return str(statement.compile(bind)) if bind is not None else str(statement)

    @property
    def column_descriptions(self) -> list[dict[str, Any]]:
        """What it gives, a dictionary for each."""
        return descriptions(self._entities)

    # -- running

    def _final(self) -> Any:
        options = self._options if self._eager else without_eager_loads(self._options)
        return self._statement.options(*options) if options else self._statement

    def _one_entity(self) -> bool:
        return len(self._entities) == 1 and is_entity(self._entities[0])

    def _execute(self, statement: Any) -> Any:
        if self.session is None:
            raise exc.UnboundExecutionError("This Query has no session")
        return self.session.execute(statement, self._params or None)

    def _run(self) -> Any:
        result = self._execute(self._final())
        if self._one_entity():
            result = result.scalars()
        streams = self._statement.get_execution_options().get("yield_per")
        return result if streams or not any(map(is_entity, self._entities)) else result.unique()

    def all(self) -> list[_T]:
        """All rows: objects where one class was asked for, else rows."""
        return self._run().all()  # type: ignore[no-any-return]

    def __iter__(self) -> Iterator[_T]:
        return iter(self._run())

    def first(self) -> _T | None:
        """The first row or None: ``LIMIT 1``."""
        query = self if self._given is not None else self.limit(1)
        return query._run().first()  # type: ignore[no-any-return]

    def one(self) -> _T:
        """The one row; NoResultFound or MultipleResultsFound otherwise."""
        return self._run().one()  # type: ignore[no-any-return]

    def one_or_none(self) -> _T | None:
        """The one row, or None; MultipleResultsFound when there are several."""
        return self._run().one_or_none()  # type: ignore[no-any-return]

    def scalar(self) -> Any:
        """The first column of the one row, or None."""
        try:
            found: Any = self.one()
        except exc.NoResultFound:
            return None
        return found[0] if isinstance(found, Sequence) else found

    @overload
    def __getitem__(self, item: builtins.slice) -> list[_T]: ...

    @overload
    def __getitem__(self, item: int) -> _T: ...

    def __getitem__(self, item: Any) -> Any:
        if isinstance(item, slice):
            if any(isinstance(x, int) and x < 0 for x in (item.start, item.stop)):
                raise IndexError("a query has no negative index")
            if isinstance(item.stop, int) and isinstance(item.start, int) and item.stop <= item.start:
                return []
            rows = list(self.slice(item.start, item.stop))
            return rows[:: item.step] if item.step else rows
        if item < 0:
            raise IndexError("a query has no negative index")
        return list(self.slice(item, item + 1))[0]

    def count(self) -> int:
        """How many rows it gives: ``SELECT count(*) FROM (this)``."""
        counted: Any = expression.select(expression.func.count(expression.literal_column("*")))
        counted = counted.select_from(self._statement.subquery())
        options = self._statement.get_execution_options()
        return int(self._execute(counted.execution_options(**options)).scalar())

    def get(self, ident: Any) -> _T | None:
        """The object of that primary key; the 1.x name of :meth:`Session.get`."""
        warnings.warn(
            "Query.get() belongs to the 1.x style: Session.get() is its name now", exc.LegacyAPIWarning, stacklevel=2
        )
        if not self._one_entity():
            raise exc.InvalidRequestError("Query.get() needs a query of one mapped class")
        if self._limited or self._has(_WHERE, _GROUP, _HAVING, _ORDER, _JOINS, _DISTINCT):
            raise exc.InvalidRequestError("get() is for queries without criteria")
        chosen = self._statement.get_execution_options()
        return self.session.get(  # type: ignore[no-any-return]
            self._entities[0],
            ident,
            options=self._options or None,
            populate_existing=bool(chosen.get("populate_existing")),
        )

    def update(
        self, values: dict[Any, Any], synchronize_session: Any = "auto", update_args: dict[Any, Any] | None = None
    ) -> int:
        """UPDATE of the rows that the query means; how many."""
        if update_args:
            raise exc.NotSupportedYet("Query.update(update_args=...) is not here yet")
        statement = self._dml(expression.update(self._entities[0]), "update")
        return self._execute_dml(statement.values(values), synchronize_session)

    def delete(self, synchronize_session: Any = "auto", delete_args: dict[Any, Any] | None = None) -> int:
        """DELETE of the rows that the query means; how many."""
        if delete_args:
            raise exc.NotSupportedYet("Query.delete(delete_args=...) is not here yet")
        return self._execute_dml(self._dml(expression.delete(self._entities[0]), "delete"), synchronize_session)

    def _dml(self, statement: Any, what: str) -> Any:
        if self._limited or self._has(_ORDER, _GROUP, _JOINS, _DISTINCT):
            raise exc.InvalidRequestError(
                f"{what}() takes no limit(), offset(), order_by(), group_by(), distinct() or join()"
            )
        criteria = self._statement.whereclause
        return statement if criteria is None else statement.where(criteria)

    def _execute_dml(self, statement: Any, synchronize_session: Any) -> int:
        options = {**self._statement.get_execution_options(), "synchronize_session": synchronize_session}
        return int(self.session.execute(statement, self._params or None, execution_options=options).rowcount)

    def __getattr__(self, name: str) -> Any:
        if name in _LATER:
            raise exc.NotSupportedYet(f"Query.{name}() is not here yet")
        raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")


_LATER = {
    "instances", "merge_result", "only_return_tuples", "reset_joinpoint", "suffix_with", "tuples",
    "with_hint", "with_statement_hint", "with_transformation",
}  # fmt: skip


if TYPE_CHECKING:
    from ..sql.selectable import Exists

    class RowReturningQuery(Query[Row[TP]]):
        """A query of columns, to type checkers: it gives rows."""

else:
    RowReturningQuery = Query


class AliasOption:
    """Kept for its name."""

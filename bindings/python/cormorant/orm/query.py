"""``Query``: the style before 2.0, over the same statements."""

from __future__ import annotations

from typing import Any

from .. import _core, exc
from ..sql.expression import exists, func, literal_column, select
from .base import Mapped

__all__ = ["AliasOption", "Query"]

_DEDUPE, _TABLE_PLUS_COLUMN = 0, 1  # corm_label_style
_FROM, _JOINS, _WHERE, _GROUP, _HAVING, _ORDER = 1, 2, 3, 4, 5, 6  # parts of a SELECT


class Query:
    """A SELECT that is built step by step and knows its session. Each step gives another query."""

    def __init__(self, entities: Any, session: Any = None) -> None:
        entities = entities if isinstance(entities, (tuple, list)) else (entities,)
        if not entities:
            raise exc.InvalidRequestError("query() needs something to select")
        self.session = session
        self._entities = tuple(entities)
        self._statement = select(*entities)._label_style(_TABLE_PLUS_COLUMN)
        self._limited = False

    def _with(self, statement: Any) -> Query:
        made = object.__new__(type(self))
        made.__dict__.update(self.__dict__)
        made._statement = statement
        return made

    # -- building

    def filter(self, *criterion: Any) -> Query:
        """Rows that satisfy all criteria."""
        self._not_after_limit("filter")
        return self._with(self._statement.where(*criterion))

    where = filter

    def filter_by(self, **kwargs: Any) -> Query:
        """Rows whose attributes have these values."""
        self._not_after_limit("filter_by")
        return self._with(self._statement.filter_by(**kwargs))

    def order_by(self, *clauses: Any) -> Query:
        """In this order; None or False takes it back."""
        self._not_after_limit("order_by")
        if clauses and (clauses[0] is None or clauses[0] is False):
            return self._with(self._statement.order_by(None))
        return self._with(self._statement.order_by(*clauses))

    def group_by(self, *clauses: Any) -> Query:
        """Grouped by these."""
        self._not_after_limit("group_by")
        return self._with(self._statement.group_by(*clauses))

    def having(self, *having: Any) -> Query:
        """Groups that satisfy all criteria."""
        return self._with(self._statement.having(*having))

    def join(self, target: Any, *props: Any, isouter: bool = False, full: bool = False) -> Query:
        """Joined with a class, a relation or a table."""
        self._not_after_limit("join")
        onclause = props[0] if props else None
        return self._with(self._statement.join(target, onclause, isouter=isouter, full=full))

    def outerjoin(self, target: Any, *props: Any, full: bool = False) -> Query:
        """:meth:`join`, keeping rows without a match."""
        return self.join(target, *props, isouter=True, full=full)

    def select_from(self, *from_obj: Any) -> Query:
        """From these."""
        return self._with(self._statement.select_from(*from_obj))

    def options(self, *args: Any) -> Query:
        """With these loader options."""
        return self._with(self._statement.options(*args))

    def distinct(self, *expr: Any) -> Query:
        """Without repeated rows."""
        return self._with(self._statement.distinct(*expr))

    def limit(self, limit: Any) -> Query:
        """At most so many rows."""
        made = self._with(self._statement.limit(limit))
        made._limited = True
        return made

    def offset(self, offset: Any) -> Query:
        """Without the first so many rows."""
        made = self._with(self._statement.offset(offset))
        made._limited = True
        return made

    def slice(self, start: int | None, stop: int | None) -> Query:
        """Rows from ``start`` up to ``stop``."""
        made = self
        if stop is not None:
            made = made.limit(stop - (start or 0))
        if start:
            made = made.offset(start)
        return made

    def with_entities(self, *entities: Any) -> Query:
        """The same criteria, other columns."""
        made = self._with(self._statement.with_only_columns(*entities))
        made._entities = tuple(entities)
        return made

    def add_columns(self, *column: Any) -> Query:
        """More columns."""
        made = self._with(self._statement.add_columns(*column))
        made._entities = (*self._entities, *column)
        return made

    add_entity = add_column = add_columns

    def with_session(self, session: Any) -> Query:
        """The same query in another session."""
        made = self._with(self._statement)
        made.session = session
        return made

    def populate_existing(self) -> Query:
        """Objects that are there are read anew."""
        return self.execution_options(populate_existing=True)

    def execution_options(self, **kw: Any) -> Query:
        """With these execution options."""
        return self._with(self._statement.execution_options(**kw))

    def params(self, *args: Any, **kw: Any) -> Query:
        """Values for ``bindparam()`` names."""
        made = self._with(self._statement)
        made._params = {**self._params, **(args[0] if args else {}), **kw}
        return made

    _params: dict[str, Any] = {}

    def _has(self, *parts: int) -> bool:
        found = (self._statement._kid(part) for part in parts)
        return any(part is not None and (part._kind != _core.kinds["LIST"] or part._kids()) for part in found)

    def _not_after_limit(self, what: str) -> None:
        if self._limited:
            raise exc.InvalidRequestError(f"{what}() comes before limit() and offset()")

    # -- what it is

    @property
    def statement(self) -> Any:
        """The SELECT, with the usual labels."""
        return self._statement._label_style(_DEDUPE)

    def subquery(self, name: str | None = None) -> Any:
        """As a subquery."""
        return self.statement.subquery(name)

    def scalar_subquery(self) -> Any:
        """As a value."""
        return self.statement.scalar_subquery()

    def exists(self) -> Any:
        """EXISTS (this)."""
        return exists(self.statement.with_only_columns(literal_column("1")).order_by(None))

    def __clause_element__(self) -> Any:
        return self.statement

    def __str__(self) -> str:
        bind = self.session.get_bind() if self.session is not None and self.session.bind is not None else None
        return str(self._statement.compile(bind)) if bind is not None else str(self._statement)

    # -- running

    def _one_entity(self) -> bool:
        return len(self._entities) == 1 and _is_entity(self._entities[0])

    def _run(self, statement: Any | None = None) -> Any:
        if self.session is None:
            raise exc.UnboundExecutionError("This Query has no session")
        result = self.session.execute(self._statement if statement is None else statement, self._params or None)
        return result.scalars().unique() if self._one_entity() else result

    def all(self) -> list[Any]:
        """All rows: objects where one class was asked for, else rows."""
        return self._run().all()  # type: ignore[no-any-return]

    def __iter__(self) -> Any:
        return iter(self._run())

    def first(self) -> Any:
        """The first row or None: ``LIMIT 1``."""
        statement = self._statement if self._limited else self._statement.limit(1)
        rows = self._run(statement).all()
        return rows[0] if rows else None

    def one(self) -> Any:
        """The one row; NoResultFound or MultipleResultsFound otherwise."""
        return self._run().one()

    def one_or_none(self) -> Any:
        """The one row, or None; MultipleResultsFound when there are several."""
        return self._run().one_or_none()

    def scalar(self) -> Any:
        """The first column of the one row, or None."""
        row = self._with(self._statement)._all_columns().one_or_none()
        return None if row is None else row[0]

    def _all_columns(self) -> Any:
        return self.session.execute(self._statement, self._params or None)

    def __getitem__(self, item: Any) -> Any:
        if isinstance(item, slice):
            if any(isinstance(x, int) and x < 0 for x in (item.start, item.stop)):
                raise IndexError("a query has no negative index")
            rows = list(self.slice(item.start, item.stop))
            return rows[:: item.step] if item.step else rows
        if item < 0:
            raise IndexError("a query has no negative index")
        return list(self.slice(item, item + 1))[0]

    def count(self) -> int:
        """How many rows it gives: ``SELECT count(*) FROM (this)``."""
        inner = self._statement.subquery()
        counted = select(func.count(literal_column("*"))).select_from(inner)
        return int(self.session.execute(counted, self._params or None).scalar())

    def get(self, ident: Any) -> Any:
        """The object of that primary key, as :meth:`Session.get`."""
        import warnings

        warnings.warn(
            "Query.get() is of the style before 2.0: Session.get() is its successor",
            exc.LegacyAPIWarning,
            stacklevel=2,
        )
        if not self._one_entity():
            raise exc.InvalidRequestError("Query.get() needs a query of one mapped class")
        if self._limited or self._has(_WHERE, _GROUP, _HAVING, _ORDER, _JOINS):
            raise exc.InvalidRequestError("get() is for queries without criteria")
        return self.session.get(self._entities[0], ident)

    def update(self, values: dict[Any, Any], synchronize_session: Any = "auto", update_args: Any = None) -> int:
        """UPDATE of the rows that the query means; how many."""
        from ..sql.expression import update

        if update_args:
            raise exc.NotSupportedYet("Query.update(update_args=...) is not here yet")
        statement = self._dml(update(self._entities[0])).values(values)
        return self._execute_dml(statement, synchronize_session)

    def delete(self, synchronize_session: Any = "auto", delete_args: Any = None) -> int:
        """DELETE of the rows that the query means; how many."""
        from ..sql.expression import delete

        if delete_args:
            raise exc.NotSupportedYet("Query.delete(delete_args=...) is not here yet")
        return self._execute_dml(self._dml(delete(self._entities[0])), synchronize_session)

    def _dml(self, statement: Any) -> Any:
        if self._limited or self._has(_ORDER, _GROUP, _JOINS):
            raise exc.InvalidRequestError("update() and delete() take no limit(), offset(), order_by() or join()")
        criteria = self._statement.whereclause
        return statement if criteria is None else statement.where(criteria)

    def _execute_dml(self, statement: Any, synchronize_session: Any) -> int:
        options = {"synchronize_session": synchronize_session}
        return int(self.session.execute(statement, self._params or None, execution_options=options).rowcount)

    @property
    def column_descriptions(self) -> list[dict[str, Any]]:
        """What the columns are."""
        return self._statement.column_descriptions

    def __getattr__(self, name: str) -> Any:
        if name in _LATER:
            raise exc.NotSupportedYet(f"Query.{name}() is not here yet")
        raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")


_LATER = {
    "autoflush", "correlate", "cte", "enable_eagerloads", "except_", "except_all", "from_statement", "instances",
    "intersect", "intersect_all", "merge_result", "prefix_with", "reset_joinpoint", "suffix_with", "tuples", "union",
    "union_all", "with_for_update", "with_hint", "with_labels", "with_parent", "with_transformation", "yield_per",
    "only_return_tuples", "label", "selectable",
}  # fmt: skip


def _is_entity(entity: Any) -> bool:
    if isinstance(entity, type):
        return "__mapper__" in entity.__dict__
    return hasattr(entity, "_aliased_insp")


class AliasOption:
    """Kept for its name."""


_MAPPED = Mapped

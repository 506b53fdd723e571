"""``Session``, ``sessionmaker``, ``scoped_session``: the native session under SQLAlchemy's names."""

from __future__ import annotations

import itertools
import threading
import weakref
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar, overload

from .. import _core, exc
from ..engine.base import Connection, Engine, OptionEngine
from ..engine.result import Result, ScalarResult, make_result
from ..event.registry import Dispatch
from . import events as orm_events
from .base import IdentitySet
from .mapper import Mapper, class_mapper, configure_mappers, object_mapper

if TYPE_CHECKING:
    from .._core import Expr
    from .._typing import _T0, _T1, _T2, _T3, _T4, _T5, _T6, _T7, _Typed
    from ..sql.selectable import TypedReturnsRows
    from .query import Query, RowReturningQuery

__all__ = [
    "ORMExecuteState",
    "Session",
    "SessionTransaction",
    "close_all_sessions",
    "make_transient",
    "make_transient_to_detached",
    "object_session",
    "scoped_session",
    "sessionmaker",
]

_S = TypeVar("_S", bound="Session")
_O = TypeVar("_O")
_TP = TypeVar("_TP", bound=tuple[Any, ...])
_JOIN_MODES = {"conditional_savepoint": 0, "rollback_only": 1, "control_fully": 2, "create_savepoint": 3}
_SYNC = {"auto": 0, None: 0, False: 64, "evaluate": 128, "fetch": 192}
_NO_AUTOFLUSH, _POPULATE_EXISTING, _STREAM, _STREAM_IF_POSSIBLE = 16, 32, 256, 512
_NO_OPTIONS: dict[str, Any] = {}
_session_ids = itertools.count(1)


class SessionTransaction:
    """A transaction of a session: the outermost one, or a savepoint. A context manager."""

    def __init__(self, session: Session, native: Any) -> None:
        self.session = session
        self._native = native

    @property
    def is_active(self) -> bool:
        """Whether it has not ended."""
        return self._native.is_active  # type: ignore[no-any-return]

    @property
    def nested(self) -> bool:
        """Whether it is a savepoint."""
        return self._native.nested  # type: ignore[no-any-return]

    @property
    def parent(self) -> SessionTransaction | None:
        """The transaction that it is in."""
        parent = self._native.parent
        return None if parent is None else SessionTransaction(self.session, parent)

    def commit(self) -> None:
        """Flushes, then commits, or releases the savepoint."""
        self._native.commit()

    def rollback(self) -> None:
        """Rolls back, to the savepoint or all."""
        self._native.rollback()

    def close(self) -> None:
        """Rolls back, unless it has ended."""
        if not self._native.ended:
            self.rollback()

    def __enter__(self) -> SessionTransaction:
        self._native.enter()
        return self

    def __exit__(self, kind: Any, value: Any, traceback: Any) -> None:
        try:
            if kind is None and self.is_active:
                self._commit_or_roll_back()
            elif not self._native.ended:
                self.rollback()
        finally:
            self._native.leave()

    def _commit_or_roll_back(self) -> None:
        try:
            self.commit()
        except BaseException:
            if not self._native.ended:
                self.rollback()
            raise

    def __eq__(self, other: object) -> bool:
        return isinstance(other, SessionTransaction) and self._native is other._native

    def __hash__(self) -> int:
        return hash(id(self._native))


class ORMExecuteState:
    """What ``do_orm_execute`` listeners see of a statement that is about to run."""

    def __init__(self, session: Session, statement: Any, parameters: Any, execution_options: dict[str, Any]) -> None:
        self.session = session
        self.statement = statement
        self.parameters = parameters
        self.execution_options = execution_options

    @property
    def is_select(self) -> bool:
        """Whether the statement is a SELECT."""
        return bool(getattr(self.statement, "is_select", False))

    @property
    def is_orm_statement(self) -> bool:
        """Whether it names mapped classes."""
        return bool(getattr(self.statement, "_is_orm", False))


_BindT = TypeVar("_BindT")


def _checked_bind(bind: _BindT) -> _BindT:
    """The engine or connection that a session is given.

    :raises NotSupportedYet: an engine whose options would be lost.
    """
    if isinstance(bind, Engine) and "isolation_level" in bind._options:
        raise exc.NotSupportedYet(
            "Session(engine.execution_options(isolation_level=...)) is not here yet: give the level to create_engine() "
            "or the session a connection that has it"
        )
    return bind


class Session(_core.Session):
    """Objects and their transaction: identity map, unit of work.

    :param bind: an engine, or a connection to work on.
    :param autoflush: changes are flushed before queries.
    :param expire_on_commit: objects are read anew after a commit.
    :param autobegin: the first use begins.
    :param binds: engines by mapped class or table.
    :param join_transaction_mode: how it works on a connection that has begun.
    :param info: anything.
    """

    _class_dispatch: Dispatch

    def __init__(
        self,
        bind: Engine | Connection | None = None,
        *,
        autoflush: bool = True,
        future: bool = True,
        expire_on_commit: bool = True,
        autobegin: bool = True,
        twophase: bool = False,
        binds: dict[Any, Any] | None = None,
        enable_baked_queries: bool = True,
        info: dict[str, Any] | None = None,
        query_cls: Any = None,
        autocommit: bool = False,
        join_transaction_mode: str = "conditional_savepoint",
        close_resets_only: bool = True,
    ) -> None:
        if not future:
            raise exc.ArgumentError("Session(future=False) is gone: sessions are of the 2.0 kind")
        if autocommit:
            raise exc.ArgumentError("autocommit=True belongs to the releases before 2.0")
        for name, given in (
            ("twophase", twophase),
            ("close_resets_only=False", not close_resets_only),
            ("enable_baked_queries=False", not enable_baked_queries),
        ):
            if given:
                raise exc.NotSupportedYet(f"Session({name}) is not here yet")
        if join_transaction_mode not in _JOIN_MODES:
            raise exc.ArgumentError(f"There is no join_transaction_mode {join_transaction_mode!r}")
        self._bind = _checked_bind(bind)
        self.hash_key = next(_session_ids)
        self.expire_on_commit = expire_on_commit
        self._binds: dict[Any, Any] = {}
        self._query_cls = query_cls
        self.info: dict[str, Any] = dict(info or {})
        self.dispatch = Dispatch(type(self).dispatch_class(), changed=_changed(self))
        for target, engine in (binds or {}).items():
            self._add_bind(target, engine)
        connection = bind if isinstance(bind, Connection) else None
        engine = bind if isinstance(bind, Engine) else None
        if bind is not None and connection is None and engine is None:
            raise exc.ArgumentError(f"Session(bind=...) takes an Engine or a Connection, not {bind!r}")
        self._open(
            None if engine is None else engine._native,
            None if connection is None else connection._native_connection(),
            autoflush,
            expire_on_commit,
            autobegin,
            _JOIN_MODES[join_transaction_mode],
        )
        self._routes = bool(self._binds) or type(self).get_bind is not Session.get_bind
        self._events_changed()
        _sessions.add(self)

    @property
    def bind(self) -> Engine | Connection | None:
        """The engine or connection that it works on."""
        return self._bind

    @bind.setter
    def bind(self, bind: Engine | Connection | None) -> None:
        self._bind = _checked_bind(bind)
        self._routes = True

    # -- events

    @classmethod
    def dispatch_class(cls) -> Dispatch:
        """The listeners of all sessions of this class."""
        found = cls.__dict__.get("_class_dispatch")
        if found is None:
            parents = [base.dispatch_class() for base in cls.__bases__ if issubclass(base, Session)]
            found = cls._class_dispatch = Dispatch(*parents)
        return found

    def _events_changed(self) -> None:
        wanted = self.dispatch.wanted()
        self._set_events(orm_events.mask(wanted))
        self._told_of_execute = "do_orm_execute" in wanted

    # -- binds

    def _add_bind(self, key: Any, bind: Any) -> None:
        self._binds[class_mapper(key, configure=False) if isinstance(key, type) else key] = _checked_bind(bind)
        self._routes = True

    def bind_mapper(self, mapper: Any, bind: Any) -> None:
        """Objects of that class live in ``bind``."""
        self._add_bind(mapper, bind)

    def bind_table(self, table: Any, bind: Any) -> None:
        """Rows of that table live in ``bind``."""
        self._add_bind(table, bind)

    def get_bind(
        self,
        mapper: Any = None,
        *,
        clause: Any = None,
        bind: Any = None,
        _sa_skip_events: bool | None = None,
        _sa_skip_for_implicit_returning: bool = False,
        **kw: Any,
    ) -> Engine | Connection:
        """The engine or connection for a mapped class or a statement. Subclasses route by it.

        :raises UnboundExecutionError: none is known.
        """
        if bind is not None:
            return bind  # type: ignore[no-any-return]
        found = self._bound_to(mapper, clause) if self._binds else None
        if found is not None:
            return found  # type: ignore[no-any-return]
        if self._bind is not None:
            return self._bind
        context = [f"mapper {mapper}"] if mapper is not None else []
        if clause is not None:
            context.append("SQL expression")
        raise exc.UnboundExecutionError(
            f"No engine is bound for {', '.join(context) or 'this session'}: Session(bind=...) or binds= says which"
        )

    def _bound_to(self, mapper: Any, clause: Any) -> Any:
        if mapper is not None:
            at = class_mapper(mapper, configure=False) if isinstance(mapper, type) else mapper
            while at is not None:
                if at in self._binds:
                    return self._binds[at]
                if at.local_table in self._binds:
                    return self._binds[at.local_table]
                at = at.inherits
        if clause is not None:
            for table in _core.tables_of(clause):
                if table in self._binds:
                    return self._binds[table]
        return None

    def _bind_for(self, cls: type | None, clause: Any) -> Any:
        """Asked by the core: where a class or statement goes. The native engine or connection."""
        mapper = None if cls is None else cls.__dict__["__mapper__"]
        if mapper is None and clause is None:
            found = self.get_bind()
        else:
            found = self.get_bind(mapper=mapper, clause=clause)
        return found._native_connection() if isinstance(found, Connection) else found._native

    def connection(
        self, bind_arguments: dict[str, Any] | None = None, execution_options: dict[str, Any] | None = None
    ) -> Connection:
        """The connection of the transaction."""
        mapper = (bind_arguments or {}).get("mapper")
        cls = mapper.class_ if isinstance(mapper, Mapper) else mapper
        native = self._connection(None if cls is None else cls.__dict__["__mapper__"].entity)
        connection = Connection._of(native)
        bind = self.get_bind(mapper=mapper)
        if isinstance(bind, OptionEngine):
            connection._options = {**bind._options, **connection._options}
        return connection.execution_options(**execution_options) if execution_options else connection

    # -- executing

    @overload
    def execute(
        self,
        statement: TypedReturnsRows[_TP],
        params: Any = None,
        *,
        execution_options: Mapping[str, Any] | None = ...,
        bind_arguments: dict[str, Any] | None = ...,
        _parent_execute_state: Any = ...,
        _add_event: Any = ...,
    ) -> Result[_TP]: ...

    @overload
    def execute(
        self,
        statement: Any,
        params: Any = None,
        *,
        execution_options: Mapping[str, Any] | None = ...,
        bind_arguments: dict[str, Any] | None = ...,
        _parent_execute_state: Any = ...,
        _add_event: Any = ...,
    ) -> Result[Any]: ...

    def execute(
        self,
        statement: Any,
        params: Any = None,
        *,
        execution_options: Mapping[str, Any] | None = None,
        bind_arguments: dict[str, Any] | None = None,
        _parent_execute_state: Any = None,
        _add_event: Any = None,
    ) -> Any:
        """Runs a statement; a SELECT of mapped classes gives objects.

        :param params: values for its parameters; a list of dictionaries for several executions.
        :raises ArgumentError: not a statement.
        """
        if _parent_execute_state is not None or _add_event is not None:
            raise exc.NotSupportedYet("Session.execute(_parent_execute_state=..., _add_event=...) is not here yet")
        if not isinstance(statement, _core.Node) or not getattr(statement, "is_executable", True):
            _refuse(statement)
        if (
            execution_options is None
            and bind_arguments is None
            and statement._execution_options is None
            and not self._told_of_execute
        ):
            return make_result(self._execute(statement, params, 0, None), statement, _NO_OPTIONS)
        options = (
            {**statement.get_execution_options(), **(execution_options or {})}
            if hasattr(statement, "get_execution_options")
            else dict(execution_options or {})
        )
        if self._told_of_execute:
            state = ORMExecuteState(self, statement, params, options)
            for fn in self.dispatch.listeners("do_orm_execute"):
                answer = fn(state)
                if answer is not None:
                    return answer
            statement = state.statement
        native = self._execute(statement, params, _flags(options), _entity(bind_arguments))
        return make_result(native, statement, options)

    @overload
    def scalars(self, statement: TypedReturnsRows[tuple[_O]], params: Any = None, **kw: Any) -> ScalarResult[_O]: ...

    @overload
    def scalars(self, statement: Any, params: Any = None, **kw: Any) -> ScalarResult[Any]: ...

    def scalars(self, statement: Any, params: Any = None, **kw: Any) -> Any:
        """:meth:`execute`, and the first column of its rows."""
        return self.execute(statement, params, **kw).scalars()

    @overload
    def scalar(self, statement: TypedReturnsRows[tuple[_O]], params: Any = None, **kw: Any) -> _O | None: ...

    @overload
    def scalar(self, statement: Any, params: Any = None, **kw: Any) -> Any: ...

    def scalar(self, statement: Any, params: Any = None, **kw: Any) -> Any:
        """:meth:`execute`, and the first column of its first row, or None."""
        return self.execute(statement, params, **kw).scalar()

    # -- objects

    def _get_with(
        self,
        entity: type[_O] | Mapper,
        ident: Any,
        *,
        options: Sequence[Any] | None = None,
        populate_existing: bool = False,
        with_for_update: Any = None,
        identity_token: Any = None,
        execution_options: dict[str, Any] | None = None,
        bind_arguments: dict[str, Any] | None = None,
    ) -> Any:
        """:meth:`get` with arguments that are arranged here."""
        if identity_token is not None:
            raise exc.NotSupportedYet("Session.get(identity_token=...) is not here yet")
        if execution_options:
            raise exc.NotSupportedYet("Session.get(execution_options=...) is not here yet")
        if bind_arguments:
            raise exc.NotSupportedYet("Session.get(bind_arguments=...) is not here yet")
        mapper = entity.__dict__.get("__mapper__") if isinstance(entity, type) else entity
        if not isinstance(mapper, Mapper):
            from ..inspection import inspect

            mapper = inspect(entity)
        if not mapper.entity.ready:
            configure_mappers(mapper.registry)
        key = _key(mapper, ident)
        chosen = None
        if options:
            from ..sql.expression import select

            chosen = select(mapper.class_).options(*options)
        if with_for_update is not None and with_for_update is not False:
            locked = self._lock_for(mapper.class_, with_for_update)
            chosen = locked.options(*options) if options else locked
        return self._get(mapper.entity, key, chosen, populate_existing)

    def _lock_for(self, class_: Any, given: Any) -> Any:
        """A SELECT with the lock that ``with_for_update=`` asks for: True, or a dictionary of its arguments."""
        from ..sql.expression import select

        if given is not True and not (isinstance(given, dict) and given):
            raise exc.ArgumentError(f"with_for_update is True or a dictionary of arguments, not {given!r}")
        return select(class_).with_for_update(**({} if given is True else given))

    def get_one(self, entity: type[_O] | Mapper, ident: Any, **kw: Any) -> _O:
        """:meth:`get`, but NoResultFound when there is no such row."""
        found: _O | None = self.get(entity, ident, **kw)
        if found is None:
            raise exc.NoResultFound(f"There is no {getattr(entity, '__name__', entity)} with the key {ident!r}")
        return found

    @overload
    def query(self, _entity: type[_O], /) -> Query[_O]: ...

    @overload
    def query(self, ent0: Expr[_T0], /) -> RowReturningQuery[tuple[_T0]]: ...

    @overload
    def query(self, ent0: _Typed[_T0], ent1: _Typed[_T1], /) -> RowReturningQuery[tuple[_T0, _T1]]: ...

    @overload
    def query(
        self, ent0: _Typed[_T0], ent1: _Typed[_T1], ent2: _Typed[_T2], /
    ) -> RowReturningQuery[tuple[_T0, _T1, _T2]]: ...

    @overload
    def query(
        self, ent0: _Typed[_T0], ent1: _Typed[_T1], ent2: _Typed[_T2], ent3: _Typed[_T3], /
    ) -> RowReturningQuery[tuple[_T0, _T1, _T2, _T3]]: ...

    @overload
    def query(
        self, ent0: _Typed[_T0], ent1: _Typed[_T1], ent2: _Typed[_T2], ent3: _Typed[_T3], ent4: _Typed[_T4], /
    ) -> RowReturningQuery[tuple[_T0, _T1, _T2, _T3, _T4]]: ...

    @overload
    def query(
        self,
        ent0: _Typed[_T0],
        ent1: _Typed[_T1],
        ent2: _Typed[_T2],
        ent3: _Typed[_T3],
        ent4: _Typed[_T4],
        ent5: _Typed[_T5],
        /,
    ) -> RowReturningQuery[tuple[_T0, _T1, _T2, _T3, _T4, _T5]]: ...

    @overload
    def query(
        self,
        ent0: _Typed[_T0],
        ent1: _Typed[_T1],
        ent2: _Typed[_T2],
        ent3: _Typed[_T3],
        ent4: _Typed[_T4],
        ent5: _Typed[_T5],
        ent6: _Typed[_T6],
        /,
    ) -> RowReturningQuery[tuple[_T0, _T1, _T2, _T3, _T4, _T5, _T6]]: ...

    @overload
    def query(
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
    ) -> RowReturningQuery[tuple[_T0, _T1, _T2, _T3, _T4, _T5, _T6, _T7]]: ...

    @overload
    def query(self, *entities: Any, **kw: Any) -> Query[Any]: ...

    def query(self, *entities: Any, **kw: Any) -> Any:
        """A query in the style before 2.0."""
        from .query import Query

        return (self._query_cls or Query)(entities, self, **kw)

    def merge(self, instance: _O, *, load: bool = True, options: Any = None) -> _O:
        """The session's object for the same row, with the attributes that ``instance`` has; read or made where needed.

        :param load: False: nothing is read, and what ``instance`` has is taken as what the row has.
        :param options: loader options for what is read.
        :raises UnmappedInstanceError: not an object of a mapped class.
        """
        chosen: Any = None
        if options:
            from ..sql.expression import select

            chosen = select(object_mapper(instance).class_).options(*options)
        return self._merge(instance, load, chosen)  # type: ignore[no-any-return]

    def bulk_save_objects(
        self,
        objects: Any,
        return_defaults: bool = False,
        update_changed_only: bool = True,
        preserve_order: bool = True,
    ) -> None:
        """Not here yet."""
        raise exc.NotSupportedYet("Session.bulk_save_objects() is not here yet: use add_all()")

    def bulk_insert_mappings(
        self, mapper: Any, mappings: Any, return_defaults: bool = False, render_nulls: bool = False
    ) -> None:
        """INSERT of rows that are dictionaries by attribute: no objects are made, no listeners run."""
        if return_defaults or render_nulls:
            raise exc.NotSupportedYet("bulk_insert_mappings(return_defaults=..., render_nulls=...) is not here yet")
        self._bulk("insert", mapper, mappings)

    def bulk_update_mappings(self, mapper: Any, mappings: Any) -> None:
        """UPDATE by primary key, of rows that are dictionaries by attribute."""
        self._bulk("update", mapper, mappings)

    def _bulk(self, what: str, mapper: Any, mappings: Any) -> None:
        from ..sql import expression

        rows = [dict(row) for row in mappings]
        if rows:
            statement = getattr(expression, what)(mapper.class_ if isinstance(mapper, Mapper) else mapper)
            with self.no_autoflush:
                self.execute(statement, rows, execution_options={"synchronize_session": False})

    @property
    def identity_map(self) -> IdentityMap:
        """The persistent objects, by identity key."""
        return IdentityMap(self)

    # -- transactions

    def begin(self, nested: bool = False) -> SessionTransaction:
        """Begins: the transaction, or a savepoint in it.

        :raises InvalidRequestError: it has begun.
        """
        return SessionTransaction(self, self._begin(nested))

    def begin_nested(self) -> SessionTransaction:
        """A savepoint; begins the transaction where that was not done."""
        return self.begin(nested=True)

    def get_transaction(self) -> SessionTransaction | None:
        """The outermost transaction, or None."""
        native = self._transaction(False)
        return None if native is None else SessionTransaction(self, native)

    def get_nested_transaction(self) -> SessionTransaction | None:
        """The innermost savepoint, or None."""
        native = self._transaction(True)
        return None if native is None else SessionTransaction(self, native)

    @property
    def no_autoflush(self) -> Any:
        """Within ``with session.no_autoflush:`` queries do not flush."""
        return _NoAutoflush(self)

    def invalidate(self) -> None:
        """Not here yet."""
        raise exc.NotSupportedYet("Session.invalidate() is not here yet")

    def prepare(self) -> None:
        """Not here yet."""
        raise exc.NotSupportedYet("Session.prepare() is not here yet")

    def reset(self) -> None:
        """As :meth:`close`."""
        self.close()

    def __enter__(self: _S) -> _S:
        return self

    def __exit__(self, kind: Any, value: Any, traceback: Any) -> None:
        self.close()

    @classmethod
    def object_session(cls, instance: Any) -> Session | None:
        """The session that an object is in."""
        return object_session(instance)


class IdentityMap(Mapping[Any, Any]):
    """The persistent objects of a session, by identity key: as they are when one looks."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def _items(self) -> dict[Any, Any]:
        return {_core.state_of(obj).key: obj for obj in self._session._persistent()}

    def __getitem__(self, key: Any) -> Any:
        return self._items()[key]

    def __iter__(self) -> Iterator[Any]:
        return iter(self._items())

    def __len__(self) -> int:
        return len(self._session._persistent())

    def __contains__(self, key: object) -> bool:
        return key in self._items()

    def keys(self) -> Any:
        """The identity keys."""
        return list(self._items())

    def values(self) -> Any:
        """The objects."""
        return self._session._persistent()

    def items(self) -> Any:
        """Both."""
        return list(self._items().items())

    def all_states(self) -> list[Any]:
        """The states of the objects."""
        return [_core.state_of(obj) for obj in self._session._persistent()]

    def contains_state(self, state: Any) -> bool:
        """Whether the object of a state is among them."""
        return any(_core.state_of(obj) is state for obj in self._session._persistent())


def _changed(session: Session) -> Callable[[], None]:
    """Tells a session that its listeners changed, without keeping it alive."""
    ref = weakref.ref(session)

    def changed() -> None:
        found = ref()
        if found is not None:
            found._events_changed()

    return changed


class _NoAutoflush:
    def __init__(self, session: Session) -> None:
        self._session = session

    def __enter__(self) -> Session:
        self._before = self._session.autoflush
        self._session.autoflush = False
        return self._session

    def __exit__(self, *_: Any) -> None:
        self._session.autoflush = self._before


def _refuse(statement: Any) -> None:
    if isinstance(statement, str):
        raise exc.ArgumentError(f"SQL as text must say so: text({statement!r})")
    raise exc.ObjectNotExecutableError(statement)


def _entity(bind_arguments: dict[str, Any] | None) -> Any:
    mapper = (bind_arguments or {}).get("mapper")
    if mapper is None:
        return None
    return (mapper if isinstance(mapper, Mapper) else class_mapper(mapper)).entity


def _flags(options: dict[str, Any]) -> int:
    sync = options.get("synchronize_session", "auto")
    if sync not in _SYNC:
        raise exc.ArgumentError(f"synchronize_session is 'auto', 'evaluate', 'fetch' or False, not {sync!r}")
    flags = _SYNC[sync]
    if options.get("autoflush") is False:
        flags |= _NO_AUTOFLUSH
    if options.get("populate_existing"):
        flags |= _POPULATE_EXISTING
    if options.get("yield_per"):
        flags |= _STREAM
    elif options.get("stream_results"):
        flags |= _STREAM_IF_POSSIBLE
    return flags


def _key(mapper: Mapper, ident: Any) -> tuple[Any, ...]:
    """A primary key as given: one value, a tuple, or a dictionary by attribute."""
    columns = mapper.primary_key
    if isinstance(ident, dict):
        names = [mapper.get_property_by_column(c).key for c in columns]
        if set(ident) != set(names):
            raise exc.InvalidRequestError(
                f"The key of {mapper.class_.__name__} is a dictionary of {', '.join(map(repr, names))}, not of "
                f"{', '.join(map(repr, ident))}"
            )
        return tuple(ident[n] for n in names)
    key = tuple(ident) if isinstance(ident, (tuple, list)) else (ident,)
    if len(key) != len(columns):
        raise exc.InvalidRequestError(
            f"The key of {mapper.class_.__name__} has {len(columns)} values ({', '.join(str(c) for c in columns)}), "
            f"not {len(key)}"
        )
    return key


class sessionmaker(Generic[_S]):
    """Makes sessions with the same arguments."""

    @overload
    def __init__(
        self, bind: Engine | Connection | None = ..., *, class_: type[_S], info: dict[str, Any] | None = ..., **kw: Any
    ) -> None: ...

    @overload
    def __init__(
        self: sessionmaker[Session],
        bind: Engine | Connection | None = ...,
        *,
        info: dict[str, Any] | None = ...,
        **kw: Any,
    ) -> None: ...

    def __init__(
        self, bind: Any = None, *, class_: Any = Session, info: dict[str, Any] | None = None, **kw: Any
    ) -> None:
        if bind is not None:
            kw["bind"] = bind
        if info is not None:
            kw["info"] = info
        self.kw = kw
        self.class_: Any = type(class_.__name__, (class_,), {"__module__": class_.__module__})

    def __call__(self, **local_kw: Any) -> _S:
        merged = {**self.kw, **local_kw}
        if "info" in self.kw and "info" in local_kw:
            merged["info"] = {**self.kw["info"], **local_kw["info"]}
        return self.class_(**merged)  # type: ignore[no-any-return]

    def begin(self) -> AbstractContextManager[_S]:
        """A context manager: a session that commits at the end of the block, and is closed."""
        return _SessionBegin(self())

    def configure(self, **new_kw: Any) -> None:
        """Changes the arguments of sessions to come."""
        self.kw.update(new_kw)

    def __repr__(self) -> str:
        arguments = ", ".join(f"{key}={value!r}" for key, value in self.kw.items())
        return f"{type(self).__name__}(class_={self.class_.__name__!r}, {arguments})"


class _SessionBegin:
    def __init__(self, session: Any) -> None:
        self._session = session

    def __enter__(self) -> Any:
        self._transaction = self._session.begin().__enter__()
        return self._session

    def __exit__(self, *error: Any) -> None:
        try:
            self._transaction.__exit__(*error)
        finally:
            self._session.close()


class ScopedRegistry(Generic[_S]):
    """What a factory makes, once per ``scopefunc()``."""

    def __init__(self, createfunc: Callable[..., _S], scopefunc: Callable[[], Any]) -> None:
        self.createfunc = createfunc
        self.scopefunc = scopefunc
        self.registry: dict[Any, _S] = {}

    def __call__(self) -> _S:
        if not self.has():
            self.set(self.createfunc())
        return self.registry[self.scopefunc()]

    def has(self) -> bool:
        """Whether this scope has one."""
        return self.scopefunc() in self.registry

    def set(self, obj: _S) -> None:
        """Gives this scope one."""
        self.registry[self.scopefunc()] = obj

    def clear(self) -> None:
        """Forgets this scope's."""
        self.registry.pop(self.scopefunc(), None)


class ThreadLocalRegistry(ScopedRegistry[_S]):
    """What a factory makes, once per thread."""

    def __init__(self, createfunc: Callable[..., _S]) -> None:
        self.createfunc = createfunc
        self._local = threading.local()

    def __call__(self) -> _S:
        if not self.has():
            self.set(self.createfunc())
        return self._local.value  # type: ignore[no-any-return]

    def has(self) -> bool:
        """Whether this thread has one."""
        return hasattr(self._local, "value")

    def set(self, obj: _S) -> None:
        """Gives this thread one."""
        self._local.value = obj

    def clear(self) -> None:
        """Forgets this thread's."""
        self._local.__dict__.pop("value", None)


class QueryPropertyDescriptor(Protocol):
    """What ``query_property()`` gives: a query of the class that it is read from."""

    def __get__(self, instance: Any, owner: type[_O]) -> Query[_O]: ...


class scoped_session(Generic[_S]):
    """One session per thread (or per ``scopefunc()``), made when it is first used."""

    registry: ScopedRegistry[_S]

    def __init__(self, session_factory: Callable[..., _S], scopefunc: Callable[[], Any] | None = None) -> None:
        self.session_factory = session_factory
        self.registry = (
            ScopedRegistry(session_factory, scopefunc) if scopefunc else ThreadLocalRegistry(session_factory)
        )

    def __call__(self, **kw: Any) -> _S:
        if not kw:
            return self.registry()
        if self.registry.has():
            raise exc.InvalidRequestError("This scope has its session already: it takes no arguments any more")
        session = self.session_factory(**kw)
        self.registry.set(session)
        return session

    def remove(self) -> None:
        """Closes the scope's session and forgets it."""
        if self.registry.has():
            self.registry().close()
        self.registry.clear()

    def configure(self, **kw: Any) -> None:
        """Changes the arguments of sessions to come."""
        if self.registry.has():
            import warnings

            warnings.warn(
                "configure() does not reach the session that this scope has already",
                exc.SAWarning,
                stacklevel=2,
            )
        self.session_factory.configure(**kw)  # type: ignore[attr-defined]

    def query_property(self, query_cls: Any = None) -> QueryPropertyDescriptor:
        """A class attribute that is a query of the class, in this scope's session."""
        scope = self

        class Query:
            def __get__(self, instance: Any, owner: type) -> Any:
                if "__mapper__" not in owner.__dict__:
                    return None
                session = scope()
                return query_cls((owner,), session) if query_cls else session.query(owner)

        return Query()

    if TYPE_CHECKING:
        # What __getattr__ finds in the scope's session, typed.

        @overload
        def execute(
            self,
            statement: TypedReturnsRows[_TP],
            params: Any = None,
            *,
            execution_options: Mapping[str, Any] | None = ...,
            bind_arguments: dict[str, Any] | None = ...,
            _parent_execute_state: Any = ...,
            _add_event: Any = ...,
        ) -> Result[_TP]: ...

        @overload
        def execute(
            self,
            statement: Any,
            params: Any = None,
            *,
            execution_options: Mapping[str, Any] | None = ...,
            bind_arguments: dict[str, Any] | None = ...,
            _parent_execute_state: Any = ...,
            _add_event: Any = ...,
        ) -> Result[Any]: ...

        def execute(self, statement: Any, params: Any = None, **kw: Any) -> Any: ...

        @overload
        def scalars(
            self, statement: TypedReturnsRows[tuple[_O]], params: Any = None, **kw: Any
        ) -> ScalarResult[_O]: ...

        @overload
        def scalars(self, statement: Any, params: Any = None, **kw: Any) -> ScalarResult[Any]: ...

        def scalars(self, statement: Any, params: Any = None, **kw: Any) -> Any: ...

        @overload
        def scalar(self, statement: TypedReturnsRows[tuple[_O]], params: Any = None, **kw: Any) -> _O | None: ...

        @overload
        def scalar(self, statement: Any, params: Any = None, **kw: Any) -> Any: ...

        def scalar(self, statement: Any, params: Any = None, **kw: Any) -> Any: ...

        def get(
            self,
            entity: type[_O] | Mapper,
            ident: Any,
            *,
            options: Sequence[Any] | None = ...,
            populate_existing: bool = ...,
            with_for_update: Any = ...,
            identity_token: Any = ...,
            execution_options: Mapping[str, Any] | None = ...,
            bind_arguments: dict[str, Any] | None = ...,
        ) -> _O | None: ...

        def get_one(self, entity: type[_O] | Mapper, ident: Any, **kw: Any) -> _O: ...

        @overload
        def query(self, _entity: type[_O], /) -> Query[_O]: ...

        @overload
        def query(self, ent0: Expr[_T0], /) -> RowReturningQuery[tuple[_T0]]: ...

        @overload
        def query(self, ent0: _Typed[_T0], ent1: _Typed[_T1], /) -> RowReturningQuery[tuple[_T0, _T1]]: ...

        @overload
        def query(
            self, ent0: _Typed[_T0], ent1: _Typed[_T1], ent2: _Typed[_T2], /
        ) -> RowReturningQuery[tuple[_T0, _T1, _T2]]: ...

        @overload
        def query(
            self, ent0: _Typed[_T0], ent1: _Typed[_T1], ent2: _Typed[_T2], ent3: _Typed[_T3], /
        ) -> RowReturningQuery[tuple[_T0, _T1, _T2, _T3]]: ...

        @overload
        def query(
            self, ent0: _Typed[_T0], ent1: _Typed[_T1], ent2: _Typed[_T2], ent3: _Typed[_T3], ent4: _Typed[_T4], /
        ) -> RowReturningQuery[tuple[_T0, _T1, _T2, _T3, _T4]]: ...

        @overload
        def query(
            self,
            ent0: _Typed[_T0],
            ent1: _Typed[_T1],
            ent2: _Typed[_T2],
            ent3: _Typed[_T3],
            ent4: _Typed[_T4],
            ent5: _Typed[_T5],
            /,
        ) -> RowReturningQuery[tuple[_T0, _T1, _T2, _T3, _T4, _T5]]: ...

        @overload
        def query(
            self,
            ent0: _Typed[_T0],
            ent1: _Typed[_T1],
            ent2: _Typed[_T2],
            ent3: _Typed[_T3],
            ent4: _Typed[_T4],
            ent5: _Typed[_T5],
            ent6: _Typed[_T6],
            /,
        ) -> RowReturningQuery[tuple[_T0, _T1, _T2, _T3, _T4, _T5, _T6]]: ...

        @overload
        def query(
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
        ) -> RowReturningQuery[tuple[_T0, _T1, _T2, _T3, _T4, _T5, _T6, _T7]]: ...

        @overload
        def query(self, *entities: Any, **kw: Any) -> Query[Any]: ...

        def query(self, *entities: Any, **kw: Any) -> Any: ...

    def __contains__(self, instance: object) -> bool:
        return instance in self()

    def __iter__(self) -> Any:
        return iter(self())

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return getattr(self(), name)

    def __setattr__(self, name: str, value: Any) -> None:
        if name in ("session_factory", "registry"):
            object.__setattr__(self, name, value)
        else:
            setattr(self(), name, value)


_sessions: weakref.WeakSet[Session] = weakref.WeakSet()


def close_all_sessions() -> None:
    """Closes every session there is."""
    for session in list(_sessions):
        session.close()


def object_session(instance: Any) -> Session | None:
    """The session that an object is in, or None.

    :raises UnmappedInstanceError: not an object of a mapped class.
    """
    object_mapper(instance)
    return _core.state_of(instance).session  # type: ignore[no-any-return]


def make_transient(instance: Any) -> None:
    """Makes an object as new: it leaves its session and has no identity."""
    object_mapper(instance)
    _core.make_transient(instance)


def make_transient_to_detached(instance: Any) -> None:
    """Makes a new object as if it had been loaded and detached: what it does not have is loaded once it is added."""
    object_mapper(instance)
    _core.make_transient_to_detached(instance)


_core.set_identity_set(IdentitySet)

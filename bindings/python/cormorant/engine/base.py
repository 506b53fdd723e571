"""Engines, connections and their transactions."""

from __future__ import annotations

import contextlib
import weakref
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, TypeVar, overload

from .. import _core, exc
from ..event.registry import Dispatch
from . import dbapi, events
from .cursor import driver_statement
from .log import EchoLog
from .result import CursorResult, ScalarResult

if TYPE_CHECKING:
    from typing_extensions import Self

    from ..sql.selectable import TypedReturnsRows

_O = TypeVar("_O")
_TP = TypeVar("_TP", bound=tuple[Any, ...])

__all__ = [
    "Connection", "Engine", "NestedTransaction", "OptionEngine", "RootTransaction", "Transaction",
    "TwoPhaseTransaction", "dbapi",
]  # fmt: skip

_FIRST_STATEMENT, _TEXT, _FUNCTION = 96, _core.kinds["TEXT"], _core.kinds["FUNCTION"]
_NO_CACHE, _STREAM = 1, 256
_NO_OPTIONS: Mapping[str, Any] = {}
_REFUSED_OPTIONS = ("schema_translate_map", "insertmanyvalues_page_size", "max_row_buffer")


def _check_options(options: Mapping[str, Any]) -> None:
    for name in _REFUSED_OPTIONS:
        if options.get(name) is not None:
            raise exc.NotSupportedYet(f"the execution option {name!r} is not supported yet")


def _flags(options: Mapping[str, Any], unset: Any) -> int:
    flags = _NO_CACHE if options.get("compiled_cache", unset) is None else 0
    if options.get("stream_results") or options.get("yield_per"):
        flags |= _STREAM
    return flags


def _level(name: Any) -> str:
    return str(name).replace("_", " ").upper()


class Connection(_core.Connection):
    """A connection, lent from an engine's pool. A transaction begins with its first statement. A context manager."""

    _transaction: RootTransaction | None = None
    _nested: NestedTransaction | None = None
    _within: Transaction | None = None  # the `with` block that is open
    _options: Mapping[str, Any] = _NO_OPTIONS
    _context: Any = None
    _token = ""
    _option_engine: OptionEngine | None = None
    _own_dispatch: Dispatch | None = None

    # -- what it is

    @classmethod
    def _of(cls, native: Any) -> Connection:
        return native  # type: ignore[no-any-return]

    def _native_connection(self) -> Any:
        return self

    @property
    def engine(self) -> Engine:
        """The engine that it is of."""
        return self._option_engine or self._engine

    @property
    def dialect(self) -> Any:
        """What the database's SQL looks like."""
        return self._engine.dialect

    @property
    def dispatch(self) -> Dispatch:
        """Who listens."""
        return self._own_dispatch or self.engine.dispatch

    def _make_dispatch(self) -> Dispatch:
        if self._own_dispatch is None:
            engine = self._engine
            self._own_dispatch = Dispatch(self.engine.dispatch, changed=engine._events_changed)
            engine._branches.add(self._own_dispatch)
        return self._own_dispatch

    @property
    def connection(self) -> Any:
        """The driver's connection, with PEP 249's methods."""
        if self.closed:
            raise exc.ResourceClosedError("the Connection was closed: it runs nothing any more")
        return self._proxy()

    def _proxy(self) -> Any:
        from ..pool import _ProxiedConnection

        return _ProxiedConnection(self)

    def _cursor_face(self) -> Any:
        from .cursor import RawCursor

        return RawCursor(self._engine.pool._record_of(self).face_of(self))

    @property
    def info(self) -> dict[Any, Any]:
        """What the program remembers about the driver's connection."""
        return self._engine.pool._record_of(self).info  # type: ignore[no-any-return]

    # -- options

    def get_execution_options(self) -> Mapping[str, Any]:
        """The options of its statements."""
        return dict(self._options)

    def execution_options(self, **opt: Any) -> Connection:
        """Sets options for its statements, in place.

        :param opt: ``isolation_level``, ``stream_results``, ``yield_per``, ``logging_token``, or the program's own.
        :returns: the connection itself.
        """
        _check_options(opt)
        if "isolation_level" in opt:
            self._set_isolation(_level(opt["isolation_level"]), False)
        if "logging_token" in opt:
            self._token = f"[{opt['logging_token']}] " if opt["logging_token"] else ""
        self._options = {**self._options, **opt}
        for fn in self.dispatch.listeners("set_connection_execution_options"):
            fn(self, opt)
        return self

    def get_isolation_level(self) -> str:
        """The isolation level that the database has now."""
        return self._get_isolation()

    @property
    def default_isolation_level(self) -> str:
        """The isolation level that connections begin with."""
        return self.dialect.default_isolation_level  # type: ignore[no-any-return]

    # -- transactions

    def in_transaction(self) -> bool:
        """Whether a transaction has begun."""
        return self._begun

    def in_nested_transaction(self) -> bool:
        """Whether a savepoint is open."""
        return self.get_nested_transaction() is not None

    def get_transaction(self) -> RootTransaction | None:
        """The transaction that has begun, or None."""
        root = self._transaction
        if root is not None and not root._is_there():
            root._ended()
            root = None
        if not self._begun:
            return None
        return root if root is not None else RootTransaction(self)

    def get_nested_transaction(self) -> NestedTransaction | None:
        """The innermost open savepoint, or None."""
        self.get_transaction()
        while self._nested is not None and not self._nested._is_there():
            self._nested._leave()
        return self._nested

    def _check_block(self) -> None:
        if self.closed:
            raise exc.ResourceClosedError("the Connection was closed: it runs nothing any more")
        if self._within is not None and not self._within.is_active:
            raise exc.InvalidRequestError(
                "The transaction of this `with` block has ended: leave the block before anything else is done"
            )

    def begin(self) -> RootTransaction:
        """Begins a transaction.

        :raises InvalidRequestError: one has begun, perhaps by itself.
        """
        self._check_block()
        if self._begun:
            raise exc.InvalidRequestError(
                "the connection is in a transaction already, by begin() or by its first statement: "
                "commit() or rollback() first"
            )
        self.get_transaction()
        self._begin()
        return RootTransaction(self)

    def begin_nested(self) -> NestedTransaction:
        """Sets a savepoint, in a transaction that begins now where there is none."""
        self._check_block()
        return NestedTransaction(self)

    def begin_twophase(self, xid: Any = None) -> Any:
        """Not supported yet."""
        raise exc.NotSupportedYet("begin_twophase() is not supported yet")

    def commit(self) -> None:
        """Commits what has begun; nothing happens when nothing has."""
        root = self.get_transaction()
        if root is not None:
            root.commit()

    def rollback(self) -> None:
        """Rolls back what has begun; nothing happens when nothing has."""
        root = self.get_transaction()
        if root is not None:
            root.rollback()

    # -- executing

    @overload
    def execute(
        self,
        statement: TypedReturnsRows[_TP],
        parameters: Any = None,
        *,
        execution_options: Mapping[str, Any] | None = None,
    ) -> CursorResult[_TP]: ...

    @overload
    def execute(
        self, statement: Any, parameters: Any = None, *, execution_options: Mapping[str, Any] | None = None
    ) -> CursorResult[Any]: ...

    def execute(
        self, statement: Any, parameters: Any = None, *, execution_options: Mapping[str, Any] | None = None
    ) -> Any:
        """Runs a statement.

        :param parameters: a dictionary, or a list of them to run it for each.
        :returns: a CursorResult.
        :raises ObjectNotExecutableError: not a statement.
        """
        if self._within is not None:
            self._check_block()
        if not isinstance(statement, _core.Node) or not (
            (kind := statement._kind) >= _FIRST_STATEMENT or kind == _TEXT
        ):
            statement = _statement(statement)
        extra = statement._extra.get("execution_options")
        options = self._options
        if extra or execution_options:
            options = {**options, **(extra or _NO_OPTIONS), **(execution_options or _NO_OPTIONS)}
            _check_options(options)
        engine = self._engine
        if engine._hears_execute or self._own_dispatch is not None:
            return self._execute_heard(statement, parameters, options)
        return self._run(statement, parameters, options)

    def _run(self, statement: Any, parameters: Any, options: Mapping[str, Any]) -> Any:
        flags = _flags(options, self) if options else 0
        native = self._execute(statement, parameters, flags)
        return CursorResult(native, statement, options, isinstance(parameters, (list, tuple)) and len(parameters) > 1)

    def _execute_heard(self, statement: Any, parameters: Any, options: Mapping[str, Any]) -> Any:
        """With listeners of before_execute and after_execute."""
        multi = list(parameters) if isinstance(parameters, (list, tuple)) else []
        single = parameters if parameters is not None and not multi else {}
        for fn in self.dispatch.listeners("before_execute"):
            answer = fn(self, statement, multi, single, options)
            if answer is not None:
                statement, multi, single = answer
        result = self._run(statement, multi or single or None, options)
        self.dispatch("after_execute", self, statement, multi, single, options, result)
        return result

    @overload
    def scalar(
        self,
        statement: TypedReturnsRows[tuple[_O]],
        parameters: Any = None,
        *,
        execution_options: Mapping[str, Any] | None = None,
    ) -> _O | None: ...

    @overload
    def scalar(
        self, statement: Any, parameters: Any = None, *, execution_options: Mapping[str, Any] | None = None
    ) -> Any: ...

    def scalar(self, statement: Any, parameters: Any = None, *, execution_options: Any = None) -> Any:
        """:meth:`execute`, and the first value of the first row, or None."""
        return self.execute(statement, parameters, execution_options=execution_options).scalar()

    @overload
    def scalars(
        self,
        statement: TypedReturnsRows[tuple[_O]],
        parameters: Any = None,
        *,
        execution_options: Mapping[str, Any] | None = None,
    ) -> ScalarResult[_O]: ...

    @overload
    def scalars(
        self, statement: Any, parameters: Any = None, *, execution_options: Mapping[str, Any] | None = None
    ) -> ScalarResult[Any]: ...

    def scalars(self, statement: Any, parameters: Any = None, *, execution_options: Any = None) -> Any:
        """:meth:`execute`, and the first value of each row."""
        return self.execute(statement, parameters, execution_options=execution_options).scalars()

    def exec_driver_sql(
        self, statement: str, parameters: Any = None, execution_options: Mapping[str, Any] | None = None
    ) -> CursorResult[Any]:
        """Runs SQL as it is, with ``?`` or ``:name`` for parameters; on PostgreSQL ``%s`` or ``%(name)s``.

        :param parameters: a tuple or dictionary, or a list of these to run it for each.
        """
        self._check_block()
        if not isinstance(statement, str):
            raise exc.ArgumentError(f"exec_driver_sql() takes SQL as text, not {statement!r}")
        options = {**self._options, **(execution_options or {})}
        sent, rows, many = driver_statement(self.dialect, statement, parameters)
        return CursorResult(
            self._execute_sql(sent, rows, False, bool(_flags(options, self) & _STREAM)), None, options, many
        )

    def schema_for_object(self, obj: Any) -> str | None:
        """The schema of a table."""
        return obj.schema  # type: ignore[no-any-return]

    def _corm_ddl(self, what: str, metadata: Any, items: Any, checkfirst: bool) -> None:
        """CREATE and DROP, for MetaData, Table and Index."""
        self._check_block()
        if what in ("create index", "drop index"):
            from ..schema import CreateIndex, DropIndex

            make = CreateIndex if what == "create index" else DropIndex
            for index in items:
                if not checkfirst or self._has_index(index) == (what == "drop index"):
                    self.execute(make(index))
            return
        if what in ("create table", "drop table"):
            for table in items:
                self._change_table((table,), checkfirst, what == "drop table")
            return
        tables = None if items is None else tuple(items)
        self._change_all(metadata._catalog, tables, checkfirst, what == "drop")

    def _has_index(self, index: Any) -> bool:
        from .reflection import Inspector

        return Inspector(self).has_index(index.table.name, index.name, index.table.schema)

    # -- the end

    def invalidate(self, exception: BaseException | None = None) -> None:
        """Throws the driver's connection away; the next use gets a new one."""
        if not self.closed:
            self._invalidate()

    def detach(self) -> None:
        """Takes it out of the pool for good."""
        if self.closed:
            raise exc.ResourceClosedError("the Connection was closed: it runs nothing any more")
        self._detach()

    def close(self) -> None:
        """Rolls back what is open and gives the connection back."""
        root = self._transaction
        try:
            self._close()
        finally:
            if root is not None:
                root._ended()

    def __enter__(self) -> Connection:
        return self

    def __exit__(self, *_: Any) -> None:
        self.close()


def _statement(given: Any) -> Any:
    """Something that can be executed as a statement.

    :raises ObjectNotExecutableError: it cannot.
    """
    if isinstance(given, _core.Node):
        node = given.__corm_node__()
        if node._kind >= _FIRST_STATEMENT or node._kind == _TEXT:
            return node
        if given._kind == _FUNCTION:
            return _core.select(given)
        if getattr(given, "supports_execution", False):
            return given
    raise exc.ObjectNotExecutableError(given)


class Transaction:
    """A transaction that has begun on a connection: a context manager."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self._outer: Transaction | None = None
        self._active = False

    @property
    def is_active(self) -> bool:
        """Whether it has begun and nobody has ended it."""
        return self._active and self._is_there()

    def _is_there(self) -> bool:
        raise NotImplementedError

    @property
    def is_valid(self) -> bool:
        """Whether it is active on a connection that is there."""
        return self.is_active and not self.connection.invalidated

    def _is_current(self) -> bool:
        raise NotImplementedError

    def commit(self) -> None:
        """Commits."""
        raise NotImplementedError

    def rollback(self) -> None:
        """Rolls back."""
        raise NotImplementedError

    def close(self) -> None:
        """Rolls back when it is active; else nothing happens."""
        raise NotImplementedError

    def __enter__(self) -> Self:
        self._outer = self.connection._within
        self.connection._within = self
        return self

    def __exit__(self, kind: Any, value: Any, traceback: Any) -> None:
        try:
            if kind is None and self.is_active:
                try:
                    self.commit()
                except BaseException:
                    if self._is_current():
                        self.rollback()
                    raise
            elif self.is_active or self._is_current():
                self.close() if not self.is_active else self.rollback()
        finally:
            self.connection._within = self._outer
            self._outer = None


class RootTransaction(Transaction):
    """The outermost transaction of a connection."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection)
        self._active = True
        self._its_number = connection._number
        connection._transaction = self
        connection._nested = None

    def _is_there(self) -> bool:
        return self.connection._number == self._its_number

    def _is_current(self) -> bool:
        return self.connection._transaction is self

    def _ended(self) -> None:
        """It is over, whoever ended it."""
        self._active = False
        connection = self.connection
        while connection._nested is not None:
            connection._nested._leave()
        if connection._transaction is self:
            connection._transaction = None

    def commit(self) -> None:
        """Commits.

        :raises InvalidRequestError: it is over.
        """
        connection = self.connection
        connection.get_transaction()
        if not self.is_active:
            if self._is_current():
                raise exc.PendingRollbackError("This transaction has failed: roll back before anything else is done")
            raise exc.InvalidRequestError("the transaction has ended")
        try:
            connection._commit()
        except BaseException:
            self._active = False
            raise
        self._ended()

    def rollback(self) -> None:
        """Rolls back. One that is over already is left alone, with a warning."""
        connection = self.connection
        if not connection.closed:
            connection.get_transaction()
        if not self._is_current():
            _warn("the transaction is not its connection's any more")
            return
        try:
            connection._rollback()
        finally:
            self._ended()

    def close(self) -> None:
        """Rolls back when it is active; else nothing happens."""
        if self._is_current():
            self.rollback()


class NestedTransaction(Transaction):
    """A savepoint."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection)
        self._savepoint = connection._savepoint()
        connection.get_transaction()
        self._previous = connection._nested
        connection._nested = self
        self._active = True

    def _is_there(self) -> bool:
        return self.connection._has_savepoint(self._savepoint)

    def _is_current(self) -> bool:
        return self.connection._nested is self

    def _leave(self) -> None:
        self._active = False
        if self.connection._nested is self:
            self.connection._nested = self._previous

    def _drop_inner(self) -> None:
        """Savepoints inside of this one go with it."""
        while self.connection._nested is not self:
            assert self.connection._nested is not None
            self.connection._nested._leave()

    def _is_open(self) -> bool:
        at = self.connection.get_nested_transaction()
        while at is not None and at is not self:
            at = at._previous
        return at is self

    def commit(self) -> None:
        """Releases the savepoint.

        :raises InvalidRequestError: it is over.
        """
        self.connection.get_transaction()
        if not self.is_active or not self._is_open():
            self._active = False
            raise exc.InvalidRequestError("the savepoint has ended")
        self._drop_inner()
        try:
            self.connection._release(self._savepoint)
        except BaseException:
            self._active = False
            raise
        self._leave()

    def rollback(self) -> None:
        """Rolls back to the savepoint. One that is over already is left alone, with a warning."""
        self.connection.get_transaction()
        if not self._is_open():
            self._active = False
            _warn("the savepoint is not its connection's any more")
            return
        self._drop_inner()
        try:
            self.connection._rollback_to(self._savepoint)
        finally:
            self._leave()

    def close(self) -> None:
        """Rolls back when it is active; else nothing happens."""
        if self._is_open():
            self.rollback()


class TwoPhaseTransaction(RootTransaction):
    """Not supported yet."""

    def __init__(self, *args: Any, **kw: Any) -> None:
        raise exc.NotSupportedYet("TwoPhaseTransaction is not supported yet")


def _version(number: int) -> tuple[int, ...]:
    """1500400 as (15, 4), 304001 as (3, 40, 1)."""
    major, minor, patch = number // 100000, number // 100 % 1000, number % 100
    return (major, minor) if major >= 10 else (major, minor, patch)


def _warn(message: str) -> None:
    import warnings

    warnings.warn(message, exc.SAWarning, stacklevel=4)


class Engine(_core.Engine):
    """A database: a pool of connections, and how SQL is written for it. Made by :func:`create_engine`."""

    _hears_execute = _hears_errors = False

    def __init__(
        self, url: Any, pool: Any, dialect: Any, *, echo: Any, logging_name: str | None, hide_parameters: bool
    ) -> None:
        self.url = url
        self.pool = pool
        self.dialect = dialect
        dialect._engine_ref = weakref.ref(self)  # texts compiled for the dialect come from the last engine's cache
        self.hide_parameters = hide_parameters
        self.logging_name = logging_name
        self._echo = echo
        self._log = EchoLog("engine.Engine", logging_name, echo)
        self._options: Mapping[str, Any] = {}
        self._isolation: str | None = None
        self._manual = False
        self._branches: weakref.WeakSet[Dispatch] = weakref.WeakSet()
        self.dispatch = Dispatch(events.engine_class_dispatch, pool.dispatch, changed=self._events_changed)

    @property
    def _native(self) -> Any:
        return self

    @property
    def engine(self) -> Engine:
        """Itself."""
        return self

    @property
    def name(self) -> str:
        """The dialect's name."""
        return self._dialect_name

    @property
    def driver(self) -> str:
        """The driver's name."""
        return self.dialect.driver  # type: ignore[no-any-return]

    @property
    def echo(self) -> Any:
        """Whether it logs what it does; settable."""
        return self._echo

    @echo.setter
    def echo(self, value: Any) -> None:
        self._echo = _checked_echo(value)
        self._log = EchoLog("engine.Engine", self.logging_name, value)
        self._events_changed()

    def _events_changed(self) -> None:
        """Tells the core which events somebody listens to."""
        wanted = self.dispatch.wanted()
        for branch in tuple(self._branches):
            wanted |= branch.wanted()
        self._hears_execute = bool({"before_execute", "after_execute"} & wanted)
        self._hears_errors = "handle_error" in wanted
        bits = events.mask(wanted) | events.ALWAYS
        self._logs = self._log.wanted()
        if self._logs:
            bits |= events.ECHO
        if self._isolation or self._manual:
            bits |= 1 << events.CONNECT
        self._set_events(bits)

    def _prepare_link(self, conn: Any) -> None:
        """What each new connection of the driver is told."""
        if self._manual:
            conn._set_manual(True)
        if self._isolation:
            conn._set_isolation(self._isolation, True)

    def connect(self) -> Connection:
        """A connection from the pool: a context manager that gives it back.

        :raises TimeoutError: none came free in time.
        """
        if self._log.wanted() != self._logs:
            self._events_changed()
        conn: Connection = self._connect()
        if self.dialect.server_version_info is None:
            self.dialect.server_version_info = _version(conn._server_version)
            self.dialect.default_schema_name = self.dialect._usual_schema
        if self._options:
            conn._options = self._options
            if "isolation_level" in self._options:
                conn._set_isolation(_level(self._options["isolation_level"]), False)
        if self._branches or self.dispatch._lists:
            self.dispatch("engine_connect", conn)
        return conn

    @contextlib.contextmanager
    def begin(self) -> Iterator[Connection]:
        """A connection in a transaction, which is committed at the end of the block, or rolled back when it raises."""
        with self.connect() as conn, conn.begin():
            yield conn

    def raw_connection(self) -> Any:
        """A driver's connection from the pool, with PEP 249's methods; its ``close()`` gives it back."""
        from ..pool import _ProxiedConnection

        return _ProxiedConnection(self.connect(), owns=True)

    def dispose(self, close: bool = True) -> None:
        """Closes the idle connections; those in use are closed when they come back. The engine can be used again.

        :param close: False: forget them without closing (in a child process, after a fork).
        """
        self._dispose(close)
        self.pool._records.clear()
        self.dispatch("engine_disposed", self)

    def clear_compiled_cache(self) -> None:
        """Forgets the compiled statements."""
        self._clear_cache()

    def get_execution_options(self) -> Mapping[str, Any]:
        """The options of its connections."""
        return dict(self._options)

    def execution_options(self, **opt: Any) -> OptionEngine:
        """An engine over the same pool whose connections have these options."""
        _check_options(opt)
        return OptionEngine(self, opt)

    def update_execution_options(self, **opt: Any) -> None:
        """Sets options for the connections to come."""
        _check_options(opt)
        if "isolation_level" in opt:
            self._check_isolation(_level(opt["isolation_level"]))
        self._options = {**self._options, **opt}
        self.dispatch("set_engine_execution_options", self, opt)

    def _corm_ddl(self, what: str, metadata: Any, items: Any, checkfirst: bool) -> None:
        with self.begin() as conn:
            conn._corm_ddl(what, metadata, items, checkfirst)

    def _run_ddl_visitor(self, *args: Any, **kw: Any) -> Any:
        raise exc.NotSupportedYet("DDL visitors are not supported: use MetaData.create_all()")

    def __repr__(self) -> str:
        return f"Engine({self.url!r})"


class OptionEngine(Engine):
    """An engine with other options, over another one's pool."""

    def __init__(self, proxied: Engine, options: dict[str, Any]) -> None:
        root = proxied._proxied if isinstance(proxied, OptionEngine) else proxied
        self._proxied: Engine = root
        self.url, self.pool, self.dialect = root.url, root.pool, root.dialect
        self.logging_name, self.hide_parameters = root.logging_name, root.hide_parameters
        if "isolation_level" in options:
            root._check_isolation(_level(options["isolation_level"]))
        self._options = {**proxied._options, **options}
        self.dispatch = Dispatch(proxied.dispatch, changed=root._events_changed)
        root._branches.add(self.dispatch)
        self.dispatch("set_engine_execution_options", self, options)

    @property
    def _native(self) -> Any:
        return self._proxied

    @property
    def name(self) -> str:
        """The dialect's name."""
        return self._proxied.name

    @property
    def echo(self) -> Any:
        """Whether it logs what it does."""
        return self._proxied.echo

    @echo.setter
    def echo(self, value: Any) -> None:
        self._proxied.echo = value

    def _events_changed(self) -> None:
        self._proxied._events_changed()

    def connect(self) -> Connection:
        """A connection from the pool, with the options."""
        conn = self._proxied.connect()
        conn._option_engine = self
        conn.execution_options(**self._options)
        return conn

    def dispose(self, close: bool = True) -> None:
        """Closes the idle connections."""
        self._proxied.dispose(close)

    def clear_compiled_cache(self) -> None:
        """Forgets the compiled statements."""
        self._proxied.clear_compiled_cache()


def _checked_echo(value: Any) -> Any:
    if value == "debug":
        raise exc.NotSupportedYet('echo="debug" is not supported yet: echo=True logs the statements')
    return value


_Factory = Callable[..., Any]
_core.set_connection_class(Connection)

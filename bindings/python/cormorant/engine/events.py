"""The events of engines, connections and pools: their names, and how the core's telling reaches their listeners."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from .. import _core, exc
from ..event.registry import Dispatch, Family, register_family
from .default import DefaultExecutionContext, _repr_params

# corm_event_kind
(
    CONNECT, CHECKOUT, CHECKIN, CLOSE, BEGIN, COMMIT, ROLLBACK, SAVEPOINT, RELEASE, ROLLBACK_TO, BEFORE, AFTER, ERROR,
) = range(13)  # fmt: skip
_CURSOR = ("conn", "cursor", "statement", "parameters", "context", "executemany")
_ENGINE_EVENTS = {
    "before_execute": ("conn", "clauseelement", "multiparams", "params", "execution_options"),
    "after_execute": ("conn", "clauseelement", "multiparams", "params", "execution_options", "result"),
    "before_cursor_execute": _CURSOR,
    "after_cursor_execute": _CURSOR,
    "handle_error": ("exception_context",),
    "begin": ("conn",),
    "commit": ("conn",),
    "rollback": ("conn",),
    "savepoint": ("conn", "name"),
    "release_savepoint": ("conn", "name", "context"),
    "rollback_savepoint": ("conn", "name", "context"),
    "engine_connect": ("conn",),
    "engine_disposed": ("engine",),
    "set_connection_execution_options": ("conn", "opts"),
    "set_engine_execution_options": ("engine", "opts"),
}
_POOL_EVENTS = {
    "connect": ("dbapi_connection", "connection_record"),
    "first_connect": ("dbapi_connection", "connection_record"),
    "checkout": ("dbapi_connection", "connection_record", "connection_proxy"),
    "checkin": ("dbapi_connection", "connection_record"),
    "close": ("dbapi_connection", "connection_record"),
    "close_detached": ("dbapi_connection",),
}
_BITS = {
    "connect": 1 << CONNECT,
    "first_connect": 1 << CONNECT,
    "checkout": 1 << CHECKOUT,
    "checkin": 1 << CHECKIN,
    "close": 1 << CLOSE,
    "close_detached": 1 << CLOSE,
    "begin": 1 << BEGIN,
    "commit": 1 << COMMIT,
    "rollback": 1 << ROLLBACK,
    "savepoint": 1 << SAVEPOINT,
    "release_savepoint": 1 << RELEASE,
    "rollback_savepoint": 1 << ROLLBACK_TO,
    "before_cursor_execute": 1 << BEFORE | 1 << SAVEPOINT | 1 << RELEASE | 1 << ROLLBACK_TO,
    "after_cursor_execute": 1 << BEFORE | 1 << AFTER | 1 << SAVEPOINT | 1 << RELEASE | 1 << ROLLBACK_TO,
    "handle_error": 1 << ERROR,
}
ALWAYS = 1 << ERROR  # exceptions show the parameters
ECHO = 1 << BEGIN | 1 << COMMIT | 1 << ROLLBACK | 1 << SAVEPOINT | 1 << RELEASE | 1 << ROLLBACK_TO | 1 << BEFORE


def mask(names: Iterable[str]) -> int:
    """The core's bits for events by name."""
    bits = 0
    for name in names:
        bits |= _BITS.get(name, 0)
    return bits


engine_class_dispatch = Dispatch()
pool_class_dispatch = Dispatch()


def _find_engine(target: Any, options: dict[str, Any]) -> list[Dispatch] | None:
    from .base import Connection, Engine

    if isinstance(target, Connection):
        return [target._make_dispatch()]
    if isinstance(target, Engine):
        return [target.dispatch]
    if isinstance(target, type) and issubclass(target, Engine):
        return [engine_class_dispatch]
    return None


def _find_pool(target: Any, options: dict[str, Any]) -> list[Dispatch] | None:
    from ..pool import Pool
    from .base import Engine

    if isinstance(target, Engine):
        return [target.pool.dispatch]
    if isinstance(target, Pool):
        return [target.dispatch]
    if isinstance(target, type) and issubclass(target, Pool):
        return [pool_class_dispatch]
    if isinstance(target, type) and issubclass(target, Engine):
        return [pool_class_dispatch]
    return None


def _wrap_engine(target: Any, name: str, fn: Callable[..., Any], options: dict[str, Any]) -> Callable[..., Any]:
    """Without ``retval`` what a listener gives back is of no use."""
    if name not in ("before_execute", "before_cursor_execute"):
        if options.get("retval") and name != "handle_error":
            raise exc.ArgumentError(f"the event {name!r} has no use for what a listener gives back")
        return fn
    if options.get("retval"):
        return fn

    def keep(conn: Any, first: Any, second: Any, *args: Any) -> Any:
        fn(conn, first, second, *args)
        return None

    return keep


register_family(Family("engines and connections", _ENGINE_EVENTS, _find_engine, wrap=_wrap_engine))
register_family(Family("pools and engines", _POOL_EVENTS, _find_pool))


class ExceptionContext:
    """What ``handle_error`` listeners see."""

    chained_exception: Any = None
    invalidate_pool_on_disconnect = False
    is_pre_ping = False

    def __init__(self, conn: Any, error: Any, statement: Any, parameters: Any) -> None:
        self.connection = conn
        self.engine = conn.engine
        self.dialect = conn.dialect
        self.sqlalchemy_exception = error if isinstance(error, exc.StatementError) else None
        self.original_exception = getattr(error, "orig", None) or error
        self.statement = statement
        self.parameters = parameters
        self.execution_context = conn._context
        self.is_disconnect = bool(getattr(error, "connection_invalidated", False))
        self.cursor = None


def _note(hit: int, seconds: float) -> str:
    """How the text was come by."""
    if hit == -2:
        return "raw sql"
    if hit == 1:
        return f"cached since {seconds:.4g}s ago"
    return f"{'generated in' if hit == 0 else 'no key'} {seconds:.5f}s"


def _log_statement(log: Any, conn: Any, sql: str, params: Any, many: bool, hit: int, seconds: float) -> None:
    token = conn._token
    log.info("%s", token + sql)
    shown = "[SQL parameters are hidden: hide_parameters=True]"
    if not conn._engine.hide_parameters:
        shown = _repr_params(params, many)
    log.info("%s[%s] %s", token, _note(hit, seconds), shown)


def _before(engine: Any, conn: Any, sql: str, params: Any, many: bool, hit: int, seconds: float) -> Any:
    """The statement that is to be sent instead, or None."""
    changed = None
    listeners = conn.dispatch.listeners("before_cursor_execute")
    context = conn._context = DefaultExecutionContext(conn, sql, params, many, conn._options)
    for fn in listeners:
        answer = fn(conn, conn._cursor_face(), sql, params, context, many)
        if answer is None:
            continue
        new_sql, new_params = answer
        if new_params != params:
            raise exc.NotSupportedYet("before_cursor_execute(retval=True) can't change the parameters yet")
        changed = sql = context.statement = new_sql
    if engine._log.wanted():
        _log_statement(engine._log, conn, sql, params, many, hit, seconds)
    return changed


def _after(conn: Any, sql: str, params: Any, many: bool) -> None:
    listeners = conn.dispatch.listeners("after_cursor_execute")
    if not listeners:
        return
    context = conn._context or DefaultExecutionContext(conn, sql, params, many, conn._options)
    for fn in listeners:
        fn(conn, conn._cursor_face(), sql, params, context, many)


_SAVEPOINTS = {
    SAVEPOINT: ("savepoint", "SAVEPOINT {}"),
    RELEASE: ("release_savepoint", "RELEASE SAVEPOINT {}"),
    ROLLBACK_TO: ("rollback_savepoint", "ROLLBACK TO SAVEPOINT {}"),
}
_ENDS = {BEGIN: "begin", COMMIT: "commit", ROLLBACK: "rollback"}
_AUTOCOMMIT_LOG = {
    BEGIN: "BEGIN (implicit; autocommit: none is sent)",
    COMMIT: "COMMIT (autocommit: nothing is open)",
    ROLLBACK: "ROLLBACK (autocommit: nothing is open)",
}
_LOG = {BEGIN: "BEGIN (implicit)", COMMIT: "COMMIT", ROLLBACK: "ROLLBACK"}


def _transaction(engine: Any, conn: Any, kind: int) -> None:
    if engine._log.wanted():
        engine._log.info("%s%s", conn._token, (_AUTOCOMMIT_LOG if conn._autocommit else _LOG)[kind])
    conn.dispatch(_ENDS[kind], conn)


def _savepoint(engine: Any, conn: Any, kind: int, name: str) -> None:
    event, sql = _SAVEPOINTS[kind]
    conn.dispatch(event, conn, name, *(() if kind == SAVEPOINT else (None,)))
    sql = sql.format(name)
    _before(engine, conn, sql, (), False, -1, 0.0)
    _after(conn, sql, (), False)


def _pool(engine: Any, conn: Any, kind: int) -> None:
    pool = engine.pool
    if kind == CONNECT:
        record = pool._new_record(conn)
        engine._prepare_link(conn)
        if not pool._connected:
            pool._connected = True
            pool.dispatch("first_connect", record.dbapi_connection, record)
        pool.dispatch("connect", record.dbapi_connection, record)
        return
    record = pool._record_of(conn)
    raw = record.dbapi_connection
    raw._conn = conn
    if kind == CHECKOUT:
        pool.dispatch("checkout", raw, record, conn._proxy())
    elif kind == CHECKIN:
        pool.dispatch("checkin", raw, record)
    else:
        pool.dispatch("close", raw, record)
        pool._forget(conn)


def _error(conn: Any, error: Any, sql: Any, params: Any) -> None:
    context = ExceptionContext(conn, error, sql, params)
    for fn in conn.dispatch.listeners("handle_error"):
        replaced = fn(context)
        if isinstance(replaced, BaseException):
            context.chained_exception = replaced
    if context.chained_exception is not None:
        raise context.chained_exception from context.original_exception


def deliver(
    kind: int, engine: Any, conn: Any, extra: Any, sql: Any, params: Any, many: bool, hit: int, seconds: float
) -> Any:
    """What the core tells. ``extra`` is a savepoint's name, or an exception."""
    if kind == BEFORE:
        return _before(engine, conn, sql, params, many, hit, seconds)
    if kind == AFTER:
        return _after(conn, sql, params, many)
    if kind in _ENDS:
        return _transaction(engine, conn, kind)
    if kind in _SAVEPOINTS:
        return _savepoint(engine, conn, kind, extra)
    if kind == ERROR:
        return _error(conn, extra, sql, params)
    return _pool(engine, conn, kind)


_core.set_engine_sink(deliver)

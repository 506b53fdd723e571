"""Pools: how many connections an engine keeps. The core does the work; these say which kind, and show how it is."""

from __future__ import annotations

import weakref
from typing import Any

from . import exc
from .engine.cursor import RawConnection
from .engine.events import pool_class_dispatch
from .event.registry import Dispatch

__all__ = [
    "AssertionPool", "AsyncAdaptedQueuePool", "ConnectionPoolEntry", "ManagesConnection", "NullPool", "Pool",
    "PoolProxiedConnection", "PoolResetState", "QueuePool", "SingletonThreadPool", "StaticPool",
]  # fmt: skip


class _Record:
    """What is known of one driver's connection."""

    def __init__(self, conn: Any) -> None:
        self.dbapi_connection = RawConnection(conn)
        self.info: dict[Any, Any] = {}
        self.record_info: dict[Any, Any] = {}

    @property
    def driver_connection(self) -> RawConnection:
        """The driver's connection."""
        return self.dbapi_connection

    connection = driver_connection

    @property
    def in_use(self) -> bool:
        """Whether it is lent."""
        conn = self.dbapi_connection._ref()
        return conn is not None and not conn.closed

    def face_of(self, conn: Any) -> RawConnection:
        """The driver's connection, used through ``conn``."""
        self.dbapi_connection._conn = conn
        return self.dbapi_connection

    def invalidate(self, e: BaseException | None = None, soft: bool = False) -> None:
        """Throws the driver's connection away."""
        if soft:
            raise exc.NotSupportedYet("invalidate(soft=True) is not supported yet")
        self.dbapi_connection._conn._invalidate()


ConnectionPoolEntry = ManagesConnection = _Record


class _ProxiedConnection:
    """A driver's connection as the pool lends it."""

    def __init__(self, conn: Any, owns: bool = False) -> None:
        self._conn: Any = conn
        self._owns = owns
        self._record = conn._engine.pool._record_of(conn)

    @property
    def dbapi_connection(self) -> RawConnection | None:
        """The driver's connection."""
        return None if self._conn is None else self._record.face_of(self._conn)

    driver_connection = connection = dbapi_connection

    @property
    def info(self) -> dict[Any, Any]:
        """What the program remembers about it."""
        return self._record.info  # type: ignore[no-any-return]

    @property
    def record_info(self) -> dict[Any, Any]:
        """What the program remembers about its place in the pool."""
        return self._record.record_info  # type: ignore[no-any-return]

    @property
    def is_valid(self) -> bool:
        """Whether it is lent and was not thrown away."""
        return self._conn is not None and not self._conn.closed and not self._conn.invalidated

    @property
    def is_detached(self) -> bool:
        """Whether it was taken out of the pool."""
        return self._conn is None

    def _face(self) -> RawConnection:
        face = self.dbapi_connection
        if face is None:
            from .engine.cursor import driver_error

            raise driver_error("ProgrammingError", "Cannot operate on a closed database.")
        return face

    def cursor(self, *args: Any) -> Any:
        """A cursor."""
        return self._face().cursor(*args)

    def commit(self) -> None:
        """Commits."""
        self._face().commit()

    def rollback(self) -> None:
        """Rolls back."""
        self._face().rollback()

    def detach(self) -> None:
        """Takes it out of the pool for good."""
        self._conn.detach()

    def invalidate(self, e: BaseException | None = None, soft: bool = False) -> None:
        """Throws the driver's connection away."""
        self._record.invalidate(e, soft)

    def close(self) -> None:
        """Gives it back."""
        conn, self._conn = self._conn, None
        if conn is not None and self._owns:
            if not conn.closed and not conn.invalidated:
                conn._end_quietly(False)  # what began without an event ends without one
            conn.close()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._face(), name)

    def __setattr__(self, name: str, value: Any) -> None:
        if name in ("_conn", "_owns", "_record"):
            object.__setattr__(self, name, value)
        else:
            setattr(self._face(), name, value)


PoolProxiedConnection = _ProxiedConnection


class Pool:
    """The connections of an engine. Made by :func:`create_engine`."""

    _kind = 0

    def __init__(self, *args: Any, **kw: Any) -> None:
        raise exc.NotSupportedYet(
            f"{type(self).__name__}(...) of its own is not supported: use create_engine(poolclass=...)"
        )

    @classmethod
    def _of(cls, timeout: float) -> Pool:
        pool = cls.__new__(cls)
        pool._timeout = timeout
        pool._engine = lambda: None
        pool._records = {}
        pool._connected = False
        pool.dispatch = Dispatch(pool_class_dispatch)
        return pool

    _timeout: float
    _engine: Any
    _records: dict[int, _Record]
    _connected: bool
    dispatch: Dispatch

    def _attach(self, engine: Any) -> None:
        self._engine = weakref.ref(engine)

    def _new_record(self, conn: Any) -> _Record:
        record = self._records[conn._link] = _Record(conn)
        return record

    def _record_of(self, conn: Any) -> _Record:
        record = self._records.get(conn._link)
        if record is None:
            record = self._new_record(conn)
        record.dbapi_connection._conn = conn
        return record

    def _forget(self, conn: Any) -> None:
        self._records.pop(conn._link, None)

    def _status(self) -> tuple[int, int, int, int]:
        engine = self._engine()
        return engine._pool_status() if engine is not None else (0, 0, 0, 0)

    def connect(self) -> _ProxiedConnection:
        """A driver's connection; its ``close()`` gives it back."""
        return self._engine().raw_connection()  # type: ignore[no-any-return]

    def dispose(self) -> None:
        """Closes the idle connections."""
        self._engine()._dispose(True)
        self._records.clear()

    def recreate(self) -> Pool:
        """Not supported yet."""
        raise exc.NotSupportedYet("Pool.recreate() is not supported yet")

    def status(self) -> str:
        """How it is, in words."""
        return type(self).__name__

    @property
    def _dialect(self) -> Any:
        return self._engine().dialect


class QueuePool(Pool):
    """Some connections, and more for a while when these are all lent."""

    _kind = 1

    def size(self) -> int:
        """How many it keeps."""
        return self._status()[0]

    def checkedin(self) -> int:
        """How many are idle."""
        return self._status()[1]

    def overflow(self) -> int:
        """How many there are beyond its size; negative while there are less."""
        return self._status()[2]

    def checkedout(self) -> int:
        """How many are lent."""
        return self._status()[3]

    def timeout(self) -> float:
        """How many seconds a caller waits for one."""
        return self._timeout

    def status(self) -> str:
        """How it is, in words."""
        size, idle, overflow, lent = self._status()
        return f"Pool size: {size}, idle: {idle}, overflow: {overflow}, lent: {lent}"


class SingletonThreadPool(Pool):
    """A connection for each thread."""

    _kind = 2

    def status(self) -> str:
        """How it is, in words."""
        return f"SingletonThreadPool of {self._status()[1] + self._status()[3]} connections"


class StaticPool(Pool):
    """One connection for all."""

    _kind = 3

    def status(self) -> str:
        """How it is, in words."""
        return "StaticPool"


class NullPool(Pool):
    """None is kept: each is opened when it is asked for and closed when it comes back."""

    _kind = 4

    def status(self) -> str:
        """How it is, in words."""
        return "NullPool"


class AsyncAdaptedQueuePool(QueuePool):
    """A QueuePool under its name for asynchronous engines."""


class AssertionPool(Pool):
    """Not supported yet."""

    _kind = -1


class PoolResetState:
    """Not supported yet."""

    def __init__(self, *args: Any) -> None:
        raise exc.NotSupportedYet("PoolResetState is not supported yet")

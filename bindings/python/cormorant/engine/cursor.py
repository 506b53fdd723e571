"""PEP 249's face of a native connection, for ``connect`` listeners and ``engine.raw_connection()``."""

from __future__ import annotations

import re
import weakref
from collections.abc import Iterator, Sequence
from typing import Any

from .. import exc
from .result import CursorResult

__all__ = ["CursorResult", "RawConnection", "RawCursor", "driver_rows", "driver_statement"]

_TOKEN = re.compile(
    r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|`[^`]*`|\[[^\]]*\]|--[^\n]*|/\*.*?\*/|[:@$]([A-Za-z_][A-Za-z_0-9]*)", re.DOTALL
)


def _by_name(sql: str, values: Any) -> tuple[Any, ...]:
    """A dictionary's values in the order in which SQLite numbers the names of a statement."""
    names: dict[str, None] = {}
    for found in _TOKEN.finditer(sql):
        if found[1]:
            names[found[1]] = None
    missing = [name for name in names if name not in values]
    if missing:
        raise driver_error("ProgrammingError", f"You did not supply a value for binding parameter :{missing[0]}.")
    return tuple(values[name] for name in names)


def driver_rows(sql: str, parameters: Any) -> tuple[tuple[tuple[Any, ...], ...], bool]:
    """Parameters of plain SQL as rows of values, and whether several sets were given."""
    if parameters is None:
        return (), False
    many = isinstance(parameters, list) and all(isinstance(one, (tuple, dict, list)) for one in parameters)
    if isinstance(parameters, list) and not many:
        raise exc.ArgumentError("a list of parameters holds tuples or dictionaries only")
    sets: Sequence[Any] = parameters if many else (parameters,)
    rows = tuple(_by_name(sql, one) if hasattr(one, "keys") else tuple(one) for one in sets)
    return (rows, many) if rows != ((),) else ((), many)


_FORMAT = re.compile(r"%(?:\((?P<name>[^)]+)\)s|(?P<place>s)|(?P<percent>%))")


def _numbered(sql: str, sets: Sequence[Any]) -> tuple[str, tuple[tuple[Any, ...], ...]]:
    """Psycopg's marks, ``%s`` or ``%(name)s``, as the numbers that the server knows; a name has one number."""
    names: list[str] = []
    places = 0

    def mark(found: re.Match[str]) -> str:
        nonlocal places
        if found["percent"]:
            return "%"
        if found["place"]:
            places += 1
            return f"${places}"
        if found["name"] not in names:
            names.append(found["name"])
        return f"${names.index(found['name']) + 1}"

    text = _FORMAT.sub(mark, sql)
    if not names:
        return text, tuple(tuple(one) for one in sets)
    missing = [name for name in names if name not in sets[0]]
    if missing:
        raise exc.ArgumentError(f"the statement has a parameter {missing[0]!r}, and no value is given for it")
    return text, tuple(tuple(one[name] for name in names) for one in sets)


def driver_statement(dialect: Any, sql: str, parameters: Any) -> tuple[str, tuple[tuple[Any, ...], ...], bool]:
    """Plain SQL and its parameters as the driver takes them, and whether several sets were given."""
    if dialect.name != "postgresql":
        return (sql, *driver_rows(sql, parameters))
    many = isinstance(parameters, list) and all(isinstance(one, (tuple, dict, list)) for one in parameters)
    sets: Sequence[Any] = parameters if many else (parameters,)
    if not parameters:
        return sql, (), many
    return (*_numbered(sql, sets), many)


def driver_error(name: str, message: str) -> Exception:
    """An exception of the standard library's driver."""
    import sqlite3

    return getattr(sqlite3, name)(message)  # type: ignore[no-any-return]


class RawConnection:
    """The driver's connection as PEP 249 describes it."""

    def __init__(self, conn: Any) -> None:
        self._ref = weakref.ref(conn)
        self._level: str | None = ""

    @property
    def _conn(self) -> Any:
        conn = self._ref()
        if conn is None or conn.closed:
            raise driver_error("ProgrammingError", "Cannot operate on a closed database.")
        return conn

    @_conn.setter
    def _conn(self, conn: Any) -> None:
        if self._ref() is not conn:
            self._ref = weakref.ref(conn)

    def _run(self, sql: str, rows: tuple[tuple[Any, ...], ...]) -> Any:
        try:
            return self._conn._execute_sql(sql, rows, True)
        except exc.DBAPIError as error:
            raise error.orig from None  # type: ignore[misc]

    def cursor(self, *args: Any) -> RawCursor:
        """A cursor."""
        if args:
            raise exc.NotSupportedYet("cursor() takes no factory here")
        return RawCursor(self)

    def execute(self, sql: str, parameters: Any = ()) -> RawCursor:
        """A cursor that has executed."""
        return self.cursor().execute(sql, parameters)

    def executemany(self, sql: str, parameters: Any) -> RawCursor:
        """A cursor that has executed for each set of parameters."""
        return self.cursor().executemany(sql, parameters)

    def executescript(self, script: str) -> RawCursor:
        """Executes statements that are separated by semicolons."""
        import sqlite3

        self.commit()
        statement = ""
        for part in script.split(";"):
            statement += part + ";"
            if sqlite3.complete_statement(statement):
                if statement.strip(" \n\t;"):
                    self._run(statement, ())
                statement = ""
        if statement.strip(" \n\t;"):
            self._run(statement, ())
        return self.cursor()

    def commit(self) -> None:
        """Commits."""
        self._conn._end_quietly(True)

    def rollback(self) -> None:
        """Rolls back."""
        self._conn._end_quietly(False)

    def close(self) -> None:
        """Throws the driver's connection away."""
        self._conn._invalidate()

    @property
    def isolation_level(self) -> str | None:
        """None: no BEGIN is sent by itself. Settable."""
        return self._level

    @isolation_level.setter
    def isolation_level(self, value: str | None) -> None:
        if value not in (None, "", "DEFERRED"):
            raise exc.NotSupportedYet(f"isolation_level={value!r} of a raw connection is not supported yet")
        self._conn._set_manual(value is None)
        self._level = value

    @property
    def autocommit(self) -> bool:
        """Whether each statement is committed by itself: no BEGIN is sent. Settable, as psycopg's."""
        return self._level is None

    @autocommit.setter
    def autocommit(self, value: bool) -> None:
        self.isolation_level = None if value else ""

    @property
    def in_transaction(self) -> bool:
        """Whether a transaction has begun."""
        return bool(self._conn._begun)

    @property
    def total_changes(self) -> int:
        """Rows changed since it was opened."""
        return self._conn._total_changes()  # type: ignore[no-any-return]

    def interrupt(self) -> None:
        """Stops what runs, from another thread."""
        self._conn._cancel()

    def __enter__(self) -> RawConnection:
        return self

    def __exit__(self, kind: Any, value: Any, traceback: Any) -> None:
        self.commit() if kind is None else self.rollback()

    def __getattr__(self, name: str) -> Any:
        if name in _NOT_YET:
            raise exc.NotSupportedYet(f"{name} of a raw connection is not supported yet")
        raise AttributeError(f"a raw connection has no attribute {name!r}")


_NOT_YET = frozenset(
    "create_function create_aggregate create_collation create_window_function set_authorizer set_progress_handler "
    "set_trace_callback enable_load_extension load_extension iterdump backup blobopen serialize deserialize "
    "row_factory text_factory getlimit setlimit".split()
)


class RawCursor:
    """A cursor as PEP 249 describes it."""

    arraysize = 1

    def __init__(self, connection: RawConnection) -> None:
        self.connection = connection
        self._native: Any = None
        self._closed = False

    def execute(self, sql: str, parameters: Any = ()) -> RawCursor:
        """Executes one statement."""
        self._check()
        given = tuple(parameters) if isinstance(parameters, list) else parameters
        sent, rows, _ = driver_statement(self.connection._conn.dialect, sql, given)
        self._native = self.connection._run(sent, rows)
        return self

    def executemany(self, sql: str, parameters: Any) -> RawCursor:
        """Executes a statement for each set of parameters."""
        self._check()
        sent, rows, _ = driver_statement(self.connection._conn.dialect, sql, list(parameters))
        self._native = self.connection._run(sent, rows) if rows else None
        return self

    executescript = RawConnection.executescript

    def _check(self) -> None:
        if self._closed:
            raise driver_error("ProgrammingError", "Cannot operate on a closed cursor.")

    @property
    def description(self) -> Any:
        """Names of the columns, each with six times None; None when there are no rows."""
        map = self._native.map if self._native is not None else None
        return None if map is None else tuple((name, None, None, None, None, None, None) for name in map.names)

    @property
    def rowcount(self) -> int:
        """Rows changed, or -1."""
        return -1 if self._native is None else self._native.rowcount

    @property
    def lastrowid(self) -> int | None:
        """The rowid of the row that was inserted last."""
        return self.connection._conn._last_key() or None

    def _fetch(self, max: int) -> list[tuple[Any, ...]]:
        self._check()
        if self._native is None or self._native.map is None:
            return []
        return [tuple(row) for row in self._native.fetch(max, None, None, None)]

    def fetchone(self) -> tuple[Any, ...] | None:
        """The next row, or None."""
        rows = self._fetch(1)
        return rows[0] if rows else None

    def fetchmany(self, size: int | None = None) -> list[tuple[Any, ...]]:
        """The next ``size`` rows."""
        return self._fetch(size or self.arraysize)

    def fetchall(self) -> list[tuple[Any, ...]]:
        """All rows that are left."""
        return self._fetch(0)

    def __iter__(self) -> Iterator[tuple[Any, ...]]:
        while (row := self.fetchone()) is not None:
            yield row

    def __next__(self) -> tuple[Any, ...]:
        row = self.fetchone()
        if row is None:
            raise StopIteration
        return row

    def setinputsizes(self, sizes: Any) -> None:
        """Without effect, as PEP 249 allows."""

    def setoutputsize(self, size: Any, column: Any = None) -> None:
        """Without effect, as PEP 249 allows."""

    def close(self) -> None:
        """Ends it."""
        self._closed = True
        if self._native is not None:
            self._native.close()
            self._native = None

"""create_engine() and what stands beside it."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import Any

from .. import exc
from .. import pool as pools
from .._nearest import hint
from .base import Engine, _checked_echo, _level
from .url import URL, make_url

__all__ = ["create_engine", "create_mock_engine", "create_pool_from_url", "engine_from_config"]

_OTHERS = {
    "mysql": "libmariadb",
    "mariadb": "libmariadb",
    "oracle": "a driver of its own",
    "mssql": "a driver of its own",
}
_POSTGRESQL = ("postgresql", "postgres")
_PSYCOPG = ("psycopg", "psycopg2", "psycopg2cffi", "psycopg_async", "asyncpg", "pg8000")
# What may stand behind the + of a URL: names of Python's drivers, whose place the core's take.
_DRIVERS = {"sqlite": ("pysqlite", "aiosqlite"), **dict.fromkeys(_POSTGRESQL, _PSYCOPG)}
_NO_OVERFLOW = -2
_UNSET: Any = object()

# Arguments of SQLAlchemy's that have no effect here to wait for, and those that do.
_NOT_YET = (
    "connect", "convert_unicode", "creator", "creator_adapt", "custom_json_deserializer", "dialect", "do_connect",
    "empty_in_strategy", "enable_from_linting", "encoding", "events", "implicit_returning",
    "insertmanyvalues_page_size", "label_length", "logging_token", "max_identifier_length", "module", "native_datetime",
    "paramstyle", "plugins", "pool", "pool_events", "pool_logging_name", "pool_reset_on_return", "pool_threadlocal",
    "strategy", "use_insertmanyvalues", "use_setinputsizes", "json_deserializer",
)  # fmt: skip


def _sqlite_arguments(given: dict[str, Any]) -> tuple[dict[str, str], bool, int]:
    """connect_args of the standard library's driver: URL options, whether BEGIN is left to the program, cache size."""
    options: dict[str, str] = {}
    manual, prepared = False, 0
    for name, value in given.items():
        if name == "timeout":
            options["timeout"] = repr(float(value))
        elif name == "isolation_level":
            manual = value is None
            if value:
                options["isolation_level"] = value
        elif name == "uri":
            options["uri"] = "true" if value else "false"
        elif name == "check_same_thread":
            if value:
                raise exc.NotSupportedYet(
                    "connect_args: check_same_thread=True is not supported: connections may change threads"
                )
        elif name == "cached_statements":
            prepared = int(value) or -1
        elif name == "detect_types":
            if value:
                raise exc.NotSupportedYet(
                    "connect_args: detect_types is not supported: the columns of tables have types"
                )
        elif name == "factory":
            raise exc.NotSupportedYet("connect_args: factory is not supported: the driver is the core's")
        else:
            raise TypeError(f"connect_args: {name!r} is no argument of SQLite's connect()")
    return options, manual, prepared


def _postgresql_arguments(given: dict[str, Any]) -> tuple[dict[str, str], bool, int]:
    """connect_args of psycopg's and asyncpg's connect(): options of libpq, as text."""
    options: dict[str, str] = {}
    prepared = 0
    for name, value in given.items():
        if name in ("prepare_threshold", "statement_cache_size", "prepared_statement_cache_size"):
            prepared = -1 if value in (None, 0) else 0
        elif name == "server_settings":
            options["options"] = " ".join(f"-c {key}={_escaped(text)}" for key, text in value.items())
        elif name in ("autocommit", "cursor_factory", "row_factory", "connection_factory", "context", "ssl"):
            raise exc.NotSupportedYet(f"connect_args: {name} is not supported: the driver is the core's, over libpq")
        elif value is not None:
            options[name] = str(value)
    return options, False, prepared


def _escaped(text: Any) -> str:
    return str(text).replace("\\", "\\\\").replace(" ", "\\ ")


def _with_options(url: URL, options: dict[str, str]) -> URL:
    """The URL with connect_args in it: what is a part of URLs replaces that part."""
    parts = {"user": "username", "password": "password", "host": "host", "port": "port"}
    own = {parts[name]: value for name, value in options.items() if name in parts}
    for name in ("dbname", "database"):
        if name in options:
            own["database"] = options[name]
    rest = {k: v for k, v in options.items() if k not in parts and k not in ("dbname", "database")}
    return url.set(**own).update_query_dict(rest)


def _pool_class(url: URL, given: Any) -> Any:
    if given is None:
        if url.get_backend_name() != "sqlite":
            return pools.QueuePool
        memory = not url.database or url.database == ":memory:" or url.query.get("mode") == "memory"
        return pools.SingletonThreadPool if memory else pools.QueuePool
    if not (isinstance(given, type) and issubclass(given, pools.Pool)):
        raise exc.ArgumentError(f"poolclass is a class of {pools.__name__}, not {given!r}")
    if given._kind <= 0:
        raise exc.NotSupportedYet(f"{given.__name__} is not supported yet")
    return given


def _check_backend(url: URL) -> None:
    name, _, driver = url.drivername.partition("+")
    if name in _DRIVERS:
        if driver and driver not in _DRIVERS[name]:
            near = hint(driver, _DRIVERS[name])
            raise exc.NoSuchModuleError(f"There is no driver {driver!r} of {name!r}{near}")
        return
    if name in _OTHERS:
        raise exc.NotSupportedYet(f"There is no driver for {name!r} yet: it would be {_OTHERS[name]}")
    near = hint(name, (*_DRIVERS, *_OTHERS))
    raise exc.NoSuchModuleError(f"There is no dialect {name!r}; a URL begins with the name of one, as sqlite://{near}")


def create_engine(
    url: str | URL,
    *,
    connect_args: Mapping[str, Any] | None = None,
    echo: Any = False,
    echo_pool: Any = False,
    execution_options: Mapping[str, Any] | None = None,
    future: bool = True,
    hide_parameters: bool = False,
    isolation_level: str | None = None,
    json_serializer: Any = None,
    logging_name: str | None = None,
    max_overflow: int = _UNSET,
    pool_pre_ping: bool = False,
    pool_recycle: float = -1,
    pool_size: int = _UNSET,
    pool_timeout: float = _UNSET,
    pool_use_lifo: bool = _UNSET,
    poolclass: Any = None,
    query_cache_size: int = 500,
    **kwargs: Any,
) -> Engine:
    """An engine for a database. No connection is opened yet.

    :param url: ``sqlite:///shop.db``, ``sqlite://`` for one in memory, ``sqlite:///shop.db?profile=app`` for real use;
        ``postgresql://me:secret@host/shop``, whatever driver stands behind a ``+``.
    :param connect_args: SQLite: ``timeout``, ``isolation_level``, ``uri``, ``check_same_thread``,
        ``cached_statements``; PostgreSQL: libpq's options, ``connect_timeout``, ``sslmode`` and so on.
    :param echo: log all statements.
    :param isolation_level: ``AUTOCOMMIT``, or one of the database's: ``SERIALIZABLE``, ``READ COMMITTED`` ...
    :param pool_size: connections that are kept; 0: no limit.
    :param max_overflow: how many more there may be for a while; -1: no limit.
    :param pool_timeout: seconds to wait for one.
    :param query_cache_size: compiled statements that are kept; 0: none.
    :raises ArgumentError: the URL is none.
    :raises NoSuchModuleError: there is no such database.
    :raises TypeError: an argument that there is not.
    """
    for name in kwargs:
        if name in _NOT_YET:
            raise exc.NotSupportedYet(f"create_engine({name}=...) is not supported yet")
    target = make_url(url)
    _check_backend(target)
    pool_class = _pool_class(target, poolclass)
    if kwargs:
        raise TypeError(
            f"create_engine() does not know {', '.join(map(repr, kwargs))}, with {target.get_backend_name()}, "
            f"{pool_class.__name__} and Engine{hint(next(iter(kwargs)), inspect.signature(create_engine).parameters)}"
        )
    if not future:
        raise exc.ArgumentError("create_engine(future=False) is gone: engines are of the 2.0 kind")
    if echo_pool:
        raise exc.NotSupportedYet("create_engine(echo_pool=...) is not supported yet")
    queue = {
        "pool_size": pool_size,
        "max_overflow": max_overflow,
        "pool_timeout": pool_timeout,
        "pool_use_lifo": pool_use_lifo,
    }
    given = [name for name, value in queue.items() if value is not _UNSET]
    if pool_class is pools.SingletonThreadPool and given == ["pool_size"]:
        given = []
    if given and not issubclass(pool_class, pools.QueuePool):
        raise TypeError(
            f"create_engine(): {', '.join(map(repr, given))} are for QueuePool, not for {pool_class.__name__}"
        )
    is_postgresql = target.get_backend_name() in _POSTGRESQL
    read = _postgresql_arguments if is_postgresql else _sqlite_arguments
    options, manual, prepared = read(dict(connect_args or {}))
    if is_postgresql:
        opened = _with_options(target.set(drivername="postgresql"), options)
    else:
        opened = target.update_query_dict(options)
    timeout = 30.0 if pool_timeout is _UNSET else float(pool_timeout)
    engine = Engine(
        target,
        pool_class._of(timeout),
        _dialect(target, json_serializer),
        echo=_checked_echo(echo),
        logging_name=logging_name,
        hide_parameters=hide_parameters,
    )
    engine._open(
        opened.render_as_string(hide_password=False),
        pool_class._kind,
        _size(pool_size),
        _overflow(max_overflow),
        max(1, int(timeout * 1000)),
        int(pool_recycle * 1000) if pool_recycle > 0 else 0,
        pool_pre_ping,
        pool_use_lifo is True,
        query_cache_size or -1,
        prepared,
        hide_parameters,
    )
    engine.pool._attach(engine)
    engine._manual = manual
    if isolation_level is not None:
        engine._check_isolation(_level(isolation_level))
        engine._isolation = _level(isolation_level)
    if execution_options:
        engine.update_execution_options(**execution_options)
    engine._events_changed()
    return engine


def _size(given: Any) -> int:
    return 0 if given is _UNSET else -1 if given == 0 else int(given)


def _overflow(given: Any) -> int:
    return 0 if given is _UNSET else _NO_OVERFLOW if given == 0 else int(given)


def _dialect(url: URL, json_serializer: Any) -> Any:
    from ..dialects import engine_dialect

    if json_serializer is not None:
        raise exc.NotSupportedYet("create_engine(json_serializer=...) is not supported yet")
    name, _, driver = url.drivername.partition("+")
    return engine_dialect("postgresql" if name in _POSTGRESQL else name, driver or None)


def _boolean(text: Any) -> bool:
    if isinstance(text, str):
        word = text.strip().lower()
        if word in ("true", "yes", "on", "y", "t", "1"):
            return True
        if word in ("false", "no", "off", "n", "f", "0"):
            return False
        raise ValueError(f"{text!r} says neither yes nor no")
    return bool(text)


_CONFIG: dict[str, Callable[[Any], Any]] = {
    "echo": lambda value: "debug" if value == "debug" else _boolean(value),
    "echo_pool": _boolean,
    "future": _boolean,
    "hide_parameters": _boolean,
    "max_overflow": int,
    "pool_pre_ping": _boolean,
    "pool_recycle": int,
    "pool_size": int,
    "pool_timeout": float,
    "pool_use_lifo": _boolean,
    "query_cache_size": int,
}


def engine_from_config(configuration: Mapping[str, Any], prefix: str = "sqlalchemy.", **kwargs: Any) -> Engine:
    """An engine of a configuration's entries that begin with ``prefix``: ``sqlalchemy.url``, ``sqlalchemy.echo`` ..."""
    options = {key[len(prefix) :]: value for key, value in configuration.items() if key.startswith(prefix)}
    options = {key: _CONFIG[key](value) if key in _CONFIG else value for key, value in options.items()}
    options.update(kwargs)
    return create_engine(options.pop("url"), **options)


def create_mock_engine(*args: Any, **kw: Any) -> Any:
    """Not supported yet."""
    raise exc.NotSupportedYet("create_mock_engine() is not supported yet")


def create_pool_from_url(*args: Any, **kw: Any) -> Any:
    """Not supported yet."""
    raise exc.NotSupportedYet("create_pool_from_url() is not supported yet")

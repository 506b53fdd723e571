"""Events of engines, connections and pools, and echo."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from cormorant import Column, Integer, MetaData, Table, create_engine, event, exc, insert, select, text
from cormorant.engine import Engine
from cormorant.pool import Pool

t = Table("t", MetaData(), Column("id", Integer, primary_key=True))

ORIGINS = {"sqlite": "sqlite3", "postgresql": "cormorant.engine.dbapi"}  # of what `orig` is
MARKS = {"sqlite": ("?", "?"), "postgresql": ("$1", "$1::INTEGER")}  # of a text's parameter, and of an integer


@pytest.fixture
def engine(database_url: str) -> Any:
    made = create_engine(database_url)
    yield made
    made.dispose()


def test_cursor_events_see_statements_in_order(engine: Any) -> None:
    told: list[Any] = []

    @event.listens_for(engine, "before_cursor_execute")
    def before(conn: Any, cursor: Any, statement: str, parameters: Any, context: Any, executemany: bool) -> None:
        context.mark = len(told)
        told.append(("before", statement, parameters, executemany))

    @event.listens_for(engine, "after_cursor_execute")
    def after(conn: Any, cursor: Any, statement: str, parameters: Any, context: Any, executemany: bool) -> None:
        told.append(("after", context.mark, parameters))

    with engine.connect() as connection:
        connection.execute(text("SELECT :a"), {"a": 5})
        t.metadata.create_all(connection)
        del told[2:]
        connection.execute(insert(t), [{"id": 1}, {"id": 2}])
    mark, typed = MARKS[engine.name]
    assert told == [
        ("before", f"SELECT {mark}", (5,), False),
        ("after", 0, (5,)),
        ("before", f"INSERT INTO t (id) VALUES ({typed})", [(1,), (2,)], True),
        ("after", 2, [(1,), (2,)]),
    ]


def test_before_cursor_execute_can_replace_the_text(engine: Any) -> None:
    @event.listens_for(engine, "before_cursor_execute", retval=True)
    def change(conn: Any, cursor: Any, statement: str, parameters: Any, context: Any, executemany: bool) -> Any:
        return statement.replace("1", "2"), parameters

    with engine.connect() as connection:
        assert connection.scalar(text("SELECT 1")) == 2
        t.create(connection)
        assert connection.execute(text("INSERT INTO t (id) VALUES (1)")).rowcount == 1
        assert connection.scalar(select(t.c.id)) == 2

    @event.listens_for(engine, "before_cursor_execute", retval=True)
    def values(conn: Any, cursor: Any, statement: str, parameters: Any, context: Any, executemany: bool) -> Any:
        return statement, (9,)

    with engine.connect() as connection, pytest.raises(exc.NotSupportedYet):
        connection.execute(text("SELECT :a"), {"a": 5})


def test_transaction_events(engine: Any) -> None:
    told: list[str] = []
    for name in ("begin", "commit", "rollback"):
        event.listen(engine, name, lambda conn, name=name: told.append(name))
    event.listen(engine, "savepoint", lambda conn, name: told.append(name))
    event.listen(engine, "release_savepoint", lambda conn, name, context: told.append(f"release {name}"))
    event.listen(engine, "rollback_savepoint", lambda conn, name, context: told.append(f"back to {name}"))
    with engine.connect() as connection:
        connection.execute(text("SELECT 1"))
        connection.begin_nested().commit()
        connection.begin_nested().rollback()
        connection.commit()
        connection.begin()
    assert told == [
        "begin", "sa_savepoint_1", "release sa_savepoint_1", "sa_savepoint_2", "back to sa_savepoint_2", "commit",
        "begin", "rollback",
    ]  # fmt: skip


def test_pool_events(file_url: str) -> None:
    engine = create_engine(file_url)
    told: list[Any] = []
    event.listen(engine, "connect", lambda raw, record: told.append("connect"))
    event.listen(engine.pool, "first_connect", lambda raw, record: told.append("first"))

    def checkout(raw: Any, record: Any, proxy: Any) -> None:
        told.append(("out", record.info.setdefault("n", len(told))))

    event.listen(engine, "checkout", checkout)
    event.listen(engine, "checkin", lambda raw, record: told.append(("in", record.info["n"])))
    engine.connect().close()
    engine.connect().close()
    assert told == ["first", "connect", ("out", 2), ("in", 2), ("out", 2), ("in", 2)]
    engine.dispose()


@pytest.mark.sqlite
def test_connect_gives_a_raw_connection(engine: Any) -> None:
    others: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda conn, cursor, statement, *rest: others.append(statement))

    @event.listens_for(engine, "connect")
    def pragma(raw: Any, record: Any) -> None:
        cursor = raw.cursor()
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.close()

    with engine.connect() as connection:
        assert not connection.in_transaction()
        assert connection.scalar(text("PRAGMA foreign_keys")) == 1
    assert others == ["PRAGMA foreign_keys"]


@pytest.mark.sqlite
def test_recipe_for_transactions_of_ones_own(tmp_path: Any) -> None:
    engine = create_engine(f"sqlite:///{tmp_path}/a.db")

    @event.listens_for(engine, "connect")
    def no_begin(raw: Any, record: Any) -> None:
        raw.isolation_level = None

    @event.listens_for(engine, "begin")
    def begin(connection: Any) -> None:
        connection.exec_driver_sql("BEGIN")

    t.metadata.create_all(engine)
    with engine.connect() as connection:
        connection.execute(insert(t), {"id": 1})
        with connection.begin_nested() as savepoint:
            connection.execute(insert(t), {"id": 2})
            savepoint.rollback()
        connection.commit()
        connection.execute(insert(t), {"id": 3})
    with engine.connect() as connection:
        assert connection.scalars(select(t.c.id)).all() == [1]
    engine.dispose()


def test_connect_listener_that_raises(engine: Any) -> None:
    @event.listens_for(engine, "connect", once=True)
    def refuse(raw: Any, record: Any) -> None:
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        engine.connect()
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT 1")) == 1


def test_before_and_after_execute(engine: Any) -> None:
    told: list[Any] = []

    @event.listens_for(engine, "before_execute", retval=True)
    def before(conn: Any, statement: Any, multi: Any, params: Any, options: Any) -> Any:
        told.append((multi, params))
        return select(text("7")), multi, {}

    @event.listens_for(engine, "after_execute")
    def after(conn: Any, statement: Any, multi: Any, params: Any, options: Any, result: Any) -> None:
        told.append(result)

    with engine.connect() as connection:
        result = connection.execute(text("SELECT :a"), {"a": 5})
        assert result.scalar() == 7 and told == [([], {"a": 5}), result]


def test_handle_error_sees_and_replaces(engine: Any) -> None:
    seen: list[Any] = []

    @event.listens_for(engine, "handle_error")
    def handle(context: Any) -> None:
        seen.append(context)
        if "replace" in context.statement:
            raise LookupError("mine") from context.original_exception

    with engine.connect() as connection:
        with pytest.raises(exc.DBAPIError) as caught:
            connection.execute(text("SELECT absent"))
        assert type(caught.value.orig).__module__ == ORIGINS[engine.name]
        assert seen[0].sqlalchemy_exception is caught.value and seen[0].original_exception is caught.value.orig
        assert seen[0].connection is connection and seen[0].parameters == ()
        connection.rollback()
        with pytest.raises(LookupError, match="mine"):
            connection.execute(text("SELECT replace_me"))


def test_listener_that_raises_stops_the_statement(engine: Any) -> None:
    event.listen(engine, "before_cursor_execute", lambda *a: 1 / 0)
    with engine.connect() as connection, pytest.raises(ZeroDivisionError):
        connection.execute(text("SELECT 1"))


def test_listeners_of_classes_and_connections(database_url: str) -> None:
    told: list[str] = []

    def begin(conn: Any) -> None:
        told.append("class")

    def connect(raw: Any, record: Any) -> None:
        told.append("pool")

    event.listen(Engine, "begin", begin)
    event.listen(Pool, "connect", connect)
    try:
        engine = create_engine(database_url)
        with engine.connect() as connection:
            event.listen(connection, "commit", lambda conn: told.append("connection"))
            connection.execute(text("SELECT 1"))
            connection.commit()
        with engine.begin():
            pass
        assert told == ["pool", "class", "connection", "class"]
    finally:
        event.remove(Engine, "begin", begin)
        event.remove(Pool, "connect", connect)
    engine.dispose()
    with create_engine(database_url).begin():
        pass
    assert told == ["pool", "class", "connection", "class"]


def test_unknown_event_and_useless_retval(engine: Any) -> None:
    with pytest.raises(exc.InvalidRequestError):
        event.listen(engine, "absent", lambda: None)
    with pytest.raises(exc.ArgumentError):
        event.listen(engine, "begin", lambda conn: None, retval=True)


# ---- echo


class Kept(logging.Handler):
    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(record.getMessage())


@pytest.fixture(params=["sqlalchemy.engine.Engine", "cormorant.engine.Engine"])
def log(request: Any) -> Any:
    logger, handler = logging.getLogger(request.param), Kept()
    logger.addHandler(handler)
    logger.propagate = False
    yield handler
    logger.removeHandler(handler)
    logger.propagate = True


def test_echo_says_what_is_sent(database_url: str, log: Kept) -> None:
    import re

    engine = create_engine(database_url, echo=True)
    with engine.connect() as connection:
        for number in (1, 2):
            connection.execute(text("SELECT :a").bindparams(a=number))
        connection.exec_driver_sql("SELECT 3")
        connection.commit()
        connection.begin()
    query = f"SELECT {MARKS[engine.name][1]}"
    said = [re.sub(r"[\d.e-]+s", "Ns", one) for one in log.lines]
    assert said == [
        "BEGIN (implicit)", query, "[generated in Ns] (1,)", query, "[cached since Ns ago] (2,)", "SELECT 3",
        "[raw sql] ()", "COMMIT", "BEGIN (implicit)", "ROLLBACK",
    ]  # fmt: skip
    log.lines.clear()
    engine.echo = False
    with engine.begin() as connection:
        connection.execute(text("SELECT 1"))
    assert log.lines == []
    engine.dispose()


def test_echo_shortens_and_hides(database_url: str, log: Kept) -> None:
    engine = create_engine(database_url, echo=True)
    with engine.connect() as connection:
        t.metadata.create_all(connection)
        connection.execute(insert(t), [{"id": i} for i in range(20)])
        assert "10 of 20 sets of parameters" in log.lines[-1]
        connection.execute(text("SELECT :a"), {"a": "x" * 1000})
        assert "characters left out" in log.lines[-1] and len(log.lines[-1]) < 500
    hidden = create_engine(database_url, echo=True, hide_parameters=True)
    with hidden.connect() as connection, pytest.raises(exc.DBAPIError) as caught:
        connection.execute(text("SELECT absent, :a"), {"a": "secret"})
    assert "secret" not in str(caught.value) and "hidden" in str(caught.value)
    assert "secret" not in "".join(log.lines[-3:])
    engine.dispose()
    hidden.dispose()


def test_logger_level_alone_turns_it_on(database_url: str, log: Kept) -> None:
    logger = logging.getLogger("sqlalchemy.engine")
    engine = create_engine(database_url)
    logger.setLevel(logging.INFO)
    try:
        with engine.connect() as connection:
            connection.execute(text("SELECT 1"))
    finally:
        logger.setLevel(logging.NOTSET)
    assert "SELECT 1" in log.lines
    engine.dispose()

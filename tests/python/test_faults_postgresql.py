"""Servers that go away: what is raised, and that the pool recovers."""

from __future__ import annotations

import gc
import socket
from collections.abc import Iterator
from typing import Any

import pytest
from cormorant import Column, Integer, MetaData, String, Table, _core, create_engine, event, exc, insert, select, text
from cormorant.engine import Connection, Engine, make_url
from cormorant.orm import DeclarativeBase, Mapped, Session, mapped_column
from postgresql_database import database, server_url

metadata = MetaData()
thing = Table("thing", metadata, Column("id", Integer, primary_key=True), Column("name", String))


class Base(DeclarativeBase):
    pass


class Thing(Base):
    __tablename__ = "other"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with database("faults") as url:
        yield url


@pytest.fixture
def other(url: str) -> Iterator[Engine]:
    """Somebody else, who ends connections."""
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    yield engine
    engine.dispose()


@pytest.fixture
def engine(url: str) -> Iterator[Engine]:
    engine = create_engine(url)
    metadata.create_all(engine)
    Base.metadata.create_all(engine)
    yield engine
    engine.dispose()


def process_of(connection: Any) -> int:
    pid: int = connection.scalar(text("SELECT pg_backend_pid()"))
    return pid


def cut(other: Engine, pid: int) -> None:
    """Ends the server's process of a connection, and waits until it is gone."""
    with other.connect() as connection:
        connection.execute(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": pid})


def check_lost(error: exc.DBAPIError) -> None:
    assert isinstance(error, (exc.OperationalError, exc.InterfaceError)), error
    assert error.connection_invalidated


def test_a_query_on_a_lost_connection_says_so_and_the_next_one_works(engine: Engine, other: Engine) -> None:
    with engine.connect() as connection:
        cut(other, process_of(connection))
        with pytest.raises(exc.DBAPIError) as caught:
            connection.execute(text("SELECT 1"))
        check_lost(caught.value)
        assert connection.invalidated
        with pytest.raises(exc.PendingRollbackError):
            connection.execute(text("SELECT 1"))
        connection.rollback()
        assert connection.scalar(text("SELECT 1")) == 1
        assert not connection.invalidated


def test_a_connection_lost_in_a_commit_says_so(engine: Engine, other: Engine) -> None:
    with engine.connect() as connection:
        connection.execute(insert(thing).values(name="lost"))
        cut(other, process_of(connection))
        with pytest.raises(exc.DBAPIError) as caught:
            connection.commit()
        check_lost(caught.value)
        connection.rollback()
        assert connection.scalar(select(thing.c.name)) is None


def test_a_connection_lost_in_a_flush_says_so(engine: Engine, other: Engine) -> None:
    with Session(engine) as session:
        pid = process_of(session)
        kept = Thing(name="kept")
        session.add(kept)
        cut(other, pid)
        with pytest.raises(exc.DBAPIError) as caught:
            session.flush()
        check_lost(caught.value)
        session.rollback()
        session.add(Thing(name="again"))
        session.commit()
        assert session.scalars(select(Thing.name)).all() == ["again"]
        session.execute(text("DELETE FROM other"))
        session.commit()


def test_without_a_ping_one_error_and_the_pool_recovers(engine: Engine, other: Engine) -> None:
    connections = [engine.connect() for _ in range(3)]
    pids = [process_of(one) for one in connections]
    for one in connections:
        one.close()
    for pid in pids:
        cut(other, pid)
    failures = 0
    for _ in range(4):
        try:
            with engine.connect() as connection:
                assert connection.scalar(text("SELECT 1")) == 1
        except exc.DBAPIError as error:
            check_lost(error)
            failures += 1
    assert failures == 1
    assert engine.pool.checkedout() == 0


def test_with_a_ping_the_pool_recovers_silently(url: str, other: Engine) -> None:
    engine = create_engine(url, pool_pre_ping=True)
    for _ in range(3):
        with engine.connect() as connection:
            pid = process_of(connection)
        cut(other, pid)
    assert engine.pool.checkedout() == 0
    engine.dispose()


def test_a_listener_is_told_of_the_loss(engine: Engine, other: Engine) -> None:
    seen: list[Any] = []
    event.listen(engine, "handle_error", seen.append)
    with engine.connect() as connection:
        cut(other, process_of(connection))
        with pytest.raises(exc.DBAPIError) as caught:
            connection.execute(text("SELECT 1"))
        check_lost(caught.value)
    assert [context.is_disconnect for context in seen] == [True]
    assert seen[0].original_exception is caught.value.orig
    assert type(caught.value.orig).__module__ == "cormorant.engine.dbapi"


def test_an_unknown_database_is_one_clear_error(url: str) -> None:
    engine = create_engine(make_url(url).set(database="no_such_database"))
    with pytest.raises(exc.OperationalError, match="no_such_database"):
        engine.connect()
    assert engine.pool.checkedout() == 0


def test_a_port_where_nobody_listens_is_one_clear_error() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        engine = create_engine(make_url(server_url()).set(host="127.0.0.1", port=free.getsockname()[1]))
        for _ in range(2):
            with pytest.raises(exc.OperationalError, match="refused"):
                engine.connect()
    assert engine.pool.checkedout() == 0


def test_an_unknown_role_is_one_clear_error(url: str) -> None:
    engine = create_engine(make_url(url).set(username="no_such_role"))
    with pytest.raises(exc.OperationalError, match="no_such_role"):
        engine.connect()


def test_an_unknown_host_is_one_clear_error() -> None:
    """Its name is longer than one may be: nobody is asked for it."""
    gc.collect()
    before = _core.live()["connections"]
    host = "h" * 64 + ".invalid"
    engine = create_engine(make_url(server_url()).set(host=host))
    for _ in range(2):
        with pytest.raises(exc.OperationalError, match=f"could not translate host name.*{host}"):
            engine.connect()
    assert engine.pool.checkedout() == 0
    engine.dispose()
    gc.collect()
    assert _core.live()["connections"] == before


def test_a_lost_connection_is_not_used_by_others(engine: Engine, other: Engine) -> None:
    first: Connection = engine.connect()
    second: Connection = engine.connect()
    cut(other, process_of(first))
    assert second.scalar(text("SELECT 1")) == 1
    with pytest.raises(exc.DBAPIError):
        first.execute(text("SELECT 1"))
    assert second.scalar(text("SELECT 2")) == 2
    first.close()
    second.close()
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT 3")) == 3


def test_an_error_behind_many_rows_gives_none_of_them(engine: Engine) -> None:
    late = "SELECT 1 / (5000 - n) AS id, 'x' AS name FROM generate_series(1, 9000) AS n"
    with Session(engine) as session:
        with pytest.raises(exc.DataError, match="division by zero"):
            session.scalars(select(Thing).from_statement(text(late))).all()
        session.rollback()
        assert not list(session.identity_map)
        assert session.scalar(text("SELECT 7")) == 7

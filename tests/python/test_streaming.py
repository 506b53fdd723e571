"""Results that are read while they are taken: what enters the session when, and how much is alive."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from cormorant import ForeignKey, _core, create_engine, event, exc, select
from cormorant.orm import DeclarativeBase, Mapped, Session, joinedload, mapped_column, relationship, selectinload


class Base(DeclarativeBase):
    pass


class Store(Base):
    __tablename__ = "store"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    products: Mapped[list[Product]] = relationship(back_populates="store")


class Product(Base):
    __tablename__ = "product"
    id: Mapped[int] = mapped_column(primary_key=True)
    store_id: Mapped[int] = mapped_column(ForeignKey("store.id"))
    store: Mapped[Store] = relationship(back_populates="products")


STORES = 300


@pytest.fixture
def session(database_url: str) -> Iterator[Session]:
    engine = create_engine(database_url)
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        session.add_all([Store(id=i, name=f"store {i}", products=[Product()]) for i in range(1, STORES + 1)])
        session.commit()
        yield session
    engine.dispose()


@pytest.fixture
def sent(session: Session) -> Iterator[list[str]]:
    texts: list[str] = []

    def note(conn: Any, cursor: Any, statement: str, *rest: Any) -> None:
        texts.append(statement)

    event.listen(session.bind, "before_cursor_execute", note)
    yield texts
    event.remove(session.bind, "before_cursor_execute", note)


def streamed(session: Session, size: int = 10, *options: Any) -> Any:
    statement = select(Store).order_by(Store.id).options(*options)
    return session.scalars(statement, execution_options={"yield_per": size})


def test_as_many_records_live_as_a_block_has(session: Session) -> None:
    gc.collect()
    before = _core.live()["records"]
    most = 0
    for store in streamed(session, 20):
        most = max(most, _core.live()["records"] - before)
        assert store.id
    del store
    assert 20 <= most <= 40  # the block that is taken and the one before
    gc.collect()
    assert _core.live()["records"] == before


def test_without_it_all_are_there_at_once(session: Session) -> None:
    before = _core.live()["records"]
    result = session.scalars(select(Store))
    assert _core.live()["records"] - before == STORES
    result.close()


def test_selectinload_asks_once_per_block(session: Session, sent: list[str]) -> None:
    session.expunge_all()
    blocks = [len(part) for part in streamed(session, 100, selectinload(Store.products)).partitions()]
    assert blocks == [100, 100, 100]
    assert len(sent) == 1 + 3


def test_blocks_keep_their_size_whatever_is_fetched(session: Session) -> None:
    result = streamed(session, 10)
    before = _core.live()["records"]
    kept = result.fetchmany(4)
    assert len(kept) == 4 and _core.live()["records"] - before == 10
    assert len(result.fetchmany(100)) == 100 and len(result.all()) == STORES - 104


def test_the_size_may_be_said_later(session: Session) -> None:
    result = session.scalars(select(Store), execution_options={"stream_results": True}).yield_per(7)
    before = _core.live()["records"]
    first = next(result)
    assert first.id == 1 and _core.live()["records"] - before == 7
    assert len(list(result)) == STORES - 1


def test_joined_collections_are_refused(session: Session, sent: list[str]) -> None:
    with pytest.raises(exc.InvalidRequestError, match="selectinload"):
        streamed(session, 10, joinedload(Store.products))
    assert sent == []
    statement = select(Store).options(joinedload(Store.products))
    assert len(session.scalars(statement, execution_options={"stream_results": True}).unique().all()) == STORES
    to_one = select(Product).options(joinedload(Product.store))
    assert len(session.scalars(to_one, execution_options={"yield_per": 7}).all()) == STORES


def test_unique_is_refused_with_it(session: Session) -> None:
    with pytest.raises(exc.InvalidRequestError, match="yield_per"):
        next(streamed(session).unique())


def test_unique_tells_objects_apart_that_follow_each_other_in_memory(session: Session) -> None:
    session.expunge_all()
    result = session.scalars(select(Store)).unique()
    assert sum(len(part) for part in result.partitions(10)) == STORES


@pytest.mark.parametrize("end", ["commit", "rollback"])
def test_rows_go_on_behind_the_end_of_the_transaction(session: Session, end: str) -> None:
    seen = []
    for store in streamed(session):
        seen.append(store.id)
        if store.id % 100 == 0:
            store.name = "changed"
            getattr(session, end)()
    assert seen == list(range(1, STORES + 1))


@pytest.mark.parametrize("end", ["close", "expunge_all"])
def test_nothing_enters_a_session_that_let_go_of_all(session: Session, end: str) -> None:
    result = streamed(session)
    assert len(result.fetchmany(3)) == 3
    getattr(session, end)()
    assert len(result.fetchmany(7)) == 7
    with pytest.raises(exc.InvalidRequestError):
        result.fetchmany(1)


def test_a_closed_result_ends_its_statement(session: Session) -> None:
    before = _core.live()["statements"]
    result = streamed(session)
    next(result)
    result.close()
    with pytest.raises(exc.ResourceClosedError):
        next(result)
    assert session.scalars(select(Store)).first() is not None
    assert _core.live()["statements"] <= before + 2  # both are kept prepared, none is open


def test_changes_of_earlier_blocks_are_flushed_meanwhile(session: Session, sent: list[str]) -> None:
    for store in streamed(session, 50):
        if store.id in (1, 60):
            store.name = "changed"
            session.flush()
    assert [text.split()[0] for text in sent] == ["SELECT", "UPDATE", "UPDATE"]


A_MILLION_ROWS = """
import resource, sys
from cormorant import Column, Integer, MetaData, String, Table, create_engine, insert, select, text
from cormorant.orm import Session

def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10

t = Table("many", MetaData(), Column("i", Integer, primary_key=True), Column("s", String(200)))
a, b, c = t.alias("a"), t.alias("b"), t.alias("c")
every = select(a.c.i, b.c.s).select_from(a.join(b, b.c.i > 0).join(c, c.c.i > 0))
engine = create_engine(sys.argv[1])
t.create(engine)
with Session(engine) as session:
    session.execute(insert(t), [{"i": i, "s": "x" * 100} for i in range(1, 101)])
    connection = session.connection()
    before, seen = peak(), 0
    for row in session.execute(every, execution_options={"yield_per": 1000}):
        seen += 1
    for part in connection.execute(every, execution_options={"yield_per": 1000}).partitions():
        seen += len(part)
    for row in connection.execute(every, execution_options={"stream_results": True}):
        seen += 1
    every = text("SELECT a.i, b.s FROM many a, many b, many c")
    for row in connection.execute(every, execution_options={"stream_results": True}):
        seen += 1
    for row in connection.exec_driver_sql(every.text, execution_options={"yield_per": 1000}):
        seen += 1
    print(seen, peak() - before)
"""


def test_a_million_rows_that_are_streamed_need_no_memory(file_url: str) -> None:
    # A sanitizer keeps what was freed for a while, which is memory too.
    environment = {**os.environ, "ASAN_OPTIONS": f"{os.environ.get('ASAN_OPTIONS', '')}:quarantine_size_mb=1"}
    command = [sys.executable, "-c", A_MILLION_ROWS, file_url]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    seen, megabytes = map(int, done.stdout.split())
    assert seen == 5_000_000
    assert megabytes < 20  # all rows at once are 150


def test_a_statement_between_streamed_rows_takes_the_rest_along(session: Session) -> None:
    connection = session.connection()
    result = connection.execute(select(Store.id).order_by(Store.id), execution_options={"yield_per": 10})
    seen = result.fetchmany(5)
    assert connection.scalar(select(Store.name).where(Store.id == 7)) == "store 7"
    connection.execute(select(Store.id), execution_options={"yield_per": 10}).fetchmany(2)
    assert [row.id for row in [*seen, *result]] == list(range(1, STORES + 1))

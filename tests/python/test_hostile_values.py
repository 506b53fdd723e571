"""Values that are huge or odd come back as they were, or are refused by an error; then the session works."""

from __future__ import annotations

import math
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from cormorant import (
    JSON,
    Column,
    DateTime,
    Engine,
    Float,
    Integer,
    LargeBinary,
    MetaData,
    Numeric,
    String,
    Table,
    create_engine,
    exc,
    func,
    insert,
    literal,
    select,
    text,
    union_all,
)
from cormorant.orm import DeclarativeBase, Mapped, Session, mapped_column, registry

HUGE = 100_000_000


class Base(DeclarativeBase):
    pass


class Thing(Base):
    __tablename__ = "thing"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str | None] = mapped_column(String)
    size: Mapped[float | None] = mapped_column(Float)
    price: Mapped[Decimal | None] = mapped_column(Numeric(10, 2))
    made: Mapped[Any] = mapped_column(DateTime, nullable=True)
    data: Mapped[Any] = mapped_column(JSON, nullable=True)
    raw: Mapped[bytes | None] = mapped_column(LargeBinary)


@pytest.fixture
def engine(database_url: str) -> Any:
    engine = create_engine(database_url)
    Base.metadata.create_all(engine)
    yield engine
    engine.dispose()


def sent_and_read(engine: Engine, **values: Any) -> Any:
    [(key, value)] = values.items()
    with Session(engine) as session:
        session.add(Thing(**values))
        session.flush()
        session.expire_all()
        return getattr(session.scalars(select(Thing)).one(), key)


def works(session: Session) -> None:
    session.rollback()
    session.add(Thing(name="x"))
    session.flush()
    assert session.scalar(select(Thing.name)) == "x"


@pytest.mark.slow
@pytest.mark.parametrize("value", ["x" * (HUGE - 2) + "üé", b"\0\xff" * (HUGE // 2)], ids=["text", "bytes"])
def test_a_hundred_megabytes_come_back(engine: Engine, value: Any) -> None:
    assert sent_and_read(engine, **{"name" if isinstance(value, str) else "raw": value}) == value


@pytest.mark.slow
@pytest.mark.sqlite
def test_what_is_longer_than_the_database_takes_is_refused(engine: Engine) -> None:
    with engine.connect() as connection:
        with pytest.raises(exc.DataError, match="string or blob too big"):
            connection.scalar(select(func.length(literal("x" * 1_000_000_001))))
        assert connection.scalar(select(literal("x"))) == "x"


def test_ten_thousand_parameters(engine: Engine) -> None:
    with Session(engine) as session:
        rows = union_all(*[select(literal(i)) for i in range(400)])
        assert len(session.execute(rows).all()) == 400
        assert session.scalar(select(literal(5).in_([literal(i) for i in range(10_000)])))
        session.execute(insert(Thing).values([{"name": str(i), "size": i} for i in range(5_000)]))
        assert session.scalar(select(func.count()).select_from(Thing)) == 5_000
        with pytest.raises(exc.OperationalError, match="too many SQL variables|65535 parameters at most"):
            session.execute(select(literal(5).in_([literal(i) for i in range(300_000)])))
        session.rollback()
        assert session.scalar(select(literal(1))) == 1


@pytest.mark.parametrize("n", [1_500, 2_000, 2_001])
def test_tables_as_wide_as_the_database_has_them(engine: Engine, n: int) -> None:
    most = 2_000 if engine.name == "sqlite" else 1_600
    columns = [Column(f"c{i}", Integer) for i in range(n - 1)]
    table = Table("wide", MetaData(), Column("id", Integer, primary_key=True), *columns)
    if n > most:
        with pytest.raises(exc.OperationalError, match="too many columns|at most 1600 columns"):
            table.metadata.create_all(engine)
        return
    table.metadata.create_all(engine)
    wide, mappers = type("Wide", (), {}), registry()
    mappers.map_imperatively(wide, table)
    with Session(engine) as session:
        session.execute(insert(table), {f"c{i}": i for i in range(n - 1)})
        assert session.execute(select(table)).one() == (1, *range(n - 1))
        one = session.scalars(select(wide)).one()
        one.c0 = one.c1 + 1
        session.flush()
        session.expire(one)
        assert (one.c0, getattr(one, f"c{n - 2}")) == (2, n - 2)
    mappers.dispose()


@pytest.mark.parametrize("value", [math.inf, -math.inf, 1e308, 5e-324, 0.1 + 0.2])
def test_numbers_at_the_ends_come_back(engine: Engine, value: float) -> None:
    assert repr(sent_and_read(engine, size=value)) == repr(value)


def test_nan_is_what_the_database_has_for_it(engine: Engine) -> None:
    kept = sent_and_read(engine, size=math.nan)
    assert kept is None if engine.name == "sqlite" else math.isnan(kept)


REFUSED: dict[str, tuple[dict[str, Any], tuple[type[BaseException], ...]]] = {
    "an integer over 64 bits": ({"id": 2**63}, (OverflowError,)),
    "an integer under 64 bits": ({"id": -(2**63) - 1}, (OverflowError,)),
    "a float's integer": ({"size": 10**400}, (OverflowError,)),
    "no number": ({"size": "abc"}, (exc.StatementError,)),
    "a signaling NaN": ({"price": Decimal("sNaN")}, (exc.StatementError,)),
    "a lone surrogate": ({"name": "\ud800"}, (UnicodeEncodeError,)),
    "no date": ({"made": "2020-01-01"}, (exc.StatementError,)),
    "an object": ({"name": object()}, (exc.ProgrammingError,)),
    "a set": ({"name": {1}}, (exc.ProgrammingError,)),
    "no JSON": ({"data": {1, 2}}, (exc.StatementError,)),
    "text for bytes": ({"raw": "text"}, (exc.StatementError,)),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_sent_is_refused_in_a_flush(engine: Engine, name: str) -> None:
    values, errors = REFUSED[name]
    if name == "no date" and engine.name == "postgresql":
        return  # a text is one there
    with Session(engine) as session:
        session.add(Thing(**values))
        with pytest.raises(errors):
            session.flush()
        works(session)


def test_json_that_is_nested_without_end_is_refused(engine: Engine) -> None:
    deep: list[Any] = []
    for _ in range(100_000):
        deep = [deep]
    with Session(engine) as session:
        session.add(Thing(data=deep))
        with pytest.raises(exc.StatementError, match="RecursionError"):
            session.flush()
        works(session)


ASKED: dict[str, tuple[Callable[[Session], Any], tuple[type[BaseException], ...]]] = {
    "a huge key": (lambda s: s.get(Thing, 2**70), (OverflowError,)),
    "an object as key": (lambda s: s.get(Thing, object()), (exc.ProgrammingError,)),
    "a surrogate as key": (lambda s: s.get(Thing, "\ud800"), (UnicodeEncodeError,)),
    "too many keys": (lambda s: s.get(Thing, [1, 2]), (exc.InvalidRequestError,)),
    "a huge limit": (lambda s: s.scalars(select(Thing).limit(2**70)).all(), (OverflowError,)),
    "no limit": (lambda s: select(Thing).limit("x"), (ValueError,)),
    "a limit that is NaN": (lambda s: select(Thing).limit(math.nan), (ValueError,)),
    "no class": (lambda s: s.get(int, 1), (exc.ArgumentError, exc.InvalidRequestError)),
    "no object": (lambda s: s.add(5), (exc.InvalidRequestError,)),
    "no statement": (lambda s: s.execute("SELECT 1"), (exc.ArgumentError,)),
    "no name": (lambda s: s.execute(text("SELECT :a"), {1: 2}), (TypeError, exc.StatementError, exc.ArgumentError)),
}


@pytest.mark.parametrize("name", ASKED)
def test_what_cannot_be_asked_is_refused(engine: Engine, name: str) -> None:
    ask, errors = ASKED[name]
    with Session(engine) as session:
        with pytest.raises(errors):
            ask(session)
        works(session)


@pytest.mark.sqlite
@pytest.mark.parametrize("sql", ["SELECT CAST(x'ff41' AS TEXT)", "SELECT 'a' UNION ALL SELECT CAST(x'c328' AS TEXT)"])
def test_text_that_is_none_is_an_error_of_the_database(engine: Engine, sql: str) -> None:
    with engine.connect() as connection:
        with pytest.raises(exc.OperationalError, match="Could not decode to UTF-8"):
            connection.execute(text(sql)).all()
        assert connection.scalar(text("SELECT CAST(x'610062' AS TEXT)")) == "a\0b"


@pytest.mark.sqlite
def test_text_that_is_none_in_an_object(engine: Engine) -> None:
    with Session(engine) as session:
        session.execute(text("INSERT INTO thing (id, name) VALUES (1, CAST(x'61ff' AS TEXT))"))
        with pytest.raises(exc.OperationalError, match="Could not decode to UTF-8 a text of 2 bytes: 'a\ufffd'"):
            _ = session.scalars(select(Thing)).one().name
        session.rollback()
        works(session)

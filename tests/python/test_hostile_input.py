"""Input that is huge, deep or malformed is answered by an error or by rows, never by a crash."""

from __future__ import annotations

import threading
from typing import Any, Callable

import pytest
from cormorant import (
    Column,
    Engine,
    ForeignKeyConstraint,
    Integer,
    Table,
    and_,
    case,
    column,
    create_engine,
    exc,
    func,
    literal,
    not_,
    or_,
    select,
    table,
    text,
    true,
    union_all,
)
from cormorant.orm import DeclarativeBase, Session, joinedload, relationship, selectinload

T = table("t", column("a"), column("b"))
DEEPEST = 2_900  # just below the limit
TOO_DEEP = 50_000
DEEP_TEXT = "SELECT " + "(" * 200_000 + "1" + ")" * 200_000  # for a database whose stack is deeper than DEEPEST

NESTED: dict[str, Callable[[Any], Any]] = {
    "plus": lambda x: x + 1,
    "right": lambda x: 1 + x,
    "minus": lambda x: -x,
    "function": lambda x: func.abs(x),
    "case": lambda x: case((T.c.a == 1, x), else_=2),
    "not": lambda x: not_(or_(x == 1, T.c.b == "x")),
    "in": lambda x: T.c.a.in_([x, 1]),
    "subquery": lambda x: select(x).scalar_subquery(),
}


@pytest.fixture
def engine(database_url: str) -> Any:
    engine = create_engine(database_url)
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE t (a INTEGER, b TEXT)")
        connection.exec_driver_sql("INSERT INTO t VALUES (1, 'x')")
    yield engine
    engine.dispose()


def nest(step: Callable[[Any], Any], times: int) -> Any:
    x: Any = T.c.a
    for _ in range(times):
        x = step(x)
    return x


@pytest.mark.parametrize("name", NESTED)
def test_what_is_nested_too_deep_is_refused_when_it_is_made(name: str) -> None:
    with pytest.raises(exc.InvalidRequestError, match="nested more than 3000 deep"):
        nest(NESTED[name], TOO_DEEP)


@pytest.mark.parametrize("name", NESTED)
def test_what_is_just_deep_enough_is_written(name: str) -> None:
    levels = DEEPEST // 6 if name in ("subquery", "case", "not", "in") else DEEPEST
    assert len(str(select(nest(NESTED[name], levels)))) > levels


def test_the_database_says_what_is_too_deep_for_it(engine: Engine) -> None:
    on_sqlite = engine.name == "sqlite"
    with engine.connect() as connection:
        with pytest.raises(exc.DBAPIError, match="parser stack overflow|too large|stack depth limit|memory exhausted"):
            connection.execute(select(nest(NESTED["minus"], DEEPEST)) if on_sqlite else text(DEEP_TEXT))
        connection.rollback()
        assert connection.execute(select(T.c.a)).scalar() == 1


def test_a_thread_has_stack_enough(engine: Engine) -> None:
    lengths: list[int] = []
    thread = threading.Thread(target=lambda: lengths.append(len(str(select(nest(NESTED["function"], DEEPEST))))))
    thread.start()
    thread.join()
    assert lengths[0] > DEEPEST


def test_time_grows_with_the_size_of_nested_subqueries(database_url: str) -> None:
    """Each level is below each of its columns: met each time, forty levels would take for ever."""
    engine = create_engine(database_url)
    query = select(T.c.a, T.c.b).where(T.c.a != 0)
    for level in range(40):
        inner = query.subquery()
        query = select(inner.c.a, inner.c.b).where(inner.c.a != level)
    assert str(query.compile(engine)).count("!=") == 41
    with engine.connect() as connection, pytest.raises(exc.DBAPIError):
        connection.execute(query)  # there is no table t
    engine.dispose()


def test_long_lists_are_not_deep(engine: Engine) -> None:
    with engine.connect() as connection:
        assert connection.execute(select(T.c.a).where(T.c.a.in_(range(30_000)))).scalar() == 1
        assert len(str(and_(*[T.c.a != n for n in range(50_000)]))) > 50_000
        statement = select(T.c.a)
        for n in range(900):
            statement = statement.where(T.c.a != n + 2)
        assert connection.execute(statement).scalar() == 1
        assert len(connection.execute(union_all(*[select(T.c.a)] * 400)).all()) == 400


@pytest.mark.parametrize(
    "statement",
    [
        select(T.c.a.in_(range(300_000))),
        select(*[T.c.a.label(f"x{n}") for n in range(5_000)]),
        pytest.param(select(and_(true(), *[T.c.a == n for n in range(20_000)])), marks=pytest.mark.sqlite),
        text("SELECT ("),
        text(""),
        text("SELECT 1; DROP TABLE t"),
    ],
    ids=["too many values", "too many columns", "too large", "unfinished", "nothing", "two statements"],
)
def test_what_the_database_refuses_is_an_error_of_its_kind(engine: Engine, statement: Any) -> None:
    with engine.connect() as connection:
        with pytest.raises((exc.DBAPIError, exc.ResourceClosedError)):
            connection.execute(statement).all()
        connection.rollback()
        assert connection.execute(select(T.c.b)).scalar() == "x"


@pytest.mark.parametrize("value", ["a\0b", "", "'; DROP TABLE t; --", "\U0001f426" * 1000, "\\", "%(x)s ? :x $1"])
def test_text_comes_back_as_it_was_given(engine: Engine, value: str) -> None:
    if "\0" in value and engine.name == "postgresql":
        with engine.connect() as connection, pytest.raises(exc.DataError, match="cannot contain NUL"):
            connection.execute(select(literal(value)))
        return
    with engine.begin() as connection:
        assert connection.execute(select(literal(value))).scalar() == value
        connection.execute(T.insert(), {"a": 2, "b": value})
        assert connection.execute(select(T.c.b).where(T.c.b == value)).scalar() == value


def test_names_cannot_leave_their_quotes(engine: Engine) -> None:
    name = 'x"; DROP TABLE t; --'
    with engine.connect() as connection:
        row = connection.execute(select(T.c.a.label(name))).one()
        assert row._mapping[name] == 1
    assert '"a"" FROM t; --"' in str(select(column('a" FROM t; --')).compile(engine))


def test_a_lone_surrogate_is_refused(engine: Engine) -> None:
    with engine.connect() as connection:
        with pytest.raises(UnicodeEncodeError):
            connection.execute(select(literal("\ud800")))
        assert connection.execute(select(T.c.a)).scalar() == 1


def test_integers_beyond_64_bits_are_refused(engine: Engine) -> None:
    with engine.connect() as connection:
        for value in (2**63, -(2**63) - 1, 10**100):
            with pytest.raises((OverflowError, exc.DBAPIError)):
                connection.execute(select(literal(value))).scalar()
        assert connection.execute(select(literal(2**63 - 1))).scalar() == 2**63 - 1


def test_a_key_that_is_too_wide_for_a_strategy_is_refused_by_it(database_url: str) -> None:
    keys = [f"k{i}" for i in range(17)]

    class Base(DeclarativeBase):
        pass

    class Wide(Base):
        __table__ = Table("wide", Base.metadata, *(Column(key, Integer, primary_key=True) for key in keys))
        parts = relationship("Part")

    class Part(Base):
        __table__ = Table(
            "part",
            Base.metadata,
            Column("id", Integer, primary_key=True),
            *(Column(key, Integer) for key in keys),
            ForeignKeyConstraint(keys, [f"wide.{key}" for key in keys]),
        )

    engine = create_engine(database_url)
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        session.add(Wide(**dict.fromkeys(keys, 1)))
        session.commit()
        with pytest.raises(exc.SQLAlchemyError, match="Wide.parts.*more than 16 columns"):
            session.scalars(select(Wide).options(selectinload(Wide.parts))).all()
        assert len(session.scalars(select(Wide).options(joinedload(Wide.parts))).unique().all()) == 1
    engine.dispose()

"""Engines, tables, sessions and values on PostgreSQL."""

from __future__ import annotations

import datetime
import decimal
import enum
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from cormorant import (
    Column,
    DateTime,
    Enum,
    ForeignKey,
    Integer,
    MetaData,
    Numeric,
    String,
    Table,
    create_engine,
    delete,
    event,
    exc,
    func,
    insert,
    select,
    text,
    update,
)  # fmt: skip
from cormorant.engine import Engine
from cormorant.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship, selectinload
from cormorant.orm.exc import StaleDataError
from postgresql_database import database


class Base(DeclarativeBase):
    metadata = MetaData()


class Color(enum.Enum):
    RED = 1
    BLUE = 2


class Person(Base):
    __tablename__ = "person"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(30), unique=True)
    born: Mapped[datetime.date | None]
    seen: Mapped[datetime.datetime | None] = mapped_column(DateTime(timezone=True))
    local: Mapped[datetime.datetime | None]
    price: Mapped[decimal.Decimal | None] = mapped_column(Numeric(20, 10))
    token: Mapped[uuid.UUID | None]
    span: Mapped[datetime.timedelta | None]
    color: Mapped[Color | None]
    raw: Mapped[bytes | None]
    ok: Mapped[bool] = mapped_column(default=True)
    ratio: Mapped[float | None]
    made: Mapped[datetime.datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    addresses: Mapped[list[Address]] = relationship(back_populates="person", cascade="all, delete-orphan")


class Address(Base):
    __tablename__ = "address"
    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    person: Mapped[Person] = relationship(back_populates="addresses")


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with database("tests") as url:
        yield url


@pytest.fixture
def engine(url: str) -> Iterator[Engine]:
    engine = create_engine(url)
    Base.metadata.create_all(engine)
    yield engine
    Base.metadata.drop_all(engine)
    engine.dispose()


def statements(engine: Engine) -> list[str]:
    """What is sent from now on, questions about the catalog as one word."""
    sent: list[str] = []

    def listen(conn: Any, cursor: Any, statement: str, *rest: Any) -> None:
        for catalog, word in (("pg_class", "table?"), ("pg_type", "type?")):
            if f"pg_catalog.{catalog}" in statement:
                statement = word
        sent.append(" ".join(statement.split()))

    event.listen(engine, "before_cursor_execute", listen)
    return sent


# ---- engines


@pytest.mark.parametrize(
    "driver", ["postgresql", "postgres", "postgresql+psycopg", "postgresql+psycopg2", "postgresql+asyncpg"]
)
def test_an_urls_driver_may_be_any(url: str, driver: str) -> None:
    engine, other = create_engine(url.replace("postgresql", driver, 1)), create_engine(url)
    assert engine.dialect is not other.dialect and engine.dialect.server_version_info is None
    assert engine.dialect.paramstyle == ("numeric_dollar" if "asyncpg" in driver else "pyformat")
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT 1")) == 1
    assert engine.dialect.name == engine.name == "postgresql"
    assert engine.dialect.server_version_info[0] >= 12
    assert engine.driver == (driver.partition("+")[2] or "psycopg2")
    engine.dispose()


def test_a_password_is_not_shown() -> None:
    engine = create_engine("postgresql://me:secret@127.0.0.1/x")
    assert "secret" not in repr(engine) + str(engine.url)


def test_isolation_levels_are_the_databases(url: str) -> None:
    engine = create_engine(url, isolation_level="REPEATABLE READ")
    shown = text("SHOW transaction_isolation")
    with engine.connect() as connection:
        assert connection.scalar(shown) == "repeatable read"
        connection.rollback()
        connection.execution_options(isolation_level="SERIALIZABLE")
        assert connection.get_isolation_level() == "SERIALIZABLE"
        assert connection.scalar(shown) == "serializable"
    with engine.connect() as connection:
        assert connection.scalar(shown) == "repeatable read"
        assert connection.default_isolation_level == "READ COMMITTED"
    with pytest.raises(exc.ArgumentError, match="READ COMMITTED"):
        engine.execution_options(isolation_level="SOMETIMES")
    engine.dispose()


def test_autocommit_sends_no_begin(engine: Engine) -> None:
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(insert(Person).values(name="kept"))
    with engine.connect() as connection:
        assert connection.scalar(select(Person.name)) == "kept"


# ---- tables


def test_tables_types_and_cycles_are_made_and_dropped_in_order(url: str) -> None:
    engine, metadata = create_engine(url), MetaData()
    Table(
        "b", metadata, Column("id", Integer, primary_key=True), Column("kind", Enum("x", "y", name="kind")),
        Column("a_id", ForeignKey("a.id", name="fk_ba")),
    )  # fmt: skip
    Table(
        "a", metadata, Column("id", Integer, primary_key=True), Column("kind", Enum("x", "y", name="kind")),
        Column("b_id", ForeignKey("b.id", name="fk_ab")), comment="hey",
    )  # fmt: skip
    sent = statements(engine)
    metadata.create_all(engine)
    assert [one.partition(" (")[0] for one in sent] == [
        "table?", "table?", "type?", "CREATE TYPE kind AS ENUM", "CREATE TABLE b", "CREATE TABLE a",
        "COMMENT ON TABLE a IS 'hey'", "ALTER TABLE b ADD CONSTRAINT fk_ba FOREIGN KEY(a_id) REFERENCES a",
        "ALTER TABLE a ADD CONSTRAINT fk_ab FOREIGN KEY(b_id) REFERENCES b",
    ]  # fmt: skip
    sent.clear()
    metadata.create_all(engine)
    assert sent == ["table?", "table?", "type?"]
    sent.clear()
    metadata.drop_all(engine)
    assert sent == [
        "table?", "table?", "ALTER TABLE b DROP CONSTRAINT fk_ba", "ALTER TABLE a DROP CONSTRAINT fk_ab",
        "DROP TABLE a", "DROP TABLE b", "type?", "DROP TYPE kind",
    ]  # fmt: skip
    sent.clear()
    metadata.drop_all(engine)
    assert sent == ["table?", "table?", "type?"]
    engine.dispose()


def test_a_cycle_without_names_cannot_be_dropped(url: str) -> None:
    engine, metadata = create_engine(url), MetaData()
    Table("c", metadata, Column("id", Integer, primary_key=True), Column("d_id", ForeignKey("d.id")))
    Table("d", metadata, Column("id", Integer, primary_key=True), Column("c_id", ForeignKey("c.id")))
    metadata.create_all(engine)
    with pytest.raises(exc.CircularDependencyError, match="has no name"):
        metadata.drop_all(engine)
    with engine.begin() as connection:
        connection.execute(text("DROP TABLE c, d CASCADE"))
    engine.dispose()


def test_schemas_are_asked(url: str) -> None:
    engine, metadata = create_engine(url), MetaData(schema="other")
    Table("thing", metadata, Column("id", Integer, primary_key=True))
    with engine.begin() as connection:
        connection.execute(text("CREATE SCHEMA other"))
        assert not connection._has_table("other", "thing")
    metadata.create_all(engine)
    with engine.connect() as connection:
        assert connection._has_table("other", "thing") and not connection._has_table(None, "thing")
    metadata.create_all(engine)
    metadata.drop_all(engine)
    engine.dispose()


# ---- statements


def test_marks_are_numbered_and_typed(engine: Engine) -> None:
    sent = statements(engine)
    with engine.connect() as connection:
        query = select(Person.name).where(Person.id.in_([1, 2]), Person.name == "x", Person.ratio > 1.5)
        assert connection.execute(query).all() == []
        both = text("SELECT :a || :b || :a").bindparams(a="x", b="y")
        assert connection.scalar(both) == "xyx"
    assert sent[0] == (
        "SELECT person.name FROM person WHERE person.id IN ($3::INTEGER, $4::INTEGER) AND "
        "person.name = $1::VARCHAR AND person.ratio > $2::FLOAT"
    )


def test_values_come_back_as_they_were(engine: Engine) -> None:
    zone = datetime.timezone(datetime.timedelta(hours=2))
    given: dict[str, Any] = {
        "name": "ä€😀", "born": datetime.date(1, 2, 3), "seen": datetime.datetime(2020, 1, 1, 12, tzinfo=zone),
        "local": datetime.datetime(2021, 2, 3, 4, 5, 6, 789), "price": decimal.Decimal("1234567890.0123456789"),
        "token": uuid.UUID(int=2**127 + 5), "span": datetime.timedelta(days=-3, seconds=5, microseconds=7),
        "color": Color.BLUE, "raw": b"\0\1\xff", "ok": False, "ratio": 0.1,
    }  # fmt: skip
    with Session(engine) as session:
        session.add(Person(**given))
        session.commit()
    with Session(engine) as session:
        person = session.scalars(select(Person).where(*(getattr(Person, k) == v for k, v in given.items()))).one()
        assert {name: getattr(person, name) for name in given} == given
        assert person.seen is not None and person.seen.utcoffset() == datetime.timedelta(0)
        assert person.made.tzinfo is not None


def test_nulls_come_back_as_none(engine: Engine) -> None:
    with Session(engine) as session:
        session.add(Person(name="none"))
        session.commit()
        person = session.scalars(select(Person)).one()
        assert [person.born, person.seen, person.price, person.token, person.span, person.color, person.raw] == [
            None
        ] * 7


def test_an_error_has_the_servers_details(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(insert(Person).values(name="ada"))
    with engine.connect() as connection, pytest.raises(exc.IntegrityError) as caught:
        connection.execute(insert(Person).values(name="ada"))
    orig: Any = caught.value.orig
    assert type(orig).__name__ == "UniqueViolation" and orig.sqlstate == orig.pgcode == "23505"
    assert (orig.diag.constraint_name, orig.diag.table_name) == ("person_name_key", "person")
    assert not caught.value.connection_invalidated
    with engine.connect() as connection, pytest.raises(exc.ProgrammingError, match="no_such"):
        connection.execute(text("SELECT no_such"))


def test_a_failed_transaction_wants_a_rollback(engine: Engine) -> None:
    with engine.connect() as connection:
        with pytest.raises(exc.ProgrammingError):
            connection.execute(text("SELECT no_such"))
        with pytest.raises(exc.InternalError, match="aborted"):
            connection.execute(text("SELECT 1"))
        connection.rollback()
        assert connection.scalar(text("SELECT 1")) == 1


def test_plain_sql_has_psycopgs_marks(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.exec_driver_sql("INSERT INTO person (name, ok) VALUES (%s, %s)", [("a%", True), ("b", False)])
        found = connection.exec_driver_sql(
            "SELECT name FROM person WHERE name LIKE '%%%%' AND (name = %(n)s OR name || '!' = %(n)s)", {"n": "a%"}
        )
        assert found.scalars().all() == ["a%"]
        assert connection.exec_driver_sql("SELECT '%s'").scalar() == "%s"
    raw = engine.raw_connection()
    cursor = raw.cursor()
    cursor.execute("SELECT name, %s FROM person WHERE ok = %s", ("x", False))
    assert cursor.fetchall() == [("b", "x")] and [one[0] for one in cursor.description][0] == "name"
    cursor.execute("DELETE FROM person")
    assert cursor.rowcount == 2
    raw.rollback()
    raw.close()
    with engine.connect() as connection:
        assert connection.scalar(select(func.count()).select_from(Person)) == 2


# ---- sessions


def test_many_new_objects_get_their_own_keys(engine: Engine) -> None:
    sent = statements(engine)
    people = [Person(name=f"p{i:04}", addresses=[Address(email=f"{i}@{k}") for k in range(2)]) for i in range(1200)]
    with Session(engine) as session:
        session.add_all(people)
        session.commit()
        found = session.scalars(select(Person).options(selectinload(Person.addresses)).order_by(Person.id)).all()
        assert [one.name for one in found] == [f"p{i:04}" for i in range(1200)]
        assert all({a.email for a in one.addresses} == {f"{i}@0", f"{i}@1"} for i, one in enumerate(found))
    inserts = [one for one in sent if one.startswith("INSERT")]
    assert len(inserts) < 20 and "ORDER BY sen_counter RETURNING" in inserts[0]


def test_objects_are_changed_and_deleted(engine: Engine) -> None:
    with Session(engine) as session:
        session.add_all(Person(name=f"p{i}", addresses=[Address(email="x"), Address(email="y")]) for i in range(3))
        session.commit()
        first, second, third = session.scalars(select(Person).order_by(Person.name)).all()
        first.name, second.ratio = "changed", 2.5
        del first.addresses[0]
        session.delete(third)
        session.commit()
        session.execute(update(Person).where(Person.name == "p1").values(ratio=Person.ratio + 1))
        assert session.execute(select(Person.name, Person.ratio).order_by(Person.id)).all() == [
            ("changed", None), ("p1", 3.5),
        ]  # fmt: skip
        assert session.scalar(select(func.count()).select_from(Address)) == 3


def test_a_failed_flush_leaves_the_states_that_sqlalchemy_leaves(engine: Engine) -> None:
    with Session(engine) as session:
        session.add(Person(name="ada"))
        session.commit()
        bad = Person(name="ada")
        session.add(bad)
        with pytest.raises(exc.IntegrityError):
            session.flush()
        with pytest.raises(exc.PendingRollbackError):
            session.scalars(select(Person)).all()
        session.rollback()
        assert bad not in session and session.scalar(select(func.count()).select_from(Person)) == 1


def test_a_savepoint_saves_the_transaction(engine: Engine) -> None:
    with Session(engine) as session:
        session.add(Person(name="ada"))
        session.flush()
        with pytest.raises(exc.IntegrityError), session.begin_nested():
            session.add(Person(name="ada"))
        session.add(Person(name="bob"))
        session.commit()
        assert session.scalars(select(Person.name).order_by(Person.name)).all() == ["ada", "bob"]


def test_a_flush_of_many_changes_counts_each_of_them(engine: Engine) -> None:
    with Session(engine, expire_on_commit=False) as session:
        session.add_all(Person(name=f"p{i}") for i in range(1200))
        session.commit()
        people = session.scalars(select(Person).order_by(Person.id)).all()
        for person in people:
            person.name += "!"
        session.commit()
        assert session.scalar(select(func.count()).where(Person.name.like("%!"))) == 1200
        with engine.begin() as connection:
            connection.execute(delete(Person).where(Person.id == people[700].id))
        for person in people:
            person.name = f"late {person.id}"
        with pytest.raises(StaleDataError, match="1200 rows and met 1199"):
            session.flush()
        session.rollback()
        for person in people[:700]:
            session.delete(person)
        session.commit()
        assert session.scalar(select(func.count()).select_from(Person)) == 499


def test_rows_changed_are_counted(engine: Engine) -> None:
    with Session(engine) as session:
        session.add(Person(name="ada"))
        session.commit()
        person = session.scalars(select(Person)).one()
        with engine.begin() as connection:
            connection.execute(text("DELETE FROM person"))
        person.name = "gone"
        with pytest.raises(StaleDataError):
            session.flush()

"""What is raised: classes, and what they carry."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import pytest
from cormorant import (
    CheckConstraint,
    Column,
    ForeignKey,
    Integer,
    MetaData,
    String,
    Table,
    TypeDecorator,
    create_engine,
    exc,
    insert,
    select,
    text,
)
from cormorant.engine import dbapi

metadata = MetaData()
t = Table(
    "t",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("s", String, nullable=False, unique=True),
    Column("n", Integer),
    CheckConstraint("n < 10", name="small"),
)
BAD_SQL: dict[str, tuple[type[Exception], type[Exception]]] = {
    "sqlite": (exc.OperationalError, sqlite3.OperationalError),
    "postgresql": (exc.ProgrammingError, dbapi.ProgrammingError),
}
o = Table("o", metadata, Column("id", Integer, primary_key=True), Column("t_id", ForeignKey("t.id")))


@pytest.fixture
def connection(database_url: str) -> Any:
    engine = create_engine(database_url)
    metadata.create_all(engine)
    with engine.connect() as connection:
        if engine.name == "sqlite":
            connection.exec_driver_sql("PRAGMA foreign_keys=ON")
        connection.execute(insert(t), {"id": 1, "s": "a"})
        connection.commit()
        yield connection
    engine.dispose()


@pytest.mark.parametrize(
    ("statement", "parameters", "kind", "column"),
    [
        (insert(t), {"id": 1, "s": "b"}, "PRIMARY KEY", "t.id"),
        (insert(t), {"id": 2, "s": "a"}, "UNIQUE", "t.s"),
        (insert(t), {"id": 2, "s": None}, "NOT NULL", "t.s"),
        (insert(t), {"id": 2, "s": "c", "n": 11}, "CHECK", None),
        (insert(o), {"t_id": 77}, "FOREIGN KEY", {"postgresql": "o.t_id"}),  # SQLite does not say which
    ],
)
def test_constraints_are_integrity_errors(
    connection: Any, statement: Any, parameters: Any, kind: str, column: Any
) -> None:
    with pytest.raises(exc.IntegrityError) as caught:
        connection.execute(statement, parameters)
    error: Any = caught.value
    if isinstance(column, dict):
        column = column.get(connection.dialect.name)
    assert error.constraint == kind and getattr(error, "column", None) == column
    if connection.dialect.name == "sqlite":
        assert isinstance(error.orig, sqlite3.IntegrityError)
        assert error.orig.sqlite_errorname.startswith("SQLITE_CONSTRAINT") and error.orig.sqlite_errorcode & 0xFF == 19
        assert str(error).startswith("(sqlite3.IntegrityError)")
    else:
        assert isinstance(error.orig, dbapi.IntegrityError) and error.orig.sqlstate == error.sqlstate
        assert error.sqlstate.startswith("23")
        assert str(error).startswith(f"(cormorant.engine.dbapi.{type(error.orig).__name__})")
    assert error.__cause__ is error.orig and not error.connection_invalidated
    assert error.statement.startswith("INSERT INTO") and error.params == tuple(parameters.values())
    connection.rollback()
    assert connection.execute(select(t.c.id)).scalars().all() == [1]


def test_failing_executemany_shows_its_rows(connection: Any) -> None:
    with pytest.raises(exc.IntegrityError) as caught:
        connection.execute(insert(t), [{"s": "q"}, {"s": "q"}])
    assert caught.value.params == [("q",), ("q",)] and caught.value.ismulti


def test_bad_sql(connection: Any) -> None:
    for sql in ("SELEC", "SELECT * FROM absent", "SELECT absent"):
        with pytest.raises(exc.DBAPIError) as caught:
            connection.execute(text(sql))
        kind, orig = BAD_SQL[connection.dialect.name]
        assert type(caught.value) is kind and isinstance(caught.value.orig, orig) and caught.value.statement == sql
        connection.rollback()
    mark = {"sqlite": "?", "postgresql": "%s"}[connection.dialect.name]
    with pytest.raises(exc.ProgrammingError):
        connection.exec_driver_sql(f"SELECT {mark}", (1, 2))
    connection.rollback()
    with pytest.raises(exc.ProgrammingError):
        connection.exec_driver_sql("SELECT 1; SELECT 2")


def test_missing_and_wrong_parameters(connection: Any) -> None:
    with pytest.raises(exc.StatementError) as caught:
        connection.execute(text("SELECT :a"), {})
    assert isinstance(caught.value.orig, exc.InvalidRequestError) and "'a'" in str(caught.value)
    mark = {"sqlite": "?", "postgresql": "%(a)s"}[connection.dialect.name]
    assert caught.value.statement == f"SELECT {mark}" and caught.value.params == [{}]
    with pytest.raises(exc.StatementError, match="row 1") as caught:
        connection.execute(insert(t), [{"s": "q"}, {"n": 4}])
    assert caught.value.params == [{"s": "q"}, {"n": 4}]
    for wrong in (5, [1, 2], "abc", [{"s": "x"}, 5]):
        with pytest.raises(exc.ArgumentError):
            connection.execute(text("SELECT 1"), wrong)
    with pytest.raises(exc.CompileError, match="absent"):
        connection.execute(insert(t).values(absent=1))
    assert connection.execute(insert(t), {"id": 9, "s": "x", "absent": 1}).rowcount == 1


def test_values_that_the_driver_cannot_take(connection: Any) -> None:
    with pytest.raises(exc.ProgrammingError, match="'type' is not supported") as caught:
        connection.execute(insert(t), {"s": object})
    orig = {"sqlite": sqlite3.ProgrammingError, "postgresql": dbapi.ProgrammingError}[connection.dialect.name]
    assert caught.value.params == (object,) and isinstance(caught.value.orig, orig)
    with pytest.raises(OverflowError):
        connection.execute(insert(t), {"s": "x", "n": 2**70})
    assert connection.execute(select(t.c.id)).scalars().all() == [1]


@pytest.mark.sqlite  # its dates are texts
def test_bad_value_in_the_database_raises_when_it_is_read(connection: Any) -> None:
    from cormorant import Date, column, literal_column

    statement = select(literal_column("'xx'", Date).label("d"), column("id")).select_from(t)
    with pytest.raises(ValueError, match="xx"):
        connection.execute(statement).all()


class Boom(TypeDecorator[Any]):
    impl = String
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Any) -> Any:
        if value == "odd":
            raise LookupError("boom")
        return value

    def process_result_value(self, value: Any, dialect: Any) -> Any:
        raise LookupError("unreadable")


b = Table("b", MetaData(), Column("id", Integer, primary_key=True), Column("v", Boom))


def test_converters_that_raise(connection: Any) -> None:
    b.create(connection)
    with pytest.raises(exc.StatementError) as caught:
        connection.execute(insert(b), {"v": "odd"})
    assert isinstance(caught.value.orig, LookupError) and str(caught.value).startswith("(builtins.LookupError) boom")
    marked = {"sqlite": "(?)", "postgresql": "(%(v)s) RETURNING b.id"}[connection.dialect.name]
    assert caught.value.statement == f"INSERT INTO b (v) VALUES {marked}" and caught.value.params == [{"v": "odd"}]
    connection.execute(insert(b), {"v": "even"})
    with pytest.raises(LookupError, match="unreadable"):
        connection.execute(select(b)).all()
    assert connection.execute(select(b.c.id)).all() == [(1,)]


def test_default_that_raises(connection: Any) -> None:
    d = Table("d", MetaData(), Column("id", Integer, primary_key=True), Column("v", Integer, default=lambda: 1 // 0))
    d.create(connection)
    with pytest.raises((ZeroDivisionError, exc.StatementError)):
        connection.execute(insert(d), {})
    assert connection.execute(select(d)).all() == []


@pytest.mark.sqlite
def test_locked_and_read_only(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    engine = create_engine(f"sqlite:///{path}", connect_args={"timeout": 0.05})
    metadata.create_all(engine)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with engine.connect() as connection:
        with pytest.raises(exc.OperationalError, match="locked"):
            connection.execute(insert(t), {"s": "a"})
        connection.rollback()
        other.execute("ROLLBACK")
        connection.execute(insert(t), {"s": "a"})
        connection.commit()
    other.close()
    read_only = create_engine(f"sqlite:///file:{path}?mode=ro&uri=true")
    with read_only.connect() as connection:
        with pytest.raises(exc.OperationalError, match="readonly"):
            connection.execute(insert(t), {"s": "b"})
        connection.rollback()
        assert connection.scalar(select(t.c.s)) == "a"
    absent = create_engine(f"sqlite:///{tmp_path}/no/a.db")
    with pytest.raises(exc.OperationalError) as caught:
        absent.connect()
    assert caught.value.statement is None
    engine.dispose()
    read_only.dispose()

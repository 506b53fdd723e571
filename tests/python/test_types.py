"""Types: their names in DDL, what they make of values, and where expressions get theirs."""

# ruff: noqa: E501 - a case is a line

from __future__ import annotations

import datetime
import enum
import uuid
from typing import Any

import pytest
from both import LIBRARIES, Library


@pytest.fixture(scope="module")
def libraries() -> list[Library]:
    return [Library(name) for name in LIBRARIES]


TYPES = """
Integer() SmallInteger() BigInteger() String() String(30) Text() Text(100) Unicode(5) UnicodeText() Boolean() Date() Time()
DateTime() DateTime(timezone=True) Float() Float(5) Double() Numeric() Numeric(10,2) Numeric(10) LargeBinary() LargeBinary(20)
JSON() Uuid() UUID() Interval() PickleType() Enum("a","bbb",name="e") VARCHAR(30) CHAR(3) NCHAR(3) NVARCHAR(4) TEXT() CLOB()
DECIMAL(5,1) NUMERIC(5,1) FLOAT() REAL() DOUBLE() DOUBLE_PRECISION() INTEGER() BIGINT() SMALLINT() BOOLEAN() DATE() TIME()
DATETIME() TIMESTAMP() BLOB() BINARY(3) VARBINARY(3) String(5,collation="C")
""".split()


@pytest.mark.parametrize("dialect", [None, "sqlite"])
@pytest.mark.parametrize("source", TYPES)
def test_a_type_has_sqlalchemys_name(libraries: list[Library], source: str, dialect: str | None) -> None:
    column = f"ddl.CreateTable(Table('t', MetaData(), Column('c', {source})))"
    cast = f"cast(u.c.age, {source})"
    for statement in (column, cast):
        expected, got = (one.text(statement, dialect) for one in libraries)
        assert got[0] == expected[0]


@pytest.mark.parametrize("source", TYPES)
def test_a_type_prints_and_repeats_itself(libraries: list[Library], source: str) -> None:
    expected, got = (one.value(source) for one in libraries)
    assert str(got) == str(expected)
    if source != "PickleType()":  # SQLAlchemy's shows the address of a module
        assert repr(got) == repr(expected)


@pytest.mark.parametrize(
    "source", ["Integer", "String", "Float", "Numeric", "Date", "DateTime", "Time", "Boolean", "JSON", "Uuid"]
)
def test_a_type_says_its_python_class(libraries: list[Library], source: str) -> None:
    expected, got = (one.value(f"{source}().python_type") for one in libraries)
    assert got is expected


class Color(enum.Enum):
    RED = "r"
    BLUE = "b"
    CRIMSON = "r"


@pytest.mark.parametrize(
    "arguments",
    [((Color,), {}), (("x", "y"), {"name": "e"}), ((Color,), {"values_callable": lambda c: [m.value for m in c]})],
)
def test_an_enum_knows_its_values(libraries: list[Library], arguments: Any) -> None:
    positional, named = arguments
    made = [one.names["Enum"](*positional, **named) for one in libraries]
    assert made[1].enums == made[0].enums
    assert made[1].name == made[0].name
    assert made[1].length == made[0].length
    assert made[1].enum_class is made[0].enum_class
    assert made[1].python_type is made[0].python_type


def processed(library: Library, source: str, value: Any) -> Any:
    """What a type sends for a value and makes of it again, through its processors."""
    dialect = library.names["sqlite"].dialect()
    type_ = library.value(source) if isinstance(source, str) else source(library)
    bind = (
        type_.dialect_impl(dialect).bind_processor(dialect)
        if library.name == "sqlalchemy"
        else type_.bind_processor(dialect)
    )
    try:
        return bind(value) if bind else value
    except Exception as error:
        return type(error).__name__


@pytest.mark.parametrize(
    ("source", "value"),
    [
        (lambda library: library.names["Enum"](Color), Color.RED),
        (lambda library: library.names["Enum"](Color), "RED"),
        (lambda library: library.names["Enum"](Color), 5),
        ("Enum('x', 'y')", "x"),
        ("Enum('x', 'y')", "other"),
        ("Enum('x', 'y', validate_strings=True)", "other"),
        ("JSON()", {"a": [1, None]}),
        ("JSON()", None),
        ("JSON(none_as_null=True)", None),
        ("Uuid()", uuid.UUID(int=5)),
        ("Uuid(as_uuid=False)", str(uuid.UUID(int=5))),
        ("PickleType()", [1, 2]),
        ("PickleType()", None),
    ],
)
def test_a_value_is_sent_as_sqlalchemy_sends_it(libraries: list[Library], source: Any, value: Any) -> None:
    expected, got = (processed(one, source, value) for one in libraries)
    assert got == expected


def words(library: Library) -> Any:
    base, string = library.names["TypeDecorator"], library.names["String"]

    class Words(base):  # type: ignore[misc, valid-type]
        impl = string
        cache_ok = True

        def process_bind_param(self, value: Any, dialect: Any) -> Any:
            return None if value is None else " ".join(value)

        def process_result_value(self, value: Any, dialect: Any) -> Any:
            return None if value is None else value.split(" ")

    return Words


def test_a_decorator_stands_on_its_impl(libraries: list[Library]) -> None:
    seen = []
    for one in libraries:
        one.names["Words"] = words(one)
        one.run("w = Table('w', MetaData(), Column('id', Integer, primary_key=True), Column('t', Words(20)))")
        seen.append(
            [
                one.text("ddl.CreateTable(w)")[0],
                one.text("select(w.c.t).where(w.c.t == ['a', 'b'])"),
                one.text("w.c.t.in_([['a'], ['b', 'c']])"),
                one.text("w.c.t == None"),
                one.text("w.c.t + 'x'"),
                repr(one.value("w.c.t.type")),
                one.value("w.c.t.type.length"),
                one.value("w.c.t.type.impl.length"),
                one.value("type((w.c.t).label('x').type).__name__"),
                one.value("w.c.t.label('x').type is w.c.t.type"),
                one.value("type(func.max(w.c.t).type).__name__"),
            ]
        )
    assert seen[1] == seen[0]


def test_a_type_of_the_programs_own_prints_its_own_name(libraries: list[Library]) -> None:
    seen = []
    for one in libraries:
        one.run(
            "from importlib import import_module\n"
            "class Point(import_module(Integer.__module__.split('.')[0] + '.types').UserDefinedType):\n"
            "    cache_ok = True\n"
            "    def get_col_spec(self, **kw):\n"
            "        return 'POINT'\n"
        )
        seen.append(one.text("ddl.CreateTable(Table('t', MetaData(), Column('p', Point)))")[0])
    assert seen[1] == seen[0]


@pytest.mark.parametrize(
    "value",
    ["5", "2**40", "'x'", "1.5", "True", "b'x'", "datetime.date(2020,1,1)", "datetime.datetime(2020,1,1)", "datetime.time(5)",
     "decimal.Decimal('1.5')", "None", "datetime.timedelta(5)"],
)  # fmt: skip
def test_a_literal_has_the_type_of_its_class(libraries: list[Library], value: str) -> None:
    expected, got = (type(one.value(f"literal({value})").type).__name__ for one in libraries)
    assert got == expected
    expected, got = (one.value(f"literal({value}).value") for one in libraries)
    assert got == expected
    assert type(got) is type(expected)


@pytest.mark.parametrize("column", ["age", "name", "score", "price", "born", "seen", "active", "data"])
@pytest.mark.parametrize("value", ["5", "'x'", "1.5", "datetime.date(2020,1,1)", "decimal.Decimal('1.5')"])
def test_a_value_beside_a_column_has_sqlalchemys_type(libraries: list[Library], column: str, value: str) -> None:
    expected, got = (type(one.value(f"(u.c.{column} > {value}).right.type").copy()).__name__ for one in libraries)
    assert got == expected


def test_values_come_back_as_they_were() -> None:
    ours = Library("cormorant")
    for value in (
        datetime.datetime(1, 1, 1), datetime.datetime(9999, 12, 31, 23, 59, 59, 999999), datetime.date(1969, 12, 31),
        datetime.time(23, 59, 59, 1), -(2**63), 2**63 - 1, 2**70, "", "é", "\0", b"", b"\0", 0.0, [1], (1, 2), {"a": 1},
        Color.RED, object,
    ):  # fmt: skip
        got = ours.names["literal"](value).value
        assert got == value and type(got) is type(value)


def test_converters_are_given_the_engines_dialect(database_url: str) -> None:
    from cormorant import Column, Integer, MetaData, String, Table, TypeDecorator, create_engine, select
    from cormorant.orm import DeclarativeBase, Session, mapped_column

    engine, seen = create_engine(database_url), []

    class Watching(TypeDecorator):  # type: ignore[type-arg]
        impl, cache_ok = String, True

        def process_bind_param(self, value: Any, dialect: Any) -> Any:
            seen.append(dialect is engine.dialect)
            return value

        def process_result_value(self, value: Any, dialect: Any) -> Any:
            seen.append(dialect is engine.dialect)
            return value

    class Base(DeclarativeBase):
        metadata = MetaData()

    class Thing(Base):
        __table__ = Table("thing", Base.metadata, Column("code", Watching, primary_key=True), Column("n", Integer))

    class Other(Base):
        __tablename__ = "other"
        code = mapped_column(Watching, primary_key=True)

    Base.metadata.create_all(engine)
    with Session(engine) as session:
        session.add_all([Thing(code="a", n=1), Other(code="b")])
        session.commit()
        assert session.get(Thing, "a").n == 1  # type: ignore[union-attr]
        assert session.scalars(select(Other)).one().code == "b"
    with engine.connect() as connection:
        assert connection.execute(select(Thing.code)).all() == [("a",)]
    assert seen and all(seen)

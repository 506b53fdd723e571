"""Names of tables, columns and parameters may hold anything that the database allows: they are quoted, never read."""

from __future__ import annotations

from typing import Any

import pytest
from cormorant import (
    Column,
    Engine,
    Enum,
    Integer,
    MetaData,
    String,
    Table,
    bindparam,
    create_engine,
    func,
    insert,
    inspect,
    literal_column,
    select,
    text,
)
from cormorant.orm import Session, registry

ODD = [
    'a"b', "a'b", "a`b", "a]b", "a[b", "a\nb", "a\tb", "a\\b", "a%sb", "a%%b", "a%(x)sb", "a:b", "a::b", "a?b", "$1",
    "a.b", " ", "a b",
    "a;b", "a--b", "a/*b", "a\x01b", "a\x02b", "a\x05b", "select", "A", "ü", "\U0001f426", "0", "{a}",
]  # fmt: skip


@pytest.fixture
def engine(database_url: str) -> Any:
    engine = create_engine(database_url)
    yield engine
    engine.dispose()


def odd_table(name: str) -> Table:
    columns = (
        Column("id", Integer, primary_key=True),
        Column(name, String(20)),
        Column(f"{name}2", Integer, index=True),
    )
    return Table(f"{name} t", MetaData(), *columns)


@pytest.mark.parametrize("name", ODD, ids=ascii)
def test_odd_names_are_made_written_read_and_reflected(engine: Engine, name: str) -> None:
    table = odd_table(name)
    table.metadata.create_all(engine)
    with engine.begin() as connection:
        connection.execute(insert(table), {name: "one"})
        connection.execute(insert(table), [{name: "two", f"{name}2": 2}, {name: "three", f"{name}2": 3}])
        connection.execute(table.update().where(table.c[name] == "two").values({name: "too"}))
        rows = connection.execute(select(table).where(table.c[name].in_(["one", "too"])).order_by(table.c.id)).all()
        assert [row._mapping[name] for row in rows] == ["one", "too"]
        assert [column["name"] for column in inspect(connection).get_columns(table.name)] == ["id", name, f"{name}2"]
        assert connection.scalar(select(func.count()).select_from(table.alias(name))) == 3
    table.metadata.drop_all(engine)
    assert inspect(engine).get_table_names() == []


@pytest.mark.parametrize("name", ODD, ids=ascii)
def test_odd_names_are_mapped(engine: Engine, name: str) -> None:
    table = odd_table(name)
    odd_key = Table("odd_key", table.metadata, Column(name, Integer, primary_key=True), Column("n", Integer))
    table.metadata.create_all(engine)
    thing, key = type("Thing", (), {}), type("Key", (), {})
    mappers = registry()
    mappers.map_imperatively(thing, table, properties={"name": table.c[name], "number": table.c[f"{name}2"]})
    mappers.map_imperatively(key, odd_key, properties={"key": odd_key.c[name]})
    with Session(engine) as session:
        one, other = thing(), key()
        one.name, one.number, other.key, other.n = "one", 1, 1, 1
        session.add_all([one, other])
        session.commit()
        one.name, other.n = "two", 2
        session.commit()
        assert session.get(key, 1).n == 2
        assert session.scalars(select(thing).filter_by(name="two")).one() is one
        session.delete(one)
        session.delete(other)
        session.commit()
    mappers.dispose()
    table.metadata.drop_all(engine)


@pytest.mark.parametrize("name", ["a.b", "a b", "a:b", "a%b", "a(b)", "a[b]", "x" * 200])
def test_a_parameter_is_given_by_the_name_that_was_written(engine: Engine, name: str) -> None:
    with engine.connect() as connection:
        assert connection.scalar(select(bindparam(name, type_=Integer)), {name: 7}) == 7
        one_of = literal_column("2", Integer).in_(bindparam(name, expanding=True))
        assert connection.scalar(select(one_of), {name: [1, 2]})


def test_names_that_print_alike_are_still_two(engine: Engine) -> None:
    table = Table("t", MetaData(), Column("a.b", Integer), Column("a_b", Integer))
    table.metadata.create_all(engine)
    with engine.begin() as connection:
        connection.execute(insert(table), {"a.b": 1, "a_b": 2})
        assert connection.execute(select(table)).one() == (1, 2)


def test_what_has_a_nul_is_refused_and_never_cut_off(engine: Engine) -> None:
    for make in (
        lambda: Table("a\0b", MetaData()),
        lambda: Table("t", MetaData(), Column("a\0b", Integer)),
        lambda: Table("t", MetaData(), Column("e", Enum("a\0b"))),
        lambda: text("SELECT 1\0 and more"),
        lambda: literal_column("1\0"),
        lambda: bindparam("a\0b"),
        lambda: select(literal_column("1")).prefix_with("ALL\0"),
        lambda: create_engine("postgresql:///a\0b"),
    ):
        with pytest.raises(ValueError, match="embedded null character"):
            make()
    with engine.connect() as connection:
        with pytest.raises(ValueError, match="embedded null character"):
            connection.execute(text("SELECT :a"), {"a\0b": 1})
        with pytest.raises(ValueError, match="embedded null character"):
            connection.exec_driver_sql("SELECT 1\0 and more")


def test_a_lone_surrogate_in_a_name_is_refused(engine: Engine) -> None:
    for make in (lambda: Table("\ud800", MetaData()), lambda: text("SELECT '\ud800'"), lambda: bindparam("\ud800")):
        with pytest.raises(UnicodeEncodeError):
            make()

"""Tables that take their parts from a database. That they are SQLAlchemy's: tests/differential/programs/82 and 83."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import cormorant as sa
import pytest
from cormorant import exc, orm


@pytest.fixture
def engine(file_url: str) -> Iterator[Any]:
    """A shop's tables, two of which refer to each other."""
    engine = sa.create_engine(file_url)
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE store (id INTEGER NOT NULL PRIMARY KEY, best INTEGER)")
        connection.exec_driver_sql(
            "CREATE TABLE product (id INTEGER NOT NULL PRIMARY KEY, store_id INTEGER REFERENCES store (id), "
            "price NUMERIC(6, 2), twice NUMERIC(6, 2) GENERATED ALWAYS AS (price * 2) STORED)"
        )
        connection.exec_driver_sql("CREATE TABLE pair (a INTEGER, b INTEGER, PRIMARY KEY (b, a))")
        if engine.dialect.name == "postgresql":
            connection.exec_driver_sql("ALTER TABLE store ADD FOREIGN KEY (best) REFERENCES product (id)")
    yield engine
    engine.dispose()


def test_tables_that_refer_to_each_other_are_found_once(engine: Any) -> None:
    metadata = sa.MetaData()
    product = sa.Table("product", metadata, autoload_with=engine)
    store = metadata.tables["store"]
    assert sorted(metadata.tables) == ["product", "store"]
    assert product.c.store_id.references(store.c.id)
    assert len(product.foreign_keys) == 1
    assert len(store.foreign_keys) == (1 if engine.dialect.name == "postgresql" else 0)


def test_a_key_keeps_its_order(engine: Any) -> None:
    pair = sa.Table("pair", sa.MetaData(), autoload_with=engine)
    assert pair.c.keys() == ["a", "b"]
    assert [column.name for column in pair.primary_key.columns] == ["b", "a"]


def test_a_table_that_cannot_be_loaded_is_not_in_the_metadata(engine: Any) -> None:
    metadata = sa.MetaData()
    with pytest.raises(exc.NoSuchTableError, match="nowhere"):
        sa.Table("nowhere", metadata, autoload_with=engine)
    with pytest.raises(exc.ArgumentError, match="'id' is in the primary key of 'store'"):
        sa.Table("store", metadata, sa.Column("id", sa.Integer), autoload_with=engine)
    assert not metadata.tables
    assert sa.Table("store", metadata, autoload_with=engine).c.keys() == ["id", "best"]


def test_computed_values_come_back_and_are_not_sent(engine: Any) -> None:
    class Base(orm.DeclarativeBase):
        pass

    class Product(Base):
        __table__ = sa.Table("product", Base.metadata, autoload_with=engine)

    assert Product.__table__.c.twice.computed.persisted is True
    with orm.Session(engine) as session:
        one = Product(id=1, price=4)
        session.add(one)
        session.commit()
        assert one.twice == 8
        one.price = 5
        session.commit()
        assert one.twice == 10


def test_what_the_database_says_replaces_what_was_said(engine: Any) -> None:
    metadata = sa.MetaData()
    product = sa.Table("product", metadata, sa.Column("id", sa.String, primary_key=True), sa.Column("x", sa.Integer))
    column = product.c.id
    sa.Table("product", metadata, autoload_with=engine, extend_existing=True, autoload_replace=False)
    assert isinstance(column.type, sa.String)
    sa.Table("product", metadata, autoload_with=engine, extend_existing=True)
    assert isinstance(column.type, sa.INTEGER) and product.c.id is column
    assert product.c.keys() == ["id", "x", "store_id", "price", "twice"]
    assert str(sa.select(product.c.id).where(column == 3)) == (
        "SELECT product.id \nFROM product \nWHERE product.id = :id_1"
    )
    for _ in range(2):
        sa.Table("product", metadata, autoload_with=engine, extend_existing=True)
    assert len(product.foreign_key_constraints) == 1


def test_a_schema_is_followed(engine: Any) -> None:
    home = sa.inspect(engine).default_schema_name
    metadata = sa.MetaData()
    product = sa.Table("product", metadata, autoload_with=engine, schema=home)
    assert sorted(metadata.tables) == [f"{home}.product", f"{home}.store"]
    assert product.c.store_id.references(metadata.tables[f"{home}.store"].c.id)
    metadata = sa.MetaData(schema=home)
    metadata.reflect(engine, only=["pair"])
    assert list(metadata.tables) == [f"{home}.pair"]


def test_tables_that_are_missing_are_named(engine: Any) -> None:
    with pytest.raises(exc.InvalidRequestError, match="nowhere, neither"):
        sa.MetaData().reflect(engine, only=["pair", "nowhere", "neither"])


@pytest.mark.parametrize(
    "given", [{"include_columns": ["id"]}, {"autoload_replace": False}, {"resolve_fks": False}], ids=str
)
def test_what_speaks_of_loading_needs_something_to_load_from(given: dict[str, Any]) -> None:
    with pytest.raises(exc.NotSupportedYet, match=next(iter(given))):
        sa.Table("t", sa.MetaData(), **given)


def test_an_option_of_reflect_that_is_not_known_is_refused_by_name(engine: Any) -> None:
    with pytest.raises(exc.NotSupportedYet, match="oracle_resolve_synonyms"):
        sa.MetaData().reflect(engine, oracle_resolve_synonyms=True)


def test_what_is_no_database_is_refused() -> None:
    with pytest.raises(exc.NoInspectionAvailable):
        sa.Table("t", sa.MetaData(), autoload_with=5)

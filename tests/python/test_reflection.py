"""What the Inspector tells of a database. What SQLAlchemy tells of the same tables: of SQLite here, of PostgreSQL in
tests/differential/programs/81_reflection_of_postgresql.py."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from typing import Any

import cormorant
import pytest
import sqlalchemy

FILE = "sqlite:///{}/shop.db"
SQLITE = [
    "CREATE TABLE store (id INTEGER PRIMARY KEY AUTOINCREMENT, city VARCHAR(30) NOT NULL DEFAULT 'Oslo', "
    "rate NUMERIC(10, 2), n DECIMAL, d DATE, t TIME, s DATETIME, stamp TIMESTAMP, f FLOAT, r REAL, dp DOUBLE, b BLOB, "
    "j JSON, ok BOOLEAN, big BIGINT, small SMALLINT, i INT, odd WHATEVER, words LONGTEXT, none, c CHAR(3), "
    "nv NVARCHAR(7), fl FLOAT(5), two INTEGER(11), CONSTRAINT uq_city UNIQUE (city, rate))",
    'CREATE TABLE "the product" (a INTEGER, b INTEGER, price FLOAT CHECK (price > 0), sku TEXT UNIQUE,'
    ' store_id INTEGER REFERENCES store, "my col" INTEGER DEFAULT (1 + 2),'
    " twice INTEGER GENERATED ALWAYS AS (a * 2) STORED,\nthrice INTEGER GENERATED ALWAYS AS (a * 3),\n"
    ' CONSTRAINT pk_it PRIMARY KEY (b, a), CONSTRAINT ck_x CHECK (a <> 3), CHECK (b > 1), UNIQUE ("my col", b),'
    " CONSTRAINT fk_out FOREIGN KEY (a) REFERENCES store (id) ON DELETE SET NULL ON UPDATE CASCADE,"
    " FOREIGN KEY (b) REFERENCES store (id) DEFERRABLE INITIALLY DEFERRED)",
    'CREATE UNIQUE INDEX ix_part ON "the product" (a, b) WHERE a > 1',
    'CREATE INDEX ix_low ON "the product" (lower(sku))',
    'CREATE INDEX ix_a ON "the product" (a)',
    "CREATE TABLE bare (x)",
    "CREATE VIEW seen AS SELECT id, city FROM store",
]

QUESTIONS = (
    "get_columns", "get_pk_constraint", "get_foreign_keys", "get_indexes", "get_unique_constraints",
    "get_check_constraints",
)  # fmt: skip


def plain(value: Any) -> Any:
    """Types as class name and arguments, clauses as text."""
    if isinstance(value, dict):
        return {key: plain(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(one) for one in value]
    if hasattr(value, "_type_affinity") or hasattr(value, "as_generic") or type(value).__module__.endswith("types"):
        return described(value)
    return value if value is None or isinstance(value, (str, int, bool)) else str(value)


def described(kind: Any) -> Any:
    """A type by its name and what is said of it."""
    told = {
        name: getattr(kind, name, None)
        for name in ("length", "precision", "scale", "timezone", "collation", "enums", "name", "schema", "fields")
        if getattr(kind, name, None)
    }
    item = getattr(kind, "item_type", None)
    return (type(kind).__name__, told, described(item) if item is not None else None)


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Any, Any]]:
    """An Inspector of each library, of one file of SQLite."""
    url = FILE.format(tmp_path_factory.mktemp("reflection"))
    engine, oracle = cormorant.create_engine(url), sqlalchemy.create_engine(url)
    with engine.begin() as connection:
        for statement in SQLITE:
            connection.exec_driver_sql(statement)
    yield cormorant.inspect(engine), sqlalchemy.inspect(oracle)
    engine.dispose()
    oracle.dispose()


@pytest.mark.sqlite
@pytest.mark.parametrize("table", ["store", "the product", "bare", "seen"])
@pytest.mark.parametrize("question", QUESTIONS)
def test_sqlite_tells_what_sqlalchemy_tells(both: tuple[Any, Any], question: str, table: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        ours, theirs = (plain(getattr(one, question)(table)) for one in both)
    assert ours == theirs


@pytest.mark.sqlite
@pytest.mark.parametrize(
    "question",
    ["get_table_names", "get_view_names", "get_schema_names", "get_temp_table_names", "get_temp_view_names"],
)
def test_sqlite_tells_the_same_names(both: tuple[Any, Any], question: str) -> None:
    ours, theirs = (getattr(one, question)() for one in both)
    assert ours == theirs


@pytest.mark.sqlite
def test_sqlite_has_no_comments_sequences_and_materialized_views(both: tuple[Any, Any]) -> None:
    for one in both:
        for question in (lambda it: it.get_table_comment("store"), lambda it: it.get_sequence_names(),
                         lambda it: it.has_sequence("s"), lambda it: it.get_materialized_view_names()):  # fmt: skip
            with pytest.raises(NotImplementedError):
                question(one)


@pytest.mark.sqlite
def test_an_index_of_expressions_is_left_out_with_a_warning(both: tuple[Any, Any]) -> None:
    both[0].clear_cache()
    with pytest.warns(cormorant.exc.SAWarning, match="ix_low"):
        both[0].get_indexes("the product")


# ---- On both databases -----------------------------------------------------------------------------------------------


@pytest.fixture
def shop(database_url: str) -> Iterator[Any]:
    """A connection to a database with two tables and a view."""
    engine = cormorant.create_engine(database_url)
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE store (id INTEGER PRIMARY KEY, city VARCHAR(30) DEFAULT 'Oslo')")
        connection.exec_driver_sql('CREATE TABLE "the product" (a INTEGER REFERENCES store, b NUMERIC(10, 2))')
        connection.exec_driver_sql('CREATE INDEX ix_a ON "the product" (a)')
        connection.exec_driver_sql("CREATE VIEW seen AS SELECT id, city FROM store")
        yield connection
    engine.dispose()


def test_whether_something_is_there(shop: Any) -> None:
    inspector = cormorant.inspect(shop)
    home = {"sqlite": "main", "postgresql": "public"}[shop.dialect.name]
    assert inspector.default_schema_name == home
    assert [inspector.has_table(name) for name in ("store", "seen", "nowhere")] == [True, True, False]
    assert [inspector.has_table("store", name) for name in (home, "nowhere")] == [True, False]
    assert [inspector.has_schema(name) for name in (home, "other")] == [True, False]
    assert [inspector.has_index("the product", name) for name in ("ix_a", "ix_b")] == [True, False]
    assert not inspector.has_index("nowhere", "ix_a")


def test_a_table_is_told_with_its_schema(shop: Any) -> None:
    inspector = cormorant.inspect(shop)
    home = inspector.default_schema_name
    assert inspector.get_table_names() == inspector.get_table_names(home) == ["store", "the product"]
    assert inspector.get_view_names(home) == ["seen"]
    assert [one["name"] for one in inspector.get_columns("store", home)] == ["id", "city"]
    (key,) = inspector.get_foreign_keys("the product", home)
    assert (key["referred_schema"], key["referred_table"], key["referred_columns"]) == (home, "store", ["id"])
    (key,) = inspector.get_foreign_keys("the product")
    assert key["referred_schema"] is None


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_table_that_is_not_there_is_named(shop: Any, question: str) -> None:
    inspector = cormorant.inspect(shop)
    home = inspector.default_schema_name
    for schema, name in ((None, "nowhere"), (home, f"{home}.nowhere")):
        with pytest.raises(cormorant.exc.NoSuchTableError, match=name):
            getattr(inspector, question)("nowhere", schema)


def test_an_index_is_created_and_dropped_where_it_is_missing_and_there(shop: Any) -> None:
    metadata = cormorant.MetaData()
    store = cormorant.Table("store", metadata, cormorant.Column("city", cormorant.String))
    index = cormorant.Index("ix_city", store.c.city)
    for method, there in ((index.create, True), (index.create, True), (index.drop, False), (index.drop, False)):
        method(shop, checkfirst=True)
        assert cormorant.inspect(shop).has_index("store", "ix_city") is there


def test_tables_of_this_transaction_are_seen_through_its_connection(shop: Any) -> None:
    shop.exec_driver_sql("CREATE TEMP TABLE passing (x INTEGER)")
    inspector = cormorant.inspect(shop)
    assert inspector.get_temp_table_names() == ["passing"]
    assert [one["name"] for one in inspector.get_columns("passing")] == ["x"]


def test_what_was_told_is_kept_until_the_cache_is_cleared(shop: Any) -> None:
    inspector = cormorant.inspect(shop)
    assert (len(inspector.get_columns("store")), inspector.has_table("new")) == (2, False)
    shop.exec_driver_sql("ALTER TABLE store ADD COLUMN y INTEGER")
    shop.exec_driver_sql("CREATE TABLE new (x INTEGER)")
    assert (len(inspector.get_columns("store")), inspector.has_table("new")) == (2, False)
    inspector.clear_cache()
    assert (len(inspector.get_columns("store")), inspector.has_table("new")) == (3, True)


def test_an_option_that_is_not_known_is_refused_by_name(shop: Any) -> None:
    inspector = cormorant.inspect(shop)
    with pytest.raises(cormorant.exc.NotSupportedYet, match="postgresql_ignore_search_path"):
        inspector.get_foreign_keys("store", postgresql_ignore_search_path=True)
    with pytest.raises(cormorant.exc.NotSupportedYet, match="oracle_resolve_synonyms"):
        inspector.get_table_names(oracle_resolve_synonyms=True)
    assert inspector.get_columns("store", info_cache={})

"""What the Inspector tells of a database is what SQLAlchemy's tells of it."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cormorant
import pytest
import sqlalchemy

pytestmark = pytest.mark.sqlite

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
    url = f"sqlite:///{Path(tmp_path_factory.mktemp('reflection')) / 'shop.db'}"
    engine, oracle = cormorant.create_engine(url), sqlalchemy.create_engine(url)
    with engine.begin() as connection:
        for statement in SQLITE:
            connection.exec_driver_sql(statement)
    yield cormorant.inspect(engine), sqlalchemy.inspect(oracle)
    engine.dispose()
    oracle.dispose()


@pytest.mark.parametrize("table", ["store", "the product", "bare", "seen"])
@pytest.mark.parametrize("question", QUESTIONS)
def test_sqlite_tells_what_sqlalchemy_tells(both: tuple[Any, Any], question: str, table: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        ours, theirs = (plain(getattr(one, question)(table)) for one in both)
    assert ours == theirs


@pytest.mark.parametrize(
    "question",
    ["get_table_names", "get_view_names", "get_schema_names", "get_temp_table_names", "get_temp_view_names"],
)
def test_sqlite_tells_the_same_names(both: tuple[Any, Any], question: str) -> None:
    ours, theirs = (getattr(one, question)() for one in both)
    assert ours == theirs


def test_whether_something_is_there(both: tuple[Any, Any]) -> None:
    for one in both:
        assert [one.has_table(name) for name in ("store", "seen", "nowhere")] == [True, True, False]
        assert [one.has_schema(name) for name in ("main", "other")] == [True, False]
        assert [one.has_index("the product", name) for name in ("ix_a", "ix_b")] == [True, False]
        assert not one.has_index("nowhere", "ix_a")
        assert one.default_schema_name == "main"


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_table_that_is_not_there_is_named(both: tuple[Any, Any], question: str) -> None:
    with pytest.raises(cormorant.exc.NoSuchTableError, match="nowhere"):
        getattr(both[0], question)("nowhere")
    with pytest.raises(sqlalchemy.exc.NoSuchTableError, match="nowhere"):
        getattr(both[1], question)("nowhere")


def test_comments_are_not_there_on_sqlite(both: tuple[Any, Any]) -> None:
    for one in both:
        with pytest.raises(NotImplementedError):
            one.get_table_comment("store")


def test_an_index_of_expressions_is_left_out_with_a_warning(both: tuple[Any, Any]) -> None:
    both[0].clear_cache()
    with pytest.warns(cormorant.exc.SAWarning, match="ix_low"):
        both[0].get_indexes("the product")


def test_tables_of_this_transaction_are_seen_through_its_connection() -> None:
    engine = cormorant.create_engine("sqlite://")
    with engine.connect() as connection:
        connection.exec_driver_sql("CREATE TEMP TABLE passing (x INTEGER)")
        inspector = cormorant.inspect(connection)
        assert inspector.get_temp_table_names() == ["passing"]
        assert [one["name"] for one in inspector.get_columns("passing")] == ["x"]


def test_what_was_read_is_kept_until_the_cache_is_cleared() -> None:
    engine = cormorant.create_engine("sqlite://")
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE t (x INTEGER)")
        inspector = cormorant.inspect(connection)
        assert len(inspector.get_columns("t")) == 1
        connection.exec_driver_sql("ALTER TABLE t ADD COLUMN y INTEGER")
        assert len(inspector.get_columns("t")) == 1
        inspector.clear_cache()
        assert len(inspector.get_columns("t")) == 2

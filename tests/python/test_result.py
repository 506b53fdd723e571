"""Results: all ways to take rows, and what they raise."""

from __future__ import annotations

from typing import Any

import pytest
from cormorant import Column, Integer, MetaData, String, Table, create_engine, exc, func, insert, select, text, update
from cormorant.engine import CursorResult, MappingResult, ScalarResult

t = Table("t", MetaData(), Column("id", Integer, primary_key=True), Column("s", String))


@pytest.fixture
def connection(database_url: str) -> Any:
    engine = create_engine(database_url)
    t.metadata.create_all(engine)
    with engine.connect() as connection:
        connection.execute(insert(t), [{"s": one} for one in "aabbc"])
        yield connection
    engine.dispose()


def run(connection: Any, **where: Any) -> Any:
    return connection.execute(select(t).order_by(t.c.id).filter_by(**where))


def test_rows_in_all_ways(connection: Any) -> None:
    everything = [(1, "a"), (2, "a"), (3, "b"), (4, "b"), (5, "c")]
    assert run(connection).all() == run(connection).fetchall() == list(run(connection)) == everything
    assert run(connection).first() == (1, "a") and run(connection, id=9).first() is None
    result = run(connection)
    assert result.fetchone() == (1, "a") and next(result) == (2, "a") and result.fetchmany(2) == everything[2:4]
    assert result.fetchmany(5) == [(5, "c")] and result.fetchmany(5) == [] and result.fetchone() is None
    assert result.all() == []
    assert list(run(connection).partitions(2)) == [everything[:2], everything[2:4], everything[4:]]
    assert list(run(connection).yield_per(2)) == everything
    assert run(connection).tuples().all() == everything


def test_the_one_row(connection: Any) -> None:
    assert run(connection, id=3).one() == run(connection, id=3).one_or_none() == (3, "b")
    assert run(connection, id=9).one_or_none() is None
    with pytest.raises(exc.NoResultFound):
        run(connection, id=9).one()
    for name in ("one", "one_or_none", "scalar_one", "scalar_one_or_none"):
        with pytest.raises(exc.MultipleResultsFound):
            getattr(run(connection), name)()
    with pytest.raises(exc.NoResultFound):
        run(connection, id=9).scalar_one()
    assert run(connection, id=3).scalar_one() == run(connection).scalars().first() + 2 == 3
    assert run(connection, id=9).scalar() is run(connection, id=9).scalar_one_or_none() is None
    assert run(connection).scalar() == 1


def test_scalars(connection: Any) -> None:
    assert isinstance(run(connection).scalars(), ScalarResult)
    assert run(connection).scalars().all() == [1, 2, 3, 4, 5]
    assert run(connection).scalars(1).all() == run(connection).scalars("s").all() == list("aabbc")
    assert run(connection).scalars(t.c.s).unique().all() == list("abc")
    assert run(connection).scalars(-1).first() == "a"
    assert run(connection).columns("s", "id").scalars().fetchmany(2) == ["a", "a"]
    assert [list(part) for part in run(connection).scalars().partitions(3)] == [[1, 2, 3], [4, 5]]
    with pytest.raises(exc.NoSuchColumnError):
        run(connection).scalars("absent")
    with pytest.raises(exc.MultipleResultsFound):
        run(connection).scalars().one()
    assert connection.scalars(select(t.c.s).where(t.c.id == 1)).one_or_none() == "a"


def test_mappings(connection: Any) -> None:
    assert isinstance(run(connection).mappings(), MappingResult)
    assert [dict(one) for one in run(connection, s="c").mappings()] == [{"id": 5, "s": "c"}]
    first = run(connection).mappings().first()
    assert first["s"] == first[t.c.s] == "a" and first == {"id": 1, "s": "a"}
    assert run(connection).mappings().columns("s").fetchone() == {"s": "a"}
    assert list(run(connection).mappings().keys()) == ["id", "s"]


def test_columns_and_keys(connection: Any) -> None:
    assert run(connection).columns("s").all() == [("a",), ("a",), ("b",), ("b",), ("c",)]
    row = run(connection).columns(t.c.s, 0).first()
    assert row == ("a", 1) and row._fields == ("s", "id") and row.s == "a"
    keys = run(connection).keys()
    assert list(keys) == ["id", "s"] and keys == ["id", "s"] and "s" in keys and t.c.s in keys and "x" not in keys
    assert list(connection.execute(select(func.count(), t.c.id, t.c.id + 1).group_by(t.c.id)).keys())[1] == "id"


def test_unique(connection: Any) -> None:
    assert run(connection).columns("s").unique().all() == [("a",), ("b",), ("c",)]
    assert run(connection).columns("s").unique().fetchmany(2) == [("a",), ("b",)]
    assert run(connection).unique(lambda row: row.s).all() == [(1, "a"), (3, "b"), (5, "c")]
    assert run(connection, s="b").columns("s").unique().one() == ("b",)
    result = run(connection).columns("s").unique()
    assert [result.fetchone() for _ in range(4)] == [("a",), ("b",), ("c",), None]


def test_closed_results(connection: Any) -> None:
    result = run(connection)
    result.first()
    assert result.closed
    for call in (result.all, result.fetchone, result.first, result.scalars().all):
        with pytest.raises(exc.ResourceClosedError):
            call()
    result = run(connection)
    with result:
        pass
    with pytest.raises(exc.ResourceClosedError):
        result.fetchone()
    exhausted = run(connection)
    exhausted.all()
    assert not exhausted.closed


def test_result_of_a_closed_connection(connection: Any) -> None:
    other = connection.engine.connect()
    numbers = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000) SELECT i FROM n"
    result = other.exec_driver_sql(numbers)
    assert result.fetchone() == (1,)
    other.close()
    if connection.dialect.name == "postgresql":  # the server had sent all of them
        assert len(result.fetchall()) == 4999
    else:
        with pytest.raises(exc.ResourceClosedError):
            result.fetchall()


def test_result_outlives_its_connection_object(connection: Any) -> None:
    result = connection.engine.connect().execute(select(t).order_by(t.c.id))
    assert result.fetchone() == (1, "a") or result.fetchall() == []


def test_changes_have_no_rows(connection: Any) -> None:
    result = connection.execute(insert(t).values(s="z"))
    on_sqlite = connection.dialect.name == "sqlite"
    assert isinstance(result, CursorResult) and result.returns_rows is not on_sqlite and result.is_insert
    assert result.inserted_primary_key == (6,) and result.inserted_primary_key.id == 6 and result.rowcount == 1
    assert result.lastrowid == (6 if on_sqlite else 0) and result.last_inserted_params() == {"s": "z"}
    if not on_sqlite:  # the key came back as a row, which is read already
        assert list(result.keys()) == ["id"] and result.all() == [] and result.first() is None
        result = connection.execute(insert(t).values(s="z", id=70))
    for call in (result.all, result.fetchone, result.first, result.keys, result.scalars, lambda: list(result)):
        with pytest.raises(exc.ResourceClosedError):
            call()
    assert connection.execute(update(t).where(t.c.s == "a").values(s="q")).rowcount == 2
    with pytest.raises(exc.InvalidRequestError):
        _ = connection.execute(update(t).values(s="q")).inserted_primary_key
    with pytest.raises(exc.InvalidRequestError):
        _ = connection.execute(insert(t), [{"s": "1"}, {"s": "2"}]).inserted_primary_key
    with pytest.raises(exc.InvalidRequestError):
        _ = connection.execute(insert(t).returning(t.c.id), {"s": "1"}).inserted_primary_key
    assert run(connection).rowcount == (-1 if on_sqlite else 10)


def test_ambiguous_names(connection: Any) -> None:
    row = connection.execute(text("SELECT 1 AS a, 2 AS a, 3 AS b")).one()
    assert row == (1, 2, 3) and row.b == 3
    with pytest.raises(exc.InvalidRequestError, match="'a'"):
        _ = row.a


def test_a_frozen_result_gives_its_rows_as_often_as_one_likes(connection: Any) -> None:
    rows = run(connection).all()
    frozen = run(connection).freeze()
    assert rows and frozen().all() == rows and frozen().scalars().all() == [row[0] for row in rows]
    assert frozen.with_new_rows(rows[:1])().all() == rows[:1]
    closed = frozen()
    closed.close()
    with pytest.raises(exc.ResourceClosedError):
        closed.all()


def test_results_that_are_merged_give_one_after_another(connection: Any) -> None:
    rows = run(connection).all()
    merged = run(connection).merge(run(connection), run(connection))
    assert merged.fetchmany(2) == (rows * 3)[:2] and len(merged.all()) == 3 * len(rows) - 2


def test_large_results_come_whole(connection: Any) -> None:
    numbers = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000)"
    numbers += " SELECT i, 'text ' || i, i / 2.0, NULL FROM n"
    rows = connection.exec_driver_sql(numbers).all()
    assert len(rows) == 20000 and rows[-1] == (20000, "text 20000", 10000.0, None)
    result = connection.exec_driver_sql(numbers)
    assert sum(len(part) for part in result.partitions(777)) == 20000
    result = connection.exec_driver_sql(numbers)
    assert result.fetchone()[0] == 1 and len(result.fetchmany(100)) == 100 and len(result.all()) == 19899

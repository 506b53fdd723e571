"""Rows: tuples whose places have names."""

from __future__ import annotations

import copy
import gc
import pickle
from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from cormorant import Column, Integer, MetaData, String, Table, create_engine, exc, insert, select
from cormorant.engine import Row, result_tuple

t = Table("t", MetaData(), Column("id", Integer, primary_key=True), Column("s", String), Column("count", Integer))


@pytest.fixture
def rows(database_url: str) -> Any:
    engine = create_engine(database_url)
    t.metadata.create_all(engine)
    with engine.connect() as connection:
        connection.execute(insert(t), [{"s": "a", "count": 4}, {"s": "b", "count": 5}])
        yield connection.execute(select(t).order_by(t.c.id)).all()
    engine.dispose()


def test_as_a_tuple(rows: Any) -> None:
    one, two = rows
    assert isinstance(one, Row) and isinstance(one, Sequence) and not isinstance(one, tuple)
    assert one == (1, "a", 4) and (1, "a", 4) == one and one != two and one < two <= (2, "b", 5)
    assert one[0] == 1 and one[-1] == 4 and one[0:2] == (1, "a") and len(one) == 3 and "a" in one
    assert tuple(one) == (1, "a", 4) and list(reversed(one)) == [4, "a", 1] and one + (9,) == (1, "a", 4, 9)
    assert hash(one) == hash((1, "a", 4)) and {one: 1}[(1, "a", 4)] == 1
    assert repr(one) == "(1, 'a', 4)" and one.index("a") == 1
    a, b, c = one
    assert (a, b, c) == one
    match one:
        case (1, str(text), _):
            assert text == "a"
        case _:
            raise AssertionError


def test_by_name(rows: Any) -> None:
    one = rows[0]
    assert (one.id, one.s, one.count) == (1, "a", 4) and one._fields == ("id", "s", "count")
    assert one._asdict() == {"id": 1, "s": "a", "count": 4} and one._tuple() is one and one._t is one
    with pytest.raises(AttributeError, match="absent"):
        _ = one.absent
    with pytest.raises(AttributeError):
        one.id = 5
    with pytest.raises(AttributeError):
        del one.id
    with pytest.raises(TypeError):
        one["s"]
    with pytest.raises(IndexError):
        one[3]
    with pytest.raises(IndexError):
        one[-4]


def test_mapping(rows: Any) -> None:
    mapping = rows[0]._mapping
    assert isinstance(mapping, Mapping) and dict(mapping) == {"id": 1, "s": "a", "count": 4}
    assert mapping["s"] == mapping[t.c.s] == "a" and t.c.id in mapping and "q" not in mapping
    assert list(mapping.keys()) == ["id", "s", "count"] and list(mapping.values()) == [1, "a", 4]
    assert list(mapping.items())[1] == ("s", "a") and len(mapping) == 3
    for key in ("absent", 0, object(), Table("u", MetaData(), Column("x", Integer)).c.x):
        with pytest.raises(exc.NoSuchColumnError):
            mapping[key]
    with pytest.raises(KeyError):
        mapping["absent"]


@pytest.mark.parametrize("protocol", range(2, pickle.HIGHEST_PROTOCOL + 1))
def test_pickle_and_copy(rows: Any, protocol: int) -> None:
    again = pickle.loads(pickle.dumps(rows[0], protocol))
    assert again == rows[0] and again.s == "a" and again._mapping == rows[0]._mapping
    assert copy.copy(rows[0]) == copy.deepcopy(rows[0]) == rows[0]


def test_rows_of_ones_own() -> None:
    made = result_tuple(["x", "y"])((1, [2]))
    assert made.x == 1 and made.y == [2] and made == (1, [2])
    with pytest.raises(TypeError):
        hash(made)


def test_a_row_in_a_cycle_is_collected() -> None:
    class Flag:
        pass

    import weakref

    flag = Flag()
    flag.row = result_tuple(["flag"])((flag,))  # type: ignore[attr-defined]
    gone = weakref.ref(flag)
    del flag
    gc.collect()
    assert gone() is None


def test_rows_cannot_be_made_without_a_result() -> None:
    with pytest.raises(TypeError):
        Row()

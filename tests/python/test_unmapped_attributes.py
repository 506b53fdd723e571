"""What a class has besides its mapped attributes, where a statement meets it and it fails."""

from __future__ import annotations

from typing import Any

import pytest
from cormorant import exc, select, update
from cormorant.ext.hybrid import hybrid_property
from cormorant.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Point(Base):
    __tablename__ = "point_of"
    id: Mapped[int] = mapped_column(primary_key=True)

    @hybrid_property
    def fails(self) -> int:
        raise RuntimeError("the hybrid's own")


class NoExpression:
    _result_key = "key"

    def __clause_element__(self) -> str:
        return "text"


class NoKey:
    def __clause_element__(self) -> Any:
        return Point.id

    @property
    def _result_key(self) -> str:
        raise ValueError("the key's own")


class Sets:
    def __init__(self, *pairs: Any) -> None:
        self.pairs = pairs

    def _bulk_update_tuples(self, value: Any) -> Any:
        return [(self, value)] if self.pairs == () else self.pairs


def test_what_stands_for_an_expression_may_fail_in_its_own_way() -> None:
    with pytest.raises(exc.ArgumentError, match="plain text"):
        select(NoExpression())  # type: ignore[call-overload]
    with pytest.raises(ValueError, match="the key's own"):
        select(NoKey())  # type: ignore[call-overload]


@pytest.mark.parametrize("value", [3, None, Point()])
def test_filter_by_gives_the_exception_of_a_hybrid(value: Any) -> None:
    with pytest.raises(RuntimeError, match="the hybrid's own"):
        select(Point).filter_by(fails=value)


def test_values_give_the_exception_of_what_is_set() -> None:
    with pytest.raises(RuntimeError, match="the hybrid's own"):
        update(Point).values(fails=3)
    with pytest.raises(TypeError):
        update(Point).values({Sets(3): 1})
    with pytest.raises(RecursionError):
        update(Point).values({Sets(): 1})


@pytest.mark.parametrize("build", [lambda kw: select(Point).filter_by(**kw), lambda kw: update(Point).values(kw)])
def test_a_name_that_is_no_text_is_refused(build: Any) -> None:
    with pytest.raises(UnicodeEncodeError):
        build({"\ud800": 3})

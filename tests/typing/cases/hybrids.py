"""Hybrids: values on objects, expressions on classes."""

from cormorant import select
from cormorant.ext.hybrid import hybrid_method, hybrid_property
from cormorant.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Interval(Base):
    __tablename__ = "interval_of"
    id: Mapped[int] = mapped_column(primary_key=True)
    start: Mapped[int]
    end: Mapped[int]

    @hybrid_property
    def length(self) -> int:
        return self.end - self.start

    @length.inplace.setter
    def _set_length(self, value: int) -> None:
        self.end = self.start + value

    @hybrid_method
    def contains(self, point: int) -> bool:
        return self.start <= point


one = Interval()
reveal_type(one.length)  # expect: int
reveal_type(Interval.length)  # expect: _HybridClassLevelAccessor[int]
reveal_type(Interval.length == 3)  # expect: ColumnElement[bool]
reveal_type(one.contains(3))  # expect: bool
reveal_type(Interval.contains(3))  # expect: Expr[bool]  # there: expect: SQLCoreOperations[bool]
reveal_type(select(Interval.length))  # expect: Select[tuple[int]]
one.length = 3
one.contains("x")  # error: arg-type
select(Interval).where(Interval.length > 3, Interval.contains(3))

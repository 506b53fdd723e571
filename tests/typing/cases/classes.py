"""Types of the program's own, and what a class is built of."""

from __future__ import annotations

import decimal
import enum
from typing import Any, Optional

from cormorant import (
    Boolean,
    Column,
    DateTime,
    Dialect,
    Engine,
    Enum,
    Integer,
    LargeBinary,
    Numeric,
    String,
    TypeDecorator,
    event,
    select,
    types,
)
from cormorant.orm import (
    Mapped,
    Query,
    QueryPropertyDescriptor,
    Session,
    column_property,
    declarative_base,
    declared_attr,
    deferred,
    mapped_column,
    scoped_session,
    sessionmaker,
    validates,
)
from models import Base, User


class Money(TypeDecorator[decimal.Decimal]):
    impl = Integer
    cache_ok = True

    def process_bind_param(self, value: Optional[decimal.Decimal], dialect: Dialect) -> Any:
        return None if value is None else int(value * 100)

    def process_result_value(self, value: Optional[Any], dialect: Dialect) -> Optional[decimal.Decimal]:
        return None if value is None else decimal.Decimal(value) / 100


class Colour(enum.Enum):
    red = 1


reveal_type(Column("a", Integer))  # expect: Column[int]
reveal_type(Column("b", String(30), nullable=False))  # expect: Column[str]
reveal_type(Column("c", Boolean()))  # expect: Column[bool]  # there: expect: Column[Never]
reveal_type(Column(Integer, primary_key=True))  # expect: Column[int]
reveal_type(Column("d", Money))  # expect: Column[Decimal]
reveal_type(Column("e", DateTime) < 3)  # expect: ColumnElement[bool]
reveal_type(Integer())  # expect: Integer
reveal_type(mapped_column(Integer))  # expect: MappedColumn[Any]
reveal_type(mapped_column(String(30)))  # expect: MappedColumn[Any]
reveal_type(mapped_column("x", String(30), nullable=False))  # expect: MappedColumn[Any]
reveal_type(mapped_column(LargeBinary))  # expect: MappedColumn[Any]
reveal_type(deferred(mapped_column(String)))  # expect: ColumnProperty[Any]  # there: expect: MappedSQLExpression[Any]
reveal_type(column_property(User.age + 1))  # expect: ColumnProperty[int]  # there: expect: MappedSQLExpression[int | Any]
reveal_type(Enum(Colour))  # expect: Enum
reveal_type(Numeric(10, 2))  # expect: Numeric[Decimal]

kind: types.TypeEngine[decimal.Decimal] = Money()


class Common:
    @declared_attr.directive
    def __tablename__(cls) -> str:
        return "things"

    id: Mapped[int] = mapped_column(primary_key=True)

    @declared_attr
    def note(cls) -> Mapped[str]:
        return mapped_column(String(10))


class Thing(Common, Base):
    title: Mapped[str] = deferred(mapped_column(String(10)))
    price: Mapped[decimal.Decimal] = mapped_column(Money)
    colour: Mapped[Colour] = mapped_column(Enum(Colour))
    loud: Mapped[str] = column_property(select(User.name).scalar_subquery())

    @validates("title")
    def check(self, key: str, value: str) -> str:
        return value.strip()


reveal_type(Thing.id)  # expect: InstrumentedAttribute[int]
reveal_type(Thing.note)  # expect: InstrumentedAttribute[str]
reveal_type(Thing().note)  # expect: str
reveal_type(Thing.__tablename__)  # expect: str
reveal_type(Thing.colour)  # expect: InstrumentedAttribute[Colour]
reveal_type(Thing().price)  # expect: Decimal
reveal_type(Thing().check("title", "x"))  # expect: str

maker = sessionmaker()
scope = scoped_session(maker)


class Model(Base):
    __abstract__ = True
    query: QueryPropertyDescriptor = scope.query_property()


class Tool(Model):
    __tablename__ = "tools"
    id: Mapped[int] = mapped_column(primary_key=True)


reveal_type(Tool.query)  # expect: Query[Tool]
reveal_type(Tool.query.filter_by(id=30).first())  # expect: Tool | None
reveal_type(Tool.query.all())  # expect: list[Tool]


def older(query: Query[User]) -> Query[User]:
    return query.filter(User.age > 3)


@event.listens_for(Engine, "connect")
def connected(dbapi_connection: Any, record: Any) -> int:
    return 1


reveal_type(connected(None, None))  # expect: int  # there: expect: Any


@event.listens_for(Session, "before_flush")
def flushing(session: Session, context: Any, instances: Any) -> None:
    pass


Old: Any = declarative_base()


class Ancient(Old):  # type: ignore[misc]
    __tablename__ = "ancient"
    id = Column(Integer, primary_key=True)
    name = Column(String(30))


reveal_type(Ancient.id)  # expect: Column[int]

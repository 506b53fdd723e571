"""Mapped annotations decide columns, types and NULL, Optional and relations included."""

import datetime
import decimal
import enum
from typing import List, Optional

from show import loaded, raised, sql
from sqlalchemy import ForeignKey, String, create_engine, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship


class Colour(enum.Enum):
    red = 1
    blue = 2


class Base(DeclarativeBase):
    pass


class User(Base):
    __tablename__ = "user_account"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(30))
    nick: Mapped[Optional[str]]
    age: Mapped[int | None]
    score: Mapped[float] = mapped_column(default=1.5)
    born: Mapped[Optional[datetime.date]]
    seen: Mapped[Optional[datetime.datetime]]
    at: Mapped[Optional[datetime.time]]
    money: Mapped[Optional[decimal.Decimal]]
    ok: Mapped[bool] = mapped_column(default=True)
    raw: Mapped[Optional[bytes]]
    colour: Mapped[Optional[Colour]]
    other: Mapped[str] = mapped_column("other_name", String(5), nullable=True)
    items: Mapped[list["Item"]] = relationship(back_populates="user")
    plain = "class attribute"


class Item(Base):
    __tablename__ = "item"
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[Optional[int]] = mapped_column(ForeignKey("user_account.id"))
    user: Mapped[Optional["User"]] = relationship(back_populates="items")


engine = create_engine("sqlite://")
Base.metadata.create_all(engine)
sql(select(User.id, User.other, Item.user_id))
print(User.__tablename__, User.__table__.c.keys())
with Session(engine) as session:
    user = User(name="ada", colour=Colour.red, money=decimal.Decimal("1.5"), items=[Item(), Item()])
    loaded(Item(user_id=4))
    session.add(user)
    session.commit()
    print(user.score, user.ok, user.colour, user.money, user.other, [item.user is user for item in user.items])
    print(str(User.name), User.items.key, User.id.key)
raised(User, absent=1)
raised(User, "positional")
print(repr(User.__table__.c.age.type), User.__table__.c.age.nullable, User.__table__.c.name.nullable)
print([column.type.__class__.__name__ for column in User.__table__.c])

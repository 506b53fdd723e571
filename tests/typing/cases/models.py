"""The mapped classes that the other programs use."""

from __future__ import annotations

import datetime
import decimal
from typing import Optional

from cormorant import Column, ForeignKey, Integer, MetaData, Numeric, String, Table, Text
from cormorant.orm import DeclarativeBase, Mapped, mapped_column, relationship


class Base(DeclarativeBase):
    pass


class User(Base):
    __tablename__ = "users"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(30), unique=True)
    nickname: Mapped[Optional[str]]
    age: Mapped[int] = mapped_column(default=0)
    born: Mapped[Optional[datetime.date]] = mapped_column(nullable=True)
    purchases: Mapped[list[Purchase]] = relationship(back_populates="user", cascade="all, delete-orphan")


class Purchase(Base):
    __tablename__ = "purchases"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    item: Mapped[str] = mapped_column("item_name", Text)
    price: Mapped[decimal.Decimal] = mapped_column(Numeric(10, 2))
    weight: Mapped[float]
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    user: Mapped[User] = relationship(back_populates="purchases")


metadata = MetaData()
notes = Table("notes", metadata, Column("id", Integer, primary_key=True), Column("body", Text))

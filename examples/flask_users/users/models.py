"""Users and what they bought."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any, Optional

from cormorant import Date, ForeignKey, Integer, String, TypeDecorator
from cormorant.orm import Mapped, mapped_column, relationship, validates

from .database import Base


class Money(TypeDecorator[Decimal]):
    """An amount, kept as a whole number of cents: exact on every database."""

    impl = Integer
    cache_ok = True

    def process_bind_param(self, value: Optional[Decimal], dialect: Any) -> Optional[int]:
        return None if value is None else int((value * 100).to_integral_value())

    def process_result_value(self, value: Optional[int], dialect: Any) -> Optional[Decimal]:
        return None if value is None else Decimal(value).scaleb(-2)


class User(Base):
    __tablename__ = "users"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80), index=True)
    email: Mapped[str] = mapped_column(String(120), unique=True)
    joined: Mapped[date] = mapped_column(Date, default=date.today)
    purchases: Mapped[list[Purchase]] = relationship(
        back_populates="user",
        cascade="all, delete-orphan",
        order_by="(Purchase.bought.desc(), Purchase.id.desc())",
    )

    @validates("email")
    def _lower(self, key: str, email: str) -> str:
        return email.strip().lower()

    @property
    def initials(self) -> str:
        words = self.name.split()
        return "".join(word[0] for word in [words[0], *words[1:][-1:]]).upper() if words else "?"


class Purchase(Base):
    __tablename__ = "purchases"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    item: Mapped[str] = mapped_column(String(80))
    amount: Mapped[Decimal] = mapped_column(Money)
    bought: Mapped[date] = mapped_column(Date, default=date.today)
    user: Mapped[User] = relationship(back_populates="purchases")

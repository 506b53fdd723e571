"""What the pages ask the database."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from cormorant import func, or_, select

from .database import session
from .models import Purchase, User


@dataclass(frozen=True)
class Page:
    """One page of a longer list."""

    items: list[Any]
    number: int
    size: int
    total: int

    @property
    def last(self) -> int:
        return max(1, -(-self.total // self.size))

    @property
    def first_row(self) -> int:
        return (self.number - 1) * self.size + 1 if self.items else 0

    @property
    def last_row(self) -> int:
        return self.first_row + len(self.items) - 1 if self.items else 0

    def numbers(self, around: int = 1) -> list[int | None]:
        """The pages to offer: the ends, those around this one, and None for a gap."""
        near = range(self.number - around, self.number + around + 1)
        shown = sorted({1, self.last, *(n for n in near if 1 <= n <= self.last)})
        offered: list[int | None] = []
        for n in shown:
            if offered and n != (offered[-1] or 0) + 1:
                offered.append(None)
            offered.append(n)
        return offered


def search_users(text: str, number: int, size: int) -> Page:
    """Users whose name or address contains `text`, by name, each with the number and the sum of his purchases."""
    found = User.query
    if text:
        found = found.filter(
            or_(User.name.icontains(text, autoescape=True), User.email.icontains(text, autoescape=True))
        )
    total = found.count()
    number = min(max(number, 1), max(1, -(-total // size)))
    rows = (
        found.outerjoin(User.purchases)
        .with_entities(User, func.count(Purchase.id), func.coalesce(func.sum(Purchase.amount), Decimal(0)))
        .group_by(User.id)
        .order_by(User.name, User.id)
        .limit(size)
        .offset((number - 1) * size)
    )
    return Page(rows.all(), number, size, total)


def spent_by(user: User) -> Decimal:
    spent = session.scalar(select(func.sum(Purchase.amount)).where(Purchase.user == user))
    return spent or Decimal(0)

"""The two libraries side by side: the same source is evaluated with the names of each."""

# ruff: noqa: E501 - a case is a line

from __future__ import annotations

import importlib
from types import ModuleType
from typing import Any

LIBRARIES = ("sqlalchemy", "cormorant")


class Library:
    """One of the libraries, and the little shop in its tables."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.module: ModuleType = importlib.import_module(name)
        self.names: dict[str, Any] = {
            key: getattr(self.module, key) for key in dir(self.module) if not key.startswith("_")
        }
        self.names["sqlite"] = importlib.import_module(f"{name}.dialects.sqlite")
        self.names["ddl"] = importlib.import_module(f"{name}.schema")
        self.names["exc"] = importlib.import_module(f"{name}.exc")
        self.run(SHOP)

    def run(self, source: str) -> None:
        """Execute statements among the names."""
        exec(source, self.names)

    def value(self, source: str) -> Any:
        """Evaluate an expression among the names."""
        return eval(source, dict(self.names))

    def text(self, source: str, dialect: str | None = None, **compile_kwargs: Any) -> tuple[str, dict[str, Any]]:
        """The SQL of an expression with single spaces, and its parameters."""
        options: dict[str, Any] = {"compile_kwargs": compile_kwargs} if compile_kwargs else {}
        if dialect is not None:
            options["dialect"] = self.names[dialect].dialect()
        compiled = self.value(source).compile(**options)
        return " ".join(str(compiled).split()), dict(compiled.params or {})


SHOP = """
import datetime, decimal
m = MetaData()
u = Table("user_account", m, Column("id", Integer, primary_key=True), Column("name", String(30), nullable=False),
          Column("nick", String), Column("age", Integer), Column("active", Boolean), Column("score", Float),
          Column("price", Numeric(10, 2)), Column("born", Date), Column("seen", DateTime), Column("data", JSON))
a = Table("address", m, Column("id", Integer, primary_key=True), Column("user_id", ForeignKey("user_account.id")),
          Column("email", String(50)))
i = Table("item", m, Column("id", Integer, primary_key=True), Column("a_id", ForeignKey("address.id")), Column("Qty", Integer))
k = Table("keyed", m, Column("id_", Integer, key="id", primary_key=True), Column("order", Integer))
sub = select(u.c.id, u.c.name).where(u.c.age > 3).subquery("s")
anon = select(u.c.id, func.count(u.c.id)).group_by(u.c.id).subquery()
u1, u2, q = u.alias(), u.alias(), u.alias("q")
cte = select(u.c.id).where(u.c.id > 1).cte("big")
"""

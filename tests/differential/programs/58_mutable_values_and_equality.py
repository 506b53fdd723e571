"""Flush sends what changed by value: equal values, JSON edited in place, and own equality."""

from sqlalchemy import JSON, Numeric, String, create_engine, inspect
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column


class Base(DeclarativeBase):
    pass


class User(Base):
    __tablename__ = "user_account"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str | None] = mapped_column(String(30))


class Doc(Base):
    __tablename__ = "doc"
    id: Mapped[int] = mapped_column(primary_key=True)
    body: Mapped[dict | None] = mapped_column(JSON)
    price: Mapped[float | None] = mapped_column(Numeric(10, 2))
    n: Mapped[int | None]

    def __eq__(self, other):
        return True

    def __bool__(self):
        return False

    __hash__ = None


engine = create_engine("sqlite://")
Base.metadata.create_all(engine)
session = Session(engine)
doc = Doc(id=1, body={"a": 1}, n=1)
session.add(doc)
session.add(Doc(id=2))
session.commit()
for name, value in (
    ("body", {"a": 1}),
    ("n", 1),
    ("n", True),
    ("n", 1.0),
    ("n", "1"),
    ("price", 2),
    ("body", {"a": 2}),
):
    getattr(doc, name)
    setattr(doc, name, value)
    print(name, repr(value), doc in session.dirty, inspect(doc).modified)
    session.flush()
    print(repr(getattr(doc, name)))
    session.commit()
doc.body["a"] = 3
print(doc in session.dirty)
session.commit()
print(doc.body, doc.n, doc.price)
doc.n = 5
doc.n = 1
session.flush()
doc.body = None
session.commit()
print(doc.body, len(session.identity_map) >= 1, session.get(Doc, 1) is doc)
session.close()

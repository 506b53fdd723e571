"""One row is one object; get answers from the map when it can."""

import gc

from show import raised
from sqlalchemy import String, create_engine, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, aliased, mapped_column


class Base(DeclarativeBase):
    pass


class User(Base):
    __tablename__ = "user_account"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(30))


class Pair(Base):
    __tablename__ = "pair"
    a: Mapped[int] = mapped_column(primary_key=True)
    b: Mapped[str] = mapped_column(String(3), primary_key=True)
    text: Mapped[str | None]


engine = create_engine("sqlite://")
Base.metadata.create_all(engine)
with Session(engine) as session:
    session.add_all([User(id=n, name=f"u{n}") for n in range(1, 4)])
    session.add_all([Pair(a=1, b="x"), Pair(a=1, b="y")])
    session.commit()
session = Session(engine)
one = session.get(User, 1)
print(one.name, session.get(User, 1) is one, session.get(User, 1.0) is one, session.get(User, (1,)) is one)
print(session.get(User, 99), session.get(User, 99), session.get(User, "1") is one)
print(session.scalars(select(User).where(User.name == "u1")).one() is one)
print(session.scalars(select(aliased(User))).first() is one)
print([a is b for a, b in session.execute(select(User, User).order_by(User.id))])
session.expire(one)
print(session.get(User, 1) is one)
pair = session.get(Pair, (1, "y"))
print(pair.b, session.get(Pair, {"a": 1, "b": "y"}) is pair, session.get(Pair, [1, "y"]) is pair)
raised(session.get, Pair, 1)
raised(session.get, Pair, (1, 2, 3))
raised(session.get, Pair, {"a": 1})
raised(session.get, int, 1)
del one
gc.collect()
print(session.get(User, 1).name)
two = session.get(User, 2)
two.name = "changed"
del two
gc.collect()
print(session.get(User, 2).name)
three = session.get(User, 3)
session.delete(three)
print(session.get(User, 3) is three)
session.flush()
print(session.get(User, 3))
session.rollback()
print(session.get(User, 3) is three, three.name)
three.id = 30
print(session.get(User, 3) is three)
session.flush()
print(session.get(User, 30) is three, session.get(User, 3))
session.close()

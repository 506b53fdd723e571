"""Objects keep what they had loaded when their session is closed, or collected."""

import gc

from show import loaded, raised
from sqlalchemy import ForeignKey, String, create_engine, inspect, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship


class Base(DeclarativeBase):
    pass


class User(Base):
    __tablename__ = "user_account"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(30))
    items: Mapped[list["Item"]] = relationship(back_populates="user")


class Item(Base):
    __tablename__ = "item"
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    user: Mapped["User"] = relationship(back_populates="items")


def fetch():
    session = Session(engine)
    return session.scalars(select(User).order_by(User.id)).all()


engine = create_engine("sqlite://")
Base.metadata.create_all(engine)
with Session(engine) as session:
    session.add_all([User(id=1, name="ada", items=[Item(id=1), Item(id=2)]), User(id=2, name="bob")])
    session.commit()

users = fetch()
gc.collect()
print([user.name for user in users], inspect(users[0]).detached, inspect(users[0]).session)
raised(getattr, users[0], "items")
users[0].name = "changed"

session = Session(engine)
item = session.get(Item, 1)
owner = item.user
session.close()
print(owner.name, item.user is owner, inspect(item).detached, inspect(item).identity)
loaded(owner)
session.add(item)
print(item.user is owner, owner in session, [one.id for one in owner.items])
session.commit()
session.close()
raised(getattr, owner, "name")
owner.name = "set while detached"
print(owner.name, inspect(owner).key)
with Session(engine) as other:
    other.add(owner)
    other.commit()
    print(owner.name)
users.clear()
del owner, item
gc.collect()
print(len(session.identity_map))

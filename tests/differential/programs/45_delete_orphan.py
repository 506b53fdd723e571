"""delete-orphan deletes what leaves its parent, and a pending orphan leaves the session."""

from show import raised
from sqlalchemy import ForeignKey, String, create_engine, inspect, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship


class Base(DeclarativeBase):
    pass


class User(Base):
    __tablename__ = "user_account"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str | None] = mapped_column(String(30))
    items: Mapped[list["Item"]] = relationship(back_populates="user", cascade="all, delete-orphan", order_by="Item.id")


class Item(Base):
    __tablename__ = "item"
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    user: Mapped["User | None"] = relationship(back_populates="items")


engine = create_engine("sqlite://")
Base.metadata.create_all(engine)
session = Session(engine)
user = User(id=1, items=[Item(id=n) for n in range(1, 6)])
other = User(id=2)
session.add_all([user, other])
session.commit()
gone = user.items.pop(0)
print(inspect(gone).persistent, gone in session.deleted)
session.flush()
print(inspect(gone).deleted, inspect(gone).detached)
moved = user.items[0]
other.items.append(moved)
print(moved.user is other, [item.id for item in user.items])
session.flush()
back = user.items[0]
user.items.remove(back)
user.items.append(back)
session.flush()
print(inspect(back).persistent)
pending = Item(id=20)
user.items.append(pending)
print(pending in session)
user.items.remove(pending)
print(pending in session, inspect(pending).transient)
user.items = [user.items[0]]
session.commit()
print(session.scalars(select(Item.id).order_by(Item.id)).all())
user.items[0].user = None
session.commit()
print(session.scalars(select(Item.id).order_by(Item.id)).all())
session.delete(other)
print(sorted(type(one).__name__ for one in session.deleted))
session.commit()
print(session.scalars(select(Item.id)).all())
lone = Item(id=30)
session.add(lone)
session.flush()
print(inspect(lone).persistent)
session.expunge(user)
print(inspect(user).detached)
raised(session.expunge, user)
session.close()

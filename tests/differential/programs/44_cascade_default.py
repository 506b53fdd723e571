"""Without a delete cascade, children of a deleted parent lose their key."""

from sqlalchemy import ForeignKey, String, create_engine, inspect, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship


class Base(DeclarativeBase):
    pass


class User(Base):
    __tablename__ = "user_account"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str | None] = mapped_column(String(30))
    items: Mapped[list["Item"]] = relationship(back_populates="user")


class Item(Base):
    __tablename__ = "item"
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    user: Mapped["User | None"] = relationship(back_populates="items")


engine = create_engine("sqlite://")
Base.metadata.create_all(engine)
session = Session(engine)
user = User(id=1, items=[Item(id=1), Item(id=2)])
session.add(user)
print([item in session for item in user.items])
session.commit()
removed = user.items.pop()
session.flush()
print(removed.user_id, removed.user, inspect(removed).persistent)
session.delete(user)
print(len(session.deleted))
session.commit()
print(session.execute(select(Item.id, Item.user_id).order_by(Item.id)).all())
late = Item(id=9)
owner = User(id=5)
session.add(late)
late.user = owner
print(owner in session, owner in session.new)
session.flush()
print(late.user_id)
session.delete(late)
session.flush()
print(owner.items)
session.close()

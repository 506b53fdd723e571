"""A relation loads at its first read, both ways, and is kept."""

from show import loaded, raised
from sqlalchemy import ForeignKey, String, create_engine, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship


class Base(DeclarativeBase):
    pass


class User(Base):
    __tablename__ = "user_account"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(30))
    items: Mapped[list["Item"]] = relationship(back_populates="user", order_by="Item.id")


class Item(Base):
    __tablename__ = "item"
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(30))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    user: Mapped["User | None"] = relationship(back_populates="items")


engine = create_engine("sqlite://")
Base.metadata.create_all(engine)
with Session(engine) as session:
    for n, name in enumerate(("ada", "bob", "cyd"), 1):
        session.add(User(id=n, name=name, items=[Item(title=f"{name} {m}") for m in range(3 - n)]))
    session.commit()

session = Session(engine)
ada = session.get(User, 1)
loaded(ada)
print([item.title for item in ada.items], sorted(key for key in vars(ada) if key[0] != "_"))
print(ada.items[0].user is ada)
lone = session.get(User, 3)
print(lone.items, bool(lone.items), len(lone.items))
item = session.scalars(select(Item).where(Item.title == "bob 0")).one()
print(item.user.name, item.user is session.get(User, 2))
orphan = Item(title="orphan")
print(orphan.user, orphan.user_id)
session.add(orphan)
session.flush()
print(orphan.user)
item.user_id = 1
print(item.user.name)
session.flush()
print(item.user.name)
session.refresh(item)
print(item.user.name, [one.id for one in ada.items])
session.expire(ada)
print([one.id for one in ada.items])
print(User().items, type(User().items).__name__)
session.close()
raised(getattr, session.get(User, 1), "absent")

"""Both sides of a relation change at once in memory, and the relation wins over the key at flush."""

from show import loaded, raised
from sqlalchemy import ForeignKey, String, create_engine
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
ada, bob, cyd = (session.get(User, n) for n in (1, 2, 3))
new = Item(title="new")
ada.items.append(new)
print(new.user is ada, new in session, new.user_id)
new.user = bob
print([one.title for one in ada.items], [one.title for one in bob.items])
session.flush()
print(new.user_id)
cyd.items = [new, ada.items[0]]
print(new.user is cyd, [one.title for one in ada.items], [one.title for one in bob.items])
cyd.items.remove(new)
print(new.user)
session.flush()
print(new.user_id, [one.title for one in cyd.items])
cyd.items.insert(0, new)
cyd.items.extend([Item(title="x"), Item(title="y")])
cyd.items[2:] = [Item(title="z")]
print([one.title for one in cyd.items], cyd.items.pop().user)
session.flush()
print([(one.title, one.user_id) for one in cyd.items])
new.user, new.user_id = ada, 2
session.flush()
print(new.user_id, new.user is ada)
del new.user
session.flush()
print(new.user_id, new.user)
raised(cyd.items.remove, new)
raised(setattr, cyd, "items", None)
raised(setattr, cyd, "items", {1, 2})
raised(cyd.items.append, "x")
raised(setattr, new, "user", "x")
stray = Item(title="stray")
stray.user = ada
print(stray in session, stray in ada.items)
session.commit()
print([one.title for one in ada.items])
session.close()

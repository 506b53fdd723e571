"""expire and refresh unload and reload what SQLAlchemy does, with its statements."""

from show import loaded, raised
from sqlalchemy import ForeignKey, String, create_engine, inspect, text
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
len(ada.items)
session.execute(text("UPDATE user_account SET name = 'outside' WHERE id = 1"))
print(ada.name)
session.expire(ada, ["name"])
print(ada.name, "items" in vars(ada), inspect(ada).expired)
session.expire(ada)
print(inspect(ada).expired, sorted(inspect(ada).expired_attributes))
loaded(ada)
print(ada.id)
loaded(ada)
ada.name = "mine"
session.expire(ada)
print(ada.name, ada in session.dirty)
ada.name = "mine"
session.refresh(ada)
print(ada.name)
session.refresh(ada, ["items"])
print(len(ada.items))
raised(session.refresh, ada, ["absent"])
session.expire_all()
ada.name = "set while expired"
loaded(ada)
session.flush()
loaded(ada)
session.commit()
loaded(ada)
kept = Session(engine, expire_on_commit=False)
bob = kept.get(User, 2)
bob.name = "robert"
kept.commit()
loaded(bob)
session.execute(text("DELETE FROM item WHERE user_id = 2"))
session.execute(text("DELETE FROM user_account WHERE id = 2"))
session.commit()
raised(kept.refresh, bob)
kept.expire(bob)
raised(getattr, bob, "name")
print(kept.get(User, 2), inspect(bob).deleted)
kept.close()
session.close()

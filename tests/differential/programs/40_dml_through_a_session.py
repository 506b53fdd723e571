"""ORM update and delete synchronise the objects that are loaded."""

from show import loaded, raised
from sqlalchemy import ForeignKey, String, create_engine, delete, func, insert, inspect, select, update
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
        session.add(User(name=name, items=[Item(title=f"{name} {m}") for m in range(3 - n)]))
    session.commit()

with Session(engine) as session:
    ada, bob, cyd = session.scalars(select(User).order_by(User.id)).all()
    result = session.execute(update(User).where(User.name == "ada").values(name="ada l."))
    print(result.rowcount, ada.name, bob.name)
    loaded(ada)
    session.execute(update(User).where(User.id < 3).values(name=User.name + "!"))
    print(ada.name, bob.name, cyd.name)
    session.execute(update(User).where(User.id == 3).values(name=func.upper(User.name)))
    loaded(cyd)
    print(cyd.name)
    session.execute(update(User).where(User.name.in_(["ada l.!", "CYD"])).values({User.name: "same"}))
    print(ada.name, cyd.name)
    print(session.execute(delete(Item).where(Item.user_id == 2)).rowcount)
    session.execute(delete(User).where(User.id == 2))
    print(inspect(bob).deleted, bob in session)
    session.rollback()
    print(ada.name, bob.name, inspect(bob).persistent)
with Session(engine) as session:
    session.execute(insert(User), [{"name": "dan"}, {"name": "eve"}])
    session.execute(insert(User).values(name="fay"))
    dan = session.scalars(select(User).where(User.name == "dan")).one()
    session.execute(update(User), [{"id": dan.id, "name": "daniel"}, {"id": 1, "name": "A"}])
    print(dan.name, session.scalars(select(User.name).order_by(User.id)).all())
    raised(session.execute, update(User), [{"name": "no key"}])
    print(
        session.query(User).filter(User.id > 4).update({"name": "q"}), session.query(User).filter(User.id > 5).delete()
    )
    session.commit()
    print(session.scalars(select(User.name).order_by(User.id)).all())

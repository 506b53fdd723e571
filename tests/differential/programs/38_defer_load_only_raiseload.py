"""load_only and defer leave columns out, raiseload refuses a lazy load."""

from show import loaded, raised
from sqlalchemy import ForeignKey, String, create_engine, inspect, select
from sqlalchemy.orm import (
    DeclarativeBase, Mapped, Session, defer, load_only, mapped_column, raiseload, relationship, selectinload
)  # fmt: skip


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

by_id = select(User).order_by(User.id)
with Session(engine) as session:
    user = session.scalars(by_id.options(load_only(User.name))).first()
    loaded(user)
with Session(engine) as session:
    user = session.scalars(by_id.options(defer(User.name))).first()
    loaded(user)
    print(sorted(inspect(user).unloaded), user.name)
    user.name = "set"
    session.flush()
with Session(engine) as session:
    user = session.scalars(by_id.options(defer(User.name, raiseload=True))).first()
    raised(getattr, user, "name")
    session.refresh(user)
    print(user.name)
with Session(engine) as session:
    user = session.scalars(by_id.options(raiseload(User.items))).first()
    raised(getattr, user, "items")
    user = session.scalars(by_id.options(raiseload("*"))).all()[-1]
    raised(getattr, user, "items")
with Session(engine) as session:
    user = session.scalars(by_id.options(selectinload(User.items).load_only(Item.title))).first()
    loaded(user.items[0])
    raised(session.scalars, select(User.id).options(load_only(User.name)))
    raised(session.scalars, select(Item).options(load_only(User.name)))
    raised(selectinload, "items")

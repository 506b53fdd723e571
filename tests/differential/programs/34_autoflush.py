"""Autoflush comes before queries, lazy loads and refresh, and not inside no_autoflush."""

from show import raised
from sqlalchemy import ForeignKey, String, create_engine, func, select, text
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship


class Base(DeclarativeBase):
    pass


class User(Base):
    __tablename__ = "user_account"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(30), unique=True)
    items: Mapped[list["Item"]] = relationship(back_populates="user")


class Item(Base):
    __tablename__ = "item"
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    user: Mapped["User | None"] = relationship(back_populates="items")


engine = create_engine("sqlite://")
Base.metadata.create_all(engine)
count = select(func.count()).select_from(User)
with Session(engine) as session:
    session.add(User(name="a"))
    print(session.scalar(count))
    session.add(User(name="b"))
    with session.no_autoflush:
        print(session.scalar(count), len(session.new))
    print(session.scalar(count), len(session.new))
    user = session.get(User, 1)
    user.name = "changed"
    print(session.scalar(text("SELECT name FROM user_account WHERE id = 1")))
    print(session.get(User, 2).name, user in session.dirty)
    session.add(Item(user_id=1))
    print(len(user.items))
    user.name = "again"
    session.refresh(user)
    print(user.name)
    session.add(User(name="b"))
    error = raised(session.scalars, select(User))
    print(type(error.orig).__name__, session.is_active)
    raised(session.scalars, select(User))
    session.rollback()
    print(session.scalar(count))
with Session(engine, autoflush=False) as session:
    session.add(User(name="c"))
    print(session.scalar(count))
    session.flush()
    print(session.scalar(count))

"""Savepoints release or roll back, and objects follow."""

from show import loaded, raised
from sqlalchemy import ForeignKey, String, create_engine, event, inspect, select
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

engine = create_engine("sqlite://")


@event.listens_for(engine, "connect")
def manual(dbapi_connection, record):
    dbapi_connection.isolation_level = None


@event.listens_for(engine, "begin")
def begin(connection):
    connection.exec_driver_sql("BEGIN")


Base.metadata.create_all(engine)
session = Session(engine)
first = User(name="first")
session.add(first)
nested = session.begin_nested()
print(inspect(first).persistent, nested.is_active)
second = User(name="second")
session.add(second)
session.flush()
first.name = "changed"
nested.rollback()
print(inspect(second).transient, first.name, session.in_transaction())
loaded(second)
with session.begin_nested():
    third = User(name="third")
    session.add(third)
print(inspect(third).persistent, third.name)
try:
    with session.begin_nested():
        session.add(User(id=third.id, name="clash"))
        session.flush()
except Exception as error:
    print(type(error).__name__)
print(session.is_active, first.name)
outer = session.begin_nested()
inner = session.begin_nested()
session.delete(third)
session.flush()
print(inspect(third).deleted)
inner.rollback()
print(inspect(third).persistent, outer.is_active)
outer.commit()
raised(outer.rollback)
session.commit()
print(session.scalars(select(User.name).order_by(User.id)).all(), session.in_transaction())
session.begin_nested()
session.add(User(name="gone"))
session.flush()
session.rollback()
print(session.scalars(select(User.name).order_by(User.id)).all())
session.close()

"""A block whose transaction has ended refuses work; close leaves what somebody else began; refresh drops changes."""

from show import raised
from sqlalchemy import ForeignKey, String, create_engine, inspect, select, text
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship, sessionmaker


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
make = sessionmaker(engine)
with make.begin() as session:
    session.add_all([User(name="ada"), User(name="bob")])
    session.flush()
    session.add(Item(id=1, user_id=1))
session = make()
with session.begin() as transaction:
    session.commit()
    for call in (session.begin, session.begin_nested, session.connection, session.commit):
        raised(call)
    raised(session.add, User(name="late"))
    raised(session.get, User, 1)
    session.rollback()
    transaction.close()
with make.begin() as other:
    other.rollback()
    raised(other.get, User, 1)
with session.begin():
    ada = session.get(User, 1)
    with session.begin_nested() as inner:
        inner.rollback()
        raised(session.get, User, 2)
        print(session.get(User, 1) is ada)
    print(session.get(User, 2).name, inner.is_active, session.is_active)
    with session.begin_nested() as inner:
        ada.name = "inside"
        inner.commit()
        raised(session.execute, select(User))
    print(ada.name)
print(session.in_transaction())
for mode in ("conditional_savepoint", "rollback_only", "control_fully", "create_savepoint"):
    for end in ("commit", "rollback", "close"):
        with engine.connect() as connection:
            connection.begin()
            connection.execute(text("UPDATE user_account SET name = name"))
            joined = Session(connection, join_transaction_mode=mode)
            joined.add(User(name="joined"))
            joined.flush()
            getattr(joined, end)()
            joined.close()
            print(mode, end, connection.in_transaction())
waiting = Session(engine, autobegin=False)
raised(waiting.get, User, 1)
print(waiting.is_active, waiting.begin_nested().parent.nested, waiting.in_nested_transaction())
waiting.close()
failed = make()
failed.add(User(id=1))
raised(failed.flush)
print(failed.is_active)
failed.rollback()
bob = failed.get(User, 2)
failed.add(User(id=1))
raised(failed.flush)
failed.delete(bob)
failed.rollback()
print(inspect(bob).persistent, bob in failed.deleted, bob.name)
bob.name = "dropped"
failed.refresh(bob)
print(bob.name, bob in failed.dirty)
bob.name = "sent"
failed.refresh(bob, ["items"])
print(bob.name, bob in failed.dirty)
item, ada = failed.get(Item, 1), failed.get(User, 1)
failed.expire(ada)
item.user = bob
print(len(inspect(item).attrs.user.history.deleted), inspect(ada).expired)
failed.rollback()
for one, again in failed.execute(select(User, User).order_by(User.id)):
    print(one is again)
failed.close()

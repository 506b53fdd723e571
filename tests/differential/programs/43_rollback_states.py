"""After a rollback objects are as SQLAlchemy leaves them, and after a failed flush until then."""

from show import loaded, raised
from sqlalchemy import ForeignKey, String, create_engine, inspect, select
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


def state(obj):
    i = inspect(obj)
    print(
        [name for name in ("transient", "pending", "persistent", "deleted", "detached") if getattr(i, name)], i.identity
    )


session = Session(engine)
ada, bob = session.get(User, 1), session.get(User, 2)
new = User(name="new", items=[Item(title="with it")])
session.add(new)
ada.name = "changed"
session.delete(session.get(Item, 3))
session.flush()
session.rollback()
state(ada)
state(new)
state(new.items[0])
print(new.id, new.items[0].user_id)
loaded(ada)
print(ada.name, session.get(Item, 3) is not None)
session.add(User(id=1, name="clash"))
bob.name = "changed"
error = raised(session.flush)
print(
    list(getattr(error.params, "values", lambda: error.params)()),
    session.is_active,
    session.in_transaction(),
    len(session.new),
    len(session.dirty),
)
for call in (
    session.flush,
    session.commit,
    lambda: session.get(User, 3),
    lambda: session.execute(select(User)),
    lambda: bob.name,
):
    raised(call)
session.rollback()
print(session.is_active, bob.name)
session.commit()
with session.begin():
    session.add(User(name="block"))
print(session.scalars(select(User.name).order_by(User.id)).all())
session.rollback()
try:
    with session.begin():
        session.add(User(name="lost"))
        raise KeyError
except KeyError:
    print(session.scalars(select(User.name).order_by(User.id)).all())
raised(session.begin)
session.close()

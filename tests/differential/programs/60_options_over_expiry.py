"""A block whose transaction has ended refuses work; close leaves what somebody else began; refresh drops changes."""

from show import loaded, raised
from sqlalchemy import ForeignKey, create_engine, func, inspect, select
from sqlalchemy.orm import (
    DeclarativeBase, Load, Mapped, Session, aliased, contains_eager, defer, joinedload, load_only, mapped_column,
    raiseload, relationship, selectinload, undefer
)  # fmt: skip


class Base(DeclarativeBase):
    pass


class User(Base):
    __tablename__ = "user_account"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str | None]
    age: Mapped[int | None]
    bio: Mapped[str | None] = mapped_column(deferred=True)
    items: Mapped[list["Item"]] = relationship(back_populates="user")


class Item(Base):
    __tablename__ = "item"
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str | None]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    user: Mapped["User | None"] = relationship(back_populates="items")


engine = create_engine("sqlite://")
Base.metadata.create_all(engine)
with Session(engine) as session:
    session.add(User(id=1, name="ada", items=[Item(id=1, title="a"), Item(id=2, title="b")]))
    session.commit()

for option in (
    defer(User.name),
    defer(User.name, raiseload=True),
    load_only(User.name),
    undefer(User.bio),
    selectinload(User.items),
    joinedload(User.items),
):
    with Session(engine) as session:
        user = session.scalars(select(User).options(option)).unique().first()
        loaded(user)
        session.refresh(user)
        print(sorted(inspect(user).unloaded))
        session.expire(user)
        print(sorted(inspect(user).expired_attributes), user.age)
        print(sorted(inspect(user).unloaded), inspect(user).expired_attributes)
        print(len(user.items))

with Session(engine) as session:
    user = session.get(User, 1)
    user.name = "mine"
    session.add(User(id=9))
    session.refresh(user)
    print(user.name)
    user.name = "kept"
    session.refresh(user, ["age"])
    session.refresh(user, ["name", "items"])
    session.refresh(user, [])
    print(user.name)
    fresh = User(id=7)
    session.add(fresh)
    session.flush()
    loaded(fresh)
    print(fresh.name, fresh.bio)
    loaded(fresh)
    item = Item(id=30)
    session.add(item)
    session.flush()
    print(item.user)

with Session(engine) as session:
    for make in (
        lambda: select(User.id).options(selectinload(User.items)),
        lambda: select(Item).options(defer(User.name)),
        lambda: select(Item).options(selectinload(User.items)),
        lambda: select(Item).options(Load(User).load_only(User.name)),
        lambda: select(Item).options(load_only(Item.title, User.name)),
        lambda: select(aliased(User)).options(load_only(User.name)),
        lambda: select(func.count()).select_from(User).options(selectinload(User.items)),
        lambda: select(Item).join(Item.user).options(contains_eager(User.items)),
        lambda: select(Item).options(selectinload(Item.user).selectinload(Item.user)),
        lambda: select(User).options(Load(User).load_only(Item.title)),
        lambda: select(User.id).options(raiseload("*")),
        lambda: select(User.id).options(defer("*")),
    ):
        raised(lambda make=make: session.execute(make()))
    nameless = aliased(User)
    row = session.execute(select(User, nameless, User.id + 1, User.age + 1).where(nameless.id == User.id)).first()
    print(row._fields, list(row._asdict()), row._mapping[nameless] is row[0], len(row))

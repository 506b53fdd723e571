"""selectinload and joinedload fill relations with the statements that SQLAlchemy sends."""

from show import raised, sql
from sqlalchemy import ForeignKey, String, create_engine, select
from sqlalchemy.orm import (
    DeclarativeBase,
    Mapped,
    Session,
    joinedload,
    lazyload,
    mapped_column,
    relationship,
    selectinload,
)


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


def names(users):
    return [(user.name, [item.title for item in user.items]) for user in users]


by_id = select(User).order_by(User.id)
for query in (
    by_id.options(selectinload(User.items)),
    by_id.options(selectinload(User.items).selectinload(Item.user)),
    by_id.options(selectinload(User.items)).where(User.id > 50),
    by_id.options(selectinload(User.items)).limit(2),
    by_id.options(lazyload(User.items)).limit(1),
):
    with Session(engine) as session:
        print(names(session.scalars(query).all()))
for query in (
    by_id.options(joinedload(User.items)),
    by_id.options(joinedload(User.items, innerjoin=True)),
    by_id.options(joinedload(User.items)).limit(2),
):
    sql(query)
    with Session(engine) as session:
        print(names(session.scalars(query).unique().all()))
        raised(session.scalars(query).all)
items = select(Item).order_by(Item.id)
for query in (
    items.options(joinedload(Item.user)),
    items.options(joinedload(Item.user)).limit(2),
    items.options(selectinload(Item.user)),
    items.options(joinedload(Item.user).selectinload(User.items)),
    items.options(selectinload(Item.user).joinedload(User.items)),
):
    with Session(engine) as session:
        found = session.scalars(query).all()
        print([(item.title, item.user.name, len(item.user.items)) for item in found])

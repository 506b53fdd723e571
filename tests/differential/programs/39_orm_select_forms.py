"""Entities, columns and aliases in one select give SQLAlchemy's rows and names."""

from show import sql
from sqlalchemy import ForeignKey, String, create_engine, func, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, aliased, mapped_column, relationship


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

other = aliased(User)
named = aliased(User, name="named")
statements = (
    select(User).order_by(User.id),
    select(User, Item).join(User.items).order_by(Item.id),
    select(User.name, Item).join(Item.user).order_by(Item.id),
    select(Item.title).join(Item.user).where(User.name == "ada").order_by(Item.id),
    select(User.id, Item.id).join(Item),
    select(User.name, func.count(Item.id)).outerjoin(User.items).group_by(User.id).order_by(User.id),
    select(User, Item).outerjoin(Item).order_by(User.id, Item.id),
    select(other.name).where(other.id == 2),
    select(User, other).join(other, other.id == User.id + 1).order_by(User.id),
    select(named).where(named.name == "ada"),
    select(other.name, Item.title).join(other.items).order_by(Item.id),
    select(User.name).where(User.items.any()).order_by(User.id),
    select(User.name).where(User.items.any(Item.title == "ada 1")),
    select(User.name).where(~User.items.any()),
    select(Item.title).where(Item.user.has(User.name == "bob")),
    select(Item.title).where(Item.user == None),
    select(User.name).where(User.id.in_(select(Item.user_id))).order_by(User.id),
    select(
        User.name.label("who"), select(func.count(Item.id)).where(Item.user_id == User.id).scalar_subquery().label("n")
    ),
    select(func.count()).select_from(User).where(User.name.like("%d%")),
)
with Session(engine) as session:
    for statement in statements:
        sql(statement)
        rows = session.execute(statement).all()
        print([tuple(getattr(one, "name", getattr(one, "title", one)) for one in row) for row in rows])
        print(rows[0]._fields if rows else "no row")
    ada = session.get(User, 1)
    print([item.title for item in session.scalars(select(Item).where(Item.user == ada).order_by(Item.id))])
    item = session.get(Item, 1)
    print(session.scalars(select(User.name).where(User.items.contains(item))).all())
    print(
        session.scalars(select(User).filter_by(name="bob")).one().id,
        session.scalar(select(User.name).filter(User.id == 3)),
    )
    row = session.execute(select(User, User.id)).first()
    print(row.User is ada, row.id, row._mapping[User] is ada)

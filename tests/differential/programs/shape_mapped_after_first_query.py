"""A class may be mapped, and a Table defined, after the first query has run."""

from sqlalchemy import Column, ForeignKey, Integer, String, Table, create_engine, insert, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship


class Base(DeclarativeBase):
    pass


class User(Base):
    __tablename__ = "user_account"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(30))


engine = create_engine("sqlite://")
Base.metadata.create_all(engine)
session = Session(engine)
session.add(User(name="ada"))
session.commit()
print(session.scalars(select(User.name)).all())


class Product(Base):
    __tablename__ = "product"
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(30))
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    owner: Mapped["User | None"] = relationship()


Base.metadata.create_all(engine)
user = session.scalars(select(User)).one()
session.add(Product(title="lamp", owner=user))
session.commit()
print(session.scalars(select(Product)).one().owner is user, user.name)
print(session.execute(select(User.name, Product.title).join(Product, Product.owner_id == User.id)).all())

late = Table(
    "late", Base.metadata, Column("id", Integer, primary_key=True), Column("user_id", ForeignKey("user_account.id"))
)
session.commit()
late.create(engine)
session.execute(insert(late).values(user_id=user.id))
print(session.execute(select(User.name, late.c.id).select_from(User).join(late)).all())
print([table.name for table in Base.metadata.sorted_tables])
session.close()

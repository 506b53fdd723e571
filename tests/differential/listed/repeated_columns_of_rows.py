"""Columns that a SELECT of classes names twice are numbered in keys() as its SQL numbers them.

There the row's names are numbered apart from the SQL, and three of them give one name twice.
"""

from sqlalchemy import ForeignKey, create_engine, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship


class Base(DeclarativeBase):
    pass


class Parent(Base):
    __tablename__ = "parent"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str | None]
    children: Mapped[list["Child"]] = relationship(back_populates="parent", cascade="all, delete-orphan")


class Child(Base):
    __tablename__ = "child"
    id: Mapped[int] = mapped_column(primary_key=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("parent.id"))
    parent: Mapped["Parent | None"] = relationship(back_populates="children")


engine = create_engine("sqlite://")
Base.metadata.create_all(engine)

with Session(engine) as session:
    print(list(session.execute(select(Parent.id, Parent.id)).keys()))
    print(list(session.execute(select(Parent.id, Parent.id, Parent.id, Child.id)).keys()))

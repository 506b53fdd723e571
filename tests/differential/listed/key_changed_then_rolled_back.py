"""An object that was inserted, given another key and rolled back is transient here, as any other insert that is undone.

There it is detached, with the key of a row that never was.
"""

from sqlalchemy import ForeignKey, create_engine, inspect
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
    one = Parent(id=1)
    session.add(one)
    session.flush()
    one.id = 5
    session.flush()
    session.rollback()
    print(inspect(one).transient, inspect(one).detached)

"""Columns of a mixin come in the order in which its class body names them, annotated ones too."""

from sqlalchemy import ForeignKey, create_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship


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


class Other(DeclarativeBase):
    pass


class Mixin:
    first: Mapped[int]
    second = mapped_column(ForeignKey("thing.id"))


class Thing(Mixin, Other):
    __tablename__ = "thing"
    id: Mapped[int] = mapped_column(primary_key=True)


print(Thing.__table__.c.keys())

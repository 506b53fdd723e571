"""A set listener with retval is asked about values that the program sets, not about what the other side brings."""

from sqlalchemy import ForeignKey, create_engine, event
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

other = Parent(id=9)
event.listen(Child.parent, "set", lambda target, value, old, initiator: other, retval=True)
a, child = Parent(id=1), Child(id=1)
a.children.append(child)
print(child.parent is other, child.parent is a)

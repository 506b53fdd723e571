"""Thousands of objects that refer to each other both ways are all collected once dropped."""

import gc
import weakref

from sqlalchemy import ForeignKey, create_engine, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship, selectinload


class Base(DeclarativeBase):
    pass


class Parent(Base):
    __tablename__ = "parent"
    id: Mapped[int] = mapped_column(primary_key=True)
    children: Mapped[list["Child"]] = relationship(back_populates="parent")


class Child(Base):
    __tablename__ = "child"
    id: Mapped[int] = mapped_column(primary_key=True)
    parent_id: Mapped[int] = mapped_column(ForeignKey("parent.id"))
    parent: Mapped["Parent"] = relationship(back_populates="children")


def alive():
    gc.collect()
    return sum(isinstance(one, (Parent, Child)) for one in gc.get_objects())


def make():
    return [Parent(id=n, children=[Child(id=n * 10 + m) for m in range(4)]) for n in range(1, 1001)]


engine = create_engine("sqlite://")
Base.metadata.create_all(engine)
transient = make()
watched = [weakref.ref(parent) for parent in transient] + [weakref.ref(transient[5].children[1])]
print(sum(one() is not None for one in watched))
del transient
gc.collect()
print(sum(one() is not None for one in watched), alive())

session = Session(engine)
session.add_all(make())
session.commit()
print(alive(), len(session.identity_map))

parents = session.scalars(select(Parent).options(selectinload(Parent.children))).all()
print(len(parents), sum(len(parent.children) for parent in parents), parents[7].children[0].parent is parents[7])
watched = [weakref.ref(parent) for parent in parents] + [weakref.ref(parent.children[2]) for parent in parents]
del parents
gc.collect()
print(sum(one() is not None for one in watched), len(session.identity_map))

kept = session.scalars(select(Child).where(Child.id < 30)).all()
print([child.parent.children[0].id for child in kept[:2]])
session.close()
kept.clear()
print(alive())

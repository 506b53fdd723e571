"""Warnings: get() of a key that is None, and the names that rows had before."""

import warnings

from show import raised
from sqlalchemy import ForeignKey, create_engine, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship


class Base(DeclarativeBase):
    pass


class Parent(Base):
    __tablename__ = "parent"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str | None]
    children: Mapped[list["Child"]] = relationship(back_populates="parent", cascade="all, delete-orphan")
    one: Mapped["One | None"] = relationship(back_populates="parent", uselist=False)


class Child(Base):
    __tablename__ = "child"
    id: Mapped[int] = mapped_column(primary_key=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("parent.id"))
    name: Mapped[str | None]
    parent: Mapped["Parent | None"] = relationship(back_populates="children")


class One(Base):
    __tablename__ = "one"
    id: Mapped[int] = mapped_column(primary_key=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("parent.id"))
    name: Mapped[str | None]
    a: Mapped[str | None] = mapped_column(deferred=True, deferred_group="g")
    b: Mapped[str | None] = mapped_column(deferred=True, deferred_group="g")
    parent: Mapped["Parent | None"] = relationship(back_populates="one")


engine = create_engine("sqlite://")
Base.metadata.create_all(engine)

with Session(engine) as s:
    s.add_all([Parent(id=1, name="x"), Parent(id=2)])
    s.commit()
    with warnings.catch_warnings(record=True) as w:
        warnings.simplefilter("always")
        r = s.execute(select(Parent.id, Parent.name)).first()
        print(r.t, r._t, r._tuple(), r.tuple())
        res = s.execute(select(Parent.id, Parent.name))
        print(res.t.all())
        print(s.execute(select(Parent.id, Parent.name)).tuples().all())
        f = s.execute(select(Parent.id, Parent.name)).freeze()
        print(f().all())

        print(s.execute(select(Parent.id.label("t"), Parent.name)).first().t)
        print(hash(r) == hash(tuple(r)), r._fields, r._mapping, r._asdict())
        raised(lambda: r.keys())
        raised(lambda: r.items())
    for x in w:
        print(x.category.__name__)
with Session(engine) as s:
    s.expunge_all()
    s.commit()
    with warnings.catch_warnings(record=True) as w:
        warnings.simplefilter("always")
        print(s.get(Parent, None))
        print(s.get(Parent, (None,)))
        print(s.get(Parent, {"id": None}))
        raised(lambda: s.get_one(Parent, None))
        print(s.query(Parent).get(None))
    for x in w:
        print(x.category.__name__)

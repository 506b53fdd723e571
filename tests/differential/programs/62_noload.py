"""noload() leaves a relation empty with the row, also of an object that is there already, until it expires."""

import warnings

from show import loaded
from sqlalchemy import ForeignKey, create_engine, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, noload, relationship, selectinload


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
    s.add_all([Parent(id=1, children=[Child(id=1), Child(id=2)]), Parent(id=2)])
    s.commit()
    warnings.simplefilter("ignore")
    p = s.get(Parent, 1)
    q = s.scalars(select(Parent).options(noload(Parent.children)).order_by(Parent.id)).all()
    loaded(p), loaded(q[0]), loaded(q[1])
    print(p.children)
    s.expire_all()
    q = s.scalars(select(Parent).options(noload(Parent.children)).order_by(Parent.id)).all()
    for o in q:
        loaded(o)
    print([c.id for c in p.children])
    s.expire_all()
    print([c.id for c in p.children])
    s.expunge_all()
    q = s.scalars(select(Parent).options(noload(Parent.children)).order_by(Parent.id)).all()
    for o in q:
        loaded(o)
    s.expire(q[0])
    print([c.id for c in q[0].children])
    s.refresh(q[0])
    print([c.id for c in q[0].children])
    q = s.scalars(select(Parent).options(selectinload(Parent.children)).order_by(Parent.id)).all()
    print([c.id for c in q[0].children])
    q = s.scalars(
        select(Parent).options(noload(Parent.children)).order_by(Parent.id).execution_options(populate_existing=True)
    ).all()
    for o in q:
        loaded(o)
    print([c.id for c in q[0].children])

"""Which column options a refresh follows, and which end when their object expires."""

from show import loaded, raised
from sqlalchemy import ForeignKey, create_engine, select
from sqlalchemy.orm import (
    DeclarativeBase,
    Mapped,
    Session,
    defer,
    load_only,
    mapped_column,
    relationship,
    undefer,
    undefer_group,
)


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


class W(Base):
    __tablename__ = "w"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str | None]
    a: Mapped[str | None] = mapped_column(deferred=True, deferred_group="g")
    b: Mapped[str | None] = mapped_column(deferred=True, deferred_group="g")
    c: Mapped[str | None] = mapped_column(deferred=True)


Base.metadata.create_all(engine)
with Session(engine) as s:
    s.add(W(id=1, name="n", a="a", b="b", c="c"))
    s.commit()
    for o in (
        undefer_group("g"),
        undefer(W.a),
        undefer("*"),
        defer("*"),
        defer(W.name),
        load_only(W.name),
        load_only(W.a),
        defer(W.name, raiseload=True),
        load_only(W.name, raiseload=True),
    ):
        s.expunge_all()
        w = s.scalars(select(W).options(o)).one()
        print("== loaded")
        loaded(w)
        s.refresh(w)
        print("refresh")
        loaded(w)
        s.expire(w)
        w.id
        print("expire")
        loaded(w)
        s.expire(w)
        s.refresh(w)
        print("expire refresh")
        loaded(w)
        s.expire(w, ["name"])
        raised(lambda: w.name)
        print("expire name")
        loaded(w)
        s.commit()
        raised(lambda: w.name)
        print("commit")
        loaded(w)
        s.rollback()
        raised(lambda: w.a)
        print("rollback")
        loaded(w)
        s.expire(w)
        s.scalars(select(W)).one()
        print("select")
        loaded(w)

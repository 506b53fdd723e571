"""Objects that leave the session before the transaction that inserted them ends."""

from show import loaded, raised
from sqlalchemy import ForeignKey, create_engine, event, inspect
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


def st(o):
    i = inspect(o)
    return (
        [n for n in ("transient", "pending", "persistent", "deleted", "detached") if getattr(i, n)],
        i.key and i.key[1],
        i.was_deleted,
    )


with Session(engine) as s:
    one = Parent(id=1)
    s.add(one)
    s.flush()
    s.expunge(one)
    s.rollback()
    print(st(one), one in s)
    loaded(one)
    s.add(one)
    s.flush()
    print(st(one))
    s.expunge_all()
    print(st(one))
    s.rollback()
    print(st(one))
    s.add(one)
    s.commit()
    n = s.begin_nested()
    two = Parent(id=2)
    s.add(two)
    s.flush()
    s.expunge(two)
    n.rollback()
    print(st(two))
    n = s.begin_nested()
    two = Parent(id=3)
    s.add(two)
    s.flush()
    s.expunge(two)
    n.commit()
    print(st(two))
    s.rollback()
    print(st(two))
    two = Parent(id=4)
    s.add(two)
    s.flush()
    s.expunge(two)
    s.add(two)
    print(st(two))
    s.rollback()
    print(st(two))
    two = Parent(id=6)
    s.add(two)
    s.flush()
    s.close()
    print(st(two))
    s.rollback()
    print(st(two))
    two = Parent(id=7)
    s.add(two)
    s.flush()
    s.expunge(two)
    s.close()
    print(st(two))
    s.rollback()
    print(st(two))
    two = s.get(Parent, 1)
    s.delete(two)
    s.flush()
    print(st(two))
    s.expunge(two)
    print(st(two))
    s.rollback()
    print(st(two))
    raised(lambda: s.add(two))
    print(st(two))
with Session(engine) as s:
    for n in (
        "transient_to_pending",
        "pending_to_persistent",
        "persistent_to_detached",
        "persistent_to_transient",
        "detached_to_persistent",
        "pending_to_transient",
    ):
        event.listen(s, n, lambda session, o, n=n: print(n))
    a = Parent(id=51)
    s.add(a)
    s.flush()
    s.expunge(a)
    s.rollback()
    print(st(a))
    a = Parent(id=52)
    s.add(a)
    s.flush()
    s.expunge(a)
    s.add(a)
    s.rollback()
    print(st(a))

"""Sessions upon a connection that has begun, with and without a savepoint on it, in all four modes."""

import warnings

from show import raised
from sqlalchemy import ForeignKey, create_engine, select, text
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


def work(mode, outer, end, sp):
    with engine.begin() as c:
        c.execute(text("delete from parent"))
    with engine.connect() as c:
        t = c.begin() if outer else None
        c.execute(text("insert into parent (id) values (100)")) if outer else 0
        n = c.begin_nested() if sp else None
        s = Session(c, join_transaction_mode=mode)
        s.add(Parent(id=1))
        s.flush()
        if end == "commit":
            s.commit()
        if end == "rollback":
            s.rollback()
        if end == "close":
            s.close()
        if end == "nested":
            x = s.begin_nested()
            s.add(Parent(id=2))
            s.flush()
            x.rollback()
            s.commit()
        if end == "twice":
            s.commit()
            s.add(Parent(id=3))
            s.rollback()
            s.add(Parent(id=4))
            s.commit()
        if end == "fail":
            s.add(Parent(id=1, name="again"))
            raised(lambda: s.execute(text("insert into parent (id) values (1)")))
            s.rollback()
        print(
            mode,
            outer,
            end,
            sp,
            t and t.is_active,
            n and n.is_active,
            c.in_transaction(),
            c.in_nested_transaction(),
            s.in_transaction(),
        )
        s.close()
        print(
            "  ",
            t and t.is_active,
            n and n.is_active,
            c.in_transaction(),
            c.in_nested_transaction(),
            s.in_transaction(),
            (t and t.is_valid, n and n.is_valid),
        )
        if n:
            raised(n.rollback)
        if t:
            raised(t.commit)
        print("  ", c.in_transaction(), c.in_nested_transaction(), end=" ")
        raised(lambda: print(c.execute(text("select id from parent order by id")).scalars().all()))


warnings.simplefilter("ignore")
for mode in ("conditional_savepoint", "rollback_only", "control_fully", "create_savepoint"):
    for outer, sp in ((0, 0), (1, 0), (1, 1)):
        for end in ("commit", "rollback", "close", "nested", "twice", "fail"):
            work(mode, outer, end, sp)

"""A lazy load reads selectin relations of the objects that it brought, not of those that were there."""

from sqlalchemy import Column, ForeignKey, Table, create_engine, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, lazyload, mapped_column, relationship, selectinload


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


class A(Base):
    __tablename__ = "a"
    id: Mapped[int] = mapped_column(primary_key=True)
    bs: Mapped[list["B"]] = relationship(secondary="ab", order_by="B.id")


class B(Base):
    __tablename__ = "b"
    id: Mapped[int] = mapped_column(primary_key=True)
    cs: Mapped[list["C"]] = relationship(order_by="C.id", lazy="selectin")


class C(Base):
    __tablename__ = "c"
    id: Mapped[int] = mapped_column(primary_key=True)
    bid: Mapped[int] = mapped_column(ForeignKey("b.id"))
    ds: Mapped[list["D"]] = relationship(order_by="D.id")


class D(Base):
    __tablename__ = "d"
    id: Mapped[int] = mapped_column(primary_key=True)
    cid: Mapped[int] = mapped_column(ForeignKey("c.id"))


Table(
    "ab",
    Base.metadata,
    Column("aid", ForeignKey("a.id"), primary_key=True),
    Column("bid", ForeignKey("b.id"), primary_key=True),
)
Base.metadata.create_all(engine)

with Session(engine) as s:
    bs = [B(id=i) for i in (1, 2, 3)]
    s.add_all(bs)
    s.flush()
    s.add_all([C(id=i * 10 + k, bid=i) for i in (1, 2, 3) for k in range(2)])
    s.flush()
    s.add_all([D(id=i * 100 + k, cid=i * 10 + k) for i in (1, 2, 3) for k in range(2)])
    s.flush()
    s.add_all([A(id=1), A(id=2), A(id=3)])
    s.flush()
    pairs = [(1, 1), (1, 2), (2, 2), (2, 3), (3, 1), (3, 2), (3, 3)]
    s.execute(Base.metadata.tables["ab"].insert(), [{"aid": a, "bid": b} for a, b in pairs])
    s.commit()
    for options in (
        [],
        [lazyload(A.bs).selectinload(B.cs)],
        [lazyload(A.bs).selectinload(B.cs).selectinload(C.ds)],
        [selectinload(A.bs).selectinload(B.cs)],
    ):
        s.expunge_all()
        for a in s.scalars(select(A).options(*options).order_by(A.id)).all():
            print(a.id, [(b.id, [(c.id, [d.id for d in c.ds]) for c in b.cs]) for b in a.bs])

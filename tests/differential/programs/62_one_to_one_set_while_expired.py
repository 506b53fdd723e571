"""A one-to-one relation that is set while it is not loaded: what it had is read by the flush, not before."""

from sqlalchemy import ForeignKey, create_engine
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
    s.add_all([Parent(id=1, one=One(id=1)), Parent(id=2, one=One(id=2)), One(id=3), Parent(id=3)])
    s.commit()
    p = s.get(Parent, 1)
    o3 = s.get(One, 3)
    s.expire_all()
    print("set expired one-to-one")
    p.one = o3
    print("done", sorted(p.__dict__), sorted(o3.__dict__))
    s.commit()
    p = s.get(Parent, 2)
    o = s.get(One, 2)
    p3 = s.get(Parent, 3)
    s.expire(o)
    print("many-to-one, expired")
    o.parent = p3
    print("then", sorted(o.__dict__), sorted(p3.__dict__), sorted(p.__dict__))
    s.commit()
    print("expired backref")
    o.parent = p
    print("then", sorted(o.__dict__), sorted(p3.__dict__), sorted(p.__dict__))
    s.flush()
    print("flushed")
    o.parent = None
    print("none", sorted(o.__dict__), sorted(p3.__dict__), sorted(p.__dict__))
    s.commit()
    p.one = None
    print("none on expired")
    s.commit()
    p.one = One(id=9)
    print("new on expired")
    s.commit()
    s.refresh(p)
    print(p.one.id)
    s.expire(p, ["one"])
    print("expired only the relation")
    p.one = o
    s.commit()
    x = One(id=10, parent=p)
    print("constructed")
    s.add(x)
    s.commit()

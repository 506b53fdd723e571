"""get() and refresh() with_for_update: the row is read; get() keeps what is loaded, refresh() replaces it."""

from show import loaded, raised
from sqlalchemy import ForeignKey, create_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship, selectinload


class Base(DeclarativeBase):
    pass


class Parent(Base):
    __tablename__ = "parent"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str | None]
    children: Mapped[list["Child"]] = relationship()


class Child(Base):
    __tablename__ = "child"
    id: Mapped[int] = mapped_column(primary_key=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("parent.id"))


engine = create_engine("sqlite://")
Base.metadata.create_all(engine)

with Session(engine) as s:
    s.add(Parent(id=1, name="a", children=[Child(id=1)]))
    s.commit()
    p = s.get(Parent, 1, with_for_update=True)
    loaded(p)
    print(s.get(Parent, 1, with_for_update=True) is p, s.get(Parent, 1, with_for_update=False) is p)
    s.get(Parent, 1, with_for_update={"read": True})
    s.get(Parent, 1, with_for_update={"nowait": True, "of": Parent})
    s.get(Parent, 1, with_for_update={"skip_locked": True}, options=[selectinload(Parent.children)])
    loaded(p)
    print(s.get(Parent, 2, with_for_update=True))
    p.name = "b"
    print(s.get(Parent, 1, with_for_update=True).name)
    s.get(Parent, 1, with_for_update=True, populate_existing=True)
    print(p.name)
    p.name = "c"
    s.refresh(p, with_for_update=True)
    print(p.name)
    s.refresh(p, with_for_update={"read": True, "key_share": True})
    s.refresh(p, ["name"], with_for_update=True)
    s.refresh(p, ["children"], with_for_update={"nowait": True})
    loaded(p)
    s.expire(p)
    s.get(Parent, 1, with_for_update=True)
    loaded(p)
    raised(lambda: s.refresh(p, with_for_update={}))
    raised(lambda: s.refresh(p, with_for_update={"absent": True}))
    raised(lambda: s.get(Parent, 1, with_for_update={"absent": True}))

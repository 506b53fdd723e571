"""What loader options of relations mean after a refresh, an expiry, a commit, and another statement."""

from show import loaded, raised
from sqlalchemy import ForeignKey, create_engine, select
from sqlalchemy.orm import (
    DeclarativeBase,
    Mapped,
    Session,
    defer,
    joinedload,
    lazyload,
    mapped_column,
    noload,
    raiseload,
    relationship,
    selectinload,
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

with Session(engine) as s:
    s.add_all([Parent(id=1, name="x", children=[Child(id=1)], one=One(id=1, a="a")), Parent(id=2)])
    s.commit()
    for opts in (
        [raiseload(Parent.children)],
        [raiseload("*")],
        [raiseload(Parent.children, sql_only=True)],
        [defer(Parent.name, raiseload=True)],
        [selectinload(Parent.children).raiseload(Child.parent)],
        [lazyload(Parent.children).raiseload("*")],
    ):
        print("==")
        for how in (
            "refresh",
            "expire",
            "both",
            "expire name",
            "expire children",
            "refresh name",
            "refresh children",
            "commit",
        ):
            s.expunge_all()
            o = s.scalars(select(Parent).options(*opts).where(Parent.id == 1)).one()
            print(how)
            if how == "refresh":
                raised(lambda: s.refresh(o))
            if how == "expire":
                s.expire(o)
            if how == "both":
                s.expire(o)
                raised(lambda: s.refresh(o))
            if how == "expire name":
                s.expire(o, ["name"])
            if how == "expire children":
                s.expire(o, ["children"])
            if how == "refresh name":
                raised(lambda: s.refresh(o, ["name"]))
            if how == "refresh children":
                raised(lambda: s.refresh(o, ["children"]))
            if how == "commit":
                s.commit()
            raised(lambda: print(o.name))
            raised(lambda: print(len(o.children)))
            raised(lambda: print(o.one))
            raised(lambda: print(o.children[0].parent is o))
            loaded(o.children[0]) if "children" in o.__dict__ else 0
with Session(engine) as s:
    s.expunge_all()
    s.commit()
    for o in (
        lazyload("*"),
        joinedload("*"),
        noload("*"),
        raiseload("*", sql_only=True),
        noload(Parent.children),
        joinedload(Parent.children),
        selectinload(Parent.children),
        raiseload(Parent.one),
        lazyload(Parent.children).joinedload(Child.parent),
    ):
        for how in ("refresh", "expire", "both", "commit", "select"):
            s.expunge_all()
            p = s.scalars(select(Parent).options(o).where(Parent.id == 1)).unique().one()
            print("==", how)
            loaded(p)
            if how == "refresh":
                s.refresh(p)
            if how == "expire":
                s.expire(p)
            if how == "both":
                s.expire(p)
                s.refresh(p)
            if how == "commit":
                s.commit()
            if how == "select":
                s.expire(p)
                s.scalars(select(Parent)).all()
            raised(lambda: p.name)
            loaded(p)
            raised(lambda: len(p.children))
            raised(lambda: p.one)
            loaded(p)
with Session(engine) as s:
    s.expunge_all()
    s.commit()
    for how in ("", "expire", "expire name", "expire one", "expire both", "read", "populate"):
        for first, second in (
            (raiseload(Parent.one), None),
            (None, raiseload(Parent.one)),
            (raiseload(Parent.one), selectinload(Parent.children)),
            (raiseload(Parent.children), raiseload(Parent.one)),
        ):
            s.expunge_all()
            q = select(Parent).where(Parent.id == 1)
            p = s.scalars(q.options(first) if first else q).unique().one()
            if how == "expire":
                s.expire(p)
            if how == "expire name":
                s.expire(p, ["name"])
            if how == "expire one":
                s.expire(p, ["one"])
            if how == "expire both":
                s.expire(p, ["one", "children"])
            if how == "read":
                s.expire(p)
                p.name
            if how == "populate":
                q = q.execution_options(populate_existing=True)
            s.scalars(q.options(second) if second else q).unique().one()
            print(how, first is not None, second is not None)
            raised(lambda: len(p.children))
            raised(lambda: p.one)

"""Session.merge() in full: cascades, containers, listeners, keys that are met twice, and merging without loading."""

import pickle

from show import loaded, raised
from sqlalchemy import ForeignKey, create_engine, event, inspect, select
from sqlalchemy.orm import (
    DeclarativeBase, Mapped, Session, attribute_keyed_dict, joinedload, mapped_column, reconstructor, relationship,
    selectinload, validates
)  # fmt: skip


class Base(DeclarativeBase):
    pass


class Parent(Base):
    __tablename__ = "parent"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str | None]
    big: Mapped[str | None] = mapped_column(deferred=True)
    children: Mapped[list["Child"]] = relationship(back_populates="parent", cascade="all, delete-orphan")
    by_name: Mapped[dict[str, "Item"]] = relationship(collection_class=attribute_keyed_dict("name"))
    tags: Mapped[set["Tag"]] = relationship(secondary="parent_tag")
    apart: Mapped[list["Apart"]] = relationship(cascade="save-update")

    @validates("name")
    def check(self, key, value):
        print("validates", key, value)
        return value

    @reconstructor
    def made(self):
        print("reconstructor", "id" in self.__dict__)


class Child(Base):
    __tablename__ = "child"
    id: Mapped[int] = mapped_column(primary_key=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("parent.id"))
    name: Mapped[str | None]
    parent: Mapped["Parent | None"] = relationship(back_populates="children")


class Item(Base):
    __tablename__ = "item"
    id: Mapped[int] = mapped_column(primary_key=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("parent.id"))
    name: Mapped[str]


class Apart(Base):
    __tablename__ = "apart"
    id: Mapped[int] = mapped_column(primary_key=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("parent.id"))


class Tag(Base):
    __tablename__ = "tag"
    id: Mapped[int] = mapped_column(primary_key=True)


class ParentTag(Base):
    __tablename__ = "parent_tag"
    parent_id: Mapped[int] = mapped_column(ForeignKey("parent.id"), primary_key=True)
    tag_id: Mapped[int] = mapped_column(ForeignKey("tag.id"), primary_key=True)


class Pair(Base):
    __tablename__ = "pair"
    a: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    b: Mapped[str] = mapped_column(primary_key=True)
    n: Mapped[int | None]


engine = create_engine("sqlite://")
Base.metadata.create_all(engine)

with Session(engine) as s:
    s.add(Parent(id=1, name="one", big="b", children=[Child(id=1, name="a"), Child(id=2, name="b")]))
    s.add(Parent(id=2, name="two", by_name={"x": Item(id=1, name="x")}))
    s.flush()
    s.add(Tag(id=1))
    s.flush()
    s.add(ParentTag(parent_id=2, tag_id=1))
    s.add(Pair(a=1, b="b", n=1))
    s.commit()

print("== a graph")
with Session(engine) as s:
    given = Parent(
        id=1, name="ONE", children=[Child(id=2, name="B"), Child(id=3, name="new"), Child(id=4, name="newer")]
    )
    merged = s.merge(given)
    print(merged is given, [(c.id, c.name, c.parent is merged) for c in merged.children], given in s)
    loaded(given.children[0])
    print(s.merge(merged) is merged, merged.big)
    s.commit()
    print(s.execute(select(Child.id, Child.name, Child.parent_id).order_by(Child.id)).all())

print("== from the other side, and a cascade that does not merge")
with Session(engine) as s:
    child = s.merge(Child(id=2, name="bb", parent=Parent(id=1, name="again", apart=[Apart(id=1)])))
    print(child.parent.name, child.parent.apart, [c.id for c in child.parent.children])
    s.commit()

print("== sets and dictionaries")
with Session(engine) as s:
    s.merge(Parent(id=2, tags={Tag(id=1), Tag(id=2)}))
    s.flush()
    merged = s.merge(Parent(id=2, by_name={"y": Item(id=2, name="y")}))
    print(sorted(merged.by_name), sorted(t.id for t in merged.tags), isinstance(merged.by_name, dict), merged.name)
    s.commit()
    print(s.execute(select(Item.id, Item.parent_id).order_by(Item.id)).all())

print("== one key twice, no key, a key of two columns")
with Session(engine) as s:
    merged = s.merge(Parent(id=9, children=[Child(id=50, name="x"), Child(id=50, name="y")]))
    print(len(merged.children), merged.children[0].name, inspect(merged).pending)
    keyless = s.merge(Parent(name="none"))
    print(inspect(keyless).pending)
    s.expunge(keyless)
    print(s.merge(Pair(a=1, b="b")).n, s.merge(Pair(a=1, b="c")).n)
    s.commit()
    print(s.merge(Pair(a=1, b="c", n=None)) in s.dirty)

print("== pending, deleted, of another session, nothing")
with Session(engine) as s, Session(engine) as other:
    pending = Parent(id=20)
    s.add(pending)
    with s.no_autoflush:
        print(s.merge(pending) is pending)
    s.rollback()
    there = other.get(Parent, 1)
    here = s.merge(there)
    print(here is there, here in s, there in other, here.name)
    there.name = "changed"
    print(s.merge(there) is here, here.name, here in s.dirty)
    s.rollback()
    s.delete(here)
    print(s.merge(there) is here, here in s.deleted)
    s.flush()
    print(inspect(s.merge(there)).pending)
    s.rollback()
    raised(s.merge, "nothing")
    raised(s.merge, None)

print("== expired, unpickled, and with options")
with Session(engine) as s:
    there = s.get(Parent, 1)
    s.expire(there)
    data = pickle.dumps(there)
    s.expunge_all()
    copy = pickle.loads(data)
    print(inspect(copy).expired, sorted(inspect(copy).unloaded))
    merged = s.merge(copy)
    loaded(merged)
    s.expunge_all()
    merged = s.merge(copy, load=False)
    print(inspect(merged).expired, sorted(inspect(merged).expired_attributes))
    loaded(merged)
    print(merged.name, merged in s.dirty)
    s.expunge_all()
    merged = s.merge(Parent(id=1), options=[selectinload(Parent.children)])
    print(len(merged.__dict__["children"]))
    s.expunge_all()
    merged = s.merge(Parent(id=1), options=[joinedload(Parent.children)])
    print(len(merged.__dict__["children"]))

print("== without loading")
with Session(engine) as s:
    there = s.scalars(select(Parent).options(selectinload(Parent.children)).where(Parent.id == 1)).one()
    s.expunge_all()
    for name in ("loaded_as_persistent", "detached_to_persistent", "before_attach"):
        event.listen(s, name, lambda session, obj, name=name: print(name, type(obj).__name__))
    here = s.merge(there, load=False)
    print(here is there, [c.id for c in here.children], s.dirty, inspect(here).persistent)
    print(s.merge(there, load=False) is here)
    there.name = "dirty"
    s.expunge_all()
    raised(lambda: s.merge(there, load=False))
    raised(lambda: s.merge(Parent(id=1), load=False))
    print(s.in_transaction())

"""A class's body compares its own columns before they have names: self-referential joins, in both styles."""

from typing import Optional

from sqlalchemy import Column, ForeignKey, Integer, String, Table, create_engine, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, aliased, declarative_base, mapped_column, relationship


class Base(DeclarativeBase):
    pass


friendship = Table(
    "friends",
    Base.metadata,
    Column("a", ForeignKey("person.id"), primary_key=True),
    Column("b", ForeignKey("person.id"), primary_key=True),
)


class Person(Base):
    __tablename__ = "person"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column("full_name")
    age: Mapped[Optional[int]]
    friends: Mapped[set["Person"]] = relationship(
        secondary=friendship,
        primaryjoin=id == friendship.c.a,
        secondaryjoin=friendship.c.b == id,
        back_populates="friend_of",
    )
    friend_of: Mapped[set["Person"]] = relationship(
        secondary=friendship,
        primaryjoin=id == friendship.c.b,
        secondaryjoin=id == friendship.c.a,
        back_populates="friends",
    )


Old = declarative_base()
links = Table("links", Old.metadata, Column("a", ForeignKey("page.id")), Column("b", ForeignKey("page.id")))


class Page(Old):
    __tablename__ = "page"
    id = Column(Integer, primary_key=True)
    title = Column(String(20))
    parent_id = Column(ForeignKey("page.id"))
    children = relationship("Page", primaryjoin=id == parent_id, order_by=id, remote_side=[parent_id])
    linked = relationship(
        "Page", secondary=links, primaryjoin=id == links.c.a, secondaryjoin=links.c.b == id, order_by=title
    )


engine = create_engine("sqlite://")
Base.metadata.create_all(engine)
Old.metadata.create_all(engine)
with Session(engine) as session:
    ann, bob, cid = (Person(name=name) for name in ("ann", "bob", "cid"))
    session.add_all([ann, bob, cid])
    session.flush()
    ann.friends.add(bob)
    session.flush()
    cid.friends.add(bob)
    session.commit()
    print([one.name for one in ann.friends], sorted(one.name for one in bob.friend_of))
    query = select(Person.name).where(Person.friends.any(Person.name == "bob")).order_by(Person.name)
    print(session.scalars(query).all())
    other = aliased(Person)
    print(session.scalars(select(Person.name).where(Person.friends.of_type(other).any(other.name == "bob"))).all())
    print(session.scalars(select(Person.name).where(~Person.friends.contains(bob)).order_by(Person.name)).all())
    print(select(Person).join(Person.friend_of.of_type(Person)).whereclause, Person.friends.property.direction.name)

    home = Page(title="home", children=[Page(title="a"), Page(title="hidden")])
    session.add(home)
    session.flush()
    home.linked.append(home.children[0])
    session.commit()
    print([one.title for one in home.children], [one.title for one in home.linked])
    print(session.scalars(select(Page.title).where(Page.children.any(Page.title == "a"))).all())

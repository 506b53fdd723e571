"""Mapped classes that are dataclasses: constructors, defaults, comparison, mixins, inheritance, relations, mistakes."""

import dataclasses
import inspect as python
from typing import Annotated, ClassVar

from show import loaded, raised
from sqlalchemy import ForeignKey, String, create_engine, literal, select
from sqlalchemy.orm import (
    DeclarativeBase,
    Mapped,
    MappedAsDataclass,
    Session,
    column_property,
    declared_attr,
    deferred,
    mapped_column,
    registry,
    relationship,
)


class Base(MappedAsDataclass, DeclarativeBase):
    pass


def fields(cls):
    for one in dataclasses.fields(cls):
        factory = one.default_factory is not dataclasses.MISSING
        default = "none" if one.default is dataclasses.MISSING else one.default
        print("   ", one.name, one.init, one.repr, one.compare, one.kw_only, one.hash, default, factory)
    arguments = python.signature(cls.__init__).parameters.values()
    print("    (", *(one.name if one.default is one.empty else f"{one.name}={one.default!r}" for one in arguments), ")")


class User(Base):
    __tablename__ = "user_account"
    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    name: Mapped[str] = mapped_column(String(30))
    age: Mapped[int] = mapped_column(default=5)
    rank: Mapped[int | None] = mapped_column(default=None, insert_default=7)
    nick: Mapped[str] = mapped_column(String(30), default_factory=lambda: "made", repr=False)
    kind: Mapped[str | None] = mapped_column(String(30), init=False, default="kind")
    note: Mapped[str | None] = mapped_column(String(30), init=False)
    posts: Mapped[list["Post"]] = relationship(default_factory=list, back_populates="user", repr=False)
    state: Mapped[str | None] = mapped_column(String(30), server_default="new", init=False)
    level: Mapped[int] = mapped_column(insert_default=9, init=False)


class Post(Base, kw_only=True, order=True, unsafe_hash=True):
    __tablename__ = "post"
    id: Mapped[int] = mapped_column(primary_key=True, init=False, compare=False)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"), default=None)
    title: Mapped[str] = mapped_column(String(30))
    user: Mapped[User | None] = relationship(default=None, back_populates="posts", compare=False, repr=False)


print("-- fields")
for cls in (User, Post):
    print(cls.__name__, cls.__match_args__)
    fields(cls)
user = User("ada")
print(user, user == User("ada"), user == User("bob"), User("ada", 1, 2, "q"))
loaded(user)
print(user.posts, user.note)
raised(User)
raised(User, "ada", id=3)
raised(hash, user)
raised(Post, "title")
post = Post(title="1")
print(post, post < Post(title="2"), hash(post) == hash(Post(title="1")))
loaded(post)

print("-- in the database")
engine = create_engine("sqlite://")
Base.metadata.create_all(engine)
with Session(engine) as session:
    user = User("ada", posts=[Post(title="one")])
    session.add(user)
    session.commit()
    print(user, user.posts, user.posts[0].user is user)
    print(session.scalars(select(User)).all(), session.scalars(select(User).where(User.age == 5)).one() is user)
    session.add(Post(title="two", user=user))
    session.commit()
    print([one.title for one in user.posts])
    print(dataclasses.asdict(post), dataclasses.replace(post, title="9"))
    print(User.age, User.__table__.c.age.default.arg, User.__table__.c.rank.default.arg, User.__table__.c.nick.default)

print("-- mixins, bases, subclasses")


class Stamped(MappedAsDataclass):
    created: Mapped[int] = mapped_column(init=False, default=1)
    by: Mapped[str] = mapped_column(String(30), default="me")

    @declared_attr
    def seen(cls) -> Mapped[int]:
        return mapped_column(default=4)


class Abstract(Base):
    __abstract__ = True
    id: Mapped[int] = mapped_column(primary_key=True, init=False)


class Item(Stamped, Abstract):
    __tablename__ = "item"
    word: Mapped[str] = mapped_column(String(30), default="w")


class Part(Item):
    __tablename__ = "part"
    id: Mapped[int] = mapped_column(ForeignKey("item.id"), primary_key=True, init=False)
    extra: Mapped[str] = mapped_column(String(30), default="e", kw_only=True)


class Animal(Base, repr=False):
    __tablename__ = "animal"
    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    kind: Mapped[str] = mapped_column(String(30), init=False)
    __mapper_args__ = {"polymorphic_on": "kind", "polymorphic_identity": "animal"}


class Dog(Animal, repr=True):
    barks: Mapped[int | None] = mapped_column(default=2)
    __mapper_args__ = {"polymorphic_identity": "dog"}


for cls in (Item, Part, Dog):
    fields(cls)
    print(cls(), cls() == cls(), dataclasses.is_dataclass(cls))
print(Part(extra="o"), repr(Animal()).startswith("Animal("), Dog() == Animal())

print("-- by decorator")
reg = registry()


@reg.mapped_as_dataclass
class Plain:
    __tablename__ = "plain"
    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    word: Mapped[str]


@reg.mapped_as_dataclass(eq=False, kw_only=True)
class Rich:
    __tablename__ = "rich"
    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    word: Mapped[str]
    unmapped: str = "u"
    shared: ClassVar[int] = 3
    late: dataclasses.InitVar[int] = 4
    many: list = dataclasses.field(default_factory=list)

    def __post_init__(self, late):
        self.word += "!" * late


print(Plain("a"), Plain("a") == Plain("a"))
rich = Rich(word="b")
print(rich, rich == Rich(word="b"), rich.unmapped, Rich.shared, sorted(Rich.__table__.c.keys()))


class Wide(Base):
    __tablename__ = "wide"
    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    late: Mapped[str] = deferred(mapped_column(String(30)))
    others: Mapped[list["Narrow"]] = relationship(init=False)
    three: Mapped[int] = column_property(literal(3) + 0)
    slow: Mapped[str] = mapped_column(String(30), deferred=True, default="s")
    named: Mapped[str] = mapped_column("other", String(30), default="n", kw_only=True)


class Narrow(Base):
    __tablename__ = "narrow"
    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    wide_id: Mapped[int] = mapped_column(ForeignKey("wide.id"), init=False)


fields(Wide)
print(Wide("x"))
loaded(Wide("x", named="y"))

print("-- mistakes")


class Unmapped(DeclarativeBase):
    pass


def define(base, name, body, **transforms):
    namespace = {"__tablename__": name.lower(), "__annotations__": {k: a for k, (a, _) in body.items()}}
    namespace |= {k: v for k, (_, v) in body.items() if v is not None}
    return type(base)(name, (base,), namespace, **transforms)


key = (Mapped[int], mapped_column(primary_key=True, init=False))
raised(define, Unmapped, "A1", {"id": key})
raised(define, Unmapped, "A2", {"id": (Mapped[int], mapped_column(primary_key=True, kw_only=True))})
raised(define, Base, "A3", {"id": (Mapped[int], mapped_column(primary_key=True, default=1)), "x": (Mapped[str], None)})
raised(define, Base, "A4", {"id": (Mapped[int], mapped_column(primary_key=True, default=1, default_factory=int))})
raised(define, Base, "A5", {"id": key}, frozen=True)
raised(define, Base, "A6", {"id": key, "x": (Mapped[str], mapped_column(default=lambda: "x"))})
raised(define, Base, "A7", {"id": (Mapped[Annotated[int, mapped_column(primary_key=True, init=False)]], None)})
raised(registry().mapped_as_dataclass, frozen=True)
raised(column_property, literal(1), init=False)
raised(relationship, "User", unknown=1)


class LooseMixin:
    loose: Mapped[int] = mapped_column(default=3)


class Loose(LooseMixin, Base):
    __tablename__ = "loose"
    id: Mapped[int] = mapped_column(primary_key=True, init=False)


fields(Loose)
print(Loose())

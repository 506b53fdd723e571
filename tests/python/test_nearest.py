"""A name that is not there: SQLAlchemy's class of exception, and a sentence that names what may have been meant."""

from __future__ import annotations

import enum
import importlib
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest

SQLITE = "sqlite://"  # SQLAlchemy knows no server here


class Color(enum.Enum):
    red = 1
    blue = 2


class Shop:
    """Users and their purchases, in one of the libraries."""

    def __init__(self, library: str, url: str) -> None:
        self.sa: Any = importlib.import_module(library)
        self.orm: Any = importlib.import_module(f"{library}.orm")
        sa, orm = self.sa, self.orm
        base = orm.declarative_base()
        self.User = type(
            "User",
            (base,),
            {
                "__tablename__": "users",
                "id": sa.Column(sa.Integer, primary_key=True),
                "name": sa.Column(sa.String(30)),
                "color": sa.Column(sa.Enum(Color, validate_strings=True)),
                "purchases": orm.relationship("Purchase", back_populates="user"),
            },
        )
        self.Purchase = type(
            "Purchase",
            (base,),
            {
                "__tablename__": "purchases",
                "id": sa.Column(sa.Integer, primary_key=True),
                "user_id": sa.Column(sa.ForeignKey("users.id")),
                "user": orm.relationship("User", back_populates="purchases"),
            },
        )
        self.users = self.User.__table__
        self.engine = sa.create_engine(url)
        base.metadata.create_all(self.engine)
        self.session = orm.Session(self.engine)

    def run(self, stmt: Any, *args: Any) -> Any:
        return self.session.execute(stmt, *args)

    def tables(self, reference: str) -> None:
        sa = self.sa
        metadata = sa.MetaData()
        sa.Table("shelf", metadata, sa.Column("id", sa.Integer, primary_key=True))
        sa.Table("book", metadata, sa.Column("shelf", sa.ForeignKey(reference), primary_key=True))
        metadata.create_all(self.engine)

    def classes(self, **parent: Any) -> None:
        sa, orm = self.sa, self.orm
        base = orm.declarative_base()
        ident = {"id": sa.Column(sa.Integer, primary_key=True)}
        made = {name: orm.relationship(*args, **kw) for name, (args, kw) in parent.items()}
        first = type("Parent", (base,), {"__tablename__": "parent", **ident, **made})
        child = {"id": sa.Column(sa.Integer, primary_key=True), "parent_id": sa.Column(sa.ForeignKey("parent.id"))}
        type(
            "Child",
            (base,),
            {"__tablename__": "child", **child, "parent": orm.relationship("Parent", back_populates="children")},
        )
        first()


CASES: dict[str, tuple[Callable[[Shop], Any], str]] = {
    "an attribute of a class": (lambda s: s.User.nmae, "name"),
    "an attribute of an alias": (lambda s: s.orm.aliased(s.User).nmae, "name"),
    "a relation of a class": (lambda s: s.orm.selectinload(s.User.purchses), "purchases"),
    "a keyword of the constructor": (lambda s: s.User(nmae="x"), "name"),
    "a column of a table": (lambda s: s.users.c.nmae, "name"),
    "a column of a subquery": (lambda s: s.sa.select(s.User).subquery().c.nmae, "name"),
    "filter_by": (lambda s: s.run(s.sa.select(s.User).filter_by(nmae=1)), "name"),
    "filter_by of a table": (lambda s: s.run(s.sa.select(s.users).filter_by(nmae=1)), "name"),
    "Query.filter_by": (lambda s: s.session.query(s.User).filter_by(nmae=1).all(), "name"),
    "order_by": (lambda s: s.run(s.sa.select(s.User).order_by("nmae")), "name"),
    "group_by": (lambda s: s.run(s.sa.select(s.users.c.id.label("total")).group_by("totl")), "total"),
    "update of a class": (lambda s: s.run(s.sa.update(s.User).values(nmae=1)), "name"),
    "update of a table": (lambda s: s.run(s.sa.update(s.users).values({"nmae": 1})), "name"),
    "insert": (lambda s: s.run(s.sa.insert(s.users).values(nmae=1)), "name"),
    "a bound parameter": (
        lambda s: s.run(s.sa.select(s.users).where(s.users.c.name == s.sa.bindparam("name_")), {"nmae_": 1}),
        "nmae_",
    ),
    "a parameter of text": (lambda s: s.sa.text("select :name").bindparams(nmae=1), "name"),
    "the table of a foreign key": (lambda s: s.tables("shelv.id"), "shelf"),
    "the column of a foreign key": (lambda s: s.tables("shelf.idd"), "id"),
    "the class of a relation": (lambda s: s.classes(children=(("Chidl",), {})), "Child"),
    "back_populates": (lambda s: s.classes(children=(("Child",), {"back_populates": "parnt"})), "parent"),
    "an attribute in a relation's string": (
        lambda s: s.classes(children=(("Child",), {"order_by": "Child.parnt_id"})),
        "parent_id",
    ),
    "an argument of relationship": (lambda s: s.orm.relationship("Child", back_populate="x"), "back_populates"),
    "a cascade": (lambda s: s.orm.relationship("Child", cascade="all, delete-orphn"), "delete-orphan"),
    "a value of an enumeration": (
        lambda s: s.run(s.sa.insert(s.users).values(color=s.sa.bindparam("c")), {"c": "bleu"}),
        "blue",
    ),
    "an event": (lambda s: s.sa.event.listen(s.engine, "before_cursor_excute", print), "before_cursor_execute"),
    "an argument of create_engine": (lambda s: s.sa.create_engine("sqlite://", pool_sise=3), "pool_size"),
    "a dialect": (lambda s: s.sa.create_engine("sqllite://"), "sqlite"),
    "a column of an index": (
        lambda s: s.sa.Table("t", s.sa.MetaData(), s.sa.Column("name", s.sa.String), s.sa.Index("ix", "nmae")),
        "name",
    ),
    "a column of a constraint": (
        lambda s: s.sa.Table("t", s.sa.MetaData(), s.sa.Column("name"), s.sa.UniqueConstraint("nmae")),
        "name",
    ),
    "an attribute of a row": (lambda s: s.run(s.sa.text("select 1 as name")).one().nmae, "name"),
    "a key of a row's mapping": (lambda s: s.run(s.sa.text("select 1 as name")).mappings().one()["nmae"], "name"),
    "a column of a result": (lambda s: s.run(s.sa.text("select 1 as name")).columns("nmae"), "name"),
    "a key of get": (lambda s: s.session.get(s.User, {"idd": 1}), "id"),
}


@pytest.mark.parametrize("name", list(CASES))
def test_the_nearest_is_named_in_an_exception_of_the_same_class(name: str, database_url: str) -> None:
    call, nearest = CASES[name]
    with pytest.raises(Exception) as theirs:
        call(Shop("sqlalchemy", SQLITE))
    with pytest.raises(Exception) as ours:
        call(Shop("cormorant", database_url))
    assert type(ours.value).__name__ == type(theirs.value).__name__
    assert f"'{nearest}'" in str(ours.value) or f'"{nearest}"' in str(ours.value)


def test_names_that_are_near_nothing_are_only_said(database_url: str) -> None:
    shop = Shop("cormorant", database_url)
    with pytest.raises(AttributeError, match=r"^type object 'User' has no attribute 'zzzzzz'$"):
        _ = shop.User.zzzzzz
    with pytest.raises(TypeError, match=r"^'zzzzzz' is an invalid keyword argument for User$"):
        shop.User(zzzzzz=1)


def test_a_class_may_answer_for_what_it_does_not_have() -> None:
    """A descriptor's own error, and a metaclass's or object's own __getattr__, are left alone."""
    from cormorant import Column, Integer
    from cormorant.orm import DeclarativeBase

    class Base(DeclarativeBase):
        pass

    class Broken:
        def __get__(self, obj: Any, owner: Any) -> Any:
            raise AttributeError("mine")

    class Thing(Base):
        __tablename__ = "thing"
        id = Column(Integer, primary_key=True)
        broken = Broken()

        def __getattr__(self, name: str) -> str:
            return f"no {name}"

    with pytest.raises(AttributeError, match="^mine$"):
        _ = Thing.broken
    assert Thing().anything == "no anything"
    assert not hasattr(Thing, "anything")


def test_python_itself_names_the_nearest_attribute_of_an_object() -> None:
    program = """
import cormorant as sa, cormorant.orm as orm
class User(orm.declarative_base()):
    __tablename__ = "users"
    id = sa.Column(sa.Integer, primary_key=True)
    name = sa.Column(sa.String)
User().nam
"""
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60)
    assert "AttributeError: 'User' object has no attribute 'nam'. Did you mean: 'name'?" in ran.stderr

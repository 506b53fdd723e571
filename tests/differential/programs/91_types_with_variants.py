"""A type that is another one in some databases: its DDL, casts, values and comparisons there and elsewhere."""

import enum
from datetime import datetime

from sqlalchemy import JSON, BigInteger, Column, DateTime, Enum, Integer, LargeBinary, MetaData, Numeric, String, Table
from sqlalchemy import Text, TypeDecorator, cast, create_engine, func, insert, inspect, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import ArgumentError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
from sqlalchemy.schema import CreateTable


class Words(TypeDecorator):
    """A list of words as one text."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value, dialect):
        return None if value is None else " ".join(value)

    def process_result_value(self, value, dialect):
        return None if value is None else value.split()


class Colour(enum.Enum):
    RED = "r"
    BLUE = "b"


Document = JSON().with_variant(postgresql.JSONB(), "postgresql")
Key = BigInteger().with_variant(Integer, "sqlite")
List = Words().with_variant(postgresql.JSONB(), "postgresql")
Word = String(20).with_variant(Words(), "postgresql", "mysql").with_variant(Text(), "oracle")
Shade = Enum(Colour, native_enum=True).with_variant(Enum(Colour, native_enum=False, length=9), "postgresql")

metadata = MetaData()
things = Table(
    "things",
    metadata,
    Column("id", Key, primary_key=True),
    Column("document", Document),
    Column("list", List),
    Column("shade", Shade),
    Column("amount", Numeric(10, 2).with_variant(String(12), "sqlite")),
)


class Wrapped(TypeDecorator):
    """A decorator over a type with variants."""

    impl = Document
    cache_ok = True

    def process_bind_param(self, value, dialect):
        return {"in": value, "dialect": dialect.name in ("sqlite", "postgresql")}

    def process_result_value(self, value, dialect):
        return (value["in"], value["dialect"])


class Base(DeclarativeBase):
    type_annotation_map = {dict: Document, list: List}


class Note(Base):
    __tablename__ = "note"
    id: Mapped[int] = mapped_column(Key, primary_key=True)
    words: Mapped[list]
    about: Mapped[dict]
    wrapped: Mapped[object] = mapped_column(Wrapped)


for dialect in (None, sqlite.dialect(), postgresql.dialect()):
    print(CreateTable(things).compile(dialect=dialect) if dialect else CreateTable(things))
    print(Word.compile(dialect=dialect) if dialect else str(Word))
    print(select(cast(things.c.amount, Key), things.c.document["a"]).compile(dialect=dialect))

print(repr(Document), repr(Word), type(Word).__name__, Word.length, Key.python_type)
for wrong in (
    lambda: String().with_variant(Text()),
    lambda: Word.with_variant(Text(), "mysql"),
    lambda: String().with_variant(Document, "sqlite"),
):
    try:
        wrong()
    except ArgumentError:
        print("ArgumentError")

engine = create_engine("sqlite://")
metadata.create_all(engine)
Base.metadata.create_all(engine)
with engine.begin() as connection:
    row = {"id": 1, "document": {"a": [1, None]}, "list": ["x", "y"], "shade": Colour.BLUE}
    connection.execute(insert(things), [row, {**row, "id": 2, "document": None, "list": [], "shade": None}])
    for found in connection.execute(select(things.c[:4]).order_by(things.c.id)):
        print(found)
    print(connection.scalars(select(things.c.id).where(things.c.list == ["x", "y"])).all())
    print(connection.scalars(select(things.c.id).where(things.c.shade == Colour.BLUE)).all())
    connection.execute(update(things).values(list=["z"]).where(things.c.id == 2))
    print(connection.execute(select(things.c.list).order_by(things.c.id)).all())

with Session(engine) as session:
    note = Note(words=["one", "two"], about={"k": 1}, wrapped="w")
    session.add(note)
    session.commit()
    print(note.id, note.words, note.about, note.wrapped)
    note.words = ["three"]
    session.commit()
    session.expunge_all()
    print([(one.words, one.about, one.wrapped) for one in session.scalars(select(Note).where(Note.words == ["three"]))])
    print(session.scalars(select(Note.id).where(Note.words == ["one"])).all())

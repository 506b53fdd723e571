"""load_dialect_impl() decides what a column is in a database: in DDL, in casts, in the values that go and come."""

import uuid

from sqlalchemy import CHAR, VARCHAR, Column, Integer, MetaData, String, Table, Text, create_engine, insert, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.dialects.postgresql import JSONB, UUID
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
from sqlalchemy.schema import CreateTable
from sqlalchemy.types import JSON, TypeDecorator


class GUID(TypeDecorator):
    impl = CHAR
    cache_ok = True

    def load_dialect_impl(self, dialect):
        if dialect.name == "postgresql":
            return dialect.type_descriptor(UUID())
        return dialect.type_descriptor(CHAR(32))

    def process_bind_param(self, value, dialect):
        if value is None:
            return value
        if dialect.name == "postgresql":
            return str(value)
        return f"{(value if isinstance(value, uuid.UUID) else uuid.UUID(value)).int:032x}"

    def process_result_value(self, value, dialect):
        return value if value is None or isinstance(value, uuid.UUID) else uuid.UUID(value)


class Document(TypeDecorator):
    impl = JSON
    cache_ok = True

    def load_dialect_impl(self, dialect):
        return dialect.type_descriptor(JSONB() if dialect.name == "postgresql" else JSON())


class Word(TypeDecorator):
    impl = String(20)
    cache_ok = True

    def load_dialect_impl(self, dialect):
        return VARCHAR(30) if dialect.name == "postgresql" else Text()


class Base(DeclarativeBase):
    pass


class Thing(Base):
    __tablename__ = "thing"
    id: Mapped[uuid.UUID] = mapped_column(GUID, primary_key=True)
    other: Mapped[uuid.UUID | None] = mapped_column(GUID)
    data: Mapped[dict | None] = mapped_column(Document)
    word: Mapped[str | None] = mapped_column(Word)


for dialect in (sqlite.dialect(), postgresql.dialect()):
    print(str(CreateTable(Thing.__table__).compile(dialect=dialect)))
    print(select(Thing.id).where(Thing.id == uuid.UUID(int=1)).compile(dialect=dialect))
    print(GUID().compile(dialect), Document().compile(dialect), Word().compile(dialect))
engine = create_engine("sqlite://")
Base.metadata.create_all(engine)
one, two = uuid.UUID(int=1), uuid.UUID(int=2**127 + 5)
with Session(engine) as session:
    session.add_all([Thing(id=one, other=two, data={"a": 1}, word="a"), Thing(id=two), Thing(id=uuid.UUID(int=3))])
    session.commit()
    thing = session.get(Thing, two)
    print(thing.id, thing.other, thing.data, thing.word)
    thing.other, thing.word = one, "b"
    session.commit()
    print(session.scalars(select(Thing.id).where(Thing.other == one)).all())
    print(session.scalars(select(Thing.id).where(Thing.id.in_([one, two])).order_by(Thing.id)).all())
    print(session.scalars(select(Thing.word).where(Thing.other == str(two))).all())
    print(session.scalars(select(Thing.data["a"]).where(Thing.id == one)).all())
    for row in session.execute(select(Thing.id, Thing.other, Thing.word).order_by(Thing.id)):
        print(tuple(row))
t = Table("t", MetaData(), Column("id", Integer, primary_key=True), Column("g", GUID(), index=True))
t.create(engine)
with engine.begin() as connection:
    connection.execute(insert(t), [{"g": one}, {"g": two}, {"g": None}])
    print(connection.execute(select(t.c.g).order_by(t.c.id)).all())
    print(connection.scalar(select(t.c.id).where(t.c.g == two)))
t.drop(engine)
Base.metadata.drop_all(engine)

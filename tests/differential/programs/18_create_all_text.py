"""CREATE TABLE and CREATE INDEX have SQLAlchemy's text, columns, constraints, order and quoting."""

from sqlalchemy import (
    JSON, BigInteger, Boolean, CheckConstraint, Column, Date, DateTime, Enum, Float, ForeignKey,
    ForeignKeyConstraint, Index, Integer, LargeBinary, MetaData, Numeric, PrimaryKeyConstraint, SmallInteger,
    String, Table, Text, Time, UniqueConstraint, create_engine, func, text,
)  # fmt: skip

metadata = MetaData()
Table(
    "types", metadata,
    Column("id", Integer, primary_key=True), Column("a", BigInteger), Column("b", SmallInteger, nullable=False),
    Column("c", String), Column("d", String(20)), Column("e", Text), Column("f", Float), Column("g", Boolean),
    Column("h", Date), Column("i", Time), Column("j", DateTime), Column("k", LargeBinary), Column("l", Numeric),
    Column("m", Numeric(10, 2)), Column("n", Enum("x", "yy", name="letters")), Column("o", JSON),
    Column("Mixed Case", Integer),
    Column("order", Integer), Column("p", Integer, server_default="5"), Column("q", String, server_default=text("'x'")),
    Column("r", DateTime, server_default=func.now()), Column("s", Integer, default=3),
)  # fmt: skip
Table(
    "child",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("p", ForeignKey("parent.id", ondelete="CASCADE")),
    Column("name", String),
    Index("ix_low", func.lower(text("name"))),
)
Table("parent", metadata, Column("id", Integer, primary_key=True), Column("u", String(5), unique=True, index=True))
Table(
    "composite", metadata, Column("a", Integer, primary_key=True), Column("b", String(3), primary_key=True),
    Column("c", Integer), UniqueConstraint("c", name="uq_c"), UniqueConstraint("a", "c"), CheckConstraint("c > 0"),
    CheckConstraint("a < 10", name="small"), Index("ix_ca", "c", "a"),
)  # fmt: skip
Table(
    "refers", metadata, Column("x", Integer), Column("y", String(3)), Column("z", Integer, ForeignKey("refers.x")),
    PrimaryKeyConstraint("x", name="pk_refers"),
    ForeignKeyConstraint(["x", "y"], ["composite.a", "composite.b"], name="fk_two", onupdate="CASCADE"),
)  # fmt: skip
engine = create_engine("sqlite://")
metadata.create_all(engine)
print([table.name for table in metadata.sorted_tables])
metadata.create_all(engine)
metadata.drop_all(engine)
metadata.create_all(engine, tables=[metadata.tables["parent"]])
metadata.tables["parent"].drop(engine)
print(sorted(metadata.tables), [column.name for column in metadata.tables["composite"].primary_key])

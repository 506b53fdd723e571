"""Golden SQL: what statements become in each dialect, side by side.

A file is a list of blocks. A block is a statement in Python, then a line for each dialect: its name and the SQL, IN lists
written out, white space put down to single blanks; or `!` and the exception that says that there is none. Lines may come
between: `only: sqlite postgresql` names the dialects, `differs: default postgresql: reason` those in which the text is
not SQLAlchemy's, and why.
"""

# ruff: noqa: E501 - a table is a few lines

from __future__ import annotations

import importlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from both import Library

HERE = Path(__file__).parent
DIALECTS = {"default": None, "sqlite": "sqlite", "postgresql": "postgresql.asyncpg"}


@dataclass
class Block:
    """A statement and its texts."""

    source: str
    notes: list[str] = field(default_factory=list)
    only: list[str] = field(default_factory=lambda: list(DIALECTS))
    differs: dict[str, str] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)

    def read_line(self, line: str) -> None:
        """A line under the statement."""
        word, _, rest = line.strip().partition(" ")
        if word == "only:":
            self.only = rest.split()
        elif word == "differs:":
            names, _, reason = rest.partition(": ")
            self.differs |= dict.fromkeys(names.split(), reason)
        else:
            self.texts[word] = rest.strip()
            return
        self.notes.append(line)

    def print(self, texts: dict[str, str]) -> str:
        """The block with other texts."""
        lines = [f"  {name:<10} {texts[name]}" for name in self.only]
        return "\n".join([self.source, *self.notes, *lines])


def read(path: Path) -> tuple[str, list[Block]]:
    """The heading and the blocks of a file."""
    parts = path.read_text().strip().split("\n\n")
    blocks = []
    for part in parts[1:]:
        source, *lines = part.split("\n")
        block = Block(source)
        for line in lines:
            block.read_line(line)
        blocks.append(block)
    return parts[0], blocks


class Texts:
    """What a library makes of statements."""

    def __init__(self, library: str) -> None:
        self.library = library
        self.names = Library(library).names
        self.names["pg"] = importlib.import_module(f"{library}.dialects.postgresql")
        exec(MORE, self.names)

    def of(self, source: str, dialect: str) -> str:
        """The SQL, or the exception's name."""
        names = dict(self.names)
        where = DIALECTS[dialect]
        options: dict[str, Any] = {"compile_kwargs": {"render_postcompile": True}}
        if where is not None:
            module = importlib.import_module(f"{self.library}.dialects.{where}")
            options["dialect"] = module.dialect()
            names["upsert"] = getattr(importlib.import_module(f"{self.library}.dialects.{dialect}"), "insert", None)
        try:
            return " ".join(str(eval(source, names).compile(**options)).split())
        except Exception as error:  # what there is no SQL for
            return f"! {type(error).__name__}"


MORE = """
import uuid
wide = Table("a table", m, Column("select", Integer, primary_key=True), Column("CamelCase", String), Column("1st", Integer),
             Column('has"quote', Integer), Column("order", Integer), Column("plain_name", Integer), schema="Some Schema")
typed = Table("typed", m, Column("id", BigInteger, primary_key=True), Column("small", SmallInteger), Column("name", String(5)),
              Column("body", Text), Column("f", Float), Column("f10", Float(10)), Column("d", Double), Column("n", Numeric(10, 2)),
              Column("flag", Boolean), Column("day", Date), Column("at", DateTime), Column("at_tz", DateTime(timezone=True)),
              Column("t", Time), Column("t_tz", Time(timezone=True)), Column("b", LargeBinary), Column("j", JSON),
              Column("u", Uuid), Column("hex", Uuid(native_uuid=False)), Column("span", Interval),
              Column("since", Interval(native=False)), Column("e", Enum("a", "b", name="ab")),
              Column("e2", Enum("a", "b", name="ab2", native_enum=False)), Column("c", CHAR(3)), Column("v", VARCHAR(7)),
              Column("sorted", String(5, collation="C")))
owned = Table("owned", m, Column("id", SmallInteger, primary_key=True), Column("jb", pg.JSONB), Column("pj", pg.JSON),
              Column("numbers", pg.ARRAY(Integer)), Column("words", pg.ARRAY(String(5))), Column("net", pg.INET),
              Column("bits", pg.BIT(5)), Column("range", pg.INT4RANGE), Column("ci", pg.CITEXT), Column("vector", pg.TSVECTOR),
              Column("moment", pg.TIMESTAMP(timezone=True, precision=3)), Column("raw", pg.BYTEA), Column("nr", pg.OID),
              Column("span", pg.INTERVAL(precision=3, fields="DAY TO SECOND")), Column("mood", pg.ENUM("x", "y", name="My Mood")),
              Column("sorted", pg.ARRAY(String(5, collation="C"))), Column("second", pg.TIMESTAMP(precision=0)), Column("clock", pg.TIME(True, 0)), Column("steps", pg.INTERVAL(0)))
ruled = Table("ruled", m, Column("id", Integer, primary_key=True), Column("k", Integer, CheckConstraint("k > 0", name="positive")),
              Column("n", String, server_default="it's"), Column("flag", Boolean, server_default=true()),
              Column("made", DateTime, server_default=func.now()), Column("u_id", ForeignKey("user_account.id", ondelete="CASCADE")),
              UniqueConstraint("k", "n", name="uq_k", deferrable=True, initially="DEFERRED"), CheckConstraint("k < 9"), Index("ix_k", "k", unique=True))
numbered = Table("numbered", m, Column("id", Integer, Identity(start=5, increment=3, cycle=False), primary_key=True),
                 Column("n", BigInteger, Identity(always=True, minvalue=-1, maxvalue=9, cache=2, cycle=True)),
                 Column("o", Integer, Identity(nominvalue=True, nomaxvalue=True)))
nullable = Table("nullable", m, Column("n", Integer, Identity(), nullable=True))
filled = Table("filled", m, Column("id", Integer, primary_key=True, autoincrement=True, server_default=text("nextval('s')")),
               Column("twice", Integer, Computed("id * 2", persisted=True)),
               UniqueConstraint("twice", name="uq_t", postgresql_nulls_not_distinct=True),
               UniqueConstraint("id", "twice", postgresql_nulls_not_distinct=False))
ix_lower = Index("ix_lower", func.lower(ruled.c.n))
ix_part = Index("ix_part", ruled.c.k.desc(), sqlite_where=ruled.c.k > 5, postgresql_where=ruled.c.k > 5)
ix_all = Index("ix_all", ruled.c.k, ruled.c.n, unique=True, postgresql_using="btree", postgresql_ops={"k": "int4_ops"},
               postgresql_include=["flag"], postgresql_with={"fillfactor": 50}, postgresql_where=ruled.c.flag,
               postgresql_concurrently=True, postgresql_nulls_not_distinct=True, postgresql_tablespace="fast")
ix_expr = Index("ix_expr", ruled.c.k + 1)
keyed_by_text = Table("keyed_by_text", m, Column("code", String(3), primary_key=True), Column("n", Integer, default=7), Column("made", DateTime, default=func.now()))
pair = Table("pair", m, Column("a", Integer, primary_key=True), Column("b", Integer, primary_key=True))
long_table = Table("a_table_with_a_rather_long_name_of_its_own", m, Column("and_a_column_with_a_rather_long_name", Integer))
"""

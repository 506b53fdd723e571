"""Every type gives back what was stored, with SQLAlchemy's Python type, and refuses what SQLAlchemy refuses."""

import datetime
import decimal
import enum

from sqlalchemy import (
    JSON, BigInteger, Boolean, Column, Date, DateTime, Enum, Float, Integer, LargeBinary, MetaData, Numeric,
    SmallInteger, String, Table, Text, Time, create_engine, insert, select,
)  # fmt: skip


class Colour(enum.Enum):
    red = 1
    blue = 2


types = {
    "integer": (Integer, [0, -5, 2**62, True, None]),
    "big": (BigInteger, [2**63 - 1, -(2**63)]),
    "small": (SmallInteger, [7]),
    "string": (String(20), ["", "x", "ä 漢 😀", "nul\0l", "it's"]),
    "text": (Text, ["long" * 100, None]),
    "float": (Float, [1.5, 1, -0.0, 1e300, None]),
    "boolean": (Boolean, [True, False, None, 1, 0, "yes", 2]),
    "date": (Date, [datetime.date(2024, 2, 29), None, "2024-01-01", datetime.datetime(2020, 1, 2, 3)]),
    "time": (Time, [datetime.time(23, 59, 59, 999999), datetime.time(1), None, "x"]),
    "datetime": (
        DateTime,
        [datetime.datetime(2024, 2, 29, 1, 2, 3, 45), datetime.datetime(1, 1, 1), None, "2020-01-01 02:03:04", 5],
    ),
    "binary": (LargeBinary, [b"", b"\0\xff", bytearray(b"x"), None]),
    "numeric": (Numeric(10, 2), [decimal.Decimal("1.50"), decimal.Decimal("-3.14"), 2, 1.25, None]),
    "unscaled": (Numeric, [decimal.Decimal("1.5"), 3]),
    "as_float": (Numeric(10, 2, asdecimal=False), [1.5, 2]),
    "enum": (Enum(Colour), [Colour.red, "blue", None, "green", 1]),
    "words": (Enum("a", "bb", name="letters"), ["a", "bb", None, "c"]),
    "json": (JSON, [{"a": [1, None, "x"]}, [], "text", 5, None, True, {"ü": 1.5}]),
}
engine = create_engine("sqlite://")
for name, (type_, values) in types.items():
    table = Table(name, MetaData(), Column("id", Integer, primary_key=True), Column("v", type_))
    table.metadata.create_all(engine)
    for value in values:
        with engine.connect() as connection:
            try:
                connection.execute(insert(table).values(v=value))
                stored = connection.scalar(select(table.c.v))
                print(name, repr(value)[:40], "->", repr(stored)[:40])
            except Exception as error:
                print(
                    name, repr(value)[:40], "raised", type(error).__name__, type(getattr(error, "orig", None)).__name__
                )

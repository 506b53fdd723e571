"""Frames of windows bind their numbers, JSON paths are tuples, what cannot be compiled or sent says so when it runs."""

import datetime

from show import raised, sql
from sqlalchemy import (
    JSON, Column, Date, ForeignKey, Integer, MetaData, String, Table, create_engine, func, insert, select, update,
)  # fmt: skip

metadata = MetaData()
t = Table("t", metadata, Column("id", Integer, primary_key=True), Column("d", Date), Column("data", JSON))
other = Table("other", metadata, Column("id", Integer, primary_key=True), Column("name", String))
for frame in (
    {"rows": (-2, 3)}, {"rows": (None, 0)}, {"range_": (0, None)}, {"rows": (1, 2)}, {"range_": (None, None)},
):  # fmt: skip
    sql(select(func.sum(t.c.id).over(order_by=t.c.id, **frame)))
for frame in ({"rows": (1,)}, {"rows": ("a", 1)}, {"rows": (1, 2), "range_": (1, 2)}, {"rows": 5}):
    raised(func.sum(t.c.id).over, **frame)
engine = create_engine("sqlite://")
metadata.create_all(engine)
with engine.begin() as connection:
    data = {"a": [1, {"b c": "x"}], "ü": 5, "long" * 20: {"er" * 30: 6}}
    print(connection.execute(insert(t).values(d=datetime.date(2020, 1, 2), data=data)).inserted_primary_key)
    for path in (("a", 1), ("a", 1, "b c"), ("ü",), ("a", 0), ("none", 3), ("long" * 20, "er" * 30)):
        print(connection.scalar(select(t.c.data[path])))
    print(connection.scalar(select(t.c.data["long" * 20])))
    print(connection.scalar(select(t.c.data["a"])), connection.scalar(select(t.c.data[("a", 1, "b c")].as_string())))
    print(connection.scalars(select(func.sum(t.c.id).over(order_by=t.c.id, rows=(-1, 1)))).all())
for value in ("2020-01-02", 5, object()):
    with engine.connect() as connection:
        raised(connection.execute, insert(t).values(d=value))
with engine.connect() as connection:
    raised(lambda: print(connection.scalars(select(t.c.id).where(t.c.d == "2020-01-02")).all()))
with engine.connect() as connection:
    unknown = insert(t).values(zz=1)
    raised(connection.execute, unknown)
    raised(str, unknown)
    connection.execute(select(t.c.id, other.c.id))
    connection.execute(select(t.c.id, other.c.id).where(t.c.id == other.c.id))
    connection.execute(select(t.c.id).where(select(other.c.id).where(other.c.id == t.c.id).exists()))
    connection.execute(update(t).values(d=None).where(other.c.name == "x"))
    raised(connection.exec_driver_sql, "INSERT INTO t (d) VALUES ('soon')")
    raised(lambda: connection.scalars(select(t.c.d)).all())
missing = Table("m", MetaData(), Column("id", Integer), Column("x", ForeignKey("absent.id")))
raised(missing.metadata.create_all, engine)

"""GROUP BY, HAVING, CASE, CAST and functions of any name have SQLAlchemy's text and types."""

from show import raised, sql
from sqlalchemy import (
    Column, DateTime, Float, Integer, MetaData, Numeric, String, Table, case, cast, create_engine, func, insert, select
)  # fmt: skip

t = Table("t", MetaData(), Column("id", Integer, primary_key=True), Column("kind", String(5)), Column("n", Integer))
engine = create_engine("sqlite://")
t.metadata.create_all(engine)
size = case((t.c.n < 3, "small"), (t.c.n < 6, "middle"), else_="large")
statements = (
    select(t.c.kind, func.count()).group_by(t.c.kind).order_by(t.c.kind),
    select(t.c.kind, func.sum(t.c.n).label("total")).group_by(t.c.kind).having(func.sum(t.c.n) > 6),
    select(t.c.kind).group_by(t.c.kind, t.c.n).having(func.count() == 1).having(t.c.n > 4).order_by(t.c.n),
    select(size.label("size"), func.count(t.c.id)).group_by(size).order_by(size),
    select(case({"a": 1, "b": 2}, value=t.c.kind, else_=0)).order_by(t.c.id),
    select(case((t.c.n > 5, t.c.n))).order_by(t.c.id),
    select(cast(t.c.n, String), cast("5", Integer), cast(t.c.n, Float)).where(t.c.id == 1),
    select(cast(t.c.n, Numeric(10, 2))).where(t.c.id == 2),
    select(func.coalesce(t.c.kind, "?"), func.lower("ABC"), func.abs(-5)).limit(1),
    select(func.count(t.c.kind.distinct()), func.min(t.c.n), func.avg(t.c.n), func.sum(t.c.n)),
    select(func.length(t.c.kind) + 1).limit(2),
)
with engine.begin() as connection:
    connection.execute(insert(t), [{"kind": "abc"[n % 3], "n": n} for n in range(1, 9)])
    for statement in statements:
        sql(statement)
        print(connection.execute(statement).all())
sql(func.somewhere.some_function(t.c.id, 5, "x"))
sql(func.current_timestamp())
sql(func.now())
print(type(func.count().type).__name__, type(func.max(t.c.kind).type).__name__, type(func.now().type).__name__)
print(type(cast(t.c.n, DateTime).type).__name__, type(size.type).__name__, type((t.c.n / 2).type).__name__)
raised(lambda: case())

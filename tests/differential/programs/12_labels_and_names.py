"""Labels, repeated names and anonymous names come out as SQLAlchemy numbers them."""

from show import sql
from sqlalchemy import Column, Integer, MetaData, String, Table, create_engine, func, insert, select

metadata = MetaData()
a = Table("a", metadata, Column("id", Integer, primary_key=True), Column("name", String))
b = Table("b", metadata, Column("id", Integer, primary_key=True), Column("a_id", Integer), Column("order", Integer))
engine = create_engine("sqlite://")
metadata.create_all(engine)
statements = (
    select(a.c.id, b.c.id).where(a.c.id == b.c.a_id),
    select(a.c.id.label("x"), b.c.id.label("y")).where(a.c.id == b.c.a_id),
    select(a.c.id + 1, a.c.id + 2),
    select(func.count(a.c.id), func.max(a.c.id), func.lower(a.c.name).label("low")).group_by(a.c.name),
    select((a.c.id + 1).label("next")).order_by("next"),
    select((a.c.id + 1).label("next")).order_by((a.c.id + 1).label("next")),
    select(a.c.name.label("n")).group_by("n").order_by(func.count()),
    select(b.c.order).order_by(b.c.order),
    select(a.c.id, a.c.id.label("id"), a.c.id.label("other")),
    select(a.c.id == 1, a.c.name.is_(None)),
)
with engine.begin() as connection:
    connection.execute(insert(a), [{"id": 1, "name": "X"}, {"id": 2, "name": None}])
    connection.execute(insert(b).values({"id": 7, "a_id": 1, "order": 3}))
    for statement in statements:
        sql(statement)
        result = connection.execute(statement)
        print(list(result.keys()), result.all())

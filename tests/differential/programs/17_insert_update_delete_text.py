"""INSERT, UPDATE, DELETE and RETURNING have SQLAlchemy's text."""

from show import raised, sql
from sqlalchemy import (
    Column,
    ForeignKey,
    Integer,
    MetaData,
    String,
    Table,
    bindparam,
    delete,
    func,
    insert,
    select,
    update,
)

metadata = MetaData()
t = Table("t", metadata, Column("id", Integer, primary_key=True), Column("name", String(20)), Column("n", Integer))
o = Table("o", metadata, Column("id", Integer, primary_key=True), Column("t_id", ForeignKey("t.id")))
sql(insert(t))
sql(insert(t).values(name="x"))
sql(insert(t).values({"name": "x", "n": 5}))
sql(insert(t).values({t.c.name: "x"}))
sql(insert(t).values([{"name": "x"}, {"name": "y"}]))
sql(insert(t).values(name=func.lower("X"), n=select(func.max(o.c.id)).scalar_subquery()))
sql(insert(t).values(name="x").returning(t.c.id, t.c.name))
sql(insert(t).returning(t))
sql(t.insert().values((1, "x", 2)))
sql(update(t))
sql(update(t).values(name="x"))
sql(update(t).where(t.c.id == 7).values(name="x", n=None))
sql(update(t).values(n=t.c.n + 1).where(t.c.name == "x"))
sql(update(t).values({t.c.n: func.abs(t.c.n)}))
sql(update(t).where(t.c.id == bindparam("key")).values(name=bindparam("new")))
sql(update(t).where(t.c.id.in_(select(o.c.t_id))).values(n=0).returning(t.c.id))
sql(update(t).values(n=select(func.count()).where(o.c.t_id == t.c.id).scalar_subquery()))
sql(delete(t))
sql(delete(t).where(t.c.id == 5, t.c.name.is_(None)))
sql(delete(t).where(select(o.c.id).where(o.c.t_id == t.c.id).exists()))
sql(t.delete().where(t.c.id > 3).returning(t.c.name))
raised(lambda: str(insert(t).values(absent=5)))
raised(lambda: str(update(t).values(absent=5)))

"""None is NULL in values, parameters, comparisons and JSON as in SQLAlchemy."""

from show import sql
from sqlalchemy import (
    JSON,
    Column,
    Integer,
    MetaData,
    String,
    Table,
    bindparam,
    create_engine,
    insert,
    null,
    select,
    update,
)

t = Table("t", MetaData(), Column("id", Integer, primary_key=True), Column("s", String), Column("j", JSON))
engine = create_engine("sqlite://")
t.metadata.create_all(engine)
with engine.begin() as connection:
    connection.execute(insert(t), [{"s": None, "j": None}, {"s": "x", "j": {"a": None}}])
    connection.execute(insert(t).values(s=null(), j=null()))
    connection.execute(insert(t).values(s="y"))
    for condition in (t.c.s == None, t.c.s != None, t.c.s.is_(None), t.c.s == null(), t.c.j.is_(None)):
        statement = select(t.c.id).where(condition).order_by(t.c.id)
        sql(statement)
        print(connection.scalars(statement).all())
    bound = select(t.c.id).where(t.c.s == bindparam("s"))
    print(connection.scalars(bound, {"s": None}).all(), connection.scalars(bound, {"s": "x"}).all())
    connection.execute(update(t).values(s=None).where(t.c.id == 2))
    print(connection.execute(select(t).order_by(t.c.id)).all())
    print(connection.execute(select(null(), t.c.s).where(t.c.id == 1)).one())

"""Statements that differ only in which alias or bind stands where keep their own SQL and their own values."""

from show import sql
from sqlalchemy import Column, Integer, MetaData, Table, bindparam, create_engine, insert, select

table = Table("t", MetaData(), Column("id", Integer, primary_key=True), Column("n", Integer))
engine = create_engine("sqlite://")
table.metadata.create_all(engine)
with engine.begin() as connection:
    connection.execute(insert(table), [{"id": 1, "n": 2}, {"id": 2, "n": 2}, {"id": 3, "n": 1}])
    for _ in range(3):
        a1, a2 = table.alias(), table.alias()
        across = select(a1.c.id, a2.c.n).where(a1.c.id == a2.c.n)
        within = select(a1.c.id, a2.c.n).where(a1.c.id == a1.c.n, a2.c.id == 1)
        swapped = select(a1.c.id, a2.c.n).where(a2.c.id == a1.c.n)
        for statement in (across, within, swapped):
            sql(statement)
            print(sorted(map(tuple, connection.execute(statement))))
    for value in (1, 2, 3):
        one = bindparam("x", value)
        twice = select(table.c.id).where((table.c.id == one) | (table.c.n == one))
        apart = select(table.c.id).where((table.c.id == value) | (table.c.n == value + 1))
        for statement in (twice, apart):
            sql(statement)
            print(connection.scalars(statement.order_by(table.c.id)).all())
        print(connection.scalars(twice.order_by(table.c.id), {"x": 2}).all())
    anonymous = bindparam(None, 2, type_=Integer, unique=True)
    sql(select(table.c.id).where(table.c.id == anonymous, table.c.n == anonymous))
    print(connection.scalars(select(table.c.id).where(table.c.id == anonymous, table.c.n == anonymous)).all())
    first, second = table.alias("first"), table.alias("second")
    sql(select(first.c.id).where(first.c.id == second.c.id))
    sql(select(second.c.id).where(second.c.id == first.c.id))

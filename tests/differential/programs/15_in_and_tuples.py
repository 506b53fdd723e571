"""IN with values, none, tuples and subqueries prints and runs as in SQLAlchemy, whatever the number of values."""

from show import sql
from sqlalchemy import Column, Integer, MetaData, String, Table, bindparam, create_engine, insert, select, tuple_

t = Table("t", MetaData(), Column("id", Integer, primary_key=True), Column("a", Integer), Column("s", String))
engine = create_engine("sqlite://")
t.metadata.create_all(engine)
with engine.begin() as connection:
    connection.execute(insert(t), [{"id": n, "a": n % 3, "s": "xyz"[n % 3]} for n in range(1, 8)])
    for condition in (
        t.c.id.in_([1, 2, 3]),
        t.c.id.in_([4]),
        t.c.id.in_([]),
        t.c.id.not_in([]),
        t.c.id.not_in([1, 2]),
        t.c.s.in_(["x", "y"]),
        t.c.a.in_([None, 1]),
        tuple_(t.c.id, t.c.a).in_([(1, 1), (2, 2), (3, 1)]),
        tuple_(t.c.id, t.c.s).in_([(1, "y")]),
        tuple_(t.c.id, t.c.a).in_([]),
        tuple_(t.c.id, t.c.a).not_in([(1, 1)]),
        tuple_(t.c.id, t.c.a).in_(select(t.c.id, t.c.id)),
        t.c.id.in_(range(3, 5)) | t.c.id.in_((6,)),
        t.c.id.in_({5}),
    ):
        statement = select(t.c.id).where(condition).order_by(t.c.id)
        sql(statement)
        print(connection.scalars(statement).all())
    listed = select(t.c.id).where(t.c.id.in_(bindparam("ids", expanding=True)))
    for ids in ([1], [2, 3], [], [4, 5, 6]):
        print(connection.scalars(listed, {"ids": ids}).all())
sql(select(t.c.id).where(t.c.id.in_([1, 2])), compile_kwargs={"literal_binds": True})

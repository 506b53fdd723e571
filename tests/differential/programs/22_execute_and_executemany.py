"""execute takes one set of parameters, many, or none; row counts and keys come back."""

from show import raised
from sqlalchemy import (
    Column,
    Integer,
    MetaData,
    String,
    Table,
    bindparam,
    create_engine,
    delete,
    insert,
    select,
    text,
    update,
)

t = Table(
    "t", MetaData(), Column("id", Integer, primary_key=True), Column("s", String), Column("n", Integer, default=7)
)
engine = create_engine("sqlite://")
t.metadata.create_all(engine)
with engine.begin() as connection:
    connection.execution_options(preserve_rowcount=True)  # which psycopg's cursor forgets when it is closed
    result = connection.execute(insert(t), {"s": "a"})
    print(result.inserted_primary_key, result.rowcount)
    result = connection.execute(insert(t).values(s="b", n=1))
    print(tuple(result.inserted_primary_key), result.inserted_primary_key.id)
    result = connection.execute(insert(t), [{"s": "c"}, {"s": "d"}])
    print(result.rowcount)
    result = connection.execute(insert(t).returning(t.c.id, t.c.n), [{"s": "e"}, {"s": "f"}])
    print(result.all())
    print(connection.execute(update(t).where(t.c.id < 3).values(n=9)).rowcount)
    many = update(t).where(t.c.id == bindparam("key")).values(s=bindparam("new"))
    print(connection.execute(many, [{"key": 1, "new": "A"}, {"key": 99, "new": "Z"}, {"key": 2, "new": "B"}]).rowcount)
    print(
        connection.execute(delete(t).where(t.c.id == 3)).rowcount,
        connection.execute(delete(t).where(t.c.id == 33)).rowcount,
    )
    print(connection.execute(delete(t).where(t.c.id == 4).returning(t.c.s)).all())
    print(connection.execute(update(t).values(n=t.c.n + 1).where(t.c.id < 3).returning(t.c.n)).scalars().all())
    print(connection.execute(text("SELECT s, n FROM t WHERE id = :id"), {"id": 1}).one())
    print(connection.execute(text("INSERT INTO t (s) VALUES (:s)"), [{"s": "x"}, {"s": "y"}]).rowcount)
    print(connection.execute(text("SELECT :a AS one, '\\:c' AS two"), {"a": 5}).all())
    raised(connection.execute, text("SELECT :a"), {})
    raised(connection.execute, insert(t), [{"s": "q"}, {"n": 4}])
    raised(connection.execute, "SELECT 1")
    raised(connection.execute, insert(t), {"absent": 1})
    print(connection.execute(select(t).order_by(t.c.id)).all())

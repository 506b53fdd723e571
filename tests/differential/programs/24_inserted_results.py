"""What is left in the result of an INSERT, UPDATE or DELETE: flags, counts, keys, and no rows."""

from sqlalchemy import (
    Column, Integer, MetaData, String, Table, bindparam, create_engine, delete, insert, select, text, update,
)  # fmt: skip

metadata = MetaData()
t = Table("t", metadata, Column("id", Integer, primary_key=True), Column("s", String), Column("n", Integer, default=7))
given = Table("given", metadata, Column("id", Integer, primary_key=True, autoincrement=False), Column("s", String))
served = Table("served", metadata, Column("id", Integer, primary_key=True), Column("s", String, server_default="x"))
keyless = Table("keyless", metadata, Column("s", String))
engine = create_engine("sqlite://")
metadata.create_all(engine)


def answer(result, what, called=False):
    try:
        found = getattr(result, what)
        return found() if called else found
    except Exception as error:
        return type(error).__name__


def show(title, result):
    print("--", title)
    print(*(f"{name}={answer(result, name)}" for name in ("returns_rows", "is_insert", "closed")))
    if "returning" not in title:  # sqlite3 counts such rows when they are read
        print("rowcount", result.rowcount)
    print(answer(result, "inserted_primary_key"), answer(result, "keys", True))
    print(*(answer(result, name, True) for name in ("fetchone", "fetchmany", "fetchall", "all", "first", "scalar")))
    print(*(answer(result, name, True) for name in ("one", "one_or_none", "close", "all")))


with engine.begin() as c:
    c.execution_options(preserve_rowcount=True)
    show("the key is made", c.execute(insert(t), {"s": "a"}))
    show("the same with values()", c.execute(insert(t).values(s="a")))
    show("the key is given", c.execute(insert(t), {"s": "a", "id": 55}))
    show("the key is always given", c.execute(insert(given), {"s": "a", "id": 55}))
    show("there is no key", c.execute(insert(keyless), {"s": "a"}))
    show("many rows without a key", c.execute(insert(keyless), [{"s": "a"}, {"s": "a"}]))
    show("many rows", c.execute(insert(t), [{"s": "a", "id": 101}, {"s": "b", "id": 102}]))
    show("a list of one", c.execute(insert(given), [{"s": "a", "id": 56}]))
    show("rows in values()", c.execute(insert(t).values([{"s": "a", "id": 103}, {"s": "b", "id": 104}])))
    show("a server's default", c.execute(insert(served)))
    show("returning", c.execute(insert(t).returning(t.c.n), {"s": "x", "id": 105}))
    show("from a query", c.execute(insert(keyless).from_select(["s"], select(t.c.s).where(t.c.id > 100))))
    show("update", c.execute(update(t).values(s="q").where(t.c.id < 102)))
    show("update, many", c.execute(update(t).where(t.c.id == bindparam("x")).values(s="q"), [{"x": 55}, {"x": 99}]))
    show("update, returning", c.execute(update(t).values(s="q").where(t.c.id == 55).returning(t.c.s)))
    show("delete", c.execute(delete(t).where(t.c.id == 55)))
    show("text", c.execute(text("INSERT INTO keyless (s) VALUES ('x')")))
    show("text, many", c.execute(text("INSERT INTO keyless (s) VALUES (:s)"), [{"s": "x"}, {"s": "y"}]))

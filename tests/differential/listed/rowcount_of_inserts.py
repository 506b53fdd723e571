"""The rows of an INSERT are counted on PostgreSQL; psycopg's cursor, which is closed by then, says -1."""

# only on PostgreSQL: sqlite3's cursors say it when they are closed, too

from sqlalchemy import Column, Integer, MetaData, String, Table, create_engine, insert

t = Table("t", MetaData(), Column("id", Integer, primary_key=True), Column("s", String))
engine = create_engine("sqlite://")
t.metadata.create_all(engine)
with engine.begin() as connection:
    print(connection.execute(insert(t), {"s": "a"}).rowcount)
    print(connection.execute(insert(t), [{"s": "b"}, {"s": "c"}]).rowcount)

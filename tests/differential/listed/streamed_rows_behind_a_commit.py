"""Streamed rows go on behind a commit here, on every database; a server's cursor ends with its transaction there."""

# only on PostgreSQL: on SQLite SQLAlchemy has no server's cursor that could end

from show import raised
from sqlalchemy import Column, Integer, MetaData, Table, create_engine, insert, select

t = Table("t", MetaData(), Column("id", Integer, primary_key=True))
engine = create_engine("sqlite://")
t.metadata.create_all(engine)
with engine.connect() as connection:
    connection.execute(insert(t), [{"id": i} for i in range(500)])
    connection.commit()
    result = connection.execute(select(t).order_by(t.c.id), execution_options={"yield_per": 10})
    print(len(result.fetchmany(10)))
    connection.commit()
    raised(lambda: print(len(result.fetchmany(10))))

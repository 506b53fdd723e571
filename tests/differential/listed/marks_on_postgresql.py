"""Events and errors show what was sent to PostgreSQL: `$1` with a tuple here, `%(name)s` with a dict there."""

# only on PostgreSQL: on SQLite both send ? with a tuple

from sqlalchemy import Column, Integer, MetaData, String, Table, create_engine, event, insert, select

t = Table("t", MetaData(), Column("id", Integer, primary_key=True), Column("s", String))
engine = create_engine("sqlite://")
t.metadata.create_all(engine)


@event.listens_for(engine, "before_cursor_execute")
def show(connection, cursor, statement, parameters, context, executemany):
    print(type(parameters).__name__)


with engine.connect() as connection:
    connection.execute(select(t).where(t.c.id == 5))
    connection.execute(insert(t), {"id": 1})
    try:
        connection.execute(insert(t), {"id": 1})
    except Exception as error:
        print(error.params, "$1" in error.statement)

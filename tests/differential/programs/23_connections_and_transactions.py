"""A connection begins by itself, commits when told, rolls back otherwise; begin blocks and savepoints nest."""

from show import raised
from sqlalchemy import Column, Integer, MetaData, Table, create_engine, func, insert, select, text

t = Table("t", MetaData(), Column("id", Integer, primary_key=True))
engine = create_engine("sqlite://")
t.metadata.create_all(engine)


def count():
    with engine.connect() as connection:
        return connection.scalar(select(func.count()).select_from(t))


with engine.connect() as connection:
    print(connection.in_transaction())
    connection.execute(insert(t))
    print(connection.in_transaction())
print(count())
with engine.connect() as connection:
    connection.execute(insert(t))
    connection.commit()
    connection.execute(insert(t))
    connection.rollback()
    print(connection.in_transaction())
print(count())
with engine.begin() as connection:
    connection.execute(insert(t))
print(count())
try:
    with engine.begin() as connection:
        connection.execute(insert(t))
        raise KeyError("mine")
except KeyError as error:
    print(error, count())
with engine.connect() as connection:
    with connection.begin() as transaction:
        connection.execute(insert(t))
        with connection.begin_nested() as savepoint:
            connection.execute(insert(t))
            savepoint.rollback()
        with connection.begin_nested():
            connection.execute(insert(t))
        print(transaction.is_active, savepoint.is_active)
        raised(connection.begin)
    print(transaction.is_active, connection.closed)
    raised(transaction.rollback)
print(count(), connection.closed)
raised(connection.execute, text("SELECT 1"))
engine.dispose()

"""Indexes and constraints that a table has are not added again; UNIQUE is found, and a key takes no NULL.

# only on SQLite: the difference in what is found is one of how CREATE TABLE is read
# questions to the catalog are free
"""

from sqlalchemy import MetaData, create_engine, inspect
from sqlalchemy.schema import CreateTable

engine = create_engine("sqlite://")
with engine.begin() as connection:
    connection.exec_driver_sql("CREATE TABLE t (a INTEGER PRIMARY KEY, b VARCHAR(20) NOT NULL UNIQUE)")
    connection.exec_driver_sql("CREATE INDEX ix_b ON t (b)")
    metadata = MetaData()
    metadata.reflect(connection)
    metadata.reflect(connection, extend_existing=True)
    print(len(metadata.tables["t"].indexes))
    print(inspect(connection).get_unique_constraints("t"))
    print(" ".join(str(CreateTable(metadata.tables["t"])).split()))

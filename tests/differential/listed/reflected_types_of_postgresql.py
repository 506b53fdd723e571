"""A column of a DOMAIN or of another schema's enumeration is told without a type; any name of one is read.

# only on PostgreSQL: SQLite has neither domains nor enumerations
# questions to the catalog are free
"""

from show import described
from sqlalchemy import create_engine, inspect

engine = create_engine("sqlite://")
with engine.begin() as connection:
    connection.exec_driver_sql("CREATE DOMAIN positive AS INTEGER CHECK (value > 0)")
    connection.exec_driver_sql("CREATE TYPE \"Odd (Kind)\" AS ENUM ('x')")
    connection.exec_driver_sql("CREATE SCHEMA other")
    connection.exec_driver_sql("CREATE TYPE other.mood AS ENUM ('x')")
    connection.exec_driver_sql('CREATE TABLE t (a positive, b "Odd (Kind)", c other.mood, d other.mood[])')
    print(described([one["type"] for one in inspect(connection).get_columns("t")]))

"""CREATE TABLE of a reflected table leaves out INCLUDE of a unique constraint, with a warning, and comments of those.

# only on PostgreSQL: SQLite has neither of the two
# questions to the catalog are free
"""

from sqlalchemy import MetaData, Table, create_engine
from sqlalchemy.schema import CreateTable

engine = create_engine("sqlite://")
with engine.begin() as connection:
    connection.exec_driver_sql("CREATE TABLE t (a INTEGER, b INTEGER, CONSTRAINT uq UNIQUE (a) INCLUDE (b))")
    connection.exec_driver_sql("COMMENT ON CONSTRAINT uq ON t IS 'one each'")
    table = Table("t", MetaData(), autoload_with=connection)
    print(" ".join(str(CreateTable(table).compile(engine)).split()))
    print([one.comment for one in table.constraints if one.name == "uq"])
    other = create_engine("sqlite://")
    table.metadata.create_all(other)

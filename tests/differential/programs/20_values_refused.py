"""A text for bytes, an object that is no JSON: StatementError over the TypeError."""

# only on SQLite: psycopg refuses them itself, with a TypeError that SQLAlchemy leaves bare; a listed difference

from sqlalchemy import JSON, Column, Integer, LargeBinary, MetaData, Table, create_engine, insert

t = Table("t", MetaData(), Column("id", Integer, primary_key=True), Column("bytes", LargeBinary), Column("data", JSON))
engine = create_engine("sqlite://")
t.metadata.create_all(engine)
for values in ({"bytes": "text"}, {"data": {1, 2}}, {"data": object()}):
    with engine.connect() as connection:
        try:
            connection.execute(insert(t).values(values))
        except Exception as error:
            print(type(error).__name__, type(getattr(error, "orig", None)).__name__)

"""A failing statement raises the class that SQLAlchemy raises, with statement, params and the driver's error."""

# only on SQLite: the words and the family of each of SQLite's errors, several in one transaction

from sqlalchemy import (
    CheckConstraint, Column, ForeignKey, Integer, MetaData, String, Table, UniqueConstraint, create_engine,
    event, exc, insert, select, text,
)  # fmt: skip

metadata = MetaData()
t = Table(
    "t", metadata, Column("id", Integer, primary_key=True), Column("s", String, nullable=False), Column("n", Integer),
    UniqueConstraint("s"), CheckConstraint("n < 10", name="small"),
)  # fmt: skip
o = Table("o", metadata, Column("id", Integer, primary_key=True), Column("t_id", ForeignKey("t.id")))
engine = create_engine("sqlite://")


@event.listens_for(engine, "connect")
def foreign_keys(dbapi_connection, record):
    cursor = dbapi_connection.cursor()
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.close()


metadata.create_all(engine)
with engine.begin() as connection:
    connection.execute(insert(t).values(id=1, s="a"))
    for statement, parameters in (
        (insert(t), {"id": 1, "s": "b"}),
        (insert(t), {"s": "a"}),
        (insert(t), {"s": None}),
        (insert(t), {"s": "c", "n": 11}),
        (insert(t), [{"s": "q"}, {"s": "q"}]),
        (insert(o), {"t_id": 77}),
        (text("SELECT * FROM absent"), {}),
        (text("SELEC"), {}),
        (select(t).where(t.c.id == [1]), {}),
        (insert(t), {"s": object}),
    ):
        try:
            connection.execute(statement, parameters)
            print("nothing")
        except exc.SQLAlchemyError as error:
            family = [one.__name__ for one in type(error).__mro__ if one.__module__.endswith(".exc")]
            print(family[: family.index("SQLAlchemyError")])
            words = str(error.orig) if "binding" not in str(error.orig) else ""
            print(type(error.orig).__name__, words, "|", " ".join(str(error.statement).split()), "|", error.params)
            print(error.connection_invalidated)
    print(connection.execute(select(t)).all())

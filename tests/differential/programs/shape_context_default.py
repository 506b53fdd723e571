"""A column default may be a function of the statement's other parameters."""

from sqlalchemy import Column, Integer, MetaData, String, Table, create_engine, insert, select, update
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column


def shout(context):
    parameters = context.get_current_parameters()
    print("default sees", dict(sorted(parameters.items())))
    return parameters["name"].upper()


def count():
    count.calls += 1
    return count.calls


count.calls = 0


class Base(DeclarativeBase):
    pass


class User(Base):
    __tablename__ = "user_account"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(30))
    loud: Mapped[str] = mapped_column(String(30), default=shout)
    number: Mapped[int] = mapped_column(default=count)
    changes: Mapped[int] = mapped_column(default=0, onupdate=count)


engine = create_engine("sqlite://")
Base.metadata.create_all(engine)
with Session(engine) as session:
    ada, bob = User(id=1, name="ada"), User(id=2, name="bob", loud="quiet")
    session.add_all([ada, bob])
    print(ada.loud, ada.number)
    session.flush()
    print(ada.loud, bob.loud, ada.number, bob.number, ada.changes)
    ada.name = "ada l."
    session.commit()
    print(ada.loud, ada.changes)

table = Table(
    "core",
    MetaData(),
    Column("id", Integer, primary_key=True),
    Column("name", String),
    Column("loud", String, default=shout),
)
table.metadata.create_all(engine)
with engine.begin() as connection:
    connection.execute(insert(table).values(id=1, name="cyd"))
    connection.execute(insert(table), [{"id": 2, "name": "dan"}, {"id": 3, "name": "eve"}])
    connection.execute(update(table).where(table.c.id == 1).values(name="new"))
    print(connection.execute(select(table).order_by(table.c.id)).all())

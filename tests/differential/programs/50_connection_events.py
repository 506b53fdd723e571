"""connect gives a raw connection for PRAGMA; cursor events see each statement; begin each transaction."""

# only on SQLite: what its driver's own connections and cursors do, with PRAGMA and ? as marks

from sqlalchemy import String, create_engine, event, select, text
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column


class Base(DeclarativeBase):
    pass


class User(Base):
    __tablename__ = "user_account"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str | None] = mapped_column(String(30))


engine = create_engine("sqlite://")


@event.listens_for(engine, "connect")
def on_connect(dbapi_connection, record):
    cursor = dbapi_connection.cursor()
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.execute("SELECT 1 AS one, 'x'")
    print("connect", [column[0] for column in cursor.description], cursor.fetchone(), cursor.fetchall())
    cursor.execute("SELECT ?, ?", (5, None))
    print(cursor.fetchmany(3))
    cursor.close()
    print(dbapi_connection.execute("SELECT 2").fetchone())


@event.listens_for(engine, "begin")
def on_begin(connection):
    print("begin")


@event.listens_for(engine, "before_cursor_execute")
def before(conn, cursor, statement, parameters, context, executemany):
    print("before", " ".join(statement.split())[:40], tuple(parameters), executemany)


def after(conn, cursor, statement, parameters, context, executemany):
    print("after", " ".join(statement.split())[:20])


event.listen(engine, "after_cursor_execute", after)
with engine.begin() as connection:
    print(connection.scalar(text("PRAGMA foreign_keys")))
event.remove(engine, "after_cursor_execute", after)
Base.metadata.create_all(engine)
with Session(engine) as session:
    session.add(User(name="ada"))
    session.commit()
    print(session.scalars(select(User.name)).all())
    session.rollback()


@event.listens_for(engine, "before_cursor_execute", retval=True)
def comment(conn, cursor, statement, parameters, context, executemany):
    return statement + " -- marked", parameters


with engine.connect() as connection:
    print(connection.scalar(text("SELECT 3")))

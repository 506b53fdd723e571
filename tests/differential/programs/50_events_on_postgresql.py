"""connect gives a raw connection for SET; cursor events see each statement; begin each transaction."""

# only on PostgreSQL: what psycopg's own connections and cursors do, with %s as marks

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
    cursor.execute("SET application_name = 'differential'")
    cursor.execute("SELECT 1 AS one, 'x'")
    print("connect", [column[0] for column in cursor.description], cursor.fetchone(), cursor.fetchall())
    cursor.execute("SELECT %s::int, %s::text, '%%'", (5, None))
    print(cursor.rowcount, cursor.fetchmany(3))
    cursor.execute("SELECT %(a)s::int + %(a)s::int, %(b)s::text", {"a": 5, "b": "x"})
    print(cursor.fetchone())
    cursor.close()
    dbapi_connection.commit()
    print(dbapi_connection.autocommit)


@event.listens_for(engine, "begin")
def on_begin(connection):
    print("begin")


for name in ("commit", "rollback"):
    event.listen(engine, name, lambda connection, name=name: print(name))


@event.listens_for(engine, "before_cursor_execute")
def before(conn, cursor, statement, parameters, context, executemany):
    values = list(parameters.values()) if hasattr(parameters, "values") else list(parameters)
    if "pg_catalog" not in statement:
        print("before", " ".join(statement.split())[:12], values, executemany)


def after(conn, cursor, statement, parameters, context, executemany):
    print("after", " ".join(statement.split())[:12])


event.listen(engine, "after_cursor_execute", after)
with engine.begin() as connection:
    print(connection.scalar(text("SHOW application_name")))
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
    print(connection.scalar(text("SELECT query FROM pg_stat_activity WHERE pid = pg_backend_pid()"))[-9:])
raw = engine.raw_connection()
cursor = raw.cursor()
cursor.execute("SELECT name FROM user_account WHERE name = %s", ("ada",))
print(cursor.fetchall())
cursor.executemany("INSERT INTO user_account (name) VALUES (%s)", [("bob",), ("cyd",)])
raw.rollback()
cursor.execute("SELECT count(*) FROM user_account")
print(cursor.fetchone())
raw.close()

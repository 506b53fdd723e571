"""Each kind of failure has its class, its driver's class and its details, on every database."""

from sqlalchemy import (
    CheckConstraint, Column, ForeignKey, Integer, MetaData, String, Table, UniqueConstraint, create_engine,
    event, exc, insert, select, text,
)  # fmt: skip
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

metadata = MetaData()
t = Table(
    "t", metadata, Column("id", Integer, primary_key=True), Column("s", String(5), nullable=False),
    Column("n", Integer), UniqueConstraint("s", name="uq_s"), CheckConstraint("n < 10", name="small"),
)  # fmt: skip
o = Table("o", metadata, Column("id", Integer, primary_key=True), Column("t_id", ForeignKey("t.id", name="fk_t")))
engine = create_engine("sqlite://")


@event.listens_for(engine, "connect")
def foreign_keys(dbapi_connection, record):
    if engine.dialect.name == "sqlite":
        cursor = dbapi_connection.cursor()
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.close()


def explain(error):
    family = [one.__name__ for one in type(error).__mro__ if one.__module__.endswith(".exc")]
    print(family[: family.index("SQLAlchemyError")], type(error.orig).__name__, type(error.orig).__mro__[1].__name__)
    print(" ", " ".join(str(error.statement).split())[:16], error.connection_invalidated, error.code)
    diag = getattr(error.orig, "diag", None)
    if diag is not None:
        print(" ", error.orig.sqlstate, diag.severity, diag.message_primary)
        print(" ", diag.schema_name, diag.table_name, diag.column_name, diag.constraint_name, diag.datatype_name)
        print(" ", diag.message_detail)


metadata.create_all(engine)
with engine.begin() as connection:
    connection.execute(insert(t).values(id=1, s="a"))
for statement, parameters in (
    (insert(t), {"id": 1, "s": "b"}),
    (insert(t), {"s": "a", "id": 2}),
    (insert(t), {"s": None, "id": 2}),
    (insert(t), {"s": "c", "n": 11, "id": 2}),
    (insert(t), [{"s": "q", "id": 3}, {"s": "q", "id": 4}]),
    (insert(o), {"t_id": 77, "id": 1}),
    (text("SELECT * FROM absent"), {}),
    (text("SELECT absent FROM t"), {}),
    (text("SELECT nothing(1)"), {}),
    (text("CREATE TABLE t (id INTEGER)"), {}),
    (text("DROP TABLE absent"), {}),
    (text("SELEC"), {}),
):
    with engine.connect() as connection:
        try:
            connection.execute(statement, parameters)
            print("nothing")
        except exc.DBAPIError as error:
            explain(error)
if engine.dialect.name == "postgresql":
    for statement in (
        "SELECT 1/0", "SELECT 'x'::int", "SELECT 99999999999::int", "SELECT '2020-13-01'::date", "SELECT 1 + true",
        "SELECT id, count(*) FROM t", "SELECT id FROM t, o", "SELECT 'x'::varchar(3)::nothing",
        "INSERT INTO t (id, s) VALUES (5, 'too long')", "LOCK TABLE t",
        "DO $$ BEGIN RAISE EXCEPTION 'no'; END $$", "SELECT nextval('absent')", "ROLLBACK TO SAVEPOINT absent",
        "SELECT jsonb_path_query('{}', 'strict $.a')", "SELECT set_config('timezone', 'Nowhere/Land', true)",
    ):  # fmt: skip
        with engine.connect() as connection:
            try:
                print(connection.exec_driver_sql(statement).returns_rows)
            except exc.DBAPIError as error:
                explain(error)
    with engine.connect() as connection:
        for statement in ("SELECT 1/0", "SELECT 1"):
            try:
                connection.exec_driver_sql(statement)
            except exc.DBAPIError as error:
                explain(error)


class Base(DeclarativeBase):
    pass


class Thing(Base):
    __tablename__ = "t"
    id: Mapped[int] = mapped_column(primary_key=True)
    s: Mapped[str]


with Session(engine) as session:
    session.add(Thing(id=1, s="new"))
    try:
        session.flush()
    except exc.IntegrityError as error:
        explain(error)
    session.rollback()
    print(session.scalars(select(Thing.s)).all())

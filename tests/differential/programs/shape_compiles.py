"""An element of the user's own, given its text by @compiles, stands in any place of a statement."""

from show import sql
from sqlalchemy import Column, Integer, MetaData, String, Table, create_engine, insert, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.expression import ColumnElement


class greatest_of(ColumnElement):
    type = Integer()
    inherit_cache = False

    def __init__(self, *parts):
        self.parts = parts


@compiles(greatest_of)
def standard(element, compiler, **options):
    return "GREATEST(" + ", ".join(compiler.process(part, **options) for part in element.parts) + ")"


@compiles(greatest_of, "sqlite")
def on_sqlite(element, compiler, **options):
    return "max(" + ", ".join(compiler.process(part, **options) for part in element.parts) + ")"


table = Table("t", MetaData(), Column("id", Integer, primary_key=True), Column("a", Integer), Column("b", Integer))
most = greatest_of(table.c.a, table.c.b)
engine = create_engine("sqlite://")
sql(select(most))
sql(select(most), dialect=engine.dialect)
sql(select(table.c.id, most.label("most")).where(most > 3).order_by(most.desc()), dialect=engine.dialect)

table.metadata.create_all(engine)
with engine.begin() as connection:
    connection.execute(insert(table), [{"a": 1, "b": 2}, {"a": 9, "b": 4}, {"a": 5, "b": 7}])
    for _ in range(2):
        print(connection.execute(select(table.c.id, most.label("most")).order_by(most)).all())
    print(connection.execute(select(table.c.id).where(greatest_of(table.c.a, table.c.b) > 3)).all())
    print(connection.execute(select(table.c.id).where(greatest_of(table.c.a, table.c.id) > 4)).all())

"""Numbers among what is selected stand in the text as they are."""

import decimal

from show import raised, sql
from sqlalchemy import (
    Column, Integer, MetaData, Table, create_engine, exists, func, insert, literal_column, select, union_all,
)  # fmt: skip
from sqlalchemy.orm import Session

t = Table("t", MetaData(), Column("a", Integer, primary_key=True))
for number in (1, -1, 2**70, 1.5, 1e300, decimal.Decimal("1.50"), 1 + 0j, True, None):
    sql(select(number))
sql(select(1, 2.5).add_columns(3))
sql(select(t.c.a, 7).where(t.c.a > 1).order_by(t.c.a))
sql(select(1).select_from(t).with_only_columns(5))
sql(select(select(1).exists()))
sql(select(exists(1)))
sql(select(t.c.a).where(select(1).where(t.c.a == 2).exists()))
sql(select(select(1).scalar_subquery().label("x")))
sql(insert(t).values(a=1).returning(1))
sql(union_all(select(1), select(2)))
sql(func.count(1))
print(select(1).subquery().c.keys(), select(1, 2).selected_columns.keys(), select(1).selected_columns[0].type)
for refused in ("x", b"x", [1], {}, object()):
    raised(select, refused)
raised(select(literal_column("1")).group_by, 1)
raised(select(literal_column("1")).order_by, 1)
raised(select(1).where, 1)
engine = create_engine("sqlite://")
t.create(engine)
with engine.begin() as connection:
    print(connection.scalar(select(1)), connection.execute(select(1, 2.5)).one())
    print(connection.execute(insert(t).values(a=1).returning(t.c.a, 5)).one())
    print(
        connection.execute(select(1).where(t.c.a == 1)).all(), connection.execute(select(1).where(t.c.a == 2)).first()
    )
with Session(engine) as session:
    print(session.scalar(select(1)), session.query(1).scalar(), session.query(t.c.a, 1).all())

"""Adding to a statement makes another one and leaves the first as it was."""

from show import sql
from sqlalchemy import Column, Integer, MetaData, String, Table, delete, insert, select, update

table = Table("t", MetaData(), Column("id", Integer, primary_key=True), Column("name", String))
a = select(table.c.id)
b = a.where(table.c.id > 1)
c = b.where(table.c.name == "x").order_by(table.c.id)
d = a.limit(5).offset(2)
e = b.distinct()
for statement in (a, b, c, d, e, a):
    sql(statement)
print(a is b)

x = update(table)
y = x.where(table.c.id == 1)
z = y.values(name="n")
for statement in (x.values(id=2), y.values(id=3), z, y.values(name="m")):
    sql(statement)

first = delete(table)
second = first.where(table.c.id == 4)
sql(first)
sql(second)
one = insert(table)
two = one.values(id=1)
three = two.values(name="q")
for statement in (one, two, three):
    sql(statement)
condition = table.c.id == 1
both = condition & (table.c.name == "y")
either = both | (table.c.id == 9)
for expression in (condition, both, either, condition):
    sql(expression)
column = table.c.id.label("first")
sql(select(column.label("second"), column))

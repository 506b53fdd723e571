"""A select of columns, of a table and of nothing has SQLAlchemy's text."""

from show import sql
from sqlalchemy import Column, Integer, MetaData, String, Table, func, literal, null, select, text, true

user = Table("user_account", MetaData(), Column("id", Integer, primary_key=True), Column("name", String(30)))
sql(select(user))
sql(select(user.c.id, user.c.name))
sql(select(user.c.name).where(user.c.id == 5))
sql(select(user.c.id).where(user.c.id > 5, user.c.name != "x").where(user.c.name == "y"))
sql(select(func.count()).select_from(user))
sql(select(literal(5), literal("x"), null(), true()))
sql(select(text("1 AS one")))
sql(select(user.c.id).order_by(user.c.name, user.c.id.desc()))
sql(select(user.c.id).order_by(text("name")))
sql(select(user.c["name"], user.columns.id))
sql(select(user).order_by(user.c.name.asc()).limit(3))
sql(select(user).limit(3).offset(4))
sql(select(user).offset(4))
sql(select(user.c.id).distinct())
sql(select(user.c.id, user.c.id))
print(user.c.keys(), user.name, user.c.id.table is user, "name" in user.c, "other" in user.c)

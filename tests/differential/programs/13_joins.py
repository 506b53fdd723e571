"""Joins find their ON clause by foreign key, take one that is given, and nest."""

from show import raised, sql
from sqlalchemy import Column, ForeignKey, Integer, MetaData, String, Table, and_, select

metadata = MetaData()
user = Table("user_account", metadata, Column("id", Integer, primary_key=True), Column("name", String))
item = Table(
    "item", metadata, Column("id", Integer, primary_key=True), Column("user_id", ForeignKey("user_account.id"))
)
tag = Table("tag", metadata, Column("id", Integer, primary_key=True), Column("item_id", ForeignKey("item.id")))
lone = Table("lone", metadata, Column("id", Integer, primary_key=True))
sql(select(user.c.id).join(item))
sql(select(user.c.id).select_from(user).join(item).join(tag))
sql(select(user.c.id, tag.c.id).select_from(user).outerjoin(item).outerjoin(tag, tag.c.item_id == item.c.id))
sql(select(user.c.id).join(item, isouter=True).join(tag, isouter=True))
sql(select(user.c.id).join(item, and_(item.c.user_id == user.c.id, item.c.id > 3)))
sql(select(user).select_from(user.join(item)))
sql(select(user).select_from(user.join(item).join(tag)))
sql(select(user).select_from(user.outerjoin(item.join(tag))))
sql(select(user, item.c.id.label("item")).select_from(user.outerjoin(item)))
sql(select(user.join(item)))
sql(select(user, lone).where(user.c.id == lone.c.id))
sql(select(user.c.id).join(lone, user.c.id == lone.c.id))
raised(lambda: str(select(user.c.id).join(lone)))
raised(lambda: user.join(lone))

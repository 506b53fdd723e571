"""Aliases, subqueries in FROM and scalar subqueries are named and correlated as in SQLAlchemy."""

from show import raised, sql
from sqlalchemy import Column, ForeignKey, Integer, MetaData, String, Table, exists, func, select

metadata = MetaData()
user = Table("user_account", metadata, Column("id", Integer, primary_key=True), Column("name", String))
item = Table(
    "item",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("user_id", ForeignKey("user_account.id")),
    Column("price", Integer),
)
u, v = user.alias(), user.alias("v")
sql(select(u.c.id))
sql(select(u.c.id, v.c.id).where(u.c.id == v.c.id))
sql(select(u.c.id, user.alias().c.id))
sub = select(item.c.user_id, func.count().label("n")).group_by(item.c.user_id).subquery()
sql(select(sub))
sql(select(user.c.name, sub.c.n).join(sub, sub.c.user_id == user.c.id).where(sub.c.n > 2))
named = select(item).where(item.c.price > 10).subquery("dear")
sql(select(named.c.id, named.c.price))
sql(select(user.c.name, select(func.max(item.c.price)).where(item.c.user_id == user.c.id).scalar_subquery()))
best = select(func.max(item.c.price)).scalar_subquery()
sql(select(item.c.id).where(item.c.price == best))
sql(select(item.c.id, best.label("best")).where(item.c.price > best - 5))
sql(select(user.c.id).where(select(item.c.id).where(item.c.user_id == user.c.id).exists()))
sql(select(user.c.id).where(~exists().where(item.c.user_id == user.c.id)))
sql(select(user.c.id).where(exists(select(item.c.id).where(item.c.price > 3))))
sql(select(user.c.id).where(user.c.id.in_(select(item.c.user_id))))
sql(select(user.c.id).where(user.c.id.not_in(select(item.c.user_id).where(item.c.price > user.c.id))))
inner = select(item.c.id).where(item.c.user_id == user.c.id)
sql(select(user.c.id, inner.correlate(user).scalar_subquery()))
sql(select(user.c.id, item.c.id, inner.correlate(user).scalar_subquery()).where(item.c.user_id == user.c.id))
sql(select(user.c.id).where(user.c.id.in_(inner.correlate(None))))
sql(select(select(user.c.id).limit(2).subquery()))
outer = select(select(sub.c.n).subquery())
sql(outer)
raised(lambda: sub.c.absent)
raised(lambda: str(select(sub).where(user.c.id == select(item).scalar_subquery())))

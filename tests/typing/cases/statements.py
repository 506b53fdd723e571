"""Statements, and what they know of their rows."""

from __future__ import annotations

from cormorant import delete, exists, func, insert, select, union, union_all, update
from cormorant.orm import aliased, joinedload, selectinload
from models import Purchase, User, notes

reveal_type(select(User))  # expect: Select[tuple[User]]
reveal_type(select(User.id))  # expect: Select[tuple[int]]
reveal_type(select(User.id, User.name))  # expect: Select[tuple[int, str]]
reveal_type(select(User, Purchase))  # expect: Select[tuple[User, Purchase]]
reveal_type(select(User, func.count(Purchase.id)))  # expect: Select[tuple[User, int]]
reveal_type(select(User.id, User.name, User.nickname, User.age, User.born))  # expect: Select[tuple[int, str, str | None, int, date | None]]
reveal_type(select(func.count()))  # expect: Select[tuple[int]]
reveal_type(select(func.count()).select_from(User))  # expect: Select[tuple[int]]
reveal_type(select(func.max(User.age)))  # expect: Select[tuple[int]]
reveal_type(select(User.age + 1, User.id == 1))  # expect: Select[tuple[int, bool]]
reveal_type(select(User.name.label("n")))  # expect: Select[tuple[str]]
reveal_type(select(aliased(User)))  # expect: Select[tuple[User]]
reveal_type(select(notes))  # expect: Select[Any]
reveal_type(select(notes.c.id))  # expect: Select[Any]
reveal_type(select(User.id, User.id, User.id, User.id, User.id, User.id, User.id, User.id, User.id, User.name))  # expect: Select[tuple[int, int, int, int, int, int, int, int, int, str]]

users = select(User)
reveal_type(users.where(User.id == 1))  # expect: Select[tuple[User]]
reveal_type(users.filter(User.id == 1))  # expect: Select[tuple[User]]
reveal_type(users.filter_by(name="ada"))  # expect: Select[tuple[User]]
reveal_type(users.order_by(User.name.desc(), "id"))  # expect: Select[tuple[User]]
reveal_type(users.limit(3).offset(2))  # expect: Select[tuple[User]]
reveal_type(users.group_by(User.id).having(func.count() > 1))  # expect: Select[tuple[User]]
reveal_type(users.distinct())  # expect: Select[tuple[User]]
reveal_type(users.join(User.purchases))  # expect: Select[tuple[User]]
reveal_type(users.join(Purchase, Purchase.user_id == User.id, isouter=True))  # expect: Select[tuple[User]]
reveal_type(users.outerjoin(User.purchases))  # expect: Select[tuple[User]]
reveal_type(users.join_from(User, Purchase))  # expect: Select[tuple[User]]
reveal_type(users.options(selectinload(User.purchases), joinedload(User.purchases)))  # expect: Select[tuple[User]]
reveal_type(users.execution_options(populate_existing=True))  # expect: Select[tuple[User]]
reveal_type(users.with_for_update(nowait=True))  # expect: Select[tuple[User]]
reveal_type(users.with_only_columns(User.id))  # expect: Select[tuple[int]]
reveal_type(users.with_only_columns(User.id, User.name))  # expect: Select[tuple[int, str]]
reveal_type(users.subquery())  # expect: Subquery
reveal_type(users.subquery().c.name)  # expect: KeyedColumnElement[Any]
reveal_type(users.cte("u"))  # expect: CTE
reveal_type(select(User.id).scalar_subquery())  # expect: ScalarSelect[int]  # there: expect: ScalarSelect[Any]
reveal_type(users.exists())  # expect: Exists
reveal_type(exists(users))  # expect: Exists
reveal_type(users.add_columns(Purchase))  # expect: Select[Any]
reveal_type(users.correlate(Purchase))  # expect: Select[tuple[User]]
reveal_type(union(select(User.id), select(Purchase.id)))  # expect: CompoundSelect[tuple[int]]
reveal_type(union_all(select(User.id), select(Purchase.id)))  # expect: CompoundSelect[tuple[int]]
reveal_type(User.id.in_(select(Purchase.user_id)))  # expect: BinaryExpression[bool]

reveal_type(insert(User))  # expect: Insert
reveal_type(insert(User).values(name="ada"))  # expect: Insert
reveal_type(insert(User).returning(User.id))  # expect: ReturningInsert[tuple[int]]
reveal_type(insert(User).returning(User.id, User.name))  # expect: ReturningInsert[tuple[int, str]]
reveal_type(insert(User).returning(User))  # expect: ReturningInsert[tuple[User]]
reveal_type(update(User))  # expect: Update
reveal_type(update(User).where(User.id == 1).values(name="ada"))  # expect: Update
reveal_type(update(User).values({User.name: "ada"}).returning(User.id))  # expect: ReturningUpdate[tuple[int]]
reveal_type(delete(User))  # expect: Delete
reveal_type(delete(User).where(User.id == 1))  # expect: Delete
reveal_type(delete(User).returning(User.name))  # expect: ReturningDelete[tuple[str]]
reveal_type(insert(notes).values(body="x"))  # expect: Insert
reveal_type(notes.insert())  # expect: Insert
reveal_type(notes.select())  # expect: Select[Any]
reveal_type(notes.c.body)  # expect: Column[Any]
reveal_type(notes.c.body == "x")  # expect: ColumnElement[bool]

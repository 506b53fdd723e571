"""Mapped attributes: expressions on the class, values on objects."""

from __future__ import annotations

from cormorant import Integer as IntegerType
from cormorant import and_, case, cast, exists, func, literal, not_, null, or_, text, true
from cormorant.orm import aliased
from models import Purchase, User

user = User(name="ada", age=36)

reveal_type(User.id)  # expect: InstrumentedAttribute[int]
reveal_type(User.name)  # expect: InstrumentedAttribute[str]
reveal_type(User.nickname)  # expect: InstrumentedAttribute[str | None]
reveal_type(User.born)  # expect: InstrumentedAttribute[date | None]
reveal_type(User.purchases)  # expect: InstrumentedAttribute[list[Purchase]]
reveal_type(Purchase.user)  # expect: InstrumentedAttribute[User]
reveal_type(user.id)  # expect: int
reveal_type(user.name)  # expect: str
reveal_type(user.nickname)  # expect: str | None
reveal_type(user.born)  # expect: date | None
reveal_type(user.purchases)  # expect: list[Purchase]
reveal_type(user.purchases[0].user.name)  # expect: str
reveal_type(user.purchases[0].price)  # expect: Decimal

user.name = "grace"
user.nickname = None
user.purchases.append(Purchase(item="pen"))

reveal_type(User.id == 1)  # expect: ColumnElement[bool]
reveal_type(User.id != 1)  # expect: ColumnElement[bool]
reveal_type(User.age < 1)  # expect: ColumnElement[bool]
reveal_type(User.age >= User.id)  # expect: ColumnElement[bool]
reveal_type(User.age + 1)  # expect: ColumnElement[int]
reveal_type(1 + User.age)  # expect: ColumnElement[int]
reveal_type(User.age - 1)  # expect: ColumnElement[int]
reveal_type(User.age * 2)  # expect: ColumnElement[int]
reveal_type(User.name + "x")  # expect: ColumnElement[str]
reveal_type(User.age % 2)  # expect: ColumnElement[int]
reveal_type(-User.age)  # expect: UnaryExpression[int]
reveal_type(User.age / 2)  # expect: ColumnElement[float | Decimal]
reveal_type(Purchase.price * 2)  # expect: ColumnElement[Decimal]
reveal_type((User.id == 1) & (User.age > 3))  # expect: BooleanClauseList
reveal_type((User.id == 1) | (User.age > 3))  # expect: BooleanClauseList
reveal_type(~(User.id == 1))  # expect: ColumnElement[bool]
reveal_type(User.name.like("a%"))  # expect: BinaryExpression[bool]
reveal_type(User.name.ilike("a%"))  # expect: BinaryExpression[bool]
reveal_type(User.name.startswith("a"))  # expect: ColumnElement[bool]
reveal_type(User.name.contains("a"))  # expect: ColumnElement[bool]
reveal_type(User.id.in_([1, 2]))  # expect: BinaryExpression[bool]
reveal_type(User.id.not_in([1, 2]))  # expect: BinaryExpression[bool]
reveal_type(User.nickname.is_(None))  # expect: BinaryExpression[bool]
reveal_type(User.nickname.is_not(None))  # expect: BinaryExpression[bool]
reveal_type(User.age.between(1, 3))  # expect: BinaryExpression[bool]
reveal_type(User.name.desc())  # expect: UnaryExpression[str]
reveal_type(User.name.asc().nulls_last())  # expect: UnaryExpression[str]
reveal_type(User.name.label("n"))  # expect: Label[str]
reveal_type(User.name.collate("nocase"))  # expect: BinaryExpression[str]  # there: expect: CollationClause
reveal_type(User.name.concat("x"))  # expect: ColumnElement[str]
reveal_type(User.name.distinct())  # expect: UnaryExpression[str]
reveal_type(User.name.op("~")("x"))  # expect: BinaryExpression[Any]
reveal_type(User.purchases.any())  # expect: ColumnElement[bool]
reveal_type(User.purchases.any(Purchase.item == "pen"))  # expect: ColumnElement[bool]
reveal_type(Purchase.user.has(name="ada"))  # expect: ColumnElement[bool]
reveal_type(User.purchases.contains(user.purchases[0]))  # expect: ColumnElement[bool]
reveal_type(Purchase.user == user)  # expect: ColumnElement[bool]

reveal_type(and_(User.id == 1, User.age > 3))  # expect: ColumnElement[bool]
reveal_type(or_(User.id == 1, User.age > 3))  # expect: ColumnElement[bool]
reveal_type(not_(User.id == 1))  # expect: ColumnElement[bool]  # there: expect: ColumnElement[bool | Any]
reveal_type(true())  # expect: True_
reveal_type(null())  # expect: Null
reveal_type(literal(1))  # expect: BindParameter[int]
reveal_type(literal("x"))  # expect: BindParameter[str]
reveal_type(cast(User.name, IntegerType))  # expect: Cast[int]
reveal_type(case((User.age > 3, "old"), else_="young"))  # expect: Case[Any]
reveal_type(text("1"))  # expect: TextClause
reveal_type(exists().where(User.id == 1))  # expect: Exists

reveal_type(func.count())  # expect: count
reveal_type(func.count(User.id))  # expect: count
reveal_type(func.max(User.age))  # expect: max[int]
reveal_type(func.min(User.name))  # expect: min[str]
reveal_type(func.sum(Purchase.price))  # expect: sum[Decimal]
reveal_type(func.coalesce(User.age, 0))  # expect: coalesce[int]
reveal_type(func.now())  # expect: now
reveal_type(func.random())  # expect: random
reveal_type(func.current_date())  # expect: current_date
reveal_type(func.lower(User.name))  # expect: Function[Any]
reveal_type(func.avg(User.age))  # expect: Function[Any]
reveal_type(func.char_length(User.name))  # expect: char_length
reveal_type(func.count(User.id).label("n"))  # expect: Label[int]
reveal_type(func.row_number().over(order_by=User.id))  # expect: Over[Any]
reveal_type(func.count(User.id).over(partition_by=User.name))  # expect: Over[int]
reveal_type(func.count(User.id).filter(User.age > 3))  # expect: FunctionFilter[int]

Other = aliased(User)
reveal_type(Other)  # expect: type[User]
reveal_type(Other.name)  # expect: InstrumentedAttribute[str]
reveal_type(Other.id == User.id)  # expect: ColumnElement[bool]

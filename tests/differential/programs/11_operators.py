"""Operators and their precedence have SQLAlchemy's text, with parentheses where it puts them."""

from show import raised, sql
from sqlalchemy import Boolean, Column, Float, Integer, MetaData, String, Table, and_, not_, or_, true, false

t = Table(
    "t",
    MetaData(),
    Column("a", Integer),
    Column("b", Integer),
    Column("s", String),
    Column("f", Float),
    Column("ok", Boolean),
)
a, b, s, f, ok = t.c.a, t.c.b, t.c.s, t.c.f, t.c.ok
for expression in (
    a == 1, a != 1, a < b, a <= 1, a > b, a >= 2, a == None, a != None, a.is_(None), a.is_not(None), 5 == a, 5 < a,
    a + b, a - 1, 2 * a, a * (b + 1), (a + b) * 2, a - (b - 1), (a - b) - 1, a / 2, a % 3, -a, -(a + b), a // 2, f / 2,
    s + "x", "x" + s, s + s, s.like("a%"), s.ilike("a%"), s.not_like("a%"), s.like("a/%", escape="/"),
    s.startswith("a"), s.endswith("z"), s.contains("q"), s.startswith("a%", autoescape=True),
    a.between(1, 5), ~a.between(1, 5), a.between(b, b + 1), a.in_([1, 2]), a.not_in([1]), ~a.in_([3]),
    (a == 1) & (b == 2), (a == 1) | (b == 2), ((a == 1) | (b == 2)) & (a == 3), ~(a == 1), ~((a == 1) & (b == 2)),
    and_(a == 1, or_(b == 2, b == 3)), or_(a == 1, and_(b == 2, s == "x")), not_(a == 1), not_(or_(a == 1, b == 2)),
    and_(a == 1), or_(a == 1), and_(true(), a == 1), or_(false(), a == 1), and_(false(), a == 1), or_(true(), a == 1),
    ok, ~ok, ok == True, ok.is_(True), and_(ok, a == 1), ~and_(ok, a == 1), a == b + 1, (a == b) == True,
    a.desc(), a.asc(), a.distinct(), (a + 1).label("l"),
):  # fmt: skip
    sql(expression)
raised(bool, a < 1)
print(bool(a == a), bool(a == b), hash(a) == hash(a))

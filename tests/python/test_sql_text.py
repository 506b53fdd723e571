"""The text and the parameters of statements are SQLAlchemy's."""

# ruff: noqa: E501 - a case is a line

from __future__ import annotations

from typing import Any

import pytest
from both import LIBRARIES, Library


@pytest.fixture(scope="module")
def libraries() -> list[Library]:
    return [Library(name) for name in LIBRARIES]


OPERATORS = """
u.c.age == 5
u.c.age != 5
u.c.age < 5
5 < u.c.age
u.c.age >= 5
u.c.age == None
u.c.age != None
u.c.active == True
u.c.active.is_(True)
u.c.age.is_(None)
u.c.age.is_not(None)
u.c.age.is_distinct_from(5)
u.c.age.is_not_distinct_from(None)
u.c.age + 1
1 + u.c.age
u.c.age - 1 - u.c.id
u.c.age * (u.c.id + 2)
u.c.age / 2
u.c.age // 2
u.c.age % 2
-u.c.age
-(u.c.age + 1)
u.c.name + "x"
u.c.name + u.c.nick
"x" + u.c.name
u.c.name.concat(u.c.nick)
u.c.age.bitwise_and(3)
u.c.age.bitwise_or(3)
~u.c.active
~(u.c.age == 5)
~(u.c.age.in_([1, 2]))
not_(and_(u.c.age == 5, u.c.id == 3))
not_(u.c.name.like("a%"))
(u.c.age == 5) & (u.c.id == 3)
(u.c.age == 5) | (u.c.id == 3) & (u.c.name == "x")
((u.c.age == 5) | (u.c.id == 3)) & (u.c.name == "x")
and_(u.c.age == 5, or_(u.c.id == 3, u.c.name == "x"))
and_(True, u.c.age == 5)
or_(False, u.c.age == 5)
and_(u.c.age == 5)
u.c.age.between(1, 5)
~u.c.age.between(1, 5)
between(u.c.age, 1, 5)
u.c.age.in_([1, 2, 3])
u.c.age.in_([])
u.c.age.not_in([1, 2])
u.c.age.in_([1, None])
u.c.age.in_((1, u.c.id, 3))
u.c.age.in_(select(a.c.id))
u.c.age.in_(range(3))
u.c.age.in_(bindparam("ages", expanding=True))
tuple_(u.c.id, u.c.age).in_([(1, 2), (3, 4)])
tuple_(u.c.id, u.c.age) == (1, 2)
u.c.name.like("a%")
u.c.name.like("a%", escape="/")
u.c.name.notlike("a%")
u.c.name.ilike("A%")
u.c.name.not_ilike("A%")
u.c.name.startswith("a")
u.c.name.startswith("a%b", autoescape=True)
u.c.name.endswith("a")
u.c.name.contains("a")
~u.c.name.contains("a")
u.c.name.icontains("A")
u.c.name.match("a")
u.c.name.regexp_match("a.*")
u.c.name.collate("NOCASE")
collate(u.c.name, "NOCASE") == "x"
u.c.name.op("@@")("x")
u.c.age.op("&")(3)
u.c.age.op("~>", precedence=5)(3)
u.c.age.bool_op("@>")(3)
u.c.age.desc()
u.c.age.asc().nulls_last()
u.c.age.desc().nulls_first()
desc("age")
u.c.age.label("x")
u.c.age.label(None)
u.c.age.cast(String)
cast(u.c.age, String(10))
cast("5", Integer)
cast(u.c.age, Numeric(10, 2))
type_coerce(u.c.age, String)
type_coerce(u.c.age, String) + "x"
extract("year", u.c.born)
case((u.c.age > 5, "old"), else_="young")
case((u.c.age > 5, u.c.name), (u.c.age > 3, "mid"))
case({"a": 1, "b": 2}, value=u.c.name, else_=0)
literal(5)
literal("x").label("y")
literal(None)
literal_column("now() - 5")
column("q") == 5
column("q", Integer) + 1
text("x = :y")
text("x = :y").bindparams(y=5)
bindparam("z") == u.c.age
bindparam("z", 5)
bindparam("z", type_=Integer)
bindparam("z", 5, unique=True)
null()
true()
false()
func.lower(u.c.name) == "x"
func.count()
func.count(u.c.id)
func.count("*")
func.max(u.c.id) > 5
func.coalesce(u.c.age, 5) > 3
func.now()
func.current_timestamp()
func.a.b(u.c.id)
func.foo(u.c.id) + "x"
func.count(distinct(u.c.id))
func.count(u.c.id.distinct())
func.count(u.c.id).filter(u.c.age > 5)
func.row_number().over(partition_by=u.c.name, order_by=u.c.age.desc())
func.sum(u.c.age).over(order_by=[u.c.id, u.c.age])
func.percentile_cont(0.5).within_group(u.c.age)
func.sum(u.c.price) / func.count()
func.length(u.c.name).label("n")
exists(select(a.c.id))
exists().where(a.c.user_id == u.c.id)
~exists().where(a.c.user_id == u.c.id)
exists(a.c.id).where(a.c.user_id == 5)
select(a.c.id).exists()
u.c.age == select(func.max(u.c.age)).scalar_subquery()
select(func.max(a.c.id)).scalar_subquery() + 5
u.c.age > any_(select(a.c.id).scalar_subquery())
u.c.data["k"]
u.c.data["k"].as_string() == "x"
u.c.data["k"].as_integer() == 5
u.c.born > datetime.date(2020, 1, 2)
u.c.seen == datetime.datetime(2020, 1, 2, 3, 4, 5)
u.c.price == decimal.Decimal("1.50")
u.c.score * 1.5
u.c.name == "it's"
u.c.age == "5"
i.c.Qty == 5
k.c.id == 5
k.c.order > 5
u1.c.id == u2.c.id
q.c.id == 3
""".strip().splitlines()

SELECTS = """
select(u)
select(u.c.id, u.c.name)
select(u.c.id, a.c.id, i.c.id)
select(u.c.id, u.c.id)
select(u.c.id, a.c.id).where(u.c.id == a.c.user_id)
select(u.c.id.label("x"), u.c.name.label("x"))
select(u.c.age + 1, u.c.age * 2)
select(func.count(u.c.id), func.count(a.c.id))
select(literal(1))
select(literal_column("1"), text("2"))
select(func.lower("x"))
select(true(), null())
select(func.count()).select_from(u)
select(u.c.id).where(u.c.age == 5)
select(u.c.id).where(u.c.age == 5).where(u.c.name == "x")
select(u.c.id).where(u.c.age == 5, or_(u.c.name == "x", u.c.name == "y"))
select(u.c.id).where(and_())
select(u.c.id).where(True)
select(u.c.id).where(or_(True, u.c.age == 5))
select(u.c.id).where(and_(False, u.c.age == 5))
select(anon.c.id)
select(u.c.id).where(u.c.active)
select(u.c.id).where(~u.c.active)
select(u.c.id).where(text("id = 5"))
select(u).filter_by(name="x", age=5)
select(u).filter_by(name=None)
select(u.c.id).order_by(u.c.name)
select(u.c.id).order_by(u.c.name.desc(), u.c.id)
select(u.c.id).order_by("id")
select(u.c.id.label("x")).order_by("x")
select(u.c.id.label("x")).order_by(desc("x"))
select(u.c.id).order_by(u.c.id).order_by(None)
select(u.c.name, func.count()).group_by(u.c.name).having(func.count() > 5)
select(u.c.age.label("x")).group_by("x").order_by("x")
select(u.c.id).limit(5)
select(u.c.id).limit(5).offset(10)
select(u.c.id).offset(10)
select(u.c.id).limit(None)
select(u.c.id).slice(2, 5)
select(u.c.id).distinct()
select(u.c.id).distinct().order_by(u.c.id)
select(u.c.id).with_for_update()
select(u.c.id).join(a)
select(u.c.id).join(a, a.c.user_id == u.c.id)
select(u.c.id).outerjoin(a)
select(u.c.id).join(a, full=True)
select(u.c.id).join(a).join(i)
select(u.c.id, i.c.id).join_from(u, a).join(i, i.c.a_id == a.c.id, isouter=True)
select(u.c.id).select_from(u.join(a))
select(u.c.id).select_from(u.outerjoin(a.join(i)))
select(u.c.id).select_from(join(u, a, u.c.id == a.c.id))
select(u1.c.id, u2.c.id).where(u1.c.id == u2.c.age)
select(q)
select(q.c.name).join(a, a.c.user_id == q.c.id)
select(sub)
select(sub.c.id + 1)
select(u.c.id, sub.c.name).join(sub, sub.c.id == u.c.id)
select(anon)
select(select(u.c.id).subquery().c.id)
select(cte)
select(u.c.name).where(u.c.id.in_(select(cte.c.id)))
select(u.c.name).join(cte, cte.c.id == u.c.id)
select(u.c.name, select(func.count(a.c.id)).where(a.c.user_id == u.c.id).scalar_subquery().label("n"))
select(u.c.name, select(func.count(a.c.id)).where(a.c.user_id == u.c.id).label("n"))
select(u.c.name).where(select(a.c.id).where(a.c.user_id == u.c.id).exists())
select(u.c.name).where(exists().where(a.c.user_id == u.c.id))
select(u.c.name).where(u.c.age == select(func.max(u.c.age)).scalar_subquery())
select(u.c.id).where(u.c.id.in_(select(a.c.user_id).where(a.c.email.like("x%")).limit(5)))
select(u.c.id).where(u.c.id.in_(select(a.c.user_id).correlate(None)))
union(select(u.c.id), select(a.c.id))
union_all(select(u.c.id), select(a.c.id)).order_by("id").limit(3)
select(u.c.id).union(select(a.c.id))
select(union(select(u.c.id), select(a.c.id)).subquery())
intersect(select(u.c.id), select(a.c.id))
except_(select(u.c.id).limit(1), select(a.c.id))
select(u.c.id).add_columns(u.c.name)
select(u.c.id).with_only_columns(u.c.name)
select(u.c.id).prefix_with("HIGH")
select(u.c.id).set_label_style(LABEL_STYLE_TABLENAME_PLUS_COL)
select(u.c.id, a.c.id).set_label_style(LABEL_STYLE_TABLENAME_PLUS_COL)
select(u.c.id, a.c.id).set_label_style(LABEL_STYLE_NONE)
select(func.count(), func.count(), func.max(u.c.id))
select(cast(u.c.age, String), cast(u.c.age + 1, String))
select(case((u.c.age > 5, 1), else_=0))
select(k)
select(i.c.Qty)
select(u.c.id).select_from(u, a)
select(lateral(select(a.c.id).where(a.c.user_id == u.c.id), "l").c.id)
text("select * from user_account where id = :id").bindparams(id=5)
""".strip().splitlines()

CHANGES = """
insert(u)
insert(u).values(id=1, name="x")
insert(u).values({"name": "x", "age": None})
insert(u).values({u.c.name: "x"})
insert(u).values([{"id": 1, "name": "x"}, {"id": 2, "name": "y"}])
insert(a).values((1, 2, "x"))
insert(u).values(name=func.lower("X"), age=u.c.age + 1)
insert(u).values(name=select(func.max(a.c.email)).scalar_subquery())
insert(a).from_select(["id", "email"], select(u.c.id, u.c.name))
insert(a).values(email="x").returning(a.c.id)
insert(a).returning(a)
update(u).values(name="x")
update(u).where(u.c.id == 5).values(name="x", age=u.c.age + 1)
update(u).values({u.c.name: u.c.nick + "x"}).where(u.c.name == "y")
update(u).values(age=None)
update(u).values(active=True)
update(u).values(age=select(func.count(a.c.id)).where(a.c.user_id == u.c.id).scalar_subquery())
update(a).values(email=u.c.name).where(a.c.user_id == u.c.id)
update(u).where(u.c.id == 5).values(name="x").returning(u.c.id, u.c.name)
update(u).where(u.c.id.in_([1, 2])).values(name="x")
delete(u)
delete(u).where(u.c.id == 5)
delete(u).where(u.c.id.in_(select(a.c.user_id)))
delete(u).where(u.c.id == 5).returning(u.c.id)
u.insert().values(name="x")
u.update().where(u.c.id == 1)
u.delete()
""".strip().splitlines()

SQLITE = """
sqlite.insert(u).values(name="x").on_conflict_do_nothing()
sqlite.insert(u).values(name="x").on_conflict_do_nothing(index_elements=["id"])
sqlite.insert(u).values(id=1, name="x").on_conflict_do_update(index_elements=[u.c.id], set_={"name": "y"})
sqlite.insert(u).values(id=1, name="x").on_conflict_do_update(index_elements=["id"], set_=dict(name=sqlite.insert(u).excluded.name), where=u.c.age > 5)
select(u.c.id).where(u.c.active, u.c.age.in_([1, 2])).limit(5)
select(u.c.seen).where(func.now() > u.c.seen)
insert(u).values(name="x").returning(u.c.id)
""".strip().splitlines()

LITERALS = """
u.c.name == "it's"
u.c.age.in_([1, 2])
u.c.age == 5
u.c.born == datetime.date(2020, 1, 2)
u.c.active == True
select(u.c.id).where(u.c.name == "x").limit(5)
u.c.age.in_([])
u.c.age.not_in([])
u.c.age.not_in([1, 2])
tuple_(u.c.id, u.c.age).in_([(1, 2), (3, 4)])
u.c.price == decimal.Decimal("1.50")
u.c.seen == datetime.datetime(2020, 1, 2, 3, 4, 5)
literal(None)
u.c.score > 1.5
insert(u).values(id=1, name="x", active=True, born=datetime.date(2020, 1, 2))
update(u).values(name="y").where(u.c.id == 5)
""".strip().splitlines()


def same(libraries: list[Library], source: str, dialect: str | None = None, **options: Any) -> None:
    expected, got = (one.text(source, dialect, **options) for one in libraries)
    assert got[0] == expected[0]
    assert got[1] == expected[1]


@pytest.mark.parametrize("dialect", [None, "sqlite"])
@pytest.mark.parametrize("source", OPERATORS)
def test_an_expression_has_sqlalchemys_text(libraries: list[Library], source: str, dialect: str | None) -> None:
    same(libraries, source, dialect)


@pytest.mark.parametrize("dialect", [None, "sqlite"])
@pytest.mark.parametrize("source", SELECTS + CHANGES)
def test_a_statement_has_sqlalchemys_text(libraries: list[Library], source: str, dialect: str | None) -> None:
    same(libraries, source, dialect)


@pytest.mark.parametrize("source", SQLITE)
def test_sqlites_own_statements_have_sqlalchemys_text(libraries: list[Library], source: str) -> None:
    same(libraries, source, "sqlite")


@pytest.mark.parametrize("dialect", [None, "sqlite"])
@pytest.mark.parametrize("source", LITERALS)
def test_values_are_written_into_the_text(libraries: list[Library], source: str, dialect: str | None) -> None:
    expected, got = (one.text(source, dialect, literal_binds=True) for one in libraries)
    assert got[0] == expected[0]

"""The text of statements in PostgreSQL's dialects is SQLAlchemy's, with named parameters and with numbered ones."""

# ruff: noqa: E501 - a case is a line

from __future__ import annotations

import datetime
import decimal
import importlib
import uuid

import pytest
import test_sql_text
from both import LIBRARIES, Library

OWN = """
u.c.data["a"]
u.c.data[1]
u.c.data[("a", 1)]
u.c.data["a"].as_string()
u.c.data["a"].as_string() == "x"
u.c.data["a"].as_integer() > 5
u.c.data[("a", "b")].as_string()
u.c.data["a"]["b"]
u.c.data["a"]["b"].as_string()
u.c.data["a"].as_boolean()
u.c.data["a"].as_boolean() == True
select(u.c.data["a"])
select(u.c.data["a"].as_string())
select(u.c.data["a"].as_integer().label("q"))
select(u.c.id).order_by(u.c.data["a"].as_string().desc())
select(u.c.id).where(u.c.data["a"].as_boolean())
select(u.c.id).where(~u.c.data["a"].as_boolean())
u.c.data["a"] == "q"
u.c.data["a"].in_(["a"])
u.c.data["a"].as_numeric(10, 2)
u.c.data == None
u.c.data == {"a": 1}
u.c.data["a"].is_(None)
cast(u.c.data["a"], String)
func.x(u.c.data["a"])
func.x(u.c.data["a"]) == 5
u.c.data["a"].as_string().in_(["a"])
u.c.data["a"].as_string().like("x")
u.c.data["a"].as_integer() + 1
and_(u.c.data["a"].as_boolean(), u.c.id == 1)
case((u.c.data["a"].as_boolean(), 1))
u.c.data["a"].as_string() + "x"
u.c.data["a"].as_integer().between(1, 2)
select(u).with_for_update()
select(u).with_for_update(read=True)
select(u).with_for_update(nowait=True)
select(u).with_for_update(skip_locked=True)
select(u).with_for_update(key_share=True)
select(u).with_for_update(read=True, key_share=True, of=u)
select(u.c.id, a.c.id).join(a).with_for_update(of=a, nowait=True)
select(q).with_for_update(of=q)
select(u1).with_for_update(of=u1)
select(u.c.id).distinct(u.c.name)
select(u.c.id).distinct(u.c.name, u.c.age).order_by(u.c.name)
delete(u).where(u.c.id == a.c.user_id)
update(u).values(name=a.c.email).where(u.c.id == a.c.user_id)
func.substring(u.c.name, 1, 2)
func.substring(u.c.name, 1)
func.aggregate_strings(u.c.name, ",")
func.cube(u.c.age)
select(func.count()).group_by(func.grouping_sets(u.c.age))
u.c.name.regexp_match("a")
~u.c.name.regexp_match("a")
u.c.name.match("x")
~u.c.name.match("x")
insert(u).values(name="x")
insert(u).values([{"name": "x"}, {"name": "y"}])
insert(u).values(id=5, name="x")
insert(u)
insert(a).from_select(["email"], select(u.c.name))
insert(u).values(name="x").returning(u.c.id, u.c.name)
insert(k).values(order=1)
insert(u).values(active=True, score=1.5, price=decimal.Decimal("1.5"), born=datetime.date(2020,1,2), seen=datetime.datetime(2020,1,2,3,4,5), data={"a": 1})
select(u.c.id).limit(5)
select(u.c.id).offset(5)
select(u.c.id).limit(5).offset(2)
select(u.c.id).where(u.c.active)
select(u.c.id).where(u.c.price > 1.5, u.c.price > 1, u.c.score > 1, u.c.seen > datetime.datetime(2020,1,1))
select(u.c.id).where(u.c.name == 5)
select(u.c.id).where(u.c.age == "5")
select(u.c.id).where(u.c.name.in_(["a","b"]), u.c.age == 3)
select(literal(5), literal("x"), literal(True), literal(1.5), literal(2**40), literal(datetime.date(2020,1,1)))
select(u.c.id.label("a_very_long_label_name_that_is_longer_than_sixty_three_characters_in_all"))
ddl.CreateTable(u)
ddl.CreateTable(a)
ddl.CreateTable(k)
ddl.DropTable(u)
pg.insert(u).values(name="x").on_conflict_do_nothing()
pg.insert(u).values(name="x").on_conflict_do_nothing(index_elements=["id"])
pg.insert(u).values(id=1, name="x").on_conflict_do_update(index_elements=[u.c.id], set_={"name": "y"})
pg.insert(u).values(id=1, name="x").on_conflict_do_update(index_elements=["id"], set_=dict(name=pg.insert(u).excluded.name), where=u.c.age > 5)
pg.insert(u).values(name="x").on_conflict_do_nothing(constraint="uq_x")
pg.insert(u).values(name="x").on_conflict_do_update(constraint="uq_x", set_={"name": "y"})
pg.insert(u).values(name="x").on_conflict_do_update(index_elements=["name"], index_where=u.c.active == True, set_={"name": "y", "age": u.c.age + 1}, where=u.c.age > 3)
pg.insert(u).values(name="x").on_conflict_do_update(index_elements=["name"], index_where=u.c.name == "x", set_={"name": "y"}).returning(u.c.id)
pt.c.jb["a"]
pt.c.jb["a"]["b"]
pt.c.jb["a"]["b"].as_string()
pt.c.jb[("a", 1)]
pt.c.jb["a"] == "q"
pt.c.jb["a"].as_integer() > 5
pt.c.jb["a"].astext
pt.c.jb["a"].astext == "x"
pt.c.jb[("a", "b")].astext
pt.c.jb["a"]["b"].astext
pt.c.pj["a"]["b"].astext
cast(pt.c.jb["a"].astext, Integer) > 3
pt.c.jb["a"].astext.cast(Integer)
select(pt.c.jb["a"].astext)
pt.c.jb["a"].astext.like("x")
pt.c.jb["a"].astext.in_(["x"])
pt.c.jb.contains({"a": 1})
pt.c.jb.contained_by({"a": 1})
pt.c.jb.has_key("a")
pt.c.jb.has_all(pg.array(["a", "b"]))
pt.c.jb.has_any(pg.array(["a"]))
pt.c.jb.path_exists("$.a")
pt.c.jb.path_match("$.a")
pt.c.jb.has_key("a") & (pt.c.id == 1)
~pt.c.jb.has_key("a")
pt.c.jb.concat({"a": 1})
pt.c.jb - "a"
pt.c.jb.delete_path(pg.array(["a"]))
pt.c.jb == {"a": 1}
pt.c.arr.any(5)
pt.c.arr.all(5)
pt.c.arr.any(5, operator=operators.lt)
pt.c.arr.contains([1, 2])
pt.c.arr.contained_by([1])
pt.c.arr.overlap([1])
pt.c.arr[1]
pt.c.arr[1] == 5
pt.c.arr == [1, 2]
pt.c.arr + [1]
any_(pt.c.arr) == 5
5 == any_(pt.c.arr)
func.array_agg(pt.c.id)
pg.array_agg(pt.c.id)
pg.array([1, 2])
pg.array([pt.c.id, 2])
select(pg.array([1, 2]))
pg.array([1, 2])[1]
pg.array([pg.array([1, 2]), pg.array([3, 4])])
pt.c.sarr.contains(["x"])
func.array_agg(pg.aggregate_order_by(pt.c.id, pt.c.name.desc()))
func.array_agg(pg.aggregate_order_by(pt.c.id, pt.c.name.desc(), pt.c.id))
func.string_agg(pt.c.name, pg.aggregate_order_by(literal_column("','"), pt.c.name))
func.unnest(pt.c.arr)
pt.c.arr.any(pt.c.id)
pt.c.inet == "1.1.1.1"
insert(pt).values(arr=[1], sarr=["x"], jb={"a": 1}, u="x", inet="1.1.1.1", e="a")
insert(pt)
ddl.CreateTable(pt)
select(pt.c.u == uuid.UUID(int=1), pt.c.iv > datetime.timedelta(1), pt.c.e == "a", pt.c.tz > datetime.datetime(2020,1,1))
cast(pt.c.name, pg.ARRAY(Integer))
cast(pt.c.name, pg.JSONB)["a"].astext
select(func.jsonb_build_object("a", pt.c.id))
literal(uuid.UUID(int=1))
literal(datetime.timedelta(1))
pg.array([])
select(pt.c.arr.label("x")).where(pt.c.arr != None)
""".strip().splitlines()

TABLE = """
import uuid
pt = Table(
    "pt", m, Column("id", BigInteger, primary_key=True), Column("jb", pg.JSONB), Column("pj", pg.JSON), Column("name", String),
    Column("arr", pg.ARRAY(Integer)), Column("sarr", pg.ARRAY(String(5))), Column("arr2", ARRAY(Integer, dimensions=2)),
    Column("inet", pg.INET), Column("u", Uuid), Column("iv", Interval), Column("e", Enum("a", "b", name="en")),
    Column("tz", DateTime(timezone=True)), Column("ct", pg.CITEXT), Column("tsv", pg.TSVECTOR), Column("bitv", pg.BIT(varying=True)),
    Column("mac", pg.MACADDR), Column("money", pg.MONEY), Column("fa", Float(asdecimal=True)), Column("pk", PickleType),
    Column("ivs", Interval(second_precision=4)), Column("en3", pg.ENUM("x", "y z", name="My Enum")))
"""


@pytest.fixture(scope="module")
def libraries() -> list[Library]:
    both = [Library(name) for name in LIBRARIES]
    for name, library in zip(LIBRARIES, both):
        library.names["pg"] = importlib.import_module(f"{name}.dialects.postgresql")
        library.names["asyncpg"] = importlib.import_module(f"{name}.dialects.postgresql.asyncpg")
        library.names["operators"] = importlib.import_module(f"{name}.sql.operators")
        library.run(TABLE)
    return both


ALL = [*test_sql_text.OPERATORS, *test_sql_text.SELECTS, *test_sql_text.CHANGES, *OWN]
# a parameter takes the type of what it is compared with on either side: ours has a cast
TYPED = 'bindparam("z") == u.c.age'


@pytest.mark.parametrize("dialect", ["pg", "asyncpg"])
@pytest.mark.parametrize("source", [one for one in ALL if one != TYPED])
def test_a_statement_has_sqlalchemys_text_on_postgresql(libraries: list[Library], source: str, dialect: str) -> None:
    expected, got = (one.text(source, dialect) for one in libraries)
    assert got[0] == expected[0]
    assert dialect != "pg" or got[1] == expected[1]


def test_a_parameter_without_a_value_has_the_type_of_its_neighbour(libraries: list[Library]) -> None:
    assert libraries[1].text(TYPED, "asyncpg")[0] == "$1::INTEGER = user_account.age"


@pytest.mark.parametrize("dialect", ["pg", "asyncpg"])
@pytest.mark.parametrize("source", [one for one in [*test_sql_text.SELECTS, *OWN] if "in_(" in one])
def test_lists_are_written_out_as_sqlalchemy_does(libraries: list[Library], source: str, dialect: str) -> None:
    expected, got = (one.text(source, dialect, render_postcompile=True)[0] for one in libraries)
    assert got == expected


def test_the_names_of_the_package_are_there_or_say_that_they_are_not() -> None:
    there = importlib.import_module("cormorant.dialects.postgresql")
    theirs = importlib.import_module("sqlalchemy.dialects.postgresql")
    refused = importlib.import_module("cormorant.exc").NotSupportedYet
    for name in theirs.__all__:
        try:
            assert getattr(there, name) is not None
        except refused as error:
            assert name in str(error)


def test_arrays_are_lists() -> None:
    arrays = importlib.import_module("cormorant._arrays")
    types = importlib.import_module("cormorant")
    dialect = importlib.import_module("cormorant.dialects.sqlite").dialect()
    for item, value, text in [
        (types.Integer(), [1, None, 3], "{1,NULL,3}"),
        (types.Integer(), [[1, 2], [3, 4]], "{{1,2},{3,4}}"),
        (types.String(), ['a "b"', "c\\d", "", "NULL"], '{"a \\"b\\"","c\\\\d","","NULL"}'),
        (types.Boolean(), [True, False], "{true,false}"),
        (types.Date(), [datetime.date(2020, 1, 2)], '{"2020-01-02"}'),
        (types.JSON(), [{"a": [1, "}"]}], '{"{\\"a\\": [1, \\"}\\"]}"}'),
        (types.Uuid(), [uuid.UUID(int=1)], '{"00000000000000000000000000000001"}'),
        (types.LargeBinary(), [b"x"], '{"\\\\x78"}'),
    ]:
        assert arrays.to_text(value, item, dialect) == text
        if not isinstance(item, types.Boolean):
            assert arrays.from_text(text, item, dialect, False) == value
    assert arrays.from_text("{t,f,NULL}", types.Boolean(), None, True) == (True, False, None)
    assert arrays.from_text("[0:1]={1,2}", types.Integer(), None, False) == [1, 2]
    moment = datetime.datetime(2020, 1, 2, 3, 4, 5, 600000, datetime.timezone.utc)
    assert arrays.from_text('{"2020-01-02 03:04:05.6+00"}', types.DateTime(True), None, False) == [moment]
    assert arrays.from_text("{1.50}", types.Numeric(), None, False) == [decimal.Decimal("1.50")]
    with pytest.raises(TypeError):
        arrays.to_text(5, types.Integer(), None)

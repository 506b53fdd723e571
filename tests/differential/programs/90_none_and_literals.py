"""None as an argument is NULL, a literal keeps its name and type, a pattern is never NULL; values in an order."""

from sqlalchemy import (
    Boolean,
    Column,
    Integer,
    MetaData,
    String,
    Table,
    case,
    cast,
    collate,
    delete,
    extract,
    func,
    insert,
    literal,
    null,
    select,
    true,
    tuple_,
    type_coerce,
    update,
)
from sqlalchemy import any_, bindparam

metadata = MetaData()
t = Table("t", metadata, Column("a", Integer), Column("b", String), Column("f", Boolean))
other = Table("other", metadata, Column("z", Integer), Column("on_update", Integer, onupdate=7))


def show(what, made):
    try:
        expression = made()
        print(what, "|", expression, "|", expression.compile().params)
    except Exception as error:
        print(what, "|", type(error).__name__)


NULLS = {
    "function": lambda: func.f(None),
    "beside others": lambda: func.coalesce(t.c.a, None, 3),
    "window": lambda: func.max(None).over(order_by=t.c.a),
    "then": lambda: case((t.c.a == 1, None), else_=3),
    "else": lambda: case((t.c.a == 1, 2), else_=None),
    "cast": lambda: cast(None, Integer),
    "type_coerce": lambda: type_coerce(None, Integer),
    "tuple": lambda: tuple_(t.c.a, None),
    "extract": lambda: extract("year", None),
    "collate": lambda: collate(None, "x"),
    "any": lambda: any_(None),
    "set": lambda: update(t).values(a=func.f(None)),
    "a literal": lambda: literal(None),
    "a literal in a function": lambda: func.f(literal(None)),
    "in a list": lambda: t.c.a.in_([None, 1]),
    "concat": lambda: t.c.b.concat(None),
    "value": lambda: insert(t).values(a=None),
}
LITERALS = {
    "in a function": lambda: func.f(literal(5), 6),
    "on the right": lambda: t.c.a == literal(5),
    "on the left": lambda: literal(5) + t.c.a,
    "of another type": lambda: t.c.b == literal(5),
    "text": lambda: t.c.b + literal("x"),
    "two": lambda: case((t.c.a == literal(1), literal("x")), else_=literal("y")),
    "an expression of literals": lambda: literal(3.5) * 2,
    "selected": lambda: select(literal("x"), literal("y").label("z")),
    "in compounds": lambda: select(literal(1)).union_all(select(literal(2))),
    "inserted": lambda: insert(t).values(a=literal(5)),
    "without a name": lambda: func.f(bindparam(None, 5)) + bindparam(None, 6),
}
IN_ORDER = {
    "backwards": lambda: update(t).ordered_values((t.c.b, "x"), ("a", t.c.a + 1)).where(t.c.a == 3),
    "defaults behind": lambda: update(other).ordered_values((other.c.z, 1)),
    "twice": lambda: update(t).values(a=1).ordered_values((t.c.b, "x")),
    "of two tables": lambda: delete(t).where(t.c.a == other.c.z),
}
for title, cases in {"null": NULLS, "literal": LITERALS, "in order": IN_ORDER}.items():
    print("--", title)
    for what, made in cases.items():
        show(what, made)

print("-- patterns")
OPERATORS = "like ilike not_like contains startswith endswith icontains regexp_match is_distinct_from __eq__ __lt__"
for value in (None, True, null(), true(), func.x()):
    for operator in OPERATORS.split():
        show(f"{operator} {value}", lambda: getattr(t.c.b, operator)(value))

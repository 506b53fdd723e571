"""A Row is a named tuple: attributes, positions, comparison, hash, mapping, repr."""

from show import raised
from sqlalchemy import Column, Integer, MetaData, String, Table, create_engine, func, insert, select

t = Table("t", MetaData(), Column("id", Integer, primary_key=True), Column("s", String), Column("count", Integer))
engine = create_engine("sqlite://")
t.metadata.create_all(engine)
with engine.begin() as connection:
    connection.execute(insert(t), [{"s": "a", "count": 4}, {"s": "b", "count": 5}])
    one, two = connection.execute(select(t)).all()
    same = connection.execute(select(t).limit(1)).one()
    print(one, repr(one), len(one), one.id, one.s, one[0], one[-1], one[0:2], list(one), tuple(one))
    print(one == same, one == (1, "a", 4), (1, "a", 4) == one, one != two, one < two, one >= two, one < (2,))
    print(hash(one) == hash(same), hash(one) == hash((1, "a", 4)), len({one, same, two}), one in [same])
    print(one._fields, one._asdict(), dict(one._mapping), one._mapping["s"], one._mapping[t.c.s])
    print("s" in one._mapping, "q" in one._mapping, list(one._mapping.keys()), list(one._mapping.values()))
    print("a" in one, one.index("a"), one.count, isinstance(one, tuple), one._tuple())
    a, b, c = one
    print(a, b, c, sorted([two, one]) == [one, two])
    for call in (lambda: one.absent, lambda: one["s"], lambda: one[9], lambda: one._mapping["absent"]):
        raised(call)
    raised(setattr, one, "id", 5)
    row = connection.execute(select(t.c.id, t.c.id, func.count(), t.c.id + 1).group_by(t.c.id)).first()
    print(row, row._fields)
    match one:
        case (first, str(second), _):
            print("matched", first, second)

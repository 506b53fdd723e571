"""Every way to take rows out of a Result, and what it raises."""

from show import raised
from sqlalchemy import Column, Integer, MetaData, String, Table, create_engine, insert, select

t = Table("t", MetaData(), Column("id", Integer, primary_key=True), Column("s", String))
engine = create_engine("sqlite://")
t.metadata.create_all(engine)
everything = select(t).order_by(t.c.id)
with engine.begin() as connection:
    connection.execute(insert(t), [{"s": one} for one in "aabbc"])
    run = connection.execute
    print(run(everything).all(), run(everything).fetchall() == run(everything).all())
    print(run(everything).first(), run(everything.where(t.c.id > 50)).first(), run(everything).scalar())
    print(
        run(everything.limit(1)).one(),
        run(everything.limit(1)).scalar_one(),
        run(everything.where(t.c.id < 0)).scalar(),
    )
    print(run(everything.where(t.c.id < 0)).one_or_none(), run(everything.where(t.c.id < 0)).scalar_one_or_none())
    for name in ("one", "scalar_one", "one_or_none", "scalar_one_or_none"):
        raised(getattr(run(everything), name))
    raised(run(everything.where(t.c.id < 0)).one)
    raised(run(everything.where(t.c.id < 0)).scalar_one)
    print(run(everything).scalars().all(), run(everything).scalars(1).all(), run(everything).scalars("s").first())
    print([dict(one) for one in run(everything).mappings()], run(everything).mappings().first()["s"])
    print(run(everything).columns("s").all(), run(everything).columns(1, 0).first(), run(everything).tuples().first())
    print(run(everything).columns("s").unique().all(), run(everything).scalars(1).unique().all())
    print(list(run(everything).keys()), run(everything).keys() == ["id", "s"])
    result = run(everything)
    print(
        result.fetchone(), result.fetchmany(2), result.fetchmany(20), result.fetchone(), result.fetchall(), result.all()
    )
    result = run(everything)
    print(next(result), [row.id for row in result], result.closed)
    result = run(everything)
    result.first()
    raised(result.all)
    result = run(everything)
    result.close()
    raised(result.fetchone)
    for part in run(everything).partitions(2):
        print(part)
    raised(run(insert(t).values(s="z")).all)
    print(run(insert(t).values(s="z")).closed)
    raised(run(everything).scalars, "absent")
    raised(run(everything).unique().fetchmany, 1)

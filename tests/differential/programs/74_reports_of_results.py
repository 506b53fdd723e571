"""Reports: results frozen, merged, cut in partitions, rows pickled and looked at."""

import pickle

from show import raised
from sqlalchemy import Column, ForeignKey, Integer, String, create_engine, func, select, text
from sqlalchemy.engine import (
    ChunkedIteratorResult,
    CursorResult,
    FrozenResult,
    IteratorResult,
    MergedResult,
    Result,
    Row,
)
from sqlalchemy.engine.row import RowMapping
from sqlalchemy.orm import Session, declarative_base

Base = declarative_base()


class Sale(Base):
    __tablename__ = "sale"
    id = Column(Integer, primary_key=True)
    what = Column(String(30))
    price = Column(Integer)

    def __repr__(self):
        return f"<Sale {self.what}>"


engine = create_engine("sqlite://")
Base.metadata.create_all(engine)
with Session(engine) as session:
    session.add_all([Sale(id=n, what=w, price=n * 3) for n, w in enumerate(("tea", "pot", "cup", "jam", "tea"), 1)])
    session.commit()

columns = select(Sale.what, Sale.price).order_by(Sale.id)
objects = select(Sale).order_by(Sale.id)
with engine.connect() as conn:
    result = conn.execute(columns)
    print(isinstance(result, CursorResult), isinstance(result, Result))
    frozen = result.freeze()
    print(isinstance(frozen, FrozenResult), frozen().all(), frozen().scalars().all(), frozen().mappings().first())
    print(frozen().keys(), frozen().unique(lambda row: row[0]).all())
    print([list(part) for part in conn.execute(columns).partitions(2)])
    print([list(part) for part in conn.execute(columns).scalars().partitions(3)])
    print([list(part) for part in conn.execute(columns).mappings().partitions(4)])
    print([len(list(part)) for part in conn.execute(columns).yield_per(2).partitions()])
    merged = conn.execute(columns).merge(conn.execute(columns.limit(1)), conn.execute(columns.offset(4)))
    print(isinstance(merged, MergedResult), merged.all())
    print(conn.execute(columns).merge(conn.execute(columns.limit(1))).scalars().unique().all())
    print(conn.execution_options(yield_per=2).execute(columns).fetchmany())
    result = conn.execute(columns)
    print(result.fetchone(), result.fetchmany(2), result.fetchall(), result.fetchone())
    print(conn.execute(columns).columns("price").all(), conn.execute(columns).columns(1, 0).first())
    row = conn.execute(columns).first()
    again = pickle.loads(pickle.dumps(row))
    print(
        again,
        again.what,
        again == row,
        isinstance(again, Row),
        again._fields,
        again._mapping["price"],
        hash(again) == hash(row),
    )
    mapping = conn.execute(columns).mappings().first()
    again = pickle.loads(pickle.dumps(mapping))
    print(again, isinstance(again, RowMapping), dict(again), list(again.items()), again == mapping)
    rows = pickle.loads(pickle.dumps(conn.execute(columns).all()))
    print(rows[-1].price, rows[0]._asdict(), rows[0]._t, rows[0]._replace if hasattr(rows[0], "_replace") else None)
    print(row < conn.execute(columns.offset(1)).first(), row in [again], row.index("tea"), row.count(3), len(row))
    print(conn.execute(text("select what, price from sale order by id")).freeze()().all())
    print(conn.execute(select(func.count()).select_from(Sale)).freeze()().scalar())
with Session(engine) as session:
    result = session.execute(objects)
    print(
        isinstance(result, ChunkedIteratorResult), isinstance(result, IteratorResult), isinstance(result, CursorResult)
    )
    frozen = result.freeze()
    print(frozen().scalars().all(), frozen().all()[0].Sale)
    print([list(part) for part in session.scalars(objects).partitions(2)])
    print([[row.Sale for row in part] for part in session.execute(objects.execution_options(yield_per=3)).partitions()])
    print([one for one in session.scalars(objects.execution_options(yield_per=2))])
    print(
        session.scalars(objects).fetchmany(2), session.scalars(objects).first(), session.scalars(objects.limit(1)).one()
    )
    print(session.query(Sale).yield_per(2).order_by(Sale.id).all())
    print(session.execute(objects).merge(session.execute(objects.limit(1))).scalars().all())
    row = session.execute(select(Sale, Sale.what.label("again")).order_by(Sale.id)).first()
    back = pickle.loads(pickle.dumps(row))
    print(back.again, back.Sale.what, back.Sale is row.Sale, back._fields)
    back = pickle.loads(pickle.dumps(session.execute(columns).all()))
    print(back)
    frozen = session.execute(objects).freeze()
with Session(engine) as other:
    raised(lambda: frozen().scalars().one())
    print(len(frozen().all()))
with Session(engine) as session:
    result = session.scalars(objects)
    print(next(result), result.fetchmany(2), result.all(), result.all(), result.closed)
    result.close()
    raised(result.all)
    print(result.closed)

"""yield_per: blocks of objects, relations loaded block by block, a savepoint between."""

from sqlalchemy import ForeignKey, create_engine, event, select
from sqlalchemy.exc import InvalidRequestError, ResourceClosedError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, joinedload, mapped_column, relationship, selectinload


class Base(DeclarativeBase):
    pass


class Store(Base):
    __tablename__ = "store"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    products: Mapped[list["Product"]] = relationship(back_populates="store", order_by="Product.id")


class Product(Base):
    __tablename__ = "product"
    id: Mapped[int] = mapped_column(primary_key=True)
    store_id: Mapped[int] = mapped_column(ForeignKey("store.id"))
    store: Mapped["Store"] = relationship(back_populates="products")


engine = create_engine("sqlite://")
Base.metadata.create_all(engine)
with Session(engine) as session:
    session.add_all(Store(id=i, name=f"store {i}", products=[Product(), Product()]) for i in range(1, 26))
    session.commit()

sent = []


@event.listens_for(engine, "before_cursor_execute")
def note(conn, cursor, statement, parameters, context, executemany):
    sent.append((statement.replace("\n", ""), len(parameters)))


def show(title, session, run):
    sent.clear()
    try:
        answer = run(session)
    except (InvalidRequestError, ResourceClosedError) as error:
        answer = type(error).__name__
    session.rollback()
    session.expunge_all()
    print(title, answer, "|", len(sent), "statements", [n for _, n in sent])


stores = select(Store).order_by(Store.id)
ten = stores.execution_options(yield_per=10)
with Session(engine) as session:
    show("partitions", session, lambda s: [len(p) for p in s.scalars(ten).partitions()])
    show("other size", session, lambda s: [len(p) for p in s.scalars(ten).partitions(4)])
    show("given to execute", session, lambda s: len(s.execute(stores, execution_options={"yield_per": 7}).all()))
    show("later", session, lambda s: [len(p) for p in s.scalars(ten).yield_per(3).partitions()])
    show("fetchmany", session, lambda s: [len(s.scalars(ten).fetchmany(n)) for n in (1, 10, 11, 100)])
    show(
        "selectin",
        session,
        lambda s: sum(len(x.products) for x in s.scalars(ten.options(selectinload(Store.products)))),
    )
    show(
        "to-one",
        session,
        lambda s: len(
            s.scalars(select(Product).options(joinedload(Product.store)).execution_options(yield_per=10)).all()
        ),
    )
    show(
        "streamed and joined",
        session,
        lambda s: len(
            s.scalars(stores.options(joinedload(Store.products)).execution_options(stream_results=True)).unique().all()
        ),
    )
    show("unique", session, lambda s: s.scalars(ten).unique().all())
    show("unique by name", session, lambda s: len(s.scalars(ten).unique(lambda x: x.name[:7]).all()))
    show("first", session, lambda s: s.scalars(ten).first().id)
    show("mappings", session, lambda s: [len(p) for p in s.execute(ten).mappings().partitions()])
    show(
        "two entities",
        session,
        lambda s: [
            (a.id, b.id)
            for a, b in s.execute(
                select(Store, Product).join(Store.products).order_by(Product.id).execution_options(yield_per=7)
            )
        ][-1],
    )
    result = session.scalars(ten)
    first = next(result)
    savepoint = session.begin_nested()
    first.name = "undone"
    session.flush()
    savepoint.rollback()
    print(first.name, len(result.all()))

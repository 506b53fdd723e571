"""yield_per: what ends a result that is being read."""

# only on SQLite: there SQLAlchemy's rows that were not read end with the server's cursor at a commit

from sqlalchemy import ForeignKey, create_engine, select
from sqlalchemy.exc import InvalidRequestError, ResourceClosedError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship


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

ten = select(Store).order_by(Store.id).execution_options(yield_per=10)


def ended(title, act, take):
    session = Session(engine)
    result = iter(session.scalars(ten))
    taken = [next(result).id for _ in range(take)]
    act(session)
    rest = 0
    try:
        for _ in result:
            rest += 1
        print(title, taken[-1], rest)
    except (InvalidRequestError, ResourceClosedError) as error:
        print(title, taken[-1], rest, type(error).__name__)
    session.close()


for take in (3, 10):
    ended("commit", Session.commit, take)
    ended("rollback", Session.rollback, take)
    ended("close", Session.close, take)
    ended("expunge_all", Session.expunge_all, take)

with Session(engine) as session:
    for store in session.scalars(ten):
        if store.id % 9 == 0:
            store.name = "nine"
            session.commit()
    print(session.scalars(select(Store.id).where(Store.name == "nine").order_by(Store.id)).all())

"""Cormorant on a page: a mapping, a session, relations, a query and a change."""

from cormorant import ForeignKey, String, create_engine, func, select
from cormorant.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship, selectinload


class Base(DeclarativeBase):
    pass


class Store(Base):
    __tablename__ = "store"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(40), unique=True)
    products: Mapped[list["Product"]] = relationship(back_populates="store", cascade="all, delete-orphan")


class Product(Base):
    __tablename__ = "product"
    id: Mapped[int] = mapped_column(primary_key=True)
    store_id: Mapped[int] = mapped_column(ForeignKey("store.id"))
    title: Mapped[str] = mapped_column(String(40))
    price: Mapped[float]
    store: Mapped[Store] = relationship(back_populates="products")


engine = create_engine("sqlite://")
Base.metadata.create_all(engine)

with Session(engine) as session:
    corner = Store(name="Corner", products=[Product(title="tea", price=3.5), Product(title="cup", price=8.0)])
    session.add(corner)
    session.commit()

with Session(engine) as session:
    for store in session.scalars(select(Store).options(selectinload(Store.products))):
        print(store.name, [product.title for product in store.products])

    dear = session.scalars(select(Product).where(Product.price > 5).order_by(Product.title)).all()
    dear[0].price = 7.0
    session.commit()

    total = session.scalar(select(func.sum(Product.price)).join(Product.store).where(Store.name == "Corner"))
    print(total)

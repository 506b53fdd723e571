"""The shop job in Python; README.md says what it does. Usage: shop.py [url [file for the SQL]]"""

from __future__ import annotations

import sys
from typing import Any

from cormorant import CheckConstraint, Column, Engine, ForeignKey, String, Table, create_engine, event, func, select
from cormorant.exc import IntegrityError
from cormorant.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship, selectinload


class Base(DeclarativeBase):
    pass


class User(Base):
    __tablename__ = "user_account"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(40), unique=True)
    purchases: Mapped[list[Purchase]] = relationship(back_populates="user", order_by="Purchase.id")


class Store(Base):
    __tablename__ = "store"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(40))
    products: Mapped[list[Product]] = relationship(
        back_populates="store", order_by="Product.id", cascade="all, delete-orphan"
    )


class Product(Base):
    __tablename__ = "product"
    id: Mapped[int] = mapped_column(primary_key=True)
    store_id: Mapped[int] = mapped_column(ForeignKey("store.id"))
    title: Mapped[str] = mapped_column(String(40))
    cents: Mapped[int]
    store: Mapped[Store] = relationship(back_populates="products")
    tags: Mapped[list[Tag]] = relationship(secondary="product_tag", order_by="Tag.id")


class Purchase(Base):
    __tablename__ = "purchase"
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"))
    quantity: Mapped[int] = mapped_column(default=1)
    user: Mapped[User] = relationship(back_populates="purchases")
    product: Mapped[Product] = relationship()
    __table_args__ = (CheckConstraint("quantity > 0"),)


class Tag(Base):
    __tablename__ = "tag"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(20))


Table(
    "product_tag",
    Base.metadata,
    Column("product_id", ForeignKey("product.id"), primary_key=True),
    Column("tag_id", ForeignKey("tag.id"), primary_key=True),
)


def fill(session: Session) -> None:
    hot, fresh = Tag(name="hot"), Tag(name="fresh")
    corner, market = Store(name="Corner"), Store(name="Market")
    tea = Product(title="tea", cents=350, store=corner, tags=[hot])
    cup = Product(title="cup", cents=800, store=corner)
    plum = Product(title="plum", cents=40, store=market, tags=[hot, fresh])
    stamp = Product(title="stamp", cents=1, store=market)
    ada, bob = User(name="Ada"), User(name="Bob")
    purchases = [Purchase(user=ada, product=tea, quantity=2), Purchase(user=ada, product=plum, quantity=10)]
    session.add_all([hot, fresh, corner, market, tea, cup, plum, stamp, ada, bob, *purchases])
    session.add(Purchase(user=bob, product=cup))
    session.commit()


def show_stores(session: Session) -> None:
    query = select(Store).order_by(Store.id).options(selectinload(Store.products).selectinload(Product.tags))
    for store in session.scalars(query):
        print(f"{store.name}:")
        for product in store.products:
            tags = "".join(f" #{tag.name}" for tag in product.tags)
            print(f"  {product.title} {money(product.cents)}{tags}")


def show_sales(session: Session) -> None:
    total = func.sum(Purchase.quantity * Product.cents)
    query = select(User.name, func.count(Purchase.id), total).join(User.purchases).join(Purchase.product)
    for name, count, cents in session.execute(query.group_by(User.name).order_by(User.name)):
        print(f"{name} bought {count} times for {money(cents)}")


def change(session: Session) -> None:
    market = session.get(Store, 2)
    assert market is not None
    plum, stamp = market.products
    plum.cents = 45
    plum.tags.remove(plum.tags[0])
    market.products.remove(stamp)
    session.commit()


def refuse(session: Session) -> None:
    session.add(User(name="Ada"))
    try:
        session.commit()
    except IntegrityError:
        print("a second Ada is refused")
        session.rollback()


def money(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02}"


def log_statements(engine: Engine, name: str) -> None:
    log = open(name, "w", encoding="utf-8")

    @event.listens_for(engine, "before_cursor_execute")
    def before(conn: Any, cursor: Any, statement: str, parameters: Any, context: Any, executemany: bool) -> None:
        print(statement, file=log, flush=True)


def main(url: str = "sqlite://", log: str | None = None) -> None:
    engine = create_engine(url)
    if log:
        log_statements(engine, log)
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        fill(session)
        show_stores(session)
        show_sales(session)
    with Session(engine) as session:
        change(session)
        refuse(session)
    with Session(engine) as session:
        show_stores(session)
        show_sales(session)
    Base.metadata.drop_all(engine)


if __name__ == "__main__":
    main(*sys.argv[1:3])

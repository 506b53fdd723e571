"""A shop with dynamic and write-only relations: queries that take and lose members."""

from show import raised
from sqlalchemy import Column, ForeignKey, Integer, String, Table, create_engine, func, select
from sqlalchemy.orm import (
    AppenderQuery,
    Query,
    WriteOnlyCollection,
    backref,
    declarative_base,
    dynamic_loader,
    relationship,
    sessionmaker,
    with_parent,
)

Base = declarative_base()
labels = Table(
    "labels",
    Base.metadata,
    Column("product_id", ForeignKey("product.id"), primary_key=True),
    Column("label_id", ForeignKey("label.id"), primary_key=True),
)


class Shelf(Query):
    def dear(self):
        return self.filter(Product.price > 10)


class Store(Base):
    __tablename__ = "store"
    id = Column(Integer, primary_key=True)
    name = Column(String(30))
    products = relationship("Product", lazy="dynamic", backref="store", order_by="Product.id", query_class=Shelf)
    visits = relationship("Visit", lazy="write_only", back_populates="store", passive_deletes=True, order_by="Visit.id")


class Product(Base):
    __tablename__ = "product"
    id = Column(Integer, primary_key=True)
    name = Column(String(30))
    price = Column(Integer)
    store_id = Column(ForeignKey("store.id"))
    labels = relationship("Label", secondary=labels, backref=backref("products", lazy="dynamic"), lazy="dynamic")
    reviews = dynamic_loader("Review", cascade="all, delete-orphan", backref="product")


class Label(Base):
    __tablename__ = "label"
    id = Column(Integer, primary_key=True)
    name = Column(String(30))


class Review(Base):
    __tablename__ = "review"
    id = Column(Integer, primary_key=True)
    text = Column(String(30))
    product_id = Column(ForeignKey("product.id"))


class Visit(Base):
    __tablename__ = "visit"
    id = Column(Integer, primary_key=True)
    who = Column(String(30))
    store_id = Column(ForeignKey("store.id", ondelete="cascade"))
    store = relationship("Store", back_populates="visits")


engine = create_engine("sqlite://")
Base.metadata.create_all(engine)
session = sessionmaker(engine)()

corner = Store(name="corner")
corner.products.append(Product(name="tea", price=4))
corner.products.extend([Product(name="pot", price=20), Product(name="cup", price=6)])
print([p.name for p in corner.products], corner.products.count(), corner.products[0].name)
corner.products.remove(corner.products[2])
print([p.name for p in corner.products])
session.add(corner)
session.commit()
print(
    isinstance(corner.products, AppenderQuery), isinstance(corner.products, Query), isinstance(corner.products, Shelf)
)
print(type(corner.products).__name__)
print([p.name for p in corner.products], [p.name for p in corner.products.all()])
print([p.name for p in corner.products.filter(Product.price > 10)], corner.products.filter_by(name="tea").one().price)
print([p.name for p in corner.products.dear()], corner.products.count())
print([p.name for p in corner.products.order_by(None).order_by(Product.price.desc())])
print(corner.products[0].name, [p.name for p in corner.products[0:1]], corner.products.first().name)
print([p.name for p in corner.products.limit(1).offset(1)])
print(corner.products.order_by(None).with_entities(func.sum(Product.price)).scalar())
print(str(corner.products).replace("\n", " "))
corner.products.append(Product(name="jam", price=3))
print(len(session.new), [p.name for p in corner.products])
session.commit()
tea = corner.products.filter_by(name="tea").one()
corner.products.remove(tea)
session.commit()
print(tea.store_id, tea.store, corner.products.count())
tea.store = corner
print([p.name for p in corner.products])
session.commit()
green, hot = Label(name="green"), Label(name="hot")
tea.labels.append(green)
session.commit()
tea.labels.append(hot)
session.commit()
print([x.name for x in tea.labels.order_by(Label.name)], [p.name for p in green.products])
print(str(tea.labels.filter(Label.name == "hot")).replace("\n", " "))
green.products.append(corner.products.filter_by(name="pot").one())
session.commit()
print(sorted(p.name for p in green.products), green.products.filter(Product.price > 10).count())
tea.labels.remove(hot)
session.commit()
print([x.name for x in tea.labels], hot.products.count())
tea.reviews.append(Review(text="nice"))
tea.reviews.append(Review(text="hot"))
session.commit()
nice = tea.reviews.filter_by(text="nice").one()
tea.reviews.remove(nice)
session.commit()
print([r.text for r in tea.reviews], session.query(Review).count())
tea.reviews = [Review(text="new")]
session.commit()
print([r.text for r in tea.reviews], session.query(Review).count())
print([p.name for p in session.query(Product).filter(with_parent(corner, Store.products)).order_by(Product.name)])
print([x.name for x in session.scalars(select(Label).where(with_parent(tea, Product.labels)))])
print([s.name for s in session.scalars(select(Store).where(with_parent(tea, Product.store)))])
session.delete(tea.reviews[0])
session.commit()
print(session.query(Review).count(), session.query(labels).count(), [p.name for p in green.products])

print(isinstance(corner.visits, WriteOnlyCollection))
corner.visits.add(Visit(who="ann"))
corner.visits.add_all([Visit(who="ben"), Visit(who="cat")])
session.commit()
print([v.who for v in session.scalars(corner.visits.select())])
print(str(corner.visits.select()).replace("\n", " "))
print([v.who for v in session.scalars(corner.visits.select().where(Visit.who > "b").limit(1))])
raised(lambda: list(corner.visits))
ann = session.scalars(corner.visits.select()).first()
corner.visits.remove(ann)
session.commit()
print(ann.store_id, session.scalar(select(func.count()).select_from(Visit)))
session.execute(corner.visits.insert(), [{"who": "dan"}, {"who": "eve"}])
print(session.execute(corner.visits.update().values(who=Visit.who + "!")).rowcount)
session.commit()
print([v.who for v in session.scalars(corner.visits.select())])
session.execute(corner.visits.delete().where(Visit.who == "dan!"))
session.commit()
print([v.who for v in session.scalars(corner.visits.select())])
fresh = Store(name="fresh")
fresh.visits.add(Visit(who="fay"))
session.add(fresh)
session.commit()
print([(v.who, v.store.name) for v in session.scalars(fresh.visits.select())])
session.close()
lonely = session.get(Store, 1)
session.close()
print(list(lonely.products))

"""A many-to-many relation writes, loads and removes the rows of its table."""

from sqlalchemy import Column, ForeignKey, String, Table, create_engine, func, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship, selectinload


class Base(DeclarativeBase):
    pass


product_tag = Table(
    "product_tag",
    Base.metadata,
    Column("product_id", ForeignKey("product.id"), primary_key=True),
    Column("tag_id", ForeignKey("tag.id"), primary_key=True),
)


class Product(Base):
    __tablename__ = "product"
    id: Mapped[int] = mapped_column(primary_key=True)
    tags: Mapped[list["Tag"]] = relationship(secondary=product_tag, back_populates="products", order_by="Tag.id")


class Tag(Base):
    __tablename__ = "tag"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(30))
    products: Mapped[list["Product"]] = relationship(
        secondary=product_tag, back_populates="tags", order_by="Product.id"
    )


engine = create_engine("sqlite://")
Base.metadata.create_all(engine)
session = Session(engine)
red, blue = Tag(id=1, name="red"), Tag(id=2, name="blue")
session.add(Product(id=1, tags=[red, blue]))
session.flush()
session.add(Product(id=2, tags=[red]))
session.flush()
pairs = select(product_tag).order_by(product_tag.c.product_id, product_tag.c.tag_id)
print(session.execute(pairs).all())
session.commit()
print([product.id for product in red.products], [tag.name for tag in session.get(Product, 1).tags])
red.products.remove(session.get(Product, 2))
session.flush()
print(session.execute(pairs).all(), session.get(Product, 2).tags)
blue.products.append(session.get(Product, 2))
session.commit()
print(session.execute(pairs).all())
print(session.scalars(select(Product.id).where(Product.tags.any(Tag.name == "red"))).all())
print(session.scalars(select(Product.id).where(Product.tags.contains(blue)).order_by(Product.id)).all())
print(session.execute(select(Product.id, Tag.name).join(Product.tags).order_by(Product.id, Tag.id)).all())
print(session.scalar(select(func.count()).select_from(Product).join(Product.tags)))
session.expire_all()
print([len(tag.products) for tag in session.scalars(select(Tag).options(selectinload(Tag.products)).order_by(Tag.id))])
session.delete(red)
session.commit()
print(session.execute(pairs).all())
session.close()

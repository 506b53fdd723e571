"""A plain class is mapped on a Table afterwards and works like a declarative one."""

from show import loaded
from sqlalchemy import Column, ForeignKey, Integer, String, Table, create_engine, inspect, select
from sqlalchemy.orm import Session, registry, relationship

mapper_registry = registry()
user_table = Table(
    "user_account",
    mapper_registry.metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String(30), nullable=False),
)
product_table = Table(
    "product",
    mapper_registry.metadata,
    Column("id", Integer, primary_key=True),
    Column("title", String(30)),
    Column("owner_id", ForeignKey("user_account.id")),
)


class User:
    def __init__(self, name):
        self.name = name
        self.plain = "not a column"


class Product:
    def __init__(self, title):
        self.title = title


products = relationship(Product, back_populates="owner", order_by=product_table.c.id)
owner = relationship(User, back_populates="products")
mapper_registry.map_imperatively(User, user_table, properties={"products": products})
mapper_registry.map_imperatively(Product, product_table, properties={"owner": owner})

engine = create_engine("sqlite://")
mapper_registry.metadata.create_all(engine)
with Session(engine) as session:
    ada = User("ada")
    ada.products.append(Product("lamp"))
    ada.products.append(Product("rug"))
    loaded(ada.products[0])
    session.add(ada)
    session.commit()
    print(inspect(ada).persistent, ada.plain, ada.id)
with Session(engine) as session:
    user = session.scalars(select(User).where(User.name == "ada")).one()
    print([product.title for product in user.products], user.products[0].owner is user, hasattr(user, "plain"))
    print(inspect(User).local_table is user_table, [column.name for column in inspect(User).primary_key])

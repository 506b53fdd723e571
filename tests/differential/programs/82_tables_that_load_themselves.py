"""A Table takes its parts from the database: all of them, some, or those that were not given.

# questions to the catalog are free
"""

from show import described, raised
from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    create_engine,
    insert,
    inspect,
    select,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Session, relationship
from sqlalchemy.schema import CreateIndex, CreateTable

made = MetaData()
store = Table(
    "store",
    made,
    Column("id", Integer, primary_key=True),
    Column("city", String(30), nullable=False, server_default="Oslo: 12:30"),
    Column("Big Name", String(5), unique=True),
    Column("parent_id", ForeignKey("store.id", name="fk_parent")),
    CheckConstraint("city <> 'no:where'", name="ck_city"),
)
Table(
    "product",
    made,
    Column("shelf", Integer, primary_key=True, autoincrement=False),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("store_id", ForeignKey("store.id", ondelete="CASCADE", onupdate="SET NULL", name="fk_store")),
    Column("note", Text),
    UniqueConstraint("store_id", "note", name="uq_note"),
    Index("ix_note", "note", "shelf", unique=True),
)
Table(
    "visit",
    made,
    Column("id", Integer, primary_key=True),
    Column("product_shelf", Integer),
    Column("product_number", Integer),
)
engine = create_engine("sqlite://")


def text_of(clause):
    return clause if isinstance(clause, str) else " ".join(str(clause.compile(engine)).split())


def show(table):
    """Everything that a table has, in an order of its own."""
    print(f"-- {table.fullname}: {table.primary_key.name} {[c.name for c in table.primary_key.columns]}")
    for column in table.c:
        default = column.server_default
        said = None if default is None else text_of(default.arg)
        print("  ", column.key, described(column.type), column.nullable, column.primary_key, said, column.comment)
    for key in sorted(table.foreign_key_constraints, key=lambda one: (one.name or "", one.column_keys)):
        targets = [element.target_fullname for element in key.elements]
        print("   key", key.name, key.column_keys, targets, key.ondelete, key.onupdate, key.deferrable, key.initially)
    for one in sorted(table.constraints, key=lambda one: (type(one).__name__, str(one.name))):
        if isinstance(one, UniqueConstraint):
            print("   unique", one.name, [c.name for c in one.columns])
        if isinstance(one, CheckConstraint):
            print("   check", one.name, text_of(one.sqltext))
    for index in sorted(table.indexes, key=lambda one: one.name):
        print("   index", index.name, index.unique, text_of(CreateIndex(index)))


with engine.begin() as connection:
    made.create_all(connection)
    connection.exec_driver_sql("CREATE INDEX ix_part ON product (number) WHERE number > 3")
    connection.exec_driver_sql("CREATE VIEW seen AS SELECT id, city FROM store")

    print("== all of it, and what it refers to")
    metadata = MetaData()
    product = Table("product", metadata, autoload_with=connection)
    print(sorted(metadata.tables), product is Table("product", metadata))
    print(product is Table("product", metadata, autoload_with=connection))
    for table in metadata.sorted_tables:
        show(table)
    for table in metadata.sorted_tables:
        print(" ".join(str(CreateTable(table).compile(engine)).split()))
    print(product.c.store_id.references(metadata.tables["store"].c.id))
    print(metadata.tables["store"].c.parent_id.references(metadata.tables["store"].c.id))

    print("== some of it")
    metadata = MetaData()
    show(Table("product", metadata, autoload_with=connection, include_columns=["shelf", "note", "number"]))
    print(sorted(metadata.tables))
    metadata = MetaData()
    show(Table("product", metadata, autoload_with=connection, resolve_fks=False))
    print(sorted(metadata.tables))

    print("== some of it given")
    metadata = MetaData()
    visit = Table(
        "visit",
        metadata,
        Column("product_shelf", String(7), nullable=False),
        Column("more", Integer, server_default="3"),
        Column("product_number", Integer, ForeignKey("product.number"), key="number"),
        autoload_with=connection,
    )
    show(visit)
    print(visit.c.keys(), isinstance(visit.c.product_shelf.type, String))
    metadata = MetaData()
    show(Table("product", metadata, Column("store_id", Integer), autoload_with=connection))
    print(sorted(metadata.tables))
    raised(Table, "visit", MetaData(), Column("id", Integer), autoload_with=connection)

    print("== a view, and what is not there")
    show(Table("seen", metadata, Column("id", Integer, primary_key=True), autoload_with=connection))
    raised(Table, "nowhere", metadata, autoload_with=connection)
    print("nowhere" in metadata.tables)
    raised(Table, "store", metadata, Column("x", Integer), autoload_with=connection)

    print("== added to later")
    connection.exec_driver_sql("ALTER TABLE visit ADD COLUMN at VARCHAR(9)")
    metadata = MetaData()
    early = Table("visit", metadata, Column("id", Integer, primary_key=True))
    print(early is Table("visit", metadata, autoload_with=connection, extend_existing=True))
    show(early)
    print(early is Table("visit", metadata, autoload_with=connection, keep_existing=True))

    print("== by an Inspector")
    metadata = MetaData()
    print(Table("visit", metadata, autoload_with=inspect(connection)).c.keys())

print("== used")
metadata = MetaData()
store = Table("store", metadata, autoload_with=engine)
visit = Table("visit", metadata, autoload_with=engine)
with engine.begin() as connection:
    print(connection.execute(insert(store).values(city="Bergen")).inserted_primary_key)
    connection.execute(insert(visit), [{"product_shelf": 1}, {"product_shelf": 2}])
    print(connection.execute(select(store.c.id, store.c.city, store.c["Big Name"])).all())


class Base(DeclarativeBase):
    pass


class Store(Base):
    __table__ = Table("store", Base.metadata, autoload_with=engine)
    parent = relationship("Store", remote_side=__table__.c.id)


class Product(Base):
    __table__ = Table("product", Base.metadata, autoload_with=engine)
    store = relationship(Store, backref="products")


with Session(engine) as session:
    oslo = Store(parent=session.get(Store, 1))
    session.add(Product(shelf=1, number=2, store=oslo))
    session.commit()
    print(oslo.city, oslo.id, oslo.parent.city, [(one.shelf, one.number) for one in oslo.products])

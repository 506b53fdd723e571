"""The Inspector tells of tables that were created here what SQLAlchemy's tells.

# questions to the catalog are free
"""

from show import described, raised
from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    Enum,
    Float,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Numeric,
    SmallInteger,
    String,
    Table,
    Text,
    Time,
    UniqueConstraint,
    create_engine,
    inspect,
    text,
)

metadata = MetaData()
store = Table(
    "store",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("city", String(30), nullable=False, server_default="Oslo"),
    Column("kind", Enum("shop", "stall", name="store_kind")),
    Column("opened", Date, server_default=text("CURRENT_DATE")),
    Column("rate", Numeric(10, 2), server_default="7"),
    UniqueConstraint("city", "rate", name="uq_city"),
    CheckConstraint("rate > 0 AND rate < 100", name="ck_rate"),
)
Table(
    "The Product",
    metadata,
    Column("shelf", SmallInteger, primary_key=True, autoincrement=False),
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("price", Float),
    Column("on sale", Boolean),
    Column("notes", Text, unique=True),
    Column("picture", LargeBinary),
    Column("made", DateTime),
    Column("at", Time),
    Column("store_id", ForeignKey("store.id", ondelete="CASCADE", onupdate="SET NULL", name="fk_store")),
    Index("ix_price", "price", "number", unique=True),
)
Table(
    "visit",
    metadata,
    Column("shelf", SmallInteger),
    Column("number", BigInteger),
    Column("store", Integer, ForeignKey(store.c.id, deferrable=True, initially="DEFERRED")),
    ForeignKeyConstraint(["shelf", "number"], ["The Product.shelf", "The Product.number"], name="fk_product"),
    Index("ix_some", "store", sqlite_where=text("shelf > 3"), postgresql_where=text("shelf > 3")),
)

engine = create_engine("sqlite://")
QUESTIONS = (
    "get_columns", "get_pk_constraint", "get_foreign_keys", "get_indexes", "get_unique_constraints",
    "get_check_constraints",
)  # fmt: skip


def tell(inspector, table):
    for question in QUESTIONS:
        print(table, question)
        told = getattr(inspector, question)(table)
        for one in told if isinstance(told, list) else [told]:
            print("   ", described(one))


with engine.begin() as connection:
    metadata.create_all(connection)
    connection.exec_driver_sql("CREATE VIEW seen AS SELECT id, city FROM store")
    inspector = inspect(connection)
    print(sorted(inspector.get_table_names()), inspector.get_view_names(), inspector.get_temp_table_names())
    print(inspector.get_temp_view_names())
    for table in ("store", "The Product", "visit", "seen"):
        tell(inspector, table)
    for question in QUESTIONS:
        raised(getattr(inspector, question), "nowhere")
    print([inspector.has_table(name) for name in ("store", "seen", "The Product", "nowhere")])
    print([inspector.has_index("The Product", name) for name in ("ix_price", "ix_other", "ix_some")])
    print(inspector.has_index("nowhere", "ix_some"))

    index = Index("ix_late", store.c.opened)
    for checkfirst in (True, True):
        index.create(connection, checkfirst=checkfirst)
    print([one["name"] for one in inspector.get_indexes("store")])
    inspector.clear_cache()
    print(sorted(one["name"] for one in inspector.get_indexes("store")))
    index.drop(connection, checkfirst=True)
    index.drop(connection, checkfirst=True)
    print(inspect(connection).has_index("store", "ix_late"))
    connection.exec_driver_sql("DROP VIEW seen")
    metadata.drop_all(connection)
    print(inspect(connection).get_table_names())

"""Mistakes in a mapping raise the classes that SQLAlchemy raises."""

from show import raised
from sqlalchemy import Column, ForeignKey, Integer, MetaData, String, Table, create_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, declarative_base, mapped_column, relationship


def attempt(build):
    base = declarative_base()

    def run():
        build(base)
        base.registry.configure()

    print(build.__name__, end=": ")
    raised(run)


def no_primary_key(base):
    type("A", (base,), {"__tablename__": "a", "n": Column(Integer)})


def no_table_name(base):
    type("A", (base,), {"id": Column(Integer, primary_key=True)})


def missing_class(base):
    type("A", (base,), {"__tablename__": "a", "id": Column(Integer, primary_key=True), "b": relationship("Nowhere")})


def no_foreign_key(base):
    b = type("B", (base,), {"__tablename__": "b", "id": Column(Integer, primary_key=True)})
    type("A", (base,), {"__tablename__": "a", "id": Column(Integer, primary_key=True), "b": relationship(b)})


def two_foreign_keys(base):
    b = type("B", (base,), {"__tablename__": "b", "id": Column(Integer, primary_key=True)})
    columns = {"x": Column(ForeignKey("b.id")), "y": Column(ForeignKey("b.id")), "b": relationship("B")}
    type("A", (base,), {"__tablename__": "a", "id": Column(Integer, primary_key=True), **columns})
    base.registry.configure()
    return b


def wrong_back_populates(base):
    b = type("B", (base,), {"__tablename__": "b", "id": Column(Integer, primary_key=True)})
    columns = {"x": Column(ForeignKey("b.id")), "b": relationship("B", back_populates="absent")}
    type("A", (base,), {"__tablename__": "a", "id": Column(Integer, primary_key=True), **columns})
    base.registry.configure()
    return b


def reserved_name(base):
    type("A", (base,), {"__tablename__": "a", "id": Column(Integer, primary_key=True), "metadata": Column(Integer)})


def same_table_twice(base):
    for name in "AB":
        type(name, (base,), {"__tablename__": "a", "id": Column(Integer, primary_key=True)})


def self_reference_without_remote_side(base):
    columns = {"up": Column(ForeignKey("a.id")), "a": relationship("A", back_populates="b")}
    columns["b"] = relationship("A", back_populates="a")
    type("A", (base,), {"__tablename__": "a", "id": Column(Integer, primary_key=True), **columns})


def orphan_on_many_to_one(base):
    b = type("B", (base,), {"__tablename__": "b", "id": Column(Integer, primary_key=True)})
    columns = {"x": Column(ForeignKey("b.id")), "b": relationship("B", cascade="all, delete-orphan")}
    type("A", (base,), {"__tablename__": "a", "id": Column(Integer, primary_key=True), **columns})
    base.registry.configure()
    return b


def unknown_cascade(base):
    relationship("B", cascade="everything")


def unknown_annotation(base):
    class Base(DeclarativeBase):
        pass

    class A(Base):
        __tablename__ = "a"
        id: Mapped[int] = mapped_column(primary_key=True)
        odd: Mapped[object]


def no_mapped(base):
    class Base(DeclarativeBase):
        pass

    class A(Base):
        __tablename__ = "a"
        id: Mapped[int] = mapped_column(primary_key=True)
        b: "list[A]" = relationship()


def table_twice(base):
    metadata = MetaData()
    Table("t", metadata, Column("id", Integer))
    Table("t", metadata, Column("other", String))


def foreign_key_to_nothing(base):
    metadata = MetaData()
    Table("t", metadata, Column("id", Integer), Column("x", ForeignKey("absent.id")))
    metadata.create_all(create_engine("sqlite://"))


for build in (
    no_primary_key, no_table_name, missing_class, no_foreign_key, two_foreign_keys, wrong_back_populates, reserved_name,
    same_table_twice, self_reference_without_remote_side, orphan_on_many_to_one, unknown_cascade, unknown_annotation,
    no_mapped, table_twice, foreign_key_to_nothing,
):  # fmt: skip
    attempt(build)

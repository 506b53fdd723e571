"""Between mappers without a relation a flush goes by foreign key, where SQLAlchemy goes by class name alone.

A program that links rows by key values, without a relationship, passes with foreign keys enforced. SQLAlchemy inserts
the child first here and the database refuses it.
"""

# only on SQLite: SQLAlchemy's order breaks the foreign key, which PostgreSQL refuses

from show import raised
from sqlalchemy import ForeignKey, create_engine, event
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column


class Base(DeclarativeBase):
    pass


class AChild(Base):
    __tablename__ = "a_child"
    id: Mapped[int] = mapped_column(primary_key=True)
    parent_id: Mapped[int] = mapped_column(ForeignKey("b_parent.id"))


class BParent(Base):
    __tablename__ = "b_parent"
    id: Mapped[int] = mapped_column(primary_key=True)


engine = create_engine("sqlite://")


@event.listens_for(engine, "connect")
def enforce(dbapi_connection, record):
    dbapi_connection.execute("PRAGMA foreign_keys=ON")


Base.metadata.create_all(engine)
with Session(engine) as session:
    session.add_all([AChild(id=1, parent_id=1), BParent(id=1)])
    raised(session.flush)

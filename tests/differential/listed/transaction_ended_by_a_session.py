"""A Connection's Transaction that a Session upon that connection ended still says is_active here.

The rows are the same: the work is rolled back or committed by the session as its mode says.
"""

from sqlalchemy import ForeignKey, create_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship


class Base(DeclarativeBase):
    pass


class Parent(Base):
    __tablename__ = "parent"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str | None]
    children: Mapped[list["Child"]] = relationship(back_populates="parent", cascade="all, delete-orphan")


class Child(Base):
    __tablename__ = "child"
    id: Mapped[int] = mapped_column(primary_key=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("parent.id"))
    parent: Mapped["Parent | None"] = relationship(back_populates="children")


engine = create_engine("sqlite://")
Base.metadata.create_all(engine)

for mode in ("conditional_savepoint", "rollback_only", "control_fully", "create_savepoint"):
    with engine.connect() as connection:
        transaction = connection.begin()
        session = Session(connection, join_transaction_mode=mode)
        session.add(Parent(id=1))
        session.flush()
        session.rollback()
        print(mode, transaction.is_active)
        session.close()

"""Relations that are loaded after the rows go depth first here, level by level there."""

from sqlalchemy import ForeignKey, create_engine, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship


class Base(DeclarativeBase):
    pass


class A(Base):
    __tablename__ = "a"
    id: Mapped[int] = mapped_column(primary_key=True)
    bs: Mapped[list["B"]] = relationship(lazy="immediate", order_by="B.id")


class B(Base):
    __tablename__ = "b"
    id: Mapped[int] = mapped_column(primary_key=True)
    a_id: Mapped[int] = mapped_column(ForeignKey("a.id"))
    cs: Mapped[list["C"]] = relationship(lazy="immediate", order_by="C.id")


class C(Base):
    __tablename__ = "c"
    id: Mapped[int] = mapped_column(primary_key=True)
    b_id: Mapped[int] = mapped_column(ForeignKey("b.id"))


engine = create_engine("sqlite://")
Base.metadata.create_all(engine)

with Session(engine) as session:
    session.add_all([A(id=1, bs=[B(id=1, cs=[C(id=1)])]), A(id=2, bs=[B(id=2, cs=[C(id=2)])])])
    session.commit()
    session.expunge_all()
    print([[[c.id for c in b.cs] for b in a.bs] for a in session.scalars(select(A).order_by(A.id))])

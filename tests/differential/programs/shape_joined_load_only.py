"""Joined inheritance of two tables works with load_only on the base and on the subclass."""

from show import loaded, sql
from sqlalchemy import ForeignKey, String, create_engine, inspect, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, load_only, mapped_column


class Base(DeclarativeBase):
    pass


class Employee(Base):
    __tablename__ = "employee"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(30))
    kind: Mapped[str] = mapped_column(String(10))
    __mapper_args__ = {"polymorphic_on": "kind", "polymorphic_identity": "employee"}


class Engineer(Employee):
    __tablename__ = "engineer"
    id: Mapped[int] = mapped_column(ForeignKey("employee.id"), primary_key=True)
    language: Mapped[str] = mapped_column(String(20))
    grade: Mapped[int]
    __mapper_args__ = {"polymorphic_identity": "engineer"}


engine = create_engine("sqlite://")
Base.metadata.create_all(engine)
with Session(engine) as session:
    engineer = Engineer(name="ada", language="C", grade=3)
    loaded(engineer)
    session.add_all([engineer, Employee(name="bob"), Engineer(name="cyd", language="Lua", grade=1)])
    session.commit()
with Session(engine) as session:
    for employee in session.scalars(select(Employee).options(load_only(Employee.name)).order_by(Employee.id)):
        print(type(employee).__name__, sorted(inspect(employee).unloaded))
        loaded(employee)
with Session(engine) as session:
    query = select(Engineer).options(load_only(Engineer.language)).order_by(Engineer.id)
    for engineer in session.scalars(query).all():
        loaded(engineer)
        print(engineer.grade, engineer.name)
        loaded(engineer)
with Session(engine) as session:
    first, second = session.scalars(select(Employee).order_by(Employee.id).limit(2)).all()
    loaded(first)
    print(type(second) is Employee, session.get(Employee, 1) is first, session.get(Engineer, 2))
    first.grade, first.name = 4, "ada l."
    session.flush()
    session.delete(first)
    session.flush()
    session.rollback()
sql(select(Engineer.name, Engineer.grade).where(Engineer.language == "C"))

"""What mixins, bases and parents declare: directives, cascading and shared columns, abstract bases."""

from show import raised, sql
from sqlalchemy import Column, ForeignKey, Integer, String, UniqueConstraint, create_engine, select
from sqlalchemy.orm import (
    DeclarativeBase,
    Mapped,
    Session,
    declared_attr,
    has_inherited_table,
    mapped_column,
    relationship,
)


class Base(DeclarativeBase):
    pass


class Named:
    @declared_attr.cascading
    def id(cls) -> Mapped[int]:
        if has_inherited_table(cls):
            return mapped_column(ForeignKey("worker.id"), primary_key=True)
        return mapped_column(primary_key=True)

    @declared_attr.directive
    def __tablename__(cls) -> str:
        return cls.__name__.lower()


class Worker(Named, Base):
    kind: Mapped[str] = mapped_column(String(30))
    __mapper_args__ = {"polymorphic_on": "kind", "polymorphic_identity": "worker"}


class Engineer(Worker):
    language: Mapped[str | None] = mapped_column(String(30))

    @declared_attr.directive
    def __mapper_args__(cls):
        return {"polymorphic_identity": cls.__name__.lower()}


class Manager(Worker):
    __mapper_args__ = {"polymorphic_identity": "manager"}


def chief():
    class Chief(Manager):
        __tablename__ = None
        __mapper_args__ = {"polymorphic_identity": "chief"}


for cls in (Worker, Engineer, Manager):
    table = cls.__table__
    print(cls.__name__, table.name, table.c.keys(), table.c.id.type, [str(key) for key in table.c.id.foreign_keys])
    sql(select(cls))


raised(chief)


class Abstract(Base):
    __abstract__ = True
    x: Mapped[int] = mapped_column(default=1)

    @declared_attr
    def y(cls):
        return mapped_column(Integer)

    @declared_attr.directive
    def __table_args__(cls):
        return (UniqueConstraint("x", name=f"uq_{cls.__tablename__}"),)


class First(Abstract):
    __tablename__ = "first_of"
    id: Mapped[int] = mapped_column(primary_key=True)


class Second(Abstract):
    __tablename__ = "second_of"
    id: Mapped[int] = mapped_column(primary_key=True)


for cls in (First, Second):
    print(cls.__table__.c.keys(), [one.name for one in cls.__table__.constraints if one.name])
raised(lambda: Abstract.__mapper__)


class RefersToFirst:
    @declared_attr
    def first_id(cls) -> Mapped[int | None]:
        return mapped_column(ForeignKey("first_of.id"))

    @declared_attr
    def first(cls) -> Mapped[First]:
        return relationship(First, primaryjoin=lambda: First.id == cls.first_id)


class Third(RefersToFirst, Base):
    __tablename__ = "third_of"
    id: Mapped[int] = mapped_column(primary_key=True)


print(Third.__table__.c.first_id.type, Third.__table__.c.first_id.nullable)
sql(select(Third).join(Third.first))


class Shape(Base):
    __tablename__ = "shape"
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(30))
    __mapper_args__ = {"polymorphic_on": "kind", "polymorphic_identity": "shape"}


class Circle(Shape):
    size: Mapped[int | None] = mapped_column(use_existing_column=True)

    @declared_attr
    def shared(cls):
        return Shape.__table__.c.get("shared", Column(Integer))

    __mapper_args__ = {"polymorphic_identity": "circle"}


class Square(Shape):
    size: Mapped[int | None] = mapped_column(use_existing_column=True)

    @declared_attr
    def shared(cls):
        return Shape.__table__.c.get("shared", Column(Integer))

    __mapper_args__ = {"polymorphic_identity": "square"}


def clash():
    class Ring(Shape):
        size: Mapped[int | None]
        __mapper_args__ = {"polymorphic_identity": "ring"}


raised(clash)
print(Shape.__table__.c.keys())
for cls in (Circle, Square):
    sql(select(cls))
engine = create_engine("sqlite://")
Base.metadata.create_all(engine)
with Session(engine) as session:
    session.add_all([Circle(size=1, shared=2), Square(size=3), Engineer(language="c")])
    session.commit()
    print(session.execute(select(Circle.size, Circle.shared)).all(), session.scalars(select(Square.size)).all())
    print([(type(one).__name__, one.id) for one in session.scalars(select(Worker).order_by(Worker.id))])

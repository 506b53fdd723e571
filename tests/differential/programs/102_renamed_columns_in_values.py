"""A column whose attribute has another name is set by either name, as Column and as attribute."""

from show import sql
from sqlalchemy import create_engine, insert, select, update
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column


class Base(DeclarativeBase):
    pass


class Point(Base):
    __tablename__ = "point_of"
    id: Mapped[int] = mapped_column(primary_key=True)
    across: Mapped[int] = mapped_column("x")
    up: Mapped[int] = mapped_column("y", default=0)


table = Point.__table__
for key in (Point.across, table.c.x, "across", "x"):
    sql(update(Point).values({key: 3}))
    sql(insert(Point).values({key: 3}))
sql(update(table).values({Point.across: 3, "y": 4}))
engine = create_engine("sqlite://")
Base.metadata.create_all(engine)
with Session(engine) as session:
    session.execute(insert(Point).values({Point.across: 1}))
    session.execute(insert(Point), [{"across": 2, "up": 5}])
    one = session.scalars(select(Point).where(Point.across == 1)).one()
    session.execute(update(Point).where(Point.across == 1).values({table.c.x: 9, Point.up: Point.across + 1}))
    print(one.across, one.up)
    print(session.execute(select(Point.across, Point.up).order_by(Point.id)).all())

"""Composite keys and the foreign keys that refer to them work in relations, flushes and loads."""

from sqlalchemy import ForeignKeyConstraint, Integer, String, create_engine, inspect, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship, selectinload


class Base(DeclarativeBase):
    pass


class Hour(Base):
    __tablename__ = "hour"
    origin: Mapped[str] = mapped_column(String(3), primary_key=True)
    time: Mapped[int] = mapped_column(Integer, primary_key=True)
    wind: Mapped[float | None]
    flights: Mapped[list["Flight"]] = relationship(back_populates="hour", order_by="Flight.id")


class Flight(Base):
    __tablename__ = "flight"
    __table_args__ = (ForeignKeyConstraint(["origin", "time"], ["hour.origin", "hour.time"], onupdate="CASCADE"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    origin: Mapped[str | None] = mapped_column(String(3))
    time: Mapped[int | None]
    hour: Mapped["Hour | None"] = relationship(back_populates="flights")


engine = create_engine("sqlite://")
Base.metadata.create_all(engine)
session = Session(engine)
dangling = Flight(id=4, origin="LGA", time=1) if engine.dialect.name == "sqlite" else Flight(id=4)
first = Hour(origin="JFK", time=10, wind=1.5, flights=[Flight(id=1), Flight(id=2)])
session.add_all([first, Hour(origin="JFK", time=9), Hour(origin="EWR", time=10), Flight(id=3), dangling])
session.commit()
print(inspect(first).identity, [flight.id for flight in first.flights])
flight = session.get(Flight, 2)
print(flight.hour is first, session.get(Flight, 3).hour, session.get(Flight, 4).hour)
flight.hour = session.get(Hour, ("EWR", 10))
session.flush()
print(flight.origin, flight.time, [one.id for one in first.flights])
session.expunge_all()
hours = session.scalars(select(Hour).options(selectinload(Hour.flights)).order_by(Hour.origin, Hour.time)).all()
print([(hour.origin, hour.time, len(hour.flights)) for hour in hours])
flights = session.scalars(select(Flight).options(selectinload(Flight.hour)).order_by(Flight.id)).all()
print([(one.id, one.hour and one.hour.wind) for one in flights])
print(session.execute(select(Flight.id, Hour.time).join(Flight.hour).order_by(Flight.id)).all())
hours[0].time = 11
session.flush()
print(inspect(hours[0]).identity, session.get(Hour, ("EWR", 11)) is hours[0])
session.delete(hours[1])
session.commit()
print(session.scalars(select(Hour.time).order_by(Hour.time)).all())
session.close()

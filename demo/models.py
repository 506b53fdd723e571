"""The flights that left New York in 2013, as mapped classes.

Missing parents are normal in this data: a flight may name a plane, a destination or an hour of weather that no file
has. Those relations carry no foreign key in the database and are None where the parent is absent.
"""

from __future__ import annotations

from datetime import datetime
from typing import Optional

from cormorant import DateTime, Float, Integer, String
from cormorant.orm import DeclarativeBase, Mapped, mapped_column, relationship


class Base(DeclarativeBase):
    pass


class Airline(Base):
    __tablename__ = "airline"

    carrier: Mapped[str] = mapped_column(String(2), primary_key=True)
    name: Mapped[str] = mapped_column(String(60))
    flights: Mapped[list[Flight]] = relationship(
        primaryjoin="Airline.carrier == Flight.carrier", foreign_keys="Flight.carrier", back_populates="airline"
    )


class Airport(Base):
    __tablename__ = "airport"

    faa: Mapped[str] = mapped_column(String(3), primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    lat: Mapped[float] = mapped_column(Float)
    lon: Mapped[float] = mapped_column(Float)
    alt: Mapped[int] = mapped_column(Integer)
    tz: Mapped[float] = mapped_column(Float)
    dst: Mapped[str] = mapped_column(String(1))
    tzone: Mapped[Optional[str]] = mapped_column(String(40))


class Plane(Base):
    __tablename__ = "plane"

    tailnum: Mapped[str] = mapped_column(String(6), primary_key=True)
    year: Mapped[Optional[int]]
    type: Mapped[str] = mapped_column(String(40))
    manufacturer: Mapped[str] = mapped_column(String(60))
    model: Mapped[str] = mapped_column(String(40))
    engines: Mapped[int]
    seats: Mapped[int]
    speed: Mapped[Optional[int]]
    engine: Mapped[str] = mapped_column(String(20))
    flights: Mapped[list[Flight]] = relationship(
        primaryjoin="Plane.tailnum == Flight.tailnum",
        foreign_keys="Flight.tailnum",
        back_populates="plane",
        order_by="Flight.id",
    )


class Weather(Base):
    """One hour at one of the three airports."""

    __tablename__ = "weather"

    origin: Mapped[str] = mapped_column(String(3), primary_key=True)
    time_hour: Mapped[datetime] = mapped_column(DateTime, primary_key=True)
    temp: Mapped[Optional[float]]
    dewp: Mapped[Optional[float]]
    humid: Mapped[Optional[float]]
    wind_dir: Mapped[Optional[int]]
    wind_speed: Mapped[Optional[float]]
    wind_gust: Mapped[Optional[float]]
    precip: Mapped[Optional[float]]
    pressure: Mapped[Optional[float]]
    visib: Mapped[Optional[float]]


class Flight(Base):
    __tablename__ = "flight"

    id: Mapped[int] = mapped_column(primary_key=True)
    time_hour: Mapped[datetime] = mapped_column(DateTime)
    carrier: Mapped[str] = mapped_column(String(2))
    number: Mapped[int]
    tailnum: Mapped[Optional[str]] = mapped_column(String(6), index=True)
    origin: Mapped[str] = mapped_column(String(3))
    dest: Mapped[str] = mapped_column(String(3))
    distance: Mapped[int]
    dep_time: Mapped[Optional[int]]
    sched_dep_time: Mapped[int]
    dep_delay: Mapped[Optional[int]]
    arr_time: Mapped[Optional[int]]
    sched_arr_time: Mapped[int]
    arr_delay: Mapped[Optional[int]]
    air_time: Mapped[Optional[int]]

    airline: Mapped[Airline] = relationship(
        primaryjoin="Flight.carrier == Airline.carrier", foreign_keys=[carrier], back_populates="flights"
    )
    plane: Mapped[Optional[Plane]] = relationship(
        primaryjoin="Flight.tailnum == Plane.tailnum", foreign_keys=[tailnum], back_populates="flights"
    )
    origin_airport: Mapped[Airport] = relationship(primaryjoin="Flight.origin == Airport.faa", foreign_keys=[origin])
    dest_airport: Mapped[Optional[Airport]] = relationship(
        primaryjoin="Flight.dest == Airport.faa", foreign_keys=[dest]
    )
    weather: Mapped[Optional[Weather]] = relationship(
        primaryjoin="and_(Flight.origin == Weather.origin, Flight.time_hour == Weather.time_hour)",
        foreign_keys=[origin, time_hour],
        viewonly=True,
    )

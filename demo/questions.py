"""The questions: through relations, joins, aggregates and subqueries; then a change and a rollback."""

from __future__ import annotations

import time
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Callable, Iterator

from cormorant import and_, case, exists, func, select
from cormorant.orm import Session, aliased, joinedload, selectinload
from models import Airline, Airport, Flight, Plane, Weather
from rich.console import Console


class Answers:
    """What has been answered so far, how quickly, and how many answers were wrong."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self.asked = self.wrong = 0
        self.speeds: list[tuple[str, int, float, str]] = []

    def check(self, sentence: str, actual: Any, expected: Any) -> None:
        """Print an answer with a mark, and count it as wrong unless it equals what is expected."""
        self.asked += 1
        right = actual == expected
        self.wrong += not right
        mark = "[green]✓[/green]" if right else "[bold red]✗[/bold red]"
        self.console.print(
            f" {mark} {sentence}" + ("" if right else f"  [red]{actual!r}, not {expected!r}[/red]"), soft_wrap=True
        )

    def heading(self, text: str) -> None:
        self.console.print(f"\n[bold]{text}[/bold]")

    def speed(self, what: str, count: int, seconds: float, unit: str) -> None:
        self.speeds.append((what, count, seconds, unit))

    @contextmanager
    def timed(self, what: str, count: int, unit: str) -> Iterator[None]:
        started = time.perf_counter()
        yield
        self.speed(what, count, time.perf_counter() - started, unit)


def counts(session: Session, answers: Answers) -> None:
    answers.heading("What was loaded")
    expected = ((Flight, 336_776), (Plane, 3_322), (Airport, 1_458), (Airline, 16), (Weather, 26_115))
    names = {Flight: "flights", Plane: "planes", Airport: "airports", Airline: "airlines", Weather: "hours of weather"}
    for entity, number in expected:
        found = session.scalar(select(func.count()).select_from(entity))
        answers.check(f"{found:,} {names[entity]}", found, number)


def missing_parents(session: Session, answers: Answers) -> None:
    answers.heading("Parents that no file has")
    flights = select(func.count()).select_from(Flight)
    no_plane = session.scalar(flights.where(~Flight.plane.has()))
    answers.check(f"{no_plane:,} flights have no plane", no_plane, 52_606)
    no_dest = session.scalar(flights.outerjoin(Flight.dest_airport).where(Airport.faa.is_(None)))
    answers.check(f"{no_dest:,} flights have no destination in the list", no_dest, 7_602)
    hour = and_(Weather.origin == Flight.origin, Weather.time_hour == Flight.time_hour)
    no_weather = session.scalar(flights.where(~exists().where(hour)))
    answers.check(f"{no_weather:,} flights have no weather", no_weather, 1_556)
    lost = session.scalars(select(Flight).where(Flight.tailnum.is_(None)).limit(1)).one()
    answers.check("and such a flight's plane is None", lost.plane, None)


def busiest_routes(session: Session, answers: Answers) -> None:
    answers.heading("Busiest routes")
    start, end = aliased(Airport), aliased(Airport)
    number = func.count().label("flights")
    query = (
        select(start.faa, end.faa, end.name, number)
        .select_from(Flight)
        .join(start, Flight.origin_airport)
        .join(end, Flight.dest_airport)
        .group_by(start.faa, end.faa, end.name)
        .order_by(number.desc())
        .limit(3)
    )
    rows = session.execute(query).all()
    for origin, dest, name, flights in rows:
        answers.console.print(f"   {origin} to {dest}  {flights:>7,} flights  [dim]{name}[/dim]")
    first = rows[0]
    answers.check(
        f"{first[0]} to {first[1]}: {first.flights:,} flights, the busiest route",
        (first[0], first[1], first.flights),
        ("JFK", "LAX", 11_262),
    )
    answers.check("then LGA to ATL", (rows[1][0], rows[1][1], rows[1].flights), ("LGA", "ATL", 10_263))


def worst_carriers(session: Session, answers: Answers) -> None:
    answers.heading("Carriers by mean arrival delay")
    mean, arrivals = func.avg(Flight.arr_delay).label("mean"), func.count(Flight.arr_delay).label("arrivals")
    query = (
        select(Airline, mean, arrivals)
        .join(Airline.flights)
        .group_by(Airline.carrier)
        .having(func.count(Flight.arr_delay) > 100)
        .order_by(mean.desc())
    )
    rows = session.execute(query).all()
    for airline, delay, number in (*rows[:3], rows[-1]):
        answers.console.print(
            f"   {airline.carrier}  {delay:+7.2f} min  {number:>6,} arrivals  [dim]{airline.name}[/dim]"
        )
    worst, delay, number = rows[0]
    answers.check(
        f"{worst.carrier} is the worst carrier by mean arrival delay: {delay:+.2f} minutes over {number:,} arrivals",
        (worst.carrier, f"{delay:+.2f}", number),
        ("F9", "+21.92", 681),
    )
    answers.check("then FL", (rows[1][0].carrier, f"{rows[1].mean:+.2f}", rows[1].arrivals), ("FL", "+20.12", 3_175))


def a_planes_year(session: Session, answers: Answers) -> None:
    answers.heading("One plane's year, through plane.flights")
    tailnum, flown = session.execute(
        select(Flight.tailnum, func.count(Flight.air_time)).where(Flight.tailnum == "N711MQ").group_by(Flight.tailnum)
    ).one()
    plane = session.get_one(Plane, tailnum)
    with answers.timed("plane.flights, one lazy load", 486, "objects"):
        flights = plane.flights
    away = {flight.dest for flight in flights}
    answers.console.print(
        f"   {plane.manufacturer} {plane.model} of {plane.year}, {flown:,} times in the air, {len(away)} places"
    )
    answers.check(f"{plane.tailnum} {len(flights):,} flights", len(flights), 486)
    answers.check("each of them knows its plane", all(flight.plane is plane for flight in flights), True)
    answers.check(
        "JFK or LGA or EWR is where they began", {one.origin for one in flights} <= {"JFK", "LGA", "EWR"}, True
    )


def delay_against_wind(session: Session, answers: Answers) -> None:
    answers.heading("Departure delay against wind, through flight.weather")
    band = case((Weather.wind_speed < 10, "calm"), (Weather.wind_speed < 20, "breeze"), else_="strong wind").label(
        "wind"
    )
    query = (
        select(band, func.avg(Flight.dep_delay).label("delay"), func.count().label("flights"))
        .join(Flight.weather)
        .where(Flight.dep_delay.is_not(None), Weather.wind_speed.is_not(None))
        .group_by(band)
        .order_by(func.avg(Flight.dep_delay))
    )
    rows = session.execute(query).all()
    for wind, delay, number in rows:
        answers.console.print(f"   {wind:<12} {delay:6.2f} min  {number:>7,} flights")
    answers.check(
        "the stronger the wind, the longer the delay", [row.wind for row in rows], ["calm", "breeze", "strong wind"]
    )
    first = session.scalars(
        select(Flight).options(joinedload(Flight.weather), selectinload(Flight.airline)).order_by(Flight.id).limit(1)
    ).one()
    weather = first.weather
    assert weather and weather.wind_speed is not None
    answers.check(
        f"flight {first.carrier} {first.number} left with {weather.wind_speed:.1f} mph of wind",
        (first.airline.name, weather.time_hour, round(weather.wind_speed, 1)),
        ("United Air Lines Inc.", datetime(2013, 1, 1, 10), 12.7),
    )


def above_average(session: Session, answers: Answers) -> None:
    answers.heading("Subqueries")
    mean = select(func.avg(Flight.distance)).scalar_subquery()
    far = session.scalar(select(func.count()).select_from(Flight).where(Flight.distance > mean))
    direct = session.scalar(select(func.avg(Flight.distance)))
    again = session.scalar(select(func.count()).select_from(Flight).where(Flight.distance > direct))
    answers.check(f"{far:,} flights go farther than the mean of {direct:,.0f} miles", far, again)
    yearly = select(Flight.tailnum, func.count().label("n")).group_by(Flight.tailnum).subquery()
    most = session.execute(
        select(Plane, yearly.c.n).join(yearly, yearly.c.tailnum == Plane.tailnum).order_by(yearly.c.n.desc()).limit(1)
    ).one()
    answers.check(
        f"{most.Plane.tailnum} flew most often of the planes in the list: {most.n} times",
        (most.Plane.tailnum, most.n),
        ("N711MQ", 486),
    )


def load_everything(session: Session, answers: Answers) -> None:
    session.expunge_all()
    with answers.timed("Flight: load every object", 336_776, "objects"):
        flights = session.scalars(select(Flight)).all()
    started = time.perf_counter()
    total = sum(flight.distance for flight in flights)
    answers.speed("Flight: read one attribute of each", len(flights), time.perf_counter() - started, "reads")
    answers.check(f"{total:,} miles in all", total, session.scalar(select(func.sum(Flight.distance))))
    keys = [flight.id for flight in flights[::100]]
    with answers.timed("session.get of a loaded object", len(keys), "objects"):
        found = sum(session.get(Flight, key) is not None for key in keys)
    answers.check("the identity map has them", found, len(keys))
    del flights
    with answers.timed("session.get of an object that is not loaded", len(keys), "objects"):
        for key in keys:
            session.get(Flight, key)


def change_and_check(session: Session, answers: Answers) -> None:
    answers.heading("A change through the unit of work")
    session.rollback()
    where = Flight.carrier == "HA"
    delays = select(func.sum(Flight.dep_delay)).where(where)
    before = session.scalar(delays) or 0
    flights = session.scalars(select(Flight).where(where, Flight.dep_delay.is_not(None))).all()
    for flight in flights:
        flight.dep_delay = (flight.dep_delay or 0) + 60
    dirty = len(session.dirty)
    with answers.timed("Flight: change and commit", len(flights), "objects"):
        session.commit()
    after = session.scalar(delays)
    answers.check(
        f"{dirty} flights of HA leave an hour later: {before:,} -> {after:,} minutes", after, before + 60 * dirty
    )
    for flight in flights:
        flight.dep_delay = (flight.dep_delay or 0) - 60
    session.commit()
    answers.check("and are moved back", session.scalar(delays), before)


def roll_back_and_check(session: Session, answers: Answers) -> None:
    answers.heading("A rollback")
    airports = select(func.count()).select_from(Airport)
    before = session.scalar(airports)
    jfk = session.get_one(Airport, "JFK")
    name = jfk.name
    jfk.name = "Idlewild"
    session.add(Airport(faa="XXX", name="Nowhere", lat=0.0, lon=0.0, alt=0, tz=0.0, dst="N"))
    session.delete(session.get_one(Airport, "LGA"))
    session.flush()
    inside = session.scalar(airports.where(Airport.faa.in_(["XXX", "LGA"])))
    answers.check("inside: XXX is there and LGA is gone", inside, 1)
    session.rollback()
    answers.check(f"after it {jfk.faa} is {jfk.name} again", jfk.name, name)
    answers.check(f"and there are {before:,} airports", session.scalar(airports), before)
    answers.check("LGA among them", session.get_one(Airport, "LGA").name, "La Guardia")


QUESTIONS: tuple[Callable[[Session, Answers], None], ...] = (
    counts,
    missing_parents,
    busiest_routes,
    worst_carriers,
    a_planes_year,
    delay_against_wind,
    above_average,
    load_everything,
    change_and_check,
    roll_back_and_check,
)


def ask_all(engine: Any, answers: Answers) -> None:
    """Ask every question in one session."""
    with Session(engine) as session:
        for question in QUESTIONS:
            question(session, answers)

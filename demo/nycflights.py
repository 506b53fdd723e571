"""The demo: every flight that left New York in 2013, through the session.

    python demo/nycflights.py [--keep] [URL]

It loads 336,776 flights with their planes, airports, airlines and weather as mapped objects, asks questions, changes
and rolls back, and checks each answer. The default database is demo/flights.db beside this file; any database that
exists will do: `make demo URL=postgresql://me@127.0.0.1/flights`. Its tables airline, airport, plane, weather and
flight are dropped there and made again; other tables of these names are left alone, and the demo ends.
"""

from __future__ import annotations

import argparse
import sys
import time
from itertools import islice
from pathlib import Path
from typing import Any, Iterator

import data
from cormorant import create_engine, func, select
from cormorant.engine import URL
from cormorant.exc import DBAPIError
from cormorant.orm import Session
from models import Airline, Airport, Base, Flight, Plane, Weather
from questions import Answers, ask_all
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.rule import Rule
from rich.table import Table

CHUNK = 20_000
FILE = Path(__file__).resolve().parent / "flights.db"
SOURCES: list[tuple[Any, Any, int]] = [
    (Airline, data.airlines, 16),
    (Airport, data.airports, 1_458),
    (Plane, data.planes, 3_322),
    (Weather, data.weather, 26_115),
    (Flight, data.flights, 336_776),
]


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Load the flights of 2013 and ask about them.")
    parser.add_argument("url", nargs="?", default=f"sqlite:///{FILE}?profile=app", help="a database URL")
    parser.add_argument("--keep", action="store_true", help="use the rows that are there instead of loading again")
    return parser.parse_args()


def chunks(rows: Iterator[Any], size: int = CHUNK) -> Iterator[list[Any]]:
    while chunk := list(islice(rows, size)):
        yield chunk


def shown(url: URL) -> str:
    """The URL without what may be secret: its password, and the options of a server."""
    if url.host:
        url = url.set(query={})
    return url.render_as_string(hide_password=True)


def reach(engine: Any) -> None:
    """End here, without a traceback, when the database cannot be connected to."""
    try:
        engine.connect().close()
    except DBAPIError as why:
        raise SystemExit(f"The database cannot be reached.\n{why.orig}") from None


def present(engine: Any) -> list[int]:
    """How many rows each table has, in the order of SOURCES. A table of the same name with other columns is an error:
    it is somebody else's."""
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        for entity, _, _ in SOURCES:
            try:
                session.scalars(select(entity).limit(1)).all()
            except DBAPIError as why:
                what = f"The database has a table {entity.__tablename__!r} that is not the demo's; nothing was dropped."
                raise SystemExit(f"{what}\n{why.orig}") from None
        return [session.scalars(select(func.count()).select_from(entity)).one() for entity, _, _ in SOURCES]


def load(engine: Any, console: Console, answers: Answers) -> None:
    """Construct and commit every object, with a progress bar for each class."""
    columns = (
        SpinnerColumn(),
        TextColumn("[bold]{task.description:<8}"),
        BarColumn(bar_width=None),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console) as progress, Session(engine) as session:
        for entity, source, total in SOURCES:
            task = progress.add_task(entity.__name__, total=total)
            started = time.perf_counter()
            for chunk in chunks(entity(**row) for row in source()):
                session.add_all(chunk)
                session.commit()
                progress.advance(task, len(chunk))
            seconds = time.perf_counter() - started
            if total > CHUNK:
                answers.speed(f"{entity.__name__}: read the file, construct, commit", total, seconds, "objects")


def prepare(engine: Any, keep: bool, console: Console, answers: Answers) -> None:
    """Fill the database, and say what happens to what is there."""
    rows = present(engine)
    complete = rows == [total for _, _, total in SOURCES]
    if complete and keep:
        console.print("The database is complete: its rows are [bold]kept[/bold], nothing is loaded.")
        return
    if any(rows):
        why = "--keep would keep them" if complete else "they are not complete"
        tables = ", ".join(f"{entity.__tablename__} {count:,}" for (entity, _, _), count in zip(SOURCES, rows))
        console.print(f"The database has {sum(rows):,} rows ({tables}).")
        console.print(f"These tables are [bold]dropped and loaded again[/bold]: {why}.")
    else:
        console.print("The database is empty: everything is [bold]loaded[/bold].")
    Base.metadata.drop_all(engine)
    Base.metadata.create_all(engine)
    load(engine, console, answers)


def show_speeds(console: Console, answers: Answers) -> None:
    table = Table(title="Speeds", title_justify="left", box=None, header_style="bold", padding=(0, 2, 0, 0))
    table.add_column("what")
    for name in ("count", "seconds", "a second"):
        table.add_column(name, justify="right")
    for what, count, seconds, unit in answers.speeds:
        table.add_row(what, f"{count:,}", f"{seconds:.3f}", f"{count / max(seconds, 1e-9):,.0f} {unit}")
    console.print(table)


def main() -> int:
    started = time.perf_counter()
    given, console = arguments(), Console(highlight=False)
    answers = Answers(console)
    engine = create_engine(given.url)
    console.print(Rule("[bold]New York's flights of 2013"))
    console.print(f"[dim]{shown(engine.url)}[/dim]", soft_wrap=True)
    reach(engine)
    prepare(engine, given.keep, console, answers)
    ask_all(engine, answers)
    engine.dispose()
    console.print()
    show_speeds(console, answers)
    if answers.wrong:
        console.print(f"\n[bold red]{answers.wrong} of {answers.asked} answers are wrong")
        return 1
    console.print(f"\n{answers.asked} answers checked")
    console.print(f"[bold green]demo ok in {time.perf_counter() - started:.1f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""The benchmark: 100,000 rows of 8 columns on SQLite, against the standard library and SQLAlchemy.

    python benchmarks/run.py [--rounds N] [--rows N] [--only WORD]

Contestants of a row are timed in turn, in reversed order every other round, each after ``gc.collect()``. A ratio is
taken within a round; the table shows the median of the ratios with their quartiles, the aim, and ``ok`` or ``short``.
"""

from __future__ import annotations

import argparse
import gc
import os
import platform
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Callable, Optional

import cormorant as library
import cormorant.orm as library_orm
import sqlalchemy
import sqlalchemy.orm
import sqlalchemy.util

HERE = Path(__file__).resolve().parent
COLUMNS = ("id", "name", "email", "bio", "age", "height", "balance", "created")
GETS = 10_000
BUILDS = 2_000
SELECTS = 2_000
INSERT = "INSERT INTO person (name, email, bio, age, height, balance, created) VALUES (?, ?, ?, ?, ?, ?, ?)"
SELECT = f"SELECT {', '.join(COLUMNS)} FROM person"
Timed = Callable[[], float]


def values(n: int) -> tuple[Any, ...]:
    """The seven values of a row besides its key; one in a hundred has text that is not ASCII."""
    bio = f"writes about {n % 97} things and lives by the {'ä' if n % 100 == 0 else 'a'}lder, number {n}"
    created = f"2013-{n % 12 + 1:02}-{n % 28 + 1:02} {n % 24:02}:00:00"
    return f"name {n % 5000}", f"person{n}@example.org", bio, n % 90, 1.5 + n % 50 / 100, n * 37 % 100_003, created


def timed(call: Callable[[], Any]) -> float:
    gc.collect()
    start = time.perf_counter()
    kept = call()
    seconds = time.perf_counter() - start
    del kept
    return seconds


class Mapped:
    """One of the two libraries with the class mapped on its table."""

    def __init__(self, package: Any, orm: Any, path: Path, query: str = "") -> None:
        self.package, self.orm, self.path = package, orm, path
        base = orm.declarative_base()
        columns: dict[str, Any] = {"__tablename__": "person"}
        kinds = (package.String, package.String, package.String, package.Integer, package.Float, package.Integer)
        columns["id"] = package.Column(package.Integer, primary_key=True)
        for name, kind in zip(COLUMNS[1:], (*kinds, package.String)):
            columns[name] = package.Column(kind)
        self.metadata = base.metadata
        self.person = type("Person", (base,), columns)
        self.engine = package.create_engine(f"sqlite:///{path}{query}")

    def session(self) -> Any:
        return self.orm.Session(self.engine)

    def load(self) -> float:
        statement = self.package.select(self.person)
        with self.session() as session:
            return timed(lambda: session.execute(statement).scalars().all())

    def load_and_read(self) -> float:
        statement = self.package.select(self.person)

        def read() -> list[Any]:
            people = session.execute(statement).scalars().all()
            for one in people:
                one.id, one.name, one.email, one.bio, one.age, one.height, one.balance, one.created  # noqa: B018
            return people

        with self.session() as session:
            return timed(read)

    def get_miss(self, rows: int) -> float:
        keys = [n * 7919 % rows + 1 for n in range(GETS)]
        with self.session() as session:
            person, get = self.person, session.get
            get(person, 1)

            def run() -> None:
                for key in keys:
                    get(person, key)

            return timed(run) / GETS

    def get_hit(self, rows: int) -> float:
        with self.session() as session:
            person, get = self.person, session.get
            kept = session.execute(self.package.select(person).where(person.id <= 1000)).scalars().all()
            keys = [n % len(kept) + 1 for n in range(GETS)]

            def run() -> None:
                for key in keys:
                    get(person, key)

            return timed(run) / GETS

    def construct_and_commit(self, data: list[tuple[Any, ...]]) -> float:
        fresh = self.path.with_name(f"insert_{self.package.__name__}.db")
        fresh.unlink(missing_ok=True)
        engine = self.package.create_engine(f"sqlite:///{fresh}")
        self.metadata.create_all(engine)
        person = self.person

        def run() -> None:
            with self.orm.Session(engine) as session:
                session.add_all(
                    [
                        person(name=a, email=b, bio=c, age=d, height=e, balance=f, created=g)
                        for a, b, c, d, e, f, g in data
                    ]
                )
                session.commit()

        seconds = timed(run)
        with engine.connect() as connection:
            count = connection.execute(self.package.text("SELECT count(*) FROM person")).scalar()
        engine.dispose()
        if count != len(data):
            raise SystemExit(f"{self.package.__name__} wrote {count} rows of {len(data)}")
        return seconds

    def build(self) -> float:
        """Build a statement of five conditions and find its SQL, with parameters, in the cache of the engine."""
        select, person, dialect = self.package.select, self.person, self.engine.dialect
        find = self.finder(dialect)

        def run() -> None:
            for n in range(BUILDS):
                find(
                    select(person)
                    .where(person.age > n, person.name == "x", person.balance < 5)
                    .where(person.email.like("a%"), person.created != "y")
                    .order_by(person.name)
                    .limit(10)
                )

        run()
        return timed(run) / BUILDS

    def finder(self, dialect: Any) -> Callable[[Any], Any]:
        """How a library finds SQL it has compiled before: SQLAlchemy's way needs its cache and extracted binds."""
        if self.package is not sqlalchemy:

            def compiled_before(statement: Any) -> Any:
                compiled = statement.compile(dialect=dialect)
                return compiled.string, compiled.params

            return compiled_before
        cache: dict[Any, Any] = {}

        def find(statement: Any) -> Any:
            compiled, extracted, *_ = statement._compile_w_cache(
                dialect, compiled_cache=cache, column_keys=[], for_executemany=False, schema_translate_map=None
            )
            return compiled.string, compiled.construct_params(extracted_parameters=extracted)

        return find

    def small_select(self) -> float:
        select, person = self.package.select, self.person
        with self.session() as session:

            def run() -> None:
                for n in range(SELECTS):
                    session.execute(select(person.id, person.name).where(person.id == n)).all()

            run()
            return timed(run) / SELECTS


class Standard:
    """The standard library's sqlite3, and the loop in C."""

    def __init__(self, path: Path, loop: Path) -> None:
        self.path, self.loop = path, loop

    def load(self) -> float:
        connection = sqlite3.connect(self.path)
        seconds = timed(lambda: connection.execute(SELECT).fetchall())
        connection.close()
        return seconds

    def load_and_read(self) -> float:
        connection = sqlite3.connect(self.path)

        def read() -> list[Any]:
            rows = connection.execute(SELECT).fetchall()
            for row in rows:
                row[0], row[1], row[2], row[3], row[4], row[5], row[6], row[7]
            return rows

        seconds = timed(read)
        connection.close()
        return seconds

    def executemany(self, data: list[tuple[Any, ...]]) -> float:
        fresh = self.path.with_name("insert_standard.db")
        fresh.unlink(missing_ok=True)
        connection = sqlite3.connect(fresh)
        create_table(connection)

        def run() -> None:
            connection.executemany(INSERT, data)
            connection.commit()

        seconds = timed(run)
        connection.close()
        return seconds

    def c_get(self, rows: int, mode: str) -> float:
        command = [str(self.loop), str(self.path), str(GETS * 5), str(rows), mode]
        answer = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        return float(answer.split()[0]) / 1e9


@dataclass
class Row:
    """A line of the table: ``ours`` divided by ``base`` is to be at most ``aim``."""

    name: str
    base_name: str
    aim: float
    ours: Timed
    base: Timed
    other: Optional[Timed] = None  # SQLAlchemy, to look at


def create_table(connection: sqlite3.Connection) -> None:
    connection.execute(
        "CREATE TABLE person (id INTEGER NOT NULL, name VARCHAR, email VARCHAR, bio VARCHAR, age INTEGER, "
        "height FLOAT, balance INTEGER, created VARCHAR, PRIMARY KEY (id))"
    )


def fill(path: Path, data: list[tuple[Any, ...]]) -> None:
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA journal_mode=WAL")
    create_table(connection)
    connection.executemany(INSERT, data)
    connection.commit()
    connection.close()


def compile_loop(folder: Path) -> Path:
    """The C loop, compiled now against the system's library."""
    out = folder / "get_loop"
    compiler = os.environ.get("CC") or shutil.which("cc") or shutil.which("gcc")
    if not compiler:
        raise SystemExit("benchmarks need a C compiler")
    subprocess.run([compiler, "-O2", "-o", str(out), str(HERE / "get_loop.c"), "-lsqlite3"], check=True)
    return out


def table_of_rows(folder: Path, rows: int) -> list[Row]:
    data = [values(n) for n in range(rows)]
    path = folder / "bench.db"
    fill(path, data)
    standard = Standard(path, compile_loop(folder))
    ours = Mapped(library, library_orm, path)
    kept = Mapped(library, library_orm, path, "?profile=app")
    other = Mapped(sqlalchemy, sqlalchemy.orm, path)
    return [
        Row("load as mapped objects", "sqlite3 fetchall", 0.50, ours.load, standard.load, other.load),
        Row(
            "load and read all 8",
            "fetchall and read",
            0.70,
            ours.load_and_read,
            standard.load_and_read,
            other.load_and_read,
        ),
        Row(
            "get, miss, transaction kept",
            "C loop, BEGIN",
            2.0,
            lambda: kept.get_miss(rows),
            lambda: standard.c_get(rows, "begin"),
        ),
        Row(
            "get, miss, lock per statement",
            "C loop, autocommit",
            2.0,
            lambda: ours.get_miss(rows),
            lambda: standard.c_get(rows, "autocommit"),
            lambda: other.get_miss(rows),
        ),
        Row("get, hit", "SQLAlchemy", 1 / 12, lambda: ours.get_hit(rows), lambda: other.get_hit(rows)),
        Row(
            "construct and commit",
            "sqlite3 executemany",
            0.90,
            lambda: ours.construct_and_commit(data),
            lambda: standard.executemany(data),
            lambda: other.construct_and_commit(data),
        ),
        Row("build a statement, find its SQL", "SQLAlchemy", 1 / 20, ours.build, other.build),
        Row("session.execute, small select", "SQLAlchemy", 1 / 20, ours.small_select, other.small_select),
    ]


def measure(row: Row, rounds: int) -> str:
    """One line of the table."""
    row.ours(), row.base()
    mine: list[float] = []
    base: list[float] = []
    for number in range(rounds):
        order = [(mine, row.ours), (base, row.base)]
        for kept, call in order if number % 2 == 0 else reversed(order):
            kept.append(call())
    ratios = [a / b for a, b in zip(mine, base)]
    median = statistics.median(ratios)
    low, _, high = statistics.quantiles(ratios, n=4, method="inclusive") if rounds > 1 else (median,) * 3
    beside = f"{row.other() / statistics.median(mine):7.1f}x" if row.other else " " * 8
    verdict = "ok" if median <= row.aim else "short"
    return (
        f"{row.name:<32}{show(statistics.median(mine)):>11}{row.base_name:>21}{show(statistics.median(base)):>11}"
        f"{median:>9.3f}  {low:.3f}..{high:.3f}   {row.aim:<7.3g}{verdict:<6}{beside}"
    )


def show(seconds: float) -> str:
    for unit, factor in (("s", 1), ("ms", 1e3), ("us", 1e6)):
        if seconds * factor >= 1:
            return f"{seconds * factor:.1f} {unit}"
    return f"{seconds * 1e9:.0f} ns"


def versions() -> str:
    if not sqlalchemy.util.has_compiled_ext():
        raise SystemExit("SQLAlchemy is here without its C extensions: the comparison would not be fair")
    return (
        f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, Cormorant {library.__version__}, "
        f"SQLAlchemy {sqlalchemy.__version__} with its C extensions, {platform.machine()}, {os.cpu_count()} cores"
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--only", default="", help="only rows whose name has this word")
    given = parser.parse_args()
    print(versions())
    print(
        f"{given.rows:,} rows of {len(COLUMNS)} columns, {given.rounds} rounds in turn; medians, ratio with quartiles\n"
    )
    print(
        f"{'what':<32}{'Cormorant':>11}{'against':>21}{'':>11}{'ratio':>9}  {'quartiles':<14} {'aim':<7}{'':<6}"
        f"{'SQLAlchemy takes':>16}"
    )
    with tempfile.TemporaryDirectory() as name:
        for row in table_of_rows(Path(name), given.rows):
            if given.only in row.name:
                print(measure(row, given.rounds), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())

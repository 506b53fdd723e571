"""The benchmark on SQLite: against the standard library, a loop in C, and SQLAlchemy."""

from __future__ import annotations

import sqlite3
import subprocess
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Iterator

import cormorant as library
import cormorant.orm as library_orm
import sqlalchemy
import sqlalchemy.orm
from mapped import GETS, SELECT, Mapped, values
from measure import Row, compile_c, timed

INSERT = "INSERT INTO person (name, email, bio, age, height, balance, created) VALUES (?, ?, ?, ?, ?, ?, ?)"


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


class Bench:
    """A file with the rows, and who reads it."""

    def __init__(self, folder: Path, rows: int) -> None:
        self.rows, self.folder = rows, folder
        self.data = [values(n) for n in range(rows)]
        path = folder / "bench.db"
        fill(path, self.data)
        self.standard = Standard(path, compile_c(folder, "get_loop", "-lsqlite3"))
        self.ours = Mapped(library, library_orm, f"sqlite:///{path}", library.String)
        self.kept = Mapped(library, library_orm, f"sqlite:///{path}?profile=app", library.String)
        self.other = Mapped(sqlalchemy, sqlalchemy.orm, f"sqlite:///{path}", sqlalchemy.String)

    def construct_and_commit(self, mapped: Mapped) -> float:
        fresh = self.folder / f"insert_{mapped.package.__name__}.db"
        fresh.unlink(missing_ok=True)
        return mapped.construct_and_commit(self.data, f"sqlite:///{fresh}")


@contextmanager
def opened(folder: Path, rows: int) -> Iterator[Bench]:
    yield Bench(folder, rows)


def versions(bench: Bench) -> str:
    return f"SQLite {sqlite3.sqlite_version}"


ROWS = [
    Row(
        "load as mapped objects",
        "sqlite3 fetchall",
        0.50,
        lambda b: b.ours.load(),
        lambda b: b.standard.load(),
        lambda b: b.other.load(),
    ),
    Row(
        "load and read all 8",
        "fetchall and read",
        0.70,
        lambda b: b.ours.load_and_read(),
        lambda b: b.standard.load_and_read(),
        lambda b: b.other.load_and_read(),
    ),
    Row(
        "get, miss, transaction kept",
        "C loop, BEGIN",
        2.0,
        lambda b: b.kept.get_miss(b.rows),
        lambda b: b.standard.c_get(b.rows, "begin"),
    ),
    Row(
        "get, miss, lock per statement",
        "C loop, autocommit",
        2.0,
        lambda b: b.ours.get_miss(b.rows),
        lambda b: b.standard.c_get(b.rows, "autocommit"),
        lambda b: b.other.get_miss(b.rows),
    ),
    Row("get, hit", "SQLAlchemy", 1 / 12, lambda b: b.ours.get_hit(b.rows), lambda b: b.other.get_hit(b.rows)),
    Row(
        "construct and commit",
        "sqlite3 executemany",
        0.90,
        lambda b: b.construct_and_commit(b.ours),
        lambda b: b.standard.executemany(b.data),
        lambda b: b.construct_and_commit(b.other),
    ),
    Row("build a statement, find its SQL", "SQLAlchemy", 1 / 20, lambda b: b.ours.build(), lambda b: b.other.build()),
    Row(
        "session.execute, small select",
        "SQLAlchemy",
        1 / 20,
        lambda b: b.ours.small_select(),
        lambda b: b.other.small_select(),
    ),
]

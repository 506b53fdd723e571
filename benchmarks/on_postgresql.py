"""The benchmark on PostgreSQL: against psycopg in C, libpq alone, and SQLAlchemy."""

from __future__ import annotations

import os
import struct
import subprocess
import sys
from contextlib import ExitStack, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, Iterator

import cormorant as library
import cormorant.orm as library_orm
import psycopg
import sqlalchemy
import sqlalchemy.orm
from cormorant.engine import make_url
from mapped import COLUMNS, GETS, SELECT, Mapped, values
from measure import Row, compile_c, timed

sys.path += [str(Path(__file__).resolve().parent.parent / part) for part in ("tests", "tests/python")]
import postgresql_database
import servers

INSERT = f"INSERT INTO person ({', '.join(COLUMNS[1:])}) VALUES (%s, %s, %s, %s, %s, %s, %s)"
TABLE = (
    "DROP TABLE IF EXISTS person",
    "CREATE TABLE person (id SERIAL NOT NULL, name VARCHAR, email VARCHAR, bio VARCHAR, age INTEGER, height FLOAT, "
    "balance INTEGER, created TIMESTAMP WITHOUT TIME ZONE, PRIMARY KEY (id))",
)
EPOCH = datetime(2000, 1, 1)
LONGEST = 300.0


def with_datetime(row: tuple[Any, ...]) -> tuple[Any, ...]:
    return *row[:-1], datetime.fromisoformat(row[-1])


def copy_format(data: list[tuple[Any, ...]]) -> bytes:
    """The rows as the server's binary COPY wants them."""
    parts = [b"PGCOPY\n\xff\r\n\0", bytes(8)]
    for *texts, age, height, balance, created in data:
        parts.append(struct.pack("!h", 7))
        for text in texts:
            raw = text.encode()
            parts += struct.pack("!i", len(raw)), raw
        microseconds = int((created - EPOCH).total_seconds()) * 1_000_000
        parts.append(struct.pack("!iiidiiiq", 4, age, 8, height, 4, balance, 8, microseconds))
    parts.append(struct.pack("!h", -1))
    return b"".join(parts)


class Bare:
    """psycopg, and the program that has libpq alone."""

    def __init__(self, url: str, fresh: str, loop: Path, file: Path) -> None:
        self.url, self.fresh, self.loop, self.file = url, fresh, loop, file

    def connect(self, url: str) -> psycopg.Connection[Any]:
        return psycopg.connect(url)

    def load(self) -> float:
        with self.connect(self.url) as connection:
            cursor = connection.cursor(binary=True)
            return timed(lambda: cursor.execute(SELECT).fetchall())

    def load_and_read(self) -> float:
        def read() -> list[Any]:
            rows = cursor.execute(SELECT).fetchall()
            for row in rows:
                row[0], row[1], row[2], row[3], row[4], row[5], row[6], row[7]
            return rows

        with self.connect(self.url) as connection:
            cursor = connection.cursor(binary=True)
            return timed(read)

    def make_table(self) -> None:
        with self.connect(self.fresh) as connection:
            for text in TABLE:
                connection.execute(text)

    def executemany(self, data: list[tuple[Any, ...]]) -> float:
        self.make_table()
        with self.connect(self.fresh) as connection:

            def run() -> None:
                connection.cursor().executemany(INSERT, data)
                connection.commit()

            return timed(run)

    def program(self, url: str, *arguments: Any) -> list[str]:
        """What the program prints; the URL, which may have a password, goes by the environment."""
        command = [str(self.loop), *map(str, arguments)]
        environment = {**os.environ, "CORM_BENCH_CONNINFO": url}
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=LONGEST)
        if done.returncode != 0:
            raise SystemExit(done.stderr)
        return done.stdout.split()

    def c_load(self) -> float:
        return float(self.program(self.url, "load")[0]) / 1e9

    def c_get(self, rows: int) -> float:
        return float(self.program(self.url, "get", GETS, rows)[0]) / 1e9

    def copy(self, rows: int) -> float:
        self.make_table()
        seconds = float(self.program(self.fresh, "copy", self.file)[0]) / 1e9
        with self.connect(self.fresh) as connection:
            count = connection.execute("SELECT count(*) FROM person").fetchall()[0][0]
        if count != rows:
            raise SystemExit(f"COPY wrote {count} rows of {rows}")
        return seconds

    def versions(self) -> str:
        number = int(self.program(self.url, "load")[1])
        with self.connect(self.url) as connection:
            server = connection.info.parameter_status("server_version")
        return (
            f"PostgreSQL {server}, libpq {number // 10000}.{number % 10000}, "
            f"psycopg {psycopg.__version__} ({psycopg.pq.__impl__}) with libpq {psycopg.pq.version() / 10000:g}"
        )


def for_sqlalchemy(url: str) -> str:
    return make_url(url).set(drivername="postgresql+psycopg").render_as_string(hide_password=False)


class Bench:
    """A database with the rows, one to insert into, and who uses them."""

    def __init__(self, url: str, fresh: str, folder: Path, rows: int) -> None:
        if psycopg.pq.__impl__ == "python":
            raise SystemExit("psycopg is here without its C part: the comparison would not be fair")
        self.rows, self.fresh = rows, fresh
        self.data = [with_datetime(values(n)) for n in range(rows)]
        file = folder / "rows.copy"
        file.write_bytes(copy_format(self.data))
        loop = compile_c(folder, "pq_loop", "-ldl")
        Bare(url, url, loop, file).copy(rows)
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("VACUUM (FREEZE, ANALYZE) person")
        self.bare = Bare(url, fresh, loop, file)
        self.ours = Mapped(library, library_orm, url, library.DateTime)
        self.other = Mapped(sqlalchemy, sqlalchemy.orm, for_sqlalchemy(url), sqlalchemy.DateTime)

    def dispose(self) -> None:
        self.ours.engine.dispose()
        self.other.engine.dispose()


def plain(url: str) -> str:
    """Without a driver's name, as libpq takes it."""
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)


def use_one_library() -> None:
    """All contestants get the libpq that psycopg brought, unless another is named."""
    brought = sorted(Path(psycopg.__file__).parent.parent.glob("psycopg_binary.libs/libpq-*.so*"))
    if brought:
        os.environ.setdefault("CORMORANT_LIBPQ", str(brought[0]))


@contextmanager
def opened(folder: Path, rows: int) -> Iterator[Bench]:
    """Two databases of their own on the server; a private server where none is named."""
    use_one_library()
    with ExitStack() as stack:
        try:
            stack.enter_context(servers.environment_with_servers([servers.PostgreSQL()]))
        except servers.CannotStart as why:
            raise SystemExit(f"no rows on PostgreSQL: {why}") from None
        url, fresh = (stack.enter_context(postgresql_database.database(name)) for name in ("bench", "bench_insert"))
        bench = Bench(plain(url), plain(fresh), folder, rows)
        stack.callback(bench.dispose)
        yield bench


def versions(bench: Bench) -> str:
    return bench.bare.versions()


ROWS = [
    Row(
        "load as mapped objects",
        "libpq, binary, untouched",
        1.35,
        lambda b: b.ours.load(),
        lambda b: b.bare.c_load(),
    ),
    Row(
        "load as mapped objects",
        "psycopg fetchall",
        0.50,
        lambda b: b.ours.load(),
        lambda b: b.bare.load(),
    ),
    Row("load as mapped objects", "SQLAlchemy", 1 / 20, lambda b: b.ours.load(), lambda b: b.other.load()),
    Row(
        "load and read all 8",
        "psycopg fetchall and read",
        0.85,
        lambda b: b.ours.load_and_read(),
        lambda b: b.bare.load_and_read(),
        lambda b: b.other.load_and_read(),
    ),
    Row(
        "get, miss",
        "libpq PQexecPrepared",
        1.15,
        lambda b: b.ours.get_miss(b.rows),
        lambda b: b.bare.c_get(b.rows),
        lambda b: b.other.get_miss(b.rows),
    ),
    Row(
        "construct and commit",
        "binary COPY",
        2.5,
        lambda b: b.ours.construct_and_commit(b.data, b.fresh),
        lambda b: b.bare.copy(b.rows),
    ),
    Row(
        "construct and commit",
        "psycopg executemany",
        0.90,
        lambda b: b.ours.construct_and_commit(b.data, b.fresh),
        lambda b: b.bare.executemany(b.data),
        lambda b: b.other.construct_and_commit(b.data, for_sqlalchemy(b.fresh)),
    ),
]

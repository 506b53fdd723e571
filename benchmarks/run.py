"""The benchmark: 100,000 rows of 8 columns on SQLite and PostgreSQL, against drivers and SQLAlchemy.

    python benchmarks/run.py [--rounds N] [--rows N] [--only WORD]

Contestants of a row are timed in turn, in reversed order every other round, each after ``gc.collect()``. A ratio is
taken within a round; the table shows the median of the ratios with their quartiles, the aim, and ``ok`` or ``short``.
PostgreSQL is the server of ``CORM_TEST_POSTGRESQL_URL``, in a database that is made and dropped there; without it a
private server is started. ``--only sqlite`` needs none.
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
import tempfile
from pathlib import Path
from types import ModuleType

import cormorant
import on_postgresql
import on_sqlite
import sqlalchemy
import sqlalchemy.util
from mapped import COLUMNS
from measure import HEADING, measure

DATABASES: dict[str, ModuleType] = {"sqlite": on_sqlite, "postgresql": on_postgresql}


def versions() -> str:
    if not sqlalchemy.util.has_compiled_ext():
        raise SystemExit("SQLAlchemy is here without its C extensions: the comparison would not be fair")
    return (
        f"Python {platform.python_version()}, Cormorant {cormorant.__version__}, "
        f"SQLAlchemy {sqlalchemy.__version__} with its C extensions, {platform.machine()}, {os.cpu_count()} cores"
    )


def run(database: str, only: str, rows: int, rounds: int) -> None:
    module = DATABASES[database]
    wanted = [row for row in module.ROWS if only in f"{database} {row.name}"]
    if not wanted:
        return
    with tempfile.TemporaryDirectory() as folder, module.opened(Path(folder), rows) as bench:
        print(f"\n{module.versions(bench)}\n{HEADING}")
        for row in wanted:
            print(measure(row, bench, rounds), flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument(
        "--only", default="", help="only rows that have this in the name of their database or their own"
    )
    given = parser.parse_args()
    print(versions())
    print(
        f"{given.rows:,} rows of {len(COLUMNS)} columns, {given.rounds} rounds in turn; medians, ratio with quartiles"
    )
    for database in DATABASES:
        run(database, given.only, given.rows, given.rounds)
    return 0


if __name__ == "__main__":
    sys.exit(main())

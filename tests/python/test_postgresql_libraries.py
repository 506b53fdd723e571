"""Client libraries of PostgreSQL: from 17 on, rows come some at a time. A process loads one, so each has its own."""

import os
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
from postgresql_database import server_url

PROGRAM = """
import sys
from cormorant import create_engine, text
engine = create_engine(sys.argv[1])
with engine.connect() as connection:
    rows = text("select n, repeat('x', n % 7), nullif(n % 5, 0) from generate_series(1, 1000) as s(n)")
    result = connection.execute(rows, execution_options={"stream_results": True})
    some = result.fetchmany(3)
    assert connection.execute(text("select 42")).scalar() == 42  # what was not read yet is put aside
    some += result.fetchall()
    assert some == [(n, "x" * (n % 7), n % 5 or None) for n in range(1, 1001)], some[:5]
    failing = text("select 1 / (700 - n) from generate_series(1, 1000) as s(n)")
    given = 0
    try:
        for _ in connection.execute(failing, execution_options={"stream_results": True}):
            given += 1
    except Exception as why:
        assert "division by zero" in str(why), why
        assert given < 700, given
        print("streamed")
"""
BUNDLED = sorted(Path(psycopg.__file__).parent.parent.glob("psycopg_binary.libs/libpq-*.so*"))


@pytest.mark.parametrize("library", ["", *map(str, BUNDLED[:1])], ids=["usual", *["bundled" for _ in BUNDLED[:1]]])
def test_streamed_rows_are_those_of_the_statement_with_every_library(library):
    environment = {**os.environ, "CORMORANT_LIBPQ": library}
    command = [sys.executable, "-c", PROGRAM, server_url()]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60)
    assert done.stdout == "streamed\n", done.stderr


def test_there_is_a_library_that_gives_rows_in_chunks():
    assert BUNDLED and b"PQsetChunkedRowsMode" in BUNDLED[0].read_bytes()

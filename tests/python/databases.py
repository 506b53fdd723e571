"""The database that a run of these tests is on: SQLite, or the server that CORM_TEST_URL names.

A test is on both when it takes the fixture `database_url` (or `file_url`), itself or through another fixture. On the
server each process of pytest has a database of its own, and each test finds it empty.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

from cormorant import create_engine, text
from cormorant.engine import Engine, make_url

SERVER = os.environ.get("CORM_TEST_URL", "")
KINDS = ["server"] if SERVER else ["memory", "file"]  # parameters of tests that SQLite's two kinds may tell apart

LEFT_BEHIND = text("""
    SELECT (SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace)
         + (SELECT count(*) FROM pg_type WHERE typnamespace = 'public'::regnamespace)
""")
END_OTHERS = text("""
    SELECT count(pg_terminate_backend(pid, 5000)) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
""")


@contextmanager
def database_of_its_own(server: str, name: str) -> Iterator[str]:
    """The URL of a new database on the server, which is dropped at the end, with whoever is in it."""
    name = f"corm_{name}_{os.getpid()}"
    admin = create_engine(server, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f'CREATE DATABASE "{name}"'))
    try:
        yield make_url(server).set(database=name).render_as_string(hide_password=False)
    finally:
        with admin.connect() as connection:
            connection.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))
        admin.dispose()


def make_empty(admin: Engine) -> None:
    """Ends whoever an earlier test left in the database, and drops what it made, if anything."""
    with admin.connect() as connection:
        connection.execute(END_OTHERS)
        if connection.scalar(LEFT_BEHIND):
            connection.execute(text("DROP SCHEMA public CASCADE"))
            connection.execute(text("CREATE SCHEMA public"))

"""What the harness needs to run programs on PostgreSQL: clean databases, statements in a shared form.

A program says ``create_engine("sqlite://")``, which is an empty database of its own for each engine. On PostgreSQL each
such engine is given an empty database of the server that ``CORM_TEST_POSTGRESQL_URL`` names.

SQLAlchemy's driver takes named marks, ``%(name)s``, and Cormorant numbers them, ``$1``; both become ``?``, with the
values in the order of the text. A mark's cast is compared where psycopg has one, as ``?::VARCHAR``; the driver of the
core needs more of them. A question whether a table or a type exists counts as the same question in other words.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import re
import types
from typing import Any

VARIABLE = "CORM_TEST_POSTGRESQL_URL"
SCHEMES = {"sqlalchemy": "postgresql+psycopg", "cormorant": "postgresql+psycopg"}
PREFIX = "differential_"
SETTINGS = {"lock_timeout": "'3s'", "timezone": "'UTC'"}  # an engine that waits for another's lock is told so

SCHEMAS = r"SELECT nspname FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'"


class Databases:
    """Empty databases, one after the other, for the engines of one program; the next program gets the same again."""

    def __init__(self, package: types.ModuleType, worker: int) -> None:
        self.package, self.worker, self.given = package, worker, 0
        self.create_engine, self.text = package.create_engine, package.text
        self.make_url = importlib.import_module(f"{package.__name__}.engine").make_url

    def url(self, database: str | None = None) -> Any:
        """The server's URL for this library's driver."""
        given = os.environ.get(VARIABLE)
        if not given:
            raise RuntimeError(f"{VARIABLE} is not set: run this through tests/run.py or tests/servers.py")
        url = self.make_url(given).set(drivername=SCHEMES[self.package.__name__])
        return url.set(database=database) if database else url

    def run(self, url: Any, *statements: str) -> list[Any]:
        """Send plain SQL outside of a transaction; the rows of the first statement, when it has any."""
        engine = self.create_engine(url, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            results = [connection.execute(self.text(one)) for one in statements]
            rows = [row[0] for row in results[0]] if results[0].returns_rows else []
        engine.dispose()
        return rows

    def next(self) -> Any:
        """The URL of a database that is empty."""
        name = f"{PREFIX}{self.worker}_{self.given}"
        self.given += 1
        if self.run(self.url(), f"SELECT 1 FROM pg_database WHERE datname = '{name}'"):
            schemas = self.run(self.url(name), SCHEMAS)
            self.run(self.url(name), *(f'DROP SCHEMA "{one}" CASCADE' for one in schemas), "CREATE SCHEMA public")
        else:
            settings = [f"ALTER DATABASE {name} SET {key} = {value}" for key, value in SETTINGS.items()]
            self.run(self.url(), f"CREATE DATABASE {name} TEMPLATE template0", *settings)
        return self.url(name)

    def drop(self) -> None:
        """Drop what was made for this worker."""
        like = f"{PREFIX}{self.worker}\\_%".replace("_", "\\_", 1)
        for name in self.run(self.url(), f"SELECT datname FROM pg_database WHERE datname LIKE '{like}'"):
            self.run(self.url(), f"DROP DATABASE {name} WITH (FORCE)")


# ---------------------------------------------------------------------------------------------- statements


MARK = re.compile(
    r"""'(?:[^']|'')*' | "(?:[^"]|"")*" | %\((?P<name>[^)]*)\)s | (?P<next>%s) | (?P<percent>%%) | \$(?P<number>\d+)""",
    re.VERBOSE,
)
CASTS = r"(?:VARCHAR|INTEGER|BIGINT|SMALLINT|DATE|TIME|TIMESTAMP|JSONB?|UUID)\b"  # that psycopg's marks have
OTHER_CAST = re.compile(rf"\?::(?!{CASTS})(?:DOUBLE PRECISION|[\w.]+|\"[^\"]+\")(?:\([\d, ]+\))?")
EXISTS = re.compile(
    r"SELECT (?:c\.relname|t\.typname) FROM pg_catalog.* (?:c\.rel|t\.typ)name = '(?P<name>(?:[^']|'')*)'.*"
    r"|SELECT pg_catalog\.(?:pg_class\.rel|pg_type\.typ)name FROM.*"
)
MANY_ROWS = re.compile(
    r"(INSERT INTO .+?) SELECT (.+) FROM \(VALUES (.+)\) AS imp_sen\(.+?\) ORDER BY sen_counter(?: RETURNING (.*))?"
)


def value(parameter: Any) -> Any:
    """A value without the driver's wrapper around it; bytes as bytes."""
    if isinstance(parameter, (bytearray, memoryview)):
        return bytes(parameter)
    if type(parameter).__module__ == "psycopg.dbapi20":
        return value(parameter.obj)
    if type(parameter).__module__ == "psycopg.types.json":
        with contextlib.suppress(TypeError):  # what is no JSON is refused later, by the driver
            return (parameter.dumps or json.dumps)(parameter.obj)
    return parameter


def without_casts(printed: str) -> str:
    """Printed SQL without the casts of psycopg's marks: SQLAlchemy, too, writes none for a URL that names no driver."""
    return re.sub(rf"(%\(\w+\)s)::{CASTS}(?: WITH(?:OUT)? TIME ZONE)?", r"\1", printed)


def with_plain_marks(text: str, parameters: Any) -> tuple[str, Any]:
    """A statement with ``?`` for each mark, and one set of its parameters in the order of the text."""
    used: list[Any] = []
    driver_doubles = hasattr(parameters, "items")  # SQLAlchemy's text for psycopg: each % stands twice

    def replace(found: re.Match[str]) -> str:
        if found["name"] is not None:
            used.append(parameters[found["name"]])
        elif found["next"]:
            used.append(parameters[len(used)])
        elif found["number"]:
            used.append(parameters[int(found["number"]) - 1])
        else:
            return found[0].replace("%%", "%") if driver_doubles else found[0]
        return "?"

    replaced = OTHER_CAST.sub("?", MARK.sub(replace, text))
    exists = EXISTS.fullmatch(replaced)
    if exists:
        kind = "type" if "typname" in replaced else "table"
        return f"does the {kind} exist?", (exists["name"] or used[0],)
    return replaced, tuple(map(value, used))


def with_plain_values(text: str) -> str:
    """SQLAlchemy's INSERT of many rows whose keys come back in order, as the INSERT ... VALUES that it stands for."""
    found = MANY_ROWS.fullmatch(text)
    if not found:
        return text
    row = re.sub(r"\bp\d+\b", "?", found[2])
    rows = len(re.findall(r", \d+\)", found[3]))
    returned = re.sub(r"(?:^|, )(\S+) AS \w+__1$", lambda it: it[0] if it[1] not in found[4] else "", found[4] or "")
    values = ", ".join([f"({row})"] * rows)
    return f"{found[1]} VALUES {values}" + (f" RETURNING {returned}" if returned else "")


def share(recorded: list[tuple[str, Any, bool]]) -> list[tuple[str, Any, bool]]:
    """Recorded statements in the form that both sides share."""
    shared = []
    for raw, parameters, many in recorded:
        sets = parameters if many and isinstance(parameters, list) else [parameters]
        plain = [with_plain_marks(" ".join(raw.split()), one) for one in sets]
        text = with_plain_values(plain[0][0])
        shared.append((text, [one for _, one in plain] if many and isinstance(parameters, list) else plain[0][1], many))
    return shared

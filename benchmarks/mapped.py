"""The rows of the benchmark, and the two libraries with a class mapped on them."""

from __future__ import annotations

from typing import Any, Callable

import sqlalchemy
from measure import timed

COLUMNS = ("id", "name", "email", "bio", "age", "height", "balance", "created")
GETS = 10_000
BUILDS = 2_000
SELECTS = 2_000
SELECT = f"SELECT {', '.join(COLUMNS)} FROM person"


def values(n: int) -> tuple[Any, ...]:
    """The seven values of a row besides its key; one in a hundred has text that is not ASCII."""
    bio = f"writes about {n % 97} things and lives by the {'ä' if n % 100 == 0 else 'a'}lder, number {n}"
    created = f"2013-{n % 12 + 1:02}-{n % 28 + 1:02} {n % 24:02}:00:00"
    return f"name {n % 5000}", f"person{n}@example.org", bio, n % 90, 1.5 + n % 50 / 100, n * 37 % 100_003, created


class Mapped:
    """One of the two libraries with the class mapped on its table."""

    def __init__(self, package: Any, orm: Any, url: str, created: Any) -> None:
        self.package, self.orm = package, orm
        base = orm.declarative_base()
        columns: dict[str, Any] = {"__tablename__": "person"}
        kinds = (package.String, package.String, package.String, package.Integer, package.Float, package.Integer)
        columns["id"] = package.Column(package.Integer, primary_key=True)
        for name, kind in zip(COLUMNS[1:], (*kinds, created)):
            columns[name] = package.Column(kind)
        self.metadata = base.metadata
        self.person = type("Person", (base,), columns)
        self.engine = package.create_engine(url)

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

    def construct_and_commit(self, data: list[tuple[Any, ...]], url: str) -> float:
        """Into an empty table of that database."""
        engine = self.package.create_engine(url)
        self.metadata.drop_all(engine)
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
        """How a library finds SQL that it has compiled before, and this statement's values: ours in the engine's cache,
        SQLAlchemy's in the same way as its own execute()."""
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

"""Every program of programs/ does the same on SQLAlchemy and here; every one of listed/ differs, as it says."""

from __future__ import annotations

from pathlib import Path

import pytest
from harness import (
    HERE,
    POSTGRESQL,
    SQLITE,
    BrokenProgram,
    Harness,
    Outcome,
    normalise,
    only_on,
    opens_a_database,
    run_child,
    translate,
)
from postgresql import share, with_plain_marks

PROGRAMS = sorted((HERE / "programs").glob("*.py"))
DIFFERENCES = sorted((HERE / "listed").glob("*.py"))


def on(database: str, programs: list[Path]) -> list[Path]:
    """The programs that run on a database: those that open one, and are not about another."""
    return [
        one
        for one in programs
        if (only_on(one) or (database,))[0] == database and (database == SQLITE or opens_a_database(one))
    ]


def cases(programs: list[Path]) -> list[tuple[str, Path]]:
    return [(database, one) for database in (SQLITE, POSTGRESQL) for one in on(database, programs)]


def name(case: object) -> str:
    return case.stem if isinstance(case, Path) else str(case)


@pytest.mark.equal_program
@pytest.mark.parametrize(("database", "path"), cases(PROGRAMS), ids=name)
def test_program_does_the_same_with_either_import(database: str, path: Path, harness: Harness) -> None:
    try:
        diff = harness.differences(path, database)
    except BrokenProgram as error:
        diff = str(error)
    if diff:
        pytest.fail(diff, pytrace=False)


@pytest.mark.listed_difference
@pytest.mark.parametrize(("database", "path"), cases(DIFFERENCES), ids=name)
def test_listed_difference_still_differs(database: str, path: Path, harness: Harness) -> None:
    expected, actual = harness.run(path, database)
    assert not expected.failure, expected.failure
    assert not actual.failure, actual.failure
    assert expected.lines() != actual.lines(), f"{path.name} no longer differs: take it from the list"


def test_what_runs_on_one_database_alone_says_why() -> None:
    for path in [*PROGRAMS, *DIFFERENCES]:
        said = only_on(path)
        assert not said or (said[0] in (SQLITE, POSTGRESQL) and len(said[1].split()) > 3), path.name


def test_inserts_of_one_form_count_as_one_however_they_are_sent() -> None:
    one_by_one = [("INSERT INTO t (a, b) VALUES (?, ?) RETURNING id", (n, "x"), False) for n in range(4)]
    as_many = [("INSERT INTO t (a, b) VALUES (?, ?)", [(n, "x") for n in range(4)], True)]
    as_values = [
        ("INSERT INTO t (a, b)\n VALUES (?, ?), (?, ?)", (0, "x", 1, "x"), False),
        ("INSERT INTO t (a, b) VALUES (?, ?), (?, ?)", [2, "x", 3, "x"], False),
    ]
    assert normalise(one_by_one) == normalise(as_many) == normalise(as_values)
    assert len(normalise(as_many)) == 1


def test_inserts_of_two_forms_stay_apart() -> None:
    two = [("INSERT INTO t (a) VALUES (?)", (1,), False), ("INSERT INTO t (a) VALUES (lower(?))", ("x",), False)]
    assert len(normalise(two)) == 2


def test_only_imports_are_translated() -> None:
    source = 'from sqlalchemy.orm import (\n    Session,\n)\nimport sqlalchemy as sa\nprint("sqlalchemy")\n'
    wanted = 'from cormorant.orm import (\n    Session,\n)\nimport cormorant as sa\nprint("sqlalchemy")\n'
    assert translate(source, "sqlalchemy", "cormorant") == wanted


def test_a_program_that_crashes_or_raises_is_an_outcome(tmp_path: Path) -> None:
    crash, error = tmp_path / "crash.py", tmp_path / "error.py"
    crash.write_text("import os\nos.kill(os.getpid(), 9)\n")
    error.write_text("import sqlalchemy\nprint('before')\nraise KeyError('k')\n")
    assert run_child(crash, "sqlalchemy") == Outcome(failure="ended by signal 9")
    outcome = run_child(error, "sqlalchemy")
    assert outcome.printed == "before\n"
    assert outcome.failure.endswith("KeyError: 'k'\n")


def test_marks_of_both_drivers_are_shared() -> None:
    theirs = ("SELECT a FROM t WHERE b = %(b_1)s::VARCHAR AND c %% %(c)s = '5%%' AND d = %(b_1)s", {"b_1": "x", "c": 2})
    ours = ("SELECT a FROM t WHERE b = $1::VARCHAR AND c % $2::NUMERIC(10, 2) = '5%' AND d = $1::mood", ("x", 2))
    assert with_plain_marks(*theirs) == with_plain_marks(*ours)
    assert with_plain_marks(*ours)[1] == ("x", 2, "x")


def test_an_insert_whose_keys_come_back_in_order_is_an_insert_of_rows() -> None:
    text = (
        "INSERT INTO t (a, b) SELECT p0::VARCHAR, lower(p1::VARCHAR) FROM (VALUES (%(a__0)s, %(b__0)s, 0), "
        "(%(a__1)s, %(b__1)s, 1)) AS imp_sen(p0, p1, sen_counter) ORDER BY sen_counter RETURNING t.id, t.id AS id__1"
    )
    ours = "INSERT INTO t (a, b) VALUES ($1::VARCHAR, lower($2::VARCHAR)) RETURNING t.id"
    theirs = share([(text, {"a__0": 1, "b__0": 2, "a__1": 3, "b__1": 4}, True)])
    assert normalise(theirs) == normalise(share([(ours, (1, 2), False), (ours, (3, 4), False)]))

"""Every program of programs/ does the same on SQLAlchemy and here; every one of listed/ differs, as it says."""

from __future__ import annotations

from pathlib import Path

import pytest
from harness import HERE, Harness, Outcome, normalise, run_child, translate

PROGRAMS = sorted((HERE / "programs").glob("*.py"))
DIFFERENCES = sorted((HERE / "listed").glob("*.py"))


@pytest.mark.equal_program
@pytest.mark.parametrize("path", PROGRAMS, ids=lambda path: path.stem)
def test_program_does_the_same_with_either_import(path: Path, harness: Harness) -> None:
    diff = harness.differences(path)
    if diff:
        pytest.fail(diff, pytrace=False)


@pytest.mark.listed_difference
@pytest.mark.parametrize("path", DIFFERENCES, ids=lambda path: path.stem)
def test_listed_difference_still_differs(path: Path, harness: Harness) -> None:
    harness.oracle.start(path)
    harness.ours.start(path)
    expected, actual = harness.oracle.finish(), harness.ours.finish()
    assert not actual.failure, actual.failure
    assert expected.lines() != actual.lines(), f"{path.name} no longer differs: take it from the list"


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

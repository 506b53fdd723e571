"""What type checkers make of programs: each ``reveal_type(...)  # expect: T`` line shows T, each mistake is found.

Types are compared by their names without modules. The expected ones are what SQLAlchemy's annotations give for the same
program; where ours differ, the line goes on with ``# there: ...``, what SQLAlchemy's say. A line that is a mistake
ends in ``# error: code``. Both are compared: the programs are checked as they are, and with the import changed.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
CASES = HERE / "cases"
PACKAGE = ROOT / "bindings/python"
CACHE = ROOT / ".cache/mypy"  # a folder for each run in it: two at once must not share one
PROGRAMS = sorted(path.name for path in CASES.glob("*.py"))
_SAID = re.compile(r"(?P<file>[\w.]+\.py):(?P<line>\d+): (?P<kind>error|note): (?P<text>.*)")
_EXPECTED = re.compile(r"# (?P<kind>expect|error): (?P<what>.*?)(?:  # there: (?P<there>.*))?$")


def short(name: str) -> str:
    """A type as mypy writes it, its names without their modules."""
    return re.sub(r"\b(?:\w+\.)+(\w+)", r"\1", name)


def told(folder: Path, cache: str, **environment: str) -> dict[str, dict[int, list[str]]]:
    """What mypy says in strict mode of the programs in a folder, by file and line."""
    options = ["--strict", "--config-file=", "--no-error-summary", "--hide-error-context", "--no-color-output"]
    command = [sys.executable, "-m", "mypy", *options, "--cache-dir", str(CACHE / cache), *PROGRAMS]
    done = subprocess.run(command, cwd=folder, env=dict(os.environ, **environment), capture_output=True, text=True)
    assert done.returncode in (0, 1), done.stdout + done.stderr
    said: dict[str, dict[int, list[str]]] = {name: {} for name in PROGRAMS}
    for line in done.stdout.splitlines():
        found = _SAID.match(line)
        if found is None:
            assert "error:" not in line, line  # a mistake of the package's own, not of the program
            continue
        revealed = re.search(r'Revealed type is "(.*)"', found["text"])
        if revealed:
            what = f"expect: {short(revealed[1])}"
        elif found["kind"] == "error":
            what = "error: " + found["text"].rsplit("[", 1)[-1].rstrip("]")
        else:
            continue
        said[found["file"]].setdefault(int(found["line"]), []).append(what)
    return said


def expected(name: str, there: bool = False) -> dict[int, list[str]]:
    """What the comments of a program say, by line; with ``there``, of SQLAlchemy."""
    found: dict[int, list[str]] = {}
    for number, line in enumerate((CASES / name).read_text().splitlines(), 1):
        comment = _EXPECTED.search(line)
        if comment is not None:
            what = f"{comment['kind']}: {comment['what'].strip()}"
            found[number] = [comment["there"].strip() if there and comment["there"] else what]
    return found


def differences(said: dict[str, dict[int, list[str]]], there: bool) -> list[str]:
    """Where mypy says other things than a program's comments, a line each."""
    found = []
    for name in PROGRAMS:
        wanted = expected(name, there)
        for line in sorted(wanted.keys() | said[name].keys()):
            told_here, wanted_here = said[name].get(line, []), wanted.get(line, [])
            if told_here != wanted_here:
                found.append(f"{name}:{line}: mypy says {told_here}, the comment {wanted_here}")
    return found


@pytest.mark.slow
def test_programs_have_the_types_that_they_expect() -> None:
    assert differences(told(CASES, "here", MYPYPATH=str(PACKAGE)), there=False) == []


@pytest.mark.slow
def test_the_types_are_those_of_sqlalchemy(tmp_path: Path) -> None:
    for name in PROGRAMS:
        (tmp_path / name).write_text(re.sub(r"\bcormorant\b", "sqlalchemy", (CASES / name).read_text()))
    assert differences(told(tmp_path, "there"), there=True) == []


def test_every_type_that_is_shown_is_expected() -> None:
    for name in PROGRAMS:
        lines = (CASES / name).read_text().splitlines()
        silent = [n for n, line in enumerate(lines, 1) if "reveal_type(" in line and "# expect: " not in line]
        assert silent == [], f"{name}: no expectation"


def test_generic_classes_take_their_arguments_at_run_time() -> None:
    from cormorant import Column, Result, Row, Select, TypeDecorator
    from cormorant.orm import InstrumentedAttribute, Mapped, MappedColumn, Query, declared_attr

    for cls in (Column, Result, Row, Select, TypeDecorator, InstrumentedAttribute, Mapped, MappedColumn, Query):
        assert cls[int] is not None

    class Mixin:
        note: declared_attr[int] = declared_attr[int](lambda cls: 1)

    assert isinstance(vars(Mixin)["note"], declared_attr)

"""One harness for the session, and a line at the end that counts."""

from __future__ import annotations

from typing import Any, Iterator

import pytest
from harness import HERE, POSTGRESQL, SQLITE, Harness, only_on

EQUAL = "equal_program"
LISTED = "listed_difference"


@pytest.fixture(scope="session")
def harness() -> Iterator[Harness]:
    with Harness() as both:
        yield both


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", f"{EQUAL}: a program that must do the same with either import")
    config.addinivalue_line("markers", f"{LISTED}: a program that must differ, as its docstring says")


def pytest_terminal_summary(terminalreporter: Any) -> None:
    passed, failed = terminalreporter.stats.get("passed", []), terminalreporter.stats.get("failed", [])
    said = []
    for database in (SQLITE, POSTGRESQL):
        equal, different = (
            sum(1 for one in those if EQUAL in one.keywords and f"[{database}-" in one.nodeid)
            for those in (passed, failed)
        )
        said.append(f"{equal} programs equal, {different} not equal on {database}")
    listed = sum(1 for one in passed if LISTED in one.keywords)
    terminalreporter.write_line(f"differential: {'; '.join(said)}; {listed} listed differences")
    for path in sorted([*(HERE / "programs").glob("*.py"), *(HERE / "listed").glob("*.py")]):
        only = only_on(path)
        if only:
            terminalreporter.write_line(f"  {path.stem}: only on {only[0]}: {only[1]}")

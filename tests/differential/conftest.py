"""One harness for the session, and a line at the end that counts."""

from __future__ import annotations

from typing import Any, Iterator

import pytest
from harness import HERE, POSTGRESQL, SQLITE, Harness, only_on
from test_programs import NOT_YET_ON_POSTGRESQL

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
    not_yet = {f"{POSTGRESQL}-{one}]" for one in NOT_YET_ON_POSTGRESQL}
    said = []
    for database in (SQLITE, POSTGRESQL):
        equal = [one.nodeid for one in passed if EQUAL in one.keywords and f"[{database}-" in one.nodeid]
        different = sum(1 for one in failed if EQUAL in one.keywords and f"[{database}-" in one.nodeid)
        later = sum(1 for one in equal if one.split("[")[-1] in not_yet)
        said.append(
            f"{len(equal) - later} programs equal, {different} not equal on {database}"
            + (f" ({later} are not yet expected to be)" if later else "")
        )
    listed = sum(1 for one in passed if LISTED in one.keywords)
    terminalreporter.write_line(f"differential: {'; '.join(said)}; {listed} listed differences")
    for path in sorted([*(HERE / "programs").glob("*.py"), *(HERE / "listed").glob("*.py")]):
        only = only_on(path)
        if only:
            terminalreporter.write_line(f"  {path.stem}: only on {only[0]}: {only[1]}")

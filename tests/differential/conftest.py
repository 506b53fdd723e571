"""One harness for the session, and a line at the end that counts."""

from __future__ import annotations

from typing import Any, Iterator

import pytest
from harness import Harness

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
    equal = sum(1 for one in passed if EQUAL in one.keywords)
    different = sum(1 for one in failed if EQUAL in one.keywords)
    listed = sum(1 for one in passed if LISTED in one.keywords)
    terminalreporter.write_line(
        f"differential: {equal} programs equal, {different} not equal, {listed} listed differences"
    )

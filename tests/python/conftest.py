"""What all tests of the Python package share: nothing of the core may stay alive behind a file of tests."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest
from cormorant import _core
from cormorant.engine.base import Engine

COUNTED = ("records", "blocks", "statements", "sessions", "connections")


def _dispose_engines() -> None:
    for engine in [o for o in gc.get_objects() if isinstance(o, Engine)]:
        engine.dispose()


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_teardown(item: pytest.Item) -> None:
    """The last test of a file would hold what its fixtures gave until everything is counted."""
    if isinstance(item, pytest.Function):
        item.funcargs.clear()


@pytest.fixture(scope="module", autouse=True)
def nothing_stays_alive() -> Iterator[None]:
    """Live records, blocks, statements, sessions and connections are what they were, once collected."""
    gc.collect()
    before = _core.live()
    yield
    for _ in range(3):
        gc.collect()
    _dispose_engines()
    gc.collect()
    after = _core.live()
    left = {kind: after[kind] - before[kind] for kind in COUNTED if after[kind] > before[kind]}
    assert not left, f"still alive: {left}"

"""What all tests of the Python package share: their database, and that nothing of the core outlives a file of tests."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from pathlib import Path

import pytest
from cormorant import _core, create_engine
from cormorant.engine.base import Engine
from databases import SERVER, database_of_its_own, make_empty

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


def runs_on_the_server(item: pytest.Item) -> bool:
    """A test that speaks to the run's database, and is not about SQLite."""
    speaks = "database_url" in getattr(item, "fixturenames", ())
    return speaks and item.get_closest_marker("sqlite") is None


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if not SERVER:
        return
    left_out = [item for item in items if not runs_on_the_server(item)]
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if runs_on_the_server(item)]


@pytest.fixture(scope="session")
def _server_admin() -> Iterator[Engine]:
    with database_of_its_own(SERVER, "both") as url:
        yield create_engine(url, isolation_level="AUTOCOMMIT")


@pytest.fixture
def database_url(request: pytest.FixtureRequest) -> str:
    """The URL of an empty database: SQLite's in memory, or one on the server that the run is on."""
    if not SERVER:
        return "sqlite://"
    admin = request.getfixturevalue("_server_admin")
    make_empty(admin)
    return str(admin.url.render_as_string(hide_password=False))


@pytest.fixture
def file_url(database_url: str, tmp_path: Path) -> str:
    """The same, where SQLite's is a file: connections of its engine see each other's changes."""
    return database_url if SERVER else f"sqlite:///{tmp_path}/a.db"

"""Every name that programs import from SQLAlchemy is here, or says by name that it is not."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest
from cormorant import exc

# Lines of a module and a name: what published applications, libraries and examples import.
LIST = Path(__file__).parent.parent / "fixtures" / "names.txt"
NAMES = [tuple(line.split()) for line in LIST.read_text().splitlines()]


def find(module: str, name: str) -> object:
    """What ``from module import name`` gives."""
    found = importlib.import_module(module)
    try:
        return getattr(found, name)
    except AttributeError:
        return importlib.import_module(f"{module}.{name}")


@pytest.mark.parametrize(("module", "name"), NAMES)
def test_a_name_exists_or_says_that_it_does_not(module: str, name: str) -> None:
    try:
        found = find(module.replace("sqlalchemy", "cormorant"), name)
    except exc.NotSupportedYet as refused:
        assert name in str(refused)
    else:
        assert found is not None
        assert not isinstance(found, str), "a name stands for a thing, not for a word"


def test_most_names_exist() -> None:
    """A list of refusals is no library."""
    missing = []
    for module, name in NAMES:
        try:
            find(module.replace("sqlalchemy", "cormorant"), name)
        except exc.NotSupportedYet:
            missing.append(f"{module}.{name}")
    assert len(missing) < len(NAMES) / 5, missing


def test_a_star_import_gives_the_engine_too() -> None:
    scope: dict[str, object] = {}
    exec("from cormorant import *", scope)
    assert {"create_engine", "select", "Column", "URL"} <= set(scope)

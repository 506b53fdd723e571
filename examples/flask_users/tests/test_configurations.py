"""Which database an application works on is decided by its configuration alone."""

from __future__ import annotations

import hashlib
from pathlib import Path

import config
import pytest
from users import create_app
from users.commands import add_users
from users.database import engine_of

DEVELOPMENT_FILE = config.INSTANCE / "development.db"


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.fixture
def instance(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the files of development and testing, instead of the one in the checkout."""
    for name, configuration in config.CONFIGURATIONS.items():
        if name != "production":
            uri = f"sqlite:///{tmp_path / name}.db?profile=app"
            monkeypatch.setattr(configuration, "SQLALCHEMY_DATABASE_URI", uri)
    return tmp_path


def test_the_files_of_development_and_testing_differ() -> None:
    files = {c.SQLALCHEMY_DATABASE_URI for c in (config.Development, config.Testing)}
    assert len(files) == 2
    assert all(uri.startswith("sqlite:///") for uri in files)


def test_a_test_run_leaves_the_development_file_as_it_was(instance: Path) -> None:
    development = create_app("development")
    with development.app_context():
        add_users(20)
    engine_of(development).dispose()
    before = digest(instance / "development.db")

    testing = create_app("testing")
    client = testing.test_client()
    for number in range(5):
        client.post("/users/new", data={"name": "Ada", "email": f"ada{number}@example.org"})
    client.post("/users/1/delete")
    assert "of 4" in client.get("/users").text
    engine_of(testing).dispose()

    assert digest(instance / "development.db") == before
    assert not (instance / "development.db-wal").exists()


@pytest.fixture(scope="session", autouse=True)
def the_development_file_of_the_checkout_is_left_alone() -> object:
    before = digest(DEVELOPMENT_FILE) if DEVELOPMENT_FILE.exists() else None
    yield
    assert (digest(DEVELOPMENT_FILE) if DEVELOPMENT_FILE.exists() else None) == before

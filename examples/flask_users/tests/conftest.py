"""Each test gets an application over empty tables, once for each database."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from users import create_app
from users.database import Base, engine_of

DATABASES = ["sqlite", "postgresql"]


def url_of(database: str, folder: Path) -> str:
    if database == "sqlite":
        return f"sqlite:///{folder / 'testing.db'}?profile=app"
    return os.environ[f"CORM_TEST_{database.upper()}_URL"]


@pytest.fixture(params=DATABASES)
def app(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Flask]:
    app = create_app("testing", SQLALCHEMY_DATABASE_URI=url_of(request.param, tmp_path))
    engine = engine_of(app)
    Base.metadata.drop_all(engine)
    Base.metadata.create_all(engine)
    yield app
    Base.metadata.drop_all(engine)
    engine.dispose()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()

"""The engine of an application and the session of a request."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from cormorant import Engine, create_engine, make_url
from cormorant.orm import DeclarativeBase, Session, scoped_session
from flask import Flask, current_app
from flask.globals import app_ctx


def _open() -> Session:
    return Session(engine_of(current_app))


def _context() -> int:
    return id(app_ctx._get_current_object())  # type: ignore[attr-defined]


# Each application context, and so each request, has a session of its own.
session: scoped_session[Session] = scoped_session(_open, scopefunc=_context)


class Base(DeclarativeBase):
    query: Any = session.query_property()


def engine_of(app: Any) -> Engine:
    engine: Engine = app.extensions["engine"]
    return engine


def init_app(app: Flask) -> None:
    """Opens the engine of the configuration's URL, makes the missing tables, and ends the session of each request."""
    url = make_url(app.config["SQLALCHEMY_DATABASE_URI"])
    if url.get_backend_name() == "sqlite" and url.database:
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    app.extensions["engine"] = create_engine(url, echo=app.config["SQLALCHEMY_ECHO"], pool_pre_ping=True)
    Base.metadata.create_all(engine_of(app))
    app.teardown_appcontext(lambda error: session.remove())

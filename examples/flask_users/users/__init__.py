"""The application factory."""

from __future__ import annotations

from typing import Any

from config import CONFIGURATIONS
from flask import Flask, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import CSRFProtect

from . import commands, database, views


def create_app(configuration: str | type = "development", **overrides: Any) -> Flask:
    """An application for one configuration: its name, or a class like those of config.py.

    `overrides` replace single values, as in `create_app("testing", SQLALCHEMY_DATABASE_URI=url)`.
    """
    app = Flask(__name__)
    app.config.from_object(CONFIGURATIONS[configuration] if isinstance(configuration, str) else configuration)
    app.config.update(overrides)
    for name in ("SECRET_KEY", "SQLALCHEMY_DATABASE_URI"):
        if not app.config[name]:
            raise RuntimeError(f"{name} is not set: give it in the environment (production: SECRET_KEY, DATABASE_URL)")
    CSRFProtect(app)
    database.init_app(app)
    app.register_blueprint(views.blueprint)
    app.cli.add_command(commands.seed)
    app.add_url_rule("/", "home", lambda: redirect(url_for("users.index")))
    app.register_error_handler(404, not_found)
    return app


def not_found(error: Exception) -> ResponseReturnValue:
    return render_template("not_found.html"), 404

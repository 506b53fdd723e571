"""One URL decides: a SQLite file while developing, another one in tests, a server in production."""

from __future__ import annotations

import os
from pathlib import Path

INSTANCE = Path(__file__).resolve().parent / "instance"


class Config:
    """What all have in common."""

    SECRET_KEY = "not a secret: for development and tests only"
    SQLALCHEMY_DATABASE_URI = ""
    SQLALCHEMY_ECHO = False
    USERS_PER_PAGE = 12


class Development(Config):
    DEBUG = True
    SQLALCHEMY_DATABASE_URI = f"sqlite:///{INSTANCE / 'development.db'}?profile=app"


class Testing(Config):
    TESTING = True
    WTF_CSRF_ENABLED = False
    SQLALCHEMY_DATABASE_URI = f"sqlite:///{INSTANCE / 'testing.db'}?profile=app"


class Production(Config):
    """Its URL and its key come from the environment: `postgresql://user:password@host/database`."""

    SECRET_KEY = os.environ.get("SECRET_KEY", "")
    SQLALCHEMY_DATABASE_URI = os.environ.get("DATABASE_URL", "")
    SESSION_COOKIE_SECURE = os.environ.get("SESSION_COOKIE_SECURE", "1") == "1"
    SESSION_COOKIE_SAMESITE = "Lax"


CONFIGURATIONS: dict[str, type[Config]] = {
    "development": Development,
    "testing": Testing,
    "production": Production,
}

"""The schema, where SQLAlchemy keeps it."""

from .. import schema as _schema


def __getattr__(name: str) -> object:
    return getattr(_schema, name)

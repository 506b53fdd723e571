"""What ``orig`` is for databases whose driver is the core's own: PEP 249's tree, with the server's details."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .. import _core
from . import sqlstates

__all__ = [
    "DataError", "DatabaseError", "Diagnostic", "Error", "IntegrityError", "InterfaceError", "InternalError",
    "NotSupportedError", "OperationalError", "ProgrammingError", "Warning",
]  # fmt: skip


class Warning(Exception):
    """PEP 249's warning."""


class Diagnostic:
    """What the server says of an error."""

    def __init__(self, details: Mapping[str, str]) -> None:
        column = details.get("column")
        self.sqlstate = details.get("sqlstate")
        self.severity = details.get("severity")
        self.message_primary = details.get("message_primary")
        self.message_detail = details.get("message_detail")
        self.message_hint = details.get("message_hint")
        self.schema_name = details.get("schema")
        self.table_name = details.get("table")
        self.column_name = column.rpartition(".")[2] if column and not details.get("constraint_name") else None
        self.datatype_name = details.get("datatype")
        self.constraint_name = details.get("constraint_name")


class Error(Exception):
    """An error of the database or of its client library."""

    diag: Diagnostic = Diagnostic({})

    @property
    def sqlstate(self) -> str | None:
        """The five characters that name the error; also as ``pgcode``."""
        return self.diag.sqlstate

    pgcode = sqlstate

    @property
    def pgerror(self) -> str:
        """The server's sentence."""
        return str(self)


class InterfaceError(Error):
    """The client library was used wrongly."""


class DatabaseError(Error):
    """The database refused."""


class DataError(DatabaseError):
    """A value is out of range or of the wrong kind."""


class OperationalError(DatabaseError):
    """The database cannot do it now."""


class IntegrityError(DatabaseError):
    """A constraint was broken."""


class InternalError(DatabaseError):
    """The database is in trouble."""


class ProgrammingError(DatabaseError):
    """The SQL is wrong, or names what is not there."""


class NotSupportedError(DatabaseError):
    """The database has no such thing."""


_TREE: dict[str, type[Error]] = {
    "InterfaceError": InterfaceError, "DatabaseError": DatabaseError, "DataError": DataError,
    "OperationalError": OperationalError, "IntegrityError": IntegrityError, "InternalError": InternalError,
    "ProgrammingError": ProgrammingError, "NotSupportedError": NotSupportedError,
}  # fmt: skip
_MADE: dict[tuple[str, str], type[Error]] = {}


def _class_of(name: str, sqlstate: str | None) -> type[Error]:
    """The class of a state, UniqueViolation for 23505, below that of PEP 249's tree."""
    base = _TREE.get(name, DatabaseError)
    own = sqlstates.NAMES.get(sqlstate or "")
    if own is None:
        return base
    if (own, name) not in _MADE:
        _MADE[own, name] = type(own, (base,), {"__module__": __name__, "__doc__": f"SQLSTATE {sqlstate}."})
    return _MADE[own, name]


def _driver_exception(dialect: str, name: str, message: str, details: dict[str, str]) -> Any:
    """The exception that ``orig`` is; None for SQLite, whose tree is the standard library's."""
    if dialect == "sqlite":
        return None
    detail, hint = details.get("message_detail"), details.get("message_hint")
    for label, text in (("DETAIL", detail), ("HINT", hint)):
        if text and text not in message:
            message += f"\n{label}:  {text}"
    made = _class_of(name, details.get("sqlstate"))(message)
    made.diag = Diagnostic(details)
    return made


_core.driver_exception = _driver_exception

"""The exceptions, with SQLAlchemy's names and tree."""

from __future__ import annotations

from typing import Any

from . import _core


class SQLAlchemyError(Exception):
    """The base of all errors of this package."""

    code: str | None = None

    def __init__(self, *args: Any, **kw: Any) -> None:
        code = kw.pop("code", None)
        if code is not None:
            self.code = code
        super().__init__(*args, **kw)


class NotSupportedYet(SQLAlchemyError, NotImplementedError):
    """A name, an argument or a combination that SQLAlchemy has and this release has not."""


class ArgumentError(SQLAlchemyError):
    """An argument that cannot be right."""


class DuplicateColumnError(ArgumentError):
    """A Table has a column of that name already."""


class ObjectNotExecutableError(ArgumentError):
    """What was given to execute() is no statement."""

    def __init__(self, target: Any) -> None:
        super().__init__(f"{target!r} is no statement that can be executed")
        self.target = target

    def __reduce__(self) -> Any:
        return self.__class__, (self.target,)


class NoSuchModuleError(ArgumentError):
    """There is no such dialect or driver."""


class NoForeignKeysError(ArgumentError):
    """No foreign key leads from one side of a join to the other."""


class AmbiguousForeignKeysError(ArgumentError):
    """Several foreign keys lead from one side of a join to the other."""


class ConstraintColumnNotFoundError(ArgumentError):
    """A constraint names a column that its table has not."""


class CircularDependencyError(SQLAlchemyError):
    """Things depend on each other in a circle."""

    def __init__(
        self, message: str, cycles: Any = None, edges: Any = None, msg: str | None = None, code: str | None = None
    ) -> None:
        super().__init__(msg if msg is not None else message, code=code)
        self.cycles = cycles
        self.edges = edges


class CompileError(SQLAlchemyError):
    """A statement has no SQL in this dialect."""


class UnsupportedCompilationError(CompileError):
    """An element or a type has no SQL in this dialect."""

    code = "l7de"

    def __init__(self, compiler: Any, element_type: Any = None, message: str | None = None) -> None:
        if element_type is None:
            super().__init__(str(compiler))
        else:
            more = f": {message}" if message else ""
            super().__init__(f"{compiler!r} cannot write elements of {element_type!r}{more}")
        self.compiler = compiler
        self.element_type = element_type
        self.message = message


class IdentifierError(SQLAlchemyError):
    """An identifier is too long for the database."""


class DisconnectionError(SQLAlchemyError):
    """A connection of the pool was found to be dead."""

    invalidate_pool = False


class InvalidatePoolError(DisconnectionError):
    """All connections of the pool are dead."""

    invalidate_pool = True


class TimeoutError(SQLAlchemyError):
    """The pool had no connection in time."""


class InvalidRequestError(SQLAlchemyError):
    """Not possible in this state."""


class _UnnamedColumnError(InvalidRequestError):
    """A column is used before the class that it is written in has given it a name."""


class IllegalStateChangeError(InvalidRequestError):
    """A session was used while another call on it was going on."""


class NoInspectionAvailable(InvalidRequestError):
    """inspect() knows nothing about such an object."""


class PendingRollbackError(InvalidRequestError):
    """The transaction failed; rollback() must be called first."""


class ResourceClosedError(InvalidRequestError):
    """Used after it was closed."""


class NoSuchColumnError(InvalidRequestError, KeyError):
    """A row has no such column."""


class NoResultFound(InvalidRequestError):
    """One row was needed, there was none."""


class MultipleResultsFound(InvalidRequestError):
    """One row was needed, there were more."""


class NoReferenceError(InvalidRequestError):
    """A foreign key refers to what is not there."""

    table_name: str


class AwaitRequired(InvalidRequestError):
    """An asynchronous operation was used without await."""


class MissingGreenlet(InvalidRequestError):
    """A lazy load happened where nothing can wait for it."""


class NoReferencedTableError(NoReferenceError):
    """A foreign key refers to a table that is not there."""

    def __init__(self, message: str, tname: str = "") -> None:
        super().__init__(message)
        self.table_name = tname


class NoReferencedColumnError(NoReferenceError):
    """A foreign key refers to a column that is not there."""

    def __init__(self, message: str, tname: str = "", cname: str = "") -> None:
        super().__init__(message)
        self.table_name = tname
        self.column_name = cname


class NoSuchTableError(InvalidRequestError):
    """The database has no such table."""


class UnreflectableTableError(InvalidRequestError):
    """A table of the database cannot be read."""


class UnboundExecutionError(InvalidRequestError):
    """There is no engine for this statement."""


class DontWrapMixin:
    """An exception that is raised as it is, not inside a StatementError."""


class StatementError(SQLAlchemyError):
    """A statement failed while it was made ready or run.

    ``statement`` is its SQL, ``params`` are its parameters, ``orig`` is the exception beneath.
    """

    statement: str | None = None
    params: Any = None
    orig: BaseException | None = None
    ismulti: bool | None = None

    def __init__(
        self,
        message: str,
        statement: str | None,
        params: Any,
        orig: BaseException | None,
        hide_parameters: bool = False,
        code: str | None = None,
        ismulti: bool | None = None,
    ) -> None:
        super().__init__(message, code=code)
        self.statement = statement
        self.params = params
        self.orig = orig
        self.ismulti = ismulti
        self.hide_parameters = hide_parameters
        self.detail: list[str] = []

    def add_detail(self, msg: str) -> None:
        """Add a line to the text."""
        self.detail.append(msg)

    def __str__(self) -> str:
        lines = [f"({one})" for one in self.detail]
        lines.append(str(self.args[0]) if self.args else "")
        if self.statement:
            lines.append(f"[SQL: {self.statement}]")
            if self.params:
                hidden = "[SQL parameters are hidden: hide_parameters=True]"
                lines.append(hidden if self.hide_parameters else f"[parameters: {self.params!r}]")
        return "\n".join(lines)


class DBAPIError(StatementError):
    """The database or its client library refused."""

    code = "dbapi"
    connection_invalidated = False

    def __init__(
        self,
        statement: str | None,
        params: Any,
        orig: BaseException,
        hide_parameters: bool = False,
        connection_invalidated: bool = False,
        code: str | None = None,
        ismulti: bool | None = None,
    ) -> None:
        kind = type(orig)
        message = f"({kind.__module__}.{kind.__name__}) {orig}"
        super().__init__(message, statement, params, orig, hide_parameters, code, ismulti)
        self.connection_invalidated = connection_invalidated


class InterfaceError(DBAPIError):
    """The client library was used wrongly."""

    code = "rvf5"


class DatabaseError(DBAPIError):
    """The database refused."""

    code = "4xp6"


class DataError(DatabaseError):
    """A value is out of range or of the wrong kind."""

    code = "9h9h"


class OperationalError(DatabaseError):
    """The database cannot do it now: locked, read-only, gone."""

    code = "e3q8"


class IntegrityError(DatabaseError):
    """A constraint was broken."""

    code = "gkpj"


class InternalError(DatabaseError):
    """The database is in trouble."""

    code = "2j85"


class ProgrammingError(DatabaseError):
    """The SQL is wrong."""

    code = "f405"


class NotSupportedError(DatabaseError):
    """The database has no such feature."""

    code = "tw8g"


class SADeprecationWarning(DeprecationWarning):
    """Something will go."""


class Base20DeprecationWarning(SADeprecationWarning):
    """Something went in 2.0."""


class LegacyAPIWarning(Base20DeprecationWarning):
    """An API of 1.x."""


class MovedIn20Warning(Base20DeprecationWarning):
    """A name that moved."""


class SAPendingDeprecationWarning(PendingDeprecationWarning):
    """Something will be deprecated."""


class SAWarning(RuntimeWarning):
    """Something is probably not meant."""


def _classes() -> dict[str, Any]:
    return {name: value for name, value in globals().items() if isinstance(value, type)}


_core.set_exceptions(_classes())

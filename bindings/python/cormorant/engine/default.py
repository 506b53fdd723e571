"""What default functions, cursor events and error messages know of an execution."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .. import _core, exc

__all__ = ["DefaultDialect", "DefaultExecutionContext", "StrCompileDialect"]  # noqa: F822


class DefaultExecutionContext:
    """One execution, as its listeners and its columns' defaults see it."""

    isinsert = isupdate = isdelete = False
    current_column: Any = None
    compiled: Any = None
    cursor: Any = None

    def __init__(
        self, connection: Any, statement: Any, parameters: Any, executemany: bool, options: Any = None
    ) -> None:
        self.root_connection = self.connection = connection
        self.statement = statement
        self.parameters = parameters
        self.executemany = executemany
        self.execution_options = options or {}

    @property
    def engine(self) -> Any:
        """The engine."""
        return self.connection.engine

    @property
    def dialect(self) -> Any:
        """The dialect."""
        return self.connection.dialect


class _DefaultContext(DefaultExecutionContext):
    """What a default's function is given."""

    def __init__(self, connection: Any, parameters: dict[str, Any], column: Any, is_update: bool) -> None:
        super().__init__(connection, None, [parameters], False)
        self.current_parameters = parameters
        self.current_column = column
        self.isupdate = is_update
        self.isinsert = not is_update

    def get_current_parameters(self, isolate_multiinsert_groups: bool = True) -> dict[str, Any]:
        """The values of the row so far, by column."""
        if not isolate_multiinsert_groups:
            raise exc.NotSupportedYet("get_current_parameters(isolate_multiinsert_groups=False) is not here yet")
        return self.current_parameters


def _fill(fn: Callable[[Any], Any], parameters: dict[str, Any], connection: Any, column: Any, is_update: int) -> Any:
    return fn(_DefaultContext(connection, parameters, column, bool(is_update)))


def _given(parameters: Any) -> Any:
    """Parameters as a failure shows them before they were converted: a list of dictionaries."""
    if parameters is None:
        return [{}]
    return list(parameters) if isinstance(parameters, (list, tuple)) else [dict(parameters)]


def _names(parameters: Any) -> list[str]:
    first = _given(parameters)[:1]
    return [str(name) for name in first[0]] if first else []


def _explain(error: Any, statement: Any, parameters: Any, dialect: str) -> None:
    """A failure of values comes before there is SQL: it is written here, with the values as they were given."""
    if error.statement is not None:
        return
    keys = (
        _names(parameters) if getattr(statement, "is_insert", False) or getattr(statement, "is_update", False) else None
    )
    compiled = _core.compile(statement, dialect, False, False, keys or None)
    error.statement = compiled.string
    if isinstance(error, exc.DBAPIError):
        values = {**compiled.params, **_given(parameters)[0]}
        error.params = tuple(values.get(name) for name in compiled.positiontup)
    elif error.params is None:
        error.params = _given(parameters)


def _repr_params(parameters: Any, many: bool) -> str:
    """Parameters for a log: long values and long lists are shortened."""
    if many and isinstance(parameters, list) and len(parameters) > 10:
        head = ", ".join(_repr_row(row) for row in parameters[:8])
        tail = ", ".join(_repr_row(row) for row in parameters[-2:])
        return f"[{head}  ... 10 of {len(parameters)} sets of parameters ...  {tail}]"
    if isinstance(parameters, list):
        return f"[{', '.join(_repr_row(row) for row in parameters)}]"
    return _repr_row(parameters)


def _repr_row(row: Any) -> str:
    if isinstance(row, dict):
        return "{" + ", ".join(f"{k!r}: {_repr_value(v)}" for k, v in row.items()) + "}"
    if not isinstance(row, (tuple, list)):
        return _repr_value(row)
    text = ", ".join(map(_repr_value, row))
    return f"({text},)" if len(row) == 1 else f"({text})"


def _repr_value(value: Any) -> str:
    text = repr(value)
    if len(text) <= 300:
        return text
    half = 150
    return f"{text[:half]} ... ({len(text) - 2 * half} characters left out) ... {text[-half:]}"


def __getattr__(name: str) -> Any:
    if name in ("DefaultDialect", "StrCompileDialect"):
        from ..dialects import Dialect

        return Dialect
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


_core.set_fill(_fill)
_core.explain_failure = _explain

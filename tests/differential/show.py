"""What the programs print with: nothing here knows a library."""

from __future__ import annotations

from typing import Any, Callable


def raised(call: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """Call, and print the class of what it raised, or say that nothing was raised. Returns the exception."""
    try:
        call(*args, **kwargs)
    except Exception as error:
        print("raised", type(error).__name__)
        return error
    print("raised nothing")
    return None


def sql(statement: Any, **options: Any) -> None:
    """Print a statement's text with single spaces, and its parameters."""
    compiled = statement.compile(**options)
    print(" ".join(str(compiled).split()), dict(compiled.params) if compiled.params else "")


def loaded(obj: Any) -> None:
    """Print what an object's ``__dict__`` holds, besides the library's own state."""
    print({key: value for key, value in sorted(vars(obj).items()) if not key.startswith("_sa_")})


def rows(result: Any) -> None:
    """Print every row of a result, one a line."""
    for row in result:
        print(tuple(row))

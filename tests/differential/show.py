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


TYPE_ARGUMENTS = (
    "length", "precision", "scale", "timezone", "collation", "enums", "name", "schema", "fields", "varying",
    "item_type",
)  # fmt: skip


def described(value: Any) -> Any:
    """What an Inspector tells, with types as texts that say their class and what is said of them."""
    if isinstance(value, dict):
        return {key: described(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value)(map(described, value))
    if hasattr(value, "as_generic"):
        said = {name: getattr(value, name) for name in TYPE_ARGUMENTS if getattr(value, name, None) is not None}
        return f"{type(value).__name__}({', '.join(f'{name}={described(one)}' for name, one in said.items())})"
    return value if value is None or isinstance(value, (str, int, bool)) else str(value)

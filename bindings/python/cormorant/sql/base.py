"""What executable things share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .. import _core

if TYPE_CHECKING:
    from typing_extensions import Self

ColumnCollection = _core.ColumnCollection


class Generative:
    """SQLAlchemy's name for what its methods leave as it is and give changed."""

    __slots__ = ()


class Executable:
    """What can be executed. Together with ClauseElement and ``@compiles``: a statement of the program's own."""

    __slots__: tuple[str, ...] = ()
    supports_execution = True

    def execution_options(self, **options: Any) -> Self:
        """A copy with options for its execution."""
        merged = {**self._extra.get("execution_options", {}), **options}  # type: ignore[attr-defined]
        return self._with_extra("execution_options", merged)  # type: ignore[attr-defined, no-any-return]

    def get_execution_options(self) -> dict[str, Any]:
        """The options for its execution."""
        return dict(self._extra.get("execution_options", {}))  # type: ignore[attr-defined]


class ExecutableOption:
    """SQLAlchemy's name for what ``options()`` takes."""

    __slots__ = ()


class HasCacheKey:
    """SQLAlchemy's name for what the statement cache knows."""

    __slots__ = ()


class DialectKWArgs:
    """SQLAlchemy's name for what takes arguments of dialects."""

    __slots__ = ()


class SchemaEventTarget:
    """SQLAlchemy's name for parts of a schema."""


class SchemaVisitor:
    """SQLAlchemy's name for what walks a schema."""


_NONE_NAME: Any = None

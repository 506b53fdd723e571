"""Names of SQLAlchemy's that are not here yet, module by module: asking for one says so."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from . import exc


def absent(module: str, *names: str) -> Callable[[str], Any]:
    """What a module calls ``__getattr__``.

    :param module: the module's own ``__name__``.
    :param names: the names, several in one string with spaces between them.
    :return: a function that raises NotSupportedYet for one of the names, AttributeError for all others.
    """
    there = module.replace("cormorant", "sqlalchemy", 1)
    later = frozenset(name for some in names for name in some.split())

    def find(name: str) -> Any:
        if name in later:
            raise exc.NotSupportedYet(f"{there}.{name} is not supported yet")
        raise AttributeError(f"module {module!r} has no attribute {name!r}")

    return find

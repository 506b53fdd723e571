"""What somebody may have meant by a name that is not there."""

from __future__ import annotations

from collections.abc import Iterable


def nearest(name: object, names: Iterable[object]) -> str | None:
    """The one of ``names`` that is written most like ``name``; None: none is near."""
    from difflib import get_close_matches  # only once something is wrong

    found = get_close_matches(str(name), [one for one in names if isinstance(one, str)], 1)
    return found[0] if found else None


def hint(name: object, names: Iterable[object]) -> str:
    """The end of a sentence about a name that is not there: empty where nothing is near."""
    found = nearest(name, names)
    return "" if found is None else f": did you mean {found!r}?"


def hint_of_class(name: str, cls: type) -> str:
    """The same for what a class has."""
    if name.startswith("_"):
        return ""
    return hint(name, [key for base in cls.__mro__ for key in vars(base) if not key.startswith("_")])

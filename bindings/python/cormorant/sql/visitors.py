"""Walking a statement."""

# mypy: disable-error-code="no-any-return"

from __future__ import annotations

from typing import Any, Callable, Iterator


def iterate(obj: Any, opts: Any = None) -> Iterator[Any]:
    """The element and all that it is made of."""
    waiting = [obj]
    while waiting:
        one = waiting.pop(0)
        yield one
        waiting.extend(one.get_children())


def traverse(obj: Any, opts: Any, visitors: dict[str, Callable[[Any], None]]) -> Any:
    """Call ``visitors[kind]`` for each element that has that ``__visit_name__``."""
    for one in iterate(obj, opts):
        visit = visitors.get(getattr(one, "__visit_name__", ""))
        if visit is not None:
            visit(one)
    return obj

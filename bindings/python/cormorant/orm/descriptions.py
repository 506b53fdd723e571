"""What a statement's columns are, as ``column_descriptions`` tells it."""

from __future__ import annotations

from typing import Any

from .. import _core


def is_entity(entity: Any) -> bool:
    """Whether it is a mapped class or an alias of one."""
    if isinstance(entity, type):
        return "__mapper__" in entity.__dict__
    return hasattr(entity, "_aliased_insp")


def _of_entity(entity: Any) -> dict[str, Any]:
    insp = getattr(entity, "_aliased_insp", None)
    name = entity.__name__ if insp is None else insp.name
    return {"name": name, "type": entity, "aliased": insp is not None, "expr": entity, "entity": entity}


def _owner(column: Any) -> Any:
    """The class, or the alias of one, that an attribute belongs to."""
    parent = getattr(column, "class_", None)
    return parent if isinstance(parent, type) and "__mapper__" in parent.__dict__ else None


def _of_column(column: Any) -> dict[str, Any]:
    name = getattr(column, "key", None) or getattr(column, "name", None)
    return {"name": name, "type": column.type, "aliased": False, "expr": column, "entity": _owner(column)}


def descriptions(entities: Any) -> list[dict[str, Any]]:
    """One dictionary for each of what was asked for.

    :param entities: classes, aliases, columns and tables as they were given.
    """
    found: list[dict[str, Any]] = []
    for entity in entities:
        if is_entity(entity):
            found.append(_of_entity(entity))
        elif isinstance(entity, _core.Source):
            found.extend(_of_column(column) for column in entity.c)
        else:
            found.append(_of_column(entity))
    return found

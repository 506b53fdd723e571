"""INSERT, UPDATE and DELETE."""

# mypy: disable-error-code="no-any-return"

from __future__ import annotations

from typing import Any

from .. import _core, exc
from .base import Executable
from .elements import ClauseElement

_KIND = _core.kinds


class UpdateBase(_core.Change, Executable, ClauseElement):
    """What changes rows."""

    __slots__ = ()
    is_dml = True

    @property
    def table(self) -> Any:
        """What is changed."""
        return self._extra.get("table")

    @property
    def entity_description(self) -> dict[str, Any]:
        """What is changed, as a dict."""
        table = self.table
        return {"name": getattr(table, "name", None), "type": table, "expr": table, "entity": None, "table": table}

    def return_defaults(self, *cols: Any, **kw: Any) -> Any:
        """Not supported yet."""
        raise exc.NotSupportedYet("return_defaults() is not supported yet: use returning()")

    def with_hint(self, *args: Any, **kw: Any) -> Any:
        """Not supported yet."""
        raise exc.NotSupportedYet("with_hint() is not supported yet")

    def with_dialect_options(self, **opt: Any) -> Any:
        """Not supported yet."""
        raise exc.NotSupportedYet("with_dialect_options() is not supported yet")


class ValuesBase(UpdateBase):
    """What sets columns."""

    __slots__ = ()


class DMLWhereBase:
    """What has a condition."""

    __slots__ = ()

    @property
    def whereclause(self) -> Any:
        """The condition, or None."""
        return self._kid(2)  # type: ignore[attr-defined]


class Insert(ValuesBase):
    """INSERT."""

    __slots__ = ()
    is_insert = True

    def __init__(self, table: Any) -> None:
        self._adopt(_core.insert(table))
        self._set_extra("table", table)

    def inline(self) -> Any:
        """Not supported yet."""
        raise exc.NotSupportedYet("inline() is not supported yet")


class Update(DMLWhereBase, ValuesBase):
    """UPDATE."""

    __slots__ = ()
    is_update = True

    def __init__(self, table: Any) -> None:
        self._adopt(_core.update(table))
        self._set_extra("table", table)

    def ordered_values(self, *args: Any) -> Any:
        """Not supported yet."""
        raise exc.NotSupportedYet("ordered_values() is not supported yet")

    def inline(self) -> Any:
        """Not supported yet."""
        raise exc.NotSupportedYet("inline() is not supported yet")


class Delete(DMLWhereBase, UpdateBase):
    """DELETE."""

    __slots__ = ()
    is_delete = True

    def __init__(self, table: Any) -> None:
        self._adopt(_core.delete(table))
        self._set_extra("table", table)


def insert(table: Any) -> Insert:
    """INSERT into a table or of a class."""
    return _core.insert(table)


def update(table: Any) -> Update:
    """UPDATE of a table or a class."""
    return _core.update(table)


def delete(table: Any) -> Delete:
    """DELETE from a table or of a class."""
    return _core.delete(table)


_core.set_node_classes({_KIND["INSERT"]: Insert, _KIND["UPDATE"]: Update, _KIND["DELETE"]: Delete})

"""INSERT with ON CONFLICT."""

# mypy: disable-error-code="no-any-return"

from __future__ import annotations

from typing import Any

from ... import exc
from .. import _upsert


class Insert(_upsert.Insert):
    """INSERT that may say what happens where a row is there already."""

    __slots__ = ()

    def on_conflict_do_nothing(
        self, constraint: Any = None, index_elements: Any = None, index_where: Any = None
    ) -> Insert:
        """Leave the row that is there.

        :param constraint: the constraint that is meant, or its name.
        :param index_elements: the columns of the index that is meant; any, when None.
        :param index_where: the condition of a partial index.
        """
        _only_one(constraint, index_elements)
        return self._nothing(index_elements, index_where, constraint)

    def on_conflict_do_update(
        self,
        constraint: Any = None,
        index_elements: Any = None,
        index_where: Any = None,
        set_: Any = None,
        where: Any = None,
    ) -> Insert:
        """Change the row that is there.

        :param constraint: the constraint that is meant, or its name.
        :param index_elements: the columns of the index that is meant.
        :param index_where: the condition of a partial index.
        :param set_: what is set: a dict from column to value.
        :param where: only rows for which this holds.
        """
        _only_one(constraint, index_elements)
        if constraint is None and index_elements is None:
            raise exc.ArgumentError("on_conflict_do_update() needs a constraint or index_elements")
        return self._update(index_elements, index_where, constraint, set_, where)


def _only_one(constraint: Any, index_elements: Any) -> None:
    if constraint is not None and index_elements is not None:
        raise exc.ArgumentError("ON CONFLICT takes a constraint or index_elements, not both")


def insert(table: Any) -> Insert:
    """INSERT into a table, with ON CONFLICT."""
    return Insert(table)

"""CREATE and DROP."""

from __future__ import annotations

from typing import Any

from .. import _core, exc
from .base import Executable
from .elements import ClauseElement

_KIND = _core.kinds


class BaseDDLElement(ClauseElement):
    """SQLAlchemy's name for parts of DDL."""


class ExecutableDDLElement(Executable, BaseDDLElement):
    """A statement of DDL. Subclass it, with ``@compiles``, for one of your own."""

    target: Any = None

    def execute_if(self, *args: Any, **kw: Any) -> Any:
        """Not supported yet."""
        raise exc.NotSupportedYet("execute_if() is not supported yet")

    def against(self, target: Any) -> Any:
        """A copy that belongs to a table or a MetaData."""
        made = self.__copy__()
        made.target = target
        return made


DDLElement = ExecutableDDLElement


class DDL(ExecutableDDLElement):
    """Not supported yet."""

    def __init__(self, statement: str, context: Any = None) -> None:
        raise exc.NotSupportedYet("DDL() is not supported yet: use text()")


class _CreateDropBase(ExecutableDDLElement):
    def __init__(self, element: Any, node: Any) -> None:
        self.element = self.target = element
        self._adopt(node)


class CreateTable(_CreateDropBase):
    """CREATE TABLE, without its indexes."""

    def __init__(self, element: Any, include_foreign_key_constraints: Any = None, if_not_exists: bool = False) -> None:
        if include_foreign_key_constraints is not None:
            raise exc.NotSupportedYet("CreateTable(include_foreign_key_constraints=...) is not supported yet")
        super().__init__(element, _core.create_table(element, if_not_exists))


class DropTable(_CreateDropBase):
    """DROP TABLE."""

    def __init__(self, element: Any, if_exists: bool = False) -> None:
        super().__init__(element, _core.drop_table(element, if_exists))


class CreateIndex(_CreateDropBase):
    """CREATE INDEX."""

    def __init__(self, element: Any, if_not_exists: bool = False) -> None:
        super().__init__(element, _core.create_index(element, if_not_exists))


class DropIndex(_CreateDropBase):
    """DROP INDEX."""

    def __init__(self, element: Any, if_exists: bool = False) -> None:
        super().__init__(element, _core.drop_index(element, if_exists))


def sort_tables(tables: Any, skip_fn: Any = None, extra_dependencies: Any = None) -> list[Any]:
    """Tables with those that others refer to first."""
    if skip_fn is not None or extra_dependencies is not None:
        raise exc.NotSupportedYet("sort_tables() takes only tables as yet")
    wanted = list(tables)
    catalogs = {id(table.metadata): table.metadata for table in wanted}
    return [table for metadata in catalogs.values() for table in metadata.sorted_tables if table in wanted]

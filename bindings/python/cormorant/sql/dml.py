"""INSERT, UPDATE and DELETE."""

# mypy: disable-error-code="no-any-return"

from __future__ import annotations

from typing import TYPE_CHECKING, Any, overload

from .. import _core, exc
from .._typing import TP
from .base import Executable
from .elements import ClauseElement
from .selectable import TypedReturnsRows

if TYPE_CHECKING:
    from typing_extensions import Self

    from .._typing import _T0, _T1, _T2, _T3, _T4, _T5, _T6, _T7, _T8, _T9, _Typed

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

    if TYPE_CHECKING:

        @overload
        def returning(self, ent0: _Typed[_T0], /) -> ReturningInsert[tuple[_T0]]: ...

        @overload
        def returning(self, ent0: _Typed[_T0], ent1: _Typed[_T1], /) -> ReturningInsert[tuple[_T0, _T1]]: ...

        @overload
        def returning(
            self, ent0: _Typed[_T0], ent1: _Typed[_T1], ent2: _Typed[_T2], /
        ) -> ReturningInsert[tuple[_T0, _T1, _T2]]: ...

        @overload
        def returning(
            self, ent0: _Typed[_T0], ent1: _Typed[_T1], ent2: _Typed[_T2], ent3: _Typed[_T3], /
        ) -> ReturningInsert[tuple[_T0, _T1, _T2, _T3]]: ...

        @overload
        def returning(
            self, ent0: _Typed[_T0], ent1: _Typed[_T1], ent2: _Typed[_T2], ent3: _Typed[_T3], ent4: _Typed[_T4], /
        ) -> ReturningInsert[tuple[_T0, _T1, _T2, _T3, _T4]]: ...

        @overload
        def returning(
            self,
            ent0: _Typed[_T0],
            ent1: _Typed[_T1],
            ent2: _Typed[_T2],
            ent3: _Typed[_T3],
            ent4: _Typed[_T4],
            ent5: _Typed[_T5],
            /,
        ) -> ReturningInsert[tuple[_T0, _T1, _T2, _T3, _T4, _T5]]: ...

        @overload
        def returning(
            self,
            ent0: _Typed[_T0],
            ent1: _Typed[_T1],
            ent2: _Typed[_T2],
            ent3: _Typed[_T3],
            ent4: _Typed[_T4],
            ent5: _Typed[_T5],
            ent6: _Typed[_T6],
            /,
        ) -> ReturningInsert[tuple[_T0, _T1, _T2, _T3, _T4, _T5, _T6]]: ...

        @overload
        def returning(
            self,
            ent0: _Typed[_T0],
            ent1: _Typed[_T1],
            ent2: _Typed[_T2],
            ent3: _Typed[_T3],
            ent4: _Typed[_T4],
            ent5: _Typed[_T5],
            ent6: _Typed[_T6],
            ent7: _Typed[_T7],
            /,
        ) -> ReturningInsert[tuple[_T0, _T1, _T2, _T3, _T4, _T5, _T6, _T7]]: ...

        @overload
        def returning(
            self,
            ent0: _Typed[_T0],
            ent1: _Typed[_T1],
            ent2: _Typed[_T2],
            ent3: _Typed[_T3],
            ent4: _Typed[_T4],
            ent5: _Typed[_T5],
            ent6: _Typed[_T6],
            ent7: _Typed[_T7],
            ent8: _Typed[_T8],
            /,
        ) -> ReturningInsert[tuple[_T0, _T1, _T2, _T3, _T4, _T5, _T6, _T7, _T8]]: ...

        @overload
        def returning(
            self,
            ent0: _Typed[_T0],
            ent1: _Typed[_T1],
            ent2: _Typed[_T2],
            ent3: _Typed[_T3],
            ent4: _Typed[_T4],
            ent5: _Typed[_T5],
            ent6: _Typed[_T6],
            ent7: _Typed[_T7],
            ent8: _Typed[_T8],
            ent9: _Typed[_T9],
            /,
        ) -> ReturningInsert[tuple[_T0, _T1, _T2, _T3, _T4, _T5, _T6, _T7, _T8, _T9]]: ...

        @overload
        def returning(self, *entities: Any) -> ReturningInsert[Any]: ...

        def returning(self, *cols: Any) -> ReturningInsert[Any]: ...

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

    if TYPE_CHECKING:

        @overload
        def returning(self, ent0: _Typed[_T0], /) -> ReturningUpdate[tuple[_T0]]: ...

        @overload
        def returning(self, ent0: _Typed[_T0], ent1: _Typed[_T1], /) -> ReturningUpdate[tuple[_T0, _T1]]: ...

        @overload
        def returning(
            self, ent0: _Typed[_T0], ent1: _Typed[_T1], ent2: _Typed[_T2], /
        ) -> ReturningUpdate[tuple[_T0, _T1, _T2]]: ...

        @overload
        def returning(
            self, ent0: _Typed[_T0], ent1: _Typed[_T1], ent2: _Typed[_T2], ent3: _Typed[_T3], /
        ) -> ReturningUpdate[tuple[_T0, _T1, _T2, _T3]]: ...

        @overload
        def returning(
            self, ent0: _Typed[_T0], ent1: _Typed[_T1], ent2: _Typed[_T2], ent3: _Typed[_T3], ent4: _Typed[_T4], /
        ) -> ReturningUpdate[tuple[_T0, _T1, _T2, _T3, _T4]]: ...

        @overload
        def returning(
            self,
            ent0: _Typed[_T0],
            ent1: _Typed[_T1],
            ent2: _Typed[_T2],
            ent3: _Typed[_T3],
            ent4: _Typed[_T4],
            ent5: _Typed[_T5],
            /,
        ) -> ReturningUpdate[tuple[_T0, _T1, _T2, _T3, _T4, _T5]]: ...

        @overload
        def returning(
            self,
            ent0: _Typed[_T0],
            ent1: _Typed[_T1],
            ent2: _Typed[_T2],
            ent3: _Typed[_T3],
            ent4: _Typed[_T4],
            ent5: _Typed[_T5],
            ent6: _Typed[_T6],
            /,
        ) -> ReturningUpdate[tuple[_T0, _T1, _T2, _T3, _T4, _T5, _T6]]: ...

        @overload
        def returning(
            self,
            ent0: _Typed[_T0],
            ent1: _Typed[_T1],
            ent2: _Typed[_T2],
            ent3: _Typed[_T3],
            ent4: _Typed[_T4],
            ent5: _Typed[_T5],
            ent6: _Typed[_T6],
            ent7: _Typed[_T7],
            /,
        ) -> ReturningUpdate[tuple[_T0, _T1, _T2, _T3, _T4, _T5, _T6, _T7]]: ...

        @overload
        def returning(
            self,
            ent0: _Typed[_T0],
            ent1: _Typed[_T1],
            ent2: _Typed[_T2],
            ent3: _Typed[_T3],
            ent4: _Typed[_T4],
            ent5: _Typed[_T5],
            ent6: _Typed[_T6],
            ent7: _Typed[_T7],
            ent8: _Typed[_T8],
            /,
        ) -> ReturningUpdate[tuple[_T0, _T1, _T2, _T3, _T4, _T5, _T6, _T7, _T8]]: ...

        @overload
        def returning(
            self,
            ent0: _Typed[_T0],
            ent1: _Typed[_T1],
            ent2: _Typed[_T2],
            ent3: _Typed[_T3],
            ent4: _Typed[_T4],
            ent5: _Typed[_T5],
            ent6: _Typed[_T6],
            ent7: _Typed[_T7],
            ent8: _Typed[_T8],
            ent9: _Typed[_T9],
            /,
        ) -> ReturningUpdate[tuple[_T0, _T1, _T2, _T3, _T4, _T5, _T6, _T7, _T8, _T9]]: ...

        @overload
        def returning(self, *entities: Any) -> ReturningUpdate[Any]: ...

        def returning(self, *cols: Any) -> ReturningUpdate[Any]: ...

    def ordered_values(self, *args: tuple[Any, Any]) -> Self:
        """SET in the order of these pairs of a column and a value.

        :raises ArgumentError: it has values already.
        """
        made = self._in_order()
        for column, value in args:
            made = made.values({column: value})
        return made

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

    if TYPE_CHECKING:

        @overload
        def returning(self, ent0: _Typed[_T0], /) -> ReturningDelete[tuple[_T0]]: ...

        @overload
        def returning(self, ent0: _Typed[_T0], ent1: _Typed[_T1], /) -> ReturningDelete[tuple[_T0, _T1]]: ...

        @overload
        def returning(
            self, ent0: _Typed[_T0], ent1: _Typed[_T1], ent2: _Typed[_T2], /
        ) -> ReturningDelete[tuple[_T0, _T1, _T2]]: ...

        @overload
        def returning(
            self, ent0: _Typed[_T0], ent1: _Typed[_T1], ent2: _Typed[_T2], ent3: _Typed[_T3], /
        ) -> ReturningDelete[tuple[_T0, _T1, _T2, _T3]]: ...

        @overload
        def returning(
            self, ent0: _Typed[_T0], ent1: _Typed[_T1], ent2: _Typed[_T2], ent3: _Typed[_T3], ent4: _Typed[_T4], /
        ) -> ReturningDelete[tuple[_T0, _T1, _T2, _T3, _T4]]: ...

        @overload
        def returning(
            self,
            ent0: _Typed[_T0],
            ent1: _Typed[_T1],
            ent2: _Typed[_T2],
            ent3: _Typed[_T3],
            ent4: _Typed[_T4],
            ent5: _Typed[_T5],
            /,
        ) -> ReturningDelete[tuple[_T0, _T1, _T2, _T3, _T4, _T5]]: ...

        @overload
        def returning(
            self,
            ent0: _Typed[_T0],
            ent1: _Typed[_T1],
            ent2: _Typed[_T2],
            ent3: _Typed[_T3],
            ent4: _Typed[_T4],
            ent5: _Typed[_T5],
            ent6: _Typed[_T6],
            /,
        ) -> ReturningDelete[tuple[_T0, _T1, _T2, _T3, _T4, _T5, _T6]]: ...

        @overload
        def returning(
            self,
            ent0: _Typed[_T0],
            ent1: _Typed[_T1],
            ent2: _Typed[_T2],
            ent3: _Typed[_T3],
            ent4: _Typed[_T4],
            ent5: _Typed[_T5],
            ent6: _Typed[_T6],
            ent7: _Typed[_T7],
            /,
        ) -> ReturningDelete[tuple[_T0, _T1, _T2, _T3, _T4, _T5, _T6, _T7]]: ...

        @overload
        def returning(
            self,
            ent0: _Typed[_T0],
            ent1: _Typed[_T1],
            ent2: _Typed[_T2],
            ent3: _Typed[_T3],
            ent4: _Typed[_T4],
            ent5: _Typed[_T5],
            ent6: _Typed[_T6],
            ent7: _Typed[_T7],
            ent8: _Typed[_T8],
            /,
        ) -> ReturningDelete[tuple[_T0, _T1, _T2, _T3, _T4, _T5, _T6, _T7, _T8]]: ...

        @overload
        def returning(
            self,
            ent0: _Typed[_T0],
            ent1: _Typed[_T1],
            ent2: _Typed[_T2],
            ent3: _Typed[_T3],
            ent4: _Typed[_T4],
            ent5: _Typed[_T5],
            ent6: _Typed[_T6],
            ent7: _Typed[_T7],
            ent8: _Typed[_T8],
            ent9: _Typed[_T9],
            /,
        ) -> ReturningDelete[tuple[_T0, _T1, _T2, _T3, _T4, _T5, _T6, _T7, _T8, _T9]]: ...

        @overload
        def returning(self, *entities: Any) -> ReturningDelete[Any]: ...

        def returning(self, *cols: Any) -> ReturningDelete[Any]: ...


class ReturningInsert(Insert, TypedReturnsRows[TP]):
    """INSERT with RETURNING, to type checkers."""

    __slots__ = ()


class ReturningUpdate(Update, TypedReturnsRows[TP]):
    """UPDATE with RETURNING, to type checkers."""

    __slots__ = ()


class ReturningDelete(Delete, TypedReturnsRows[TP]):
    """DELETE with RETURNING, to type checkers."""

    __slots__ = ()


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

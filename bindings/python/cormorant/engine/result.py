"""Results: the ways to take rows out of what was executed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from .. import _core, exc
from .row import RMKeyView, Row, RowMapping

__all__ = [
    "ChunkedIteratorResult", "CursorResult", "FilterResult", "FrozenResult", "IteratorResult", "MappingResult",
    "MergedResult", "Result", "ResultMetaData", "ResultProxy", "ScalarResult", "TupleResult", "make_result",
    "result_tuple",
]  # fmt: skip

_MISSING: Any = object()
_CHUNK = 1000


class ResultMetaData:
    """What a result's fields are."""

    __slots__ = ("_map",)

    def __init__(self, map: Any) -> None:
        self._map = map

    @property
    def keys(self) -> RMKeyView:
        """The names."""
        return RMKeyView(self._map.names, self._map)


class _Fetches:
    """What all kinds of results share: ``_what`` says which fields, ``_seen`` what was given out already."""

    __slots__ = ("_hard_closed", "_native", "_options", "_seen", "_soft_closed", "_strategy", "_what", "_yield_per")
    _mapped = False

    def __init__(self, native: Any, options: Mapping[str, Any] | None = None) -> None:
        self._native = native
        self._what: Any = None  # all fields, a KeyMap, or the number of one
        self._seen: set[Any] | None = None
        self._strategy: Callable[[Any], Any] | None = None
        self._yield_per: int | None = options.get("yield_per") if options else None
        self._soft_closed = native is not None and native.map is None
        self._hard_closed = False
        self._options = options

    def _take_over(self, other: Any) -> Any:
        self._native = other._native
        self._seen = other._seen
        self._strategy = other._strategy
        self._yield_per = other._yield_per
        self._soft_closed = other._soft_closed
        self._hard_closed = other._hard_closed
        self._options = other._options
        self._what = other._what
        return self

    # -- fetching

    def _check(self) -> None:
        native = self._native
        if native.map is None:
            raise exc.ResourceClosedError("what was executed gives no rows, so its result was closed at once")
        if native.closed:
            raise exc.ResourceClosedError("the result was closed")
        if self._seen is None and native.needs_unique:
            raise exc.InvalidRequestError(
                "Joined-loaded collections are in this result, so that objects come more than once: call unique() first"
            )

    def _fetch(self, max: int) -> list[Any]:
        """At most ``max`` (0: all that are left)."""
        native = self._native
        if self._seen is None and native.needs_unique:
            self._check()
        found: list[Any] = native.fetch(max, self._what, self._seen, self._strategy)
        if not max or not found:
            self._soft_closed = True
        return [row._mapping for row in found] if self._mapped else found

    def _next(self) -> Any:
        native = self._native
        if self._seen is None and native.needs_unique:
            self._check()
        found = native.next(self._what, self._seen, self._strategy)
        if found is native:
            self._soft_closed = True
            return _MISSING
        return found._mapping if self._mapped else found

    def _one(self, second: str | None, none: str | None) -> Any:
        """The first one; messages say what is wrong with a second, or with none at all. Closes."""
        self._check()
        if self._seen is None and second is not None and self._native.entities and self._what is not None:
            pass
        try:
            first = self._next()
            if first is _MISSING:
                if none is not None:
                    raise exc.NoResultFound(none)
                return None
            if second is not None and self._next() is not _MISSING:
                raise exc.MultipleResultsFound(second)
        finally:
            self.close()
        return first

    def __iter__(self) -> Iterator[Any]:
        self._check()
        size = self._yield_per
        if size:
            while part := self._fetch(size):
                yield from part
            return
        step = self._next
        while (one := step()) is not _MISSING:
            yield one

    def __next__(self) -> Any:
        one = self._next()
        if one is _MISSING:
            raise StopIteration
        return one

    def _partitions(self, size: int | None) -> Iterator[list[Any]]:
        size = size or self._yield_per
        while part := self._fetch(size or 0):
            yield part
            if not size:
                return

    # -- what is the same for all

    def close(self) -> None:
        """End it: fetching afterwards is an error."""
        self._soft_closed = self._hard_closed = True
        self._native.close()

    @property
    def closed(self) -> bool:
        """Whether it was closed."""
        return self._hard_closed or self._native.closed

    def yield_per(self, num: int) -> Any:
        """Fetch so many rows at a time.

        :returns: the result itself.
        """
        self._yield_per = num
        return self

    def unique(self, strategy: Callable[[Any], Any] | None = None) -> Any:
        """Leave out what came before: objects that are the same, values that are equal.

        :param strategy: makes of each one what is compared.
        :returns: the result itself.
        """
        self._seen = set()
        self._strategy = strategy
        return self

    def __enter__(self) -> Any:
        return self

    def __exit__(self, *_: Any) -> None:
        self.close()


_NONE_ONE = "one row was asked for, and there is none"
_MORE_ONE = "one row was asked for, and there are several"
_MORE_NONE = "one row at most was asked for, and there are several"


class _WithKeys(_Fetches):
    __slots__ = ()

    def keys(self) -> RMKeyView:
        """The names of the fields."""
        map = self._native.map if self._what is None else self._what
        if map is None:
            raise exc.ResourceClosedError("what was executed gives no rows, so its result was closed at once")
        return RMKeyView(map.names, map)

    def _pick(self, keys: Sequence[Any]) -> Any:
        map = self._native.map if self._what is None else self._what
        if map is None:
            raise exc.ResourceClosedError("what was executed gives no rows, so its result was closed at once")
        self._what = map.pick(tuple(map.find(key) for key in keys))
        return self


class Result(_WithKeys):
    """The rows of a statement."""

    __slots__ = ("_statement",)
    _is_cursor = False

    def __init__(self, native: Any, statement: Any = None, options: Mapping[str, Any] | None = None) -> None:
        super().__init__(native, options)
        self._statement = statement

    @property
    def _metadata(self) -> ResultMetaData:
        return ResultMetaData(self._native.map)

    @property
    def returns_rows(self) -> bool:
        """Whether there are rows to fetch (there may be none)."""
        return self._native.map is not None

    def columns(self, *col_expressions: Any) -> Result:
        """Only these fields, in this order: by name, number or column."""
        return self._pick(col_expressions)  # type: ignore[no-any-return]

    def scalars(self, index: Any = 0) -> ScalarResult:
        """The values of one field."""
        return ScalarResult(self, index)

    def mappings(self) -> MappingResult:
        """The rows as mappings."""
        return MappingResult(self)

    def tuples(self) -> Any:
        """The rows, typed as tuples."""
        return self

    @property
    def t(self) -> Any:
        """The rows, typed as tuples."""
        return self

    def fetchone(self) -> Any:
        """The next row, or None."""
        if self._soft_closed and not self._hard_closed and self._native.map is not None:
            return None
        row = self._next()
        return None if row is _MISSING else row

    def fetchmany(self, size: int | None = None) -> Sequence[Any]:
        """The next ``size`` rows."""
        return self._fetch(size or self._yield_per or 1)

    def fetchall(self) -> Sequence[Any]:
        """All rows that are left."""
        return self._fetch(0)

    def all(self) -> Sequence[Any]:
        """All rows that are left.

        :raises ResourceClosedError: it was closed, or gives no rows.
        """
        return self._fetch(0)

    def partitions(self, size: int | None = None) -> Iterator[Sequence[Any]]:
        """The rows in lists of ``size``."""
        return self._partitions(size)

    def first(self) -> Any:
        """The first row, or None. Closes."""
        return self._one(None, None)

    def one_or_none(self) -> Any:
        """The one row, or None.

        :raises MultipleResultsFound: there are more.
        """
        return self._one(_MORE_NONE, None)

    def one(self) -> Any:
        """The one row.

        :raises NoResultFound: there is none.
        :raises MultipleResultsFound: there are more.
        """
        return self._one(_MORE_ONE, _NONE_ONE)

    def scalar(self) -> Any:
        """The first value of the first row, or None. Closes."""
        row = self._one(None, None)
        return None if row is None else row[0]

    def scalar_one(self) -> Any:
        """The first value of the one row.

        :raises NoResultFound: there is none.
        :raises MultipleResultsFound: there are more.
        """
        return self._one(_MORE_ONE, _NONE_ONE)[0]

    def scalar_one_or_none(self) -> Any:
        """The first value of the one row, or None.

        :raises MultipleResultsFound: there are more.
        """
        row = self._one(_MORE_NONE, None)
        return None if row is None else row[0]

    def freeze(self) -> Any:
        """Not supported yet."""
        raise exc.NotSupportedYet("Result.freeze() is not supported yet")

    def merge(self, *others: Any) -> Any:
        """Not supported yet."""
        raise exc.NotSupportedYet("Result.merge() is not supported yet")


class IteratorResult(Result):
    """Rows that an iterator gives."""

    __slots__ = ()


class ChunkedIteratorResult(IteratorResult):
    """Rows with objects in them."""

    __slots__ = ()


class FilterResult(_WithKeys):
    """A result that gives less, or in another form, than the one beneath."""

    __slots__ = ("_real_result",)

    def __init__(self, result: Any) -> None:
        self._real_result = result
        self._take_over(result)

    def close(self) -> None:
        """End it: fetching afterwards is an error."""
        super().close()
        self._real_result._soft_closed = self._real_result._hard_closed = True

    def fetchall(self) -> Sequence[Any]:
        """All that are left."""
        return self._fetch(0)

    def fetchmany(self, size: int | None = None) -> Sequence[Any]:
        """The next ``size``."""
        return self._fetch(size or self._yield_per or 1)

    def all(self) -> Sequence[Any]:
        """All that are left."""
        return self._fetch(0)

    def partitions(self, size: int | None = None) -> Iterator[Sequence[Any]]:
        """Lists of ``size``."""
        return self._partitions(size)

    def first(self) -> Any:
        """The first, or None. Closes."""
        return self._one(None, None)

    def one_or_none(self) -> Any:
        """The only one, or None.

        :raises MultipleResultsFound: there are more.
        """
        return self._one(_MORE_NONE, None)

    def one(self) -> Any:
        """The only one.

        :raises NoResultFound: there is none.
        :raises MultipleResultsFound: there are more.
        """
        return self._one(_MORE_ONE, _NONE_ONE)


class ScalarResult(FilterResult):
    """The values of one field of a result."""

    __slots__ = ()

    def __init__(self, result: Any, index: Any = 0) -> None:
        super().__init__(result)
        map = result._native.map if result._what is None else result._what
        if map is None:
            raise exc.ResourceClosedError("what was executed gives no rows, so its result was closed at once")
        self._what = map.source(map.find(index) if index.__class__ is not int or index else 0)

    def keys(self) -> Any:
        raise AttributeError("a ScalarResult has no keys: it gives values")


class MappingResult(FilterResult):
    """The rows of a result as mappings."""

    __slots__ = ()
    _mapped = True

    def columns(self, *col_expressions: Any) -> MappingResult:
        """Only these fields, in this order."""
        return self._pick(col_expressions)  # type: ignore[no-any-return]

    def fetchone(self) -> RowMapping | None:
        """The next row, or None."""
        if self._soft_closed and not self._hard_closed:
            return None
        row = self._next()
        return None if row is _MISSING else row


TupleResult = Result


class CursorResult(Result):
    """What a Connection's execute() gives: rows, or what a change did."""

    __slots__ = ("_many",)
    _is_cursor = True

    def __init__(
        self, native: Any, statement: Any = None, options: Mapping[str, Any] | None = None, many: bool = False
    ) -> None:
        super().__init__(native, statement, options)
        self._many = many

    @property
    def rowcount(self) -> int:
        """How many rows an UPDATE or DELETE matched; -1 where the driver does not say."""
        return self._native.rowcount  # type: ignore[no-any-return]

    @property
    def is_insert(self) -> bool:
        """Whether it was an INSERT."""
        return self._native.is_insert  # type: ignore[no-any-return]

    @property
    def connection(self) -> Any:
        """The connection that ran it."""
        return self._native.keep

    @property
    def context(self) -> Any:
        """What ran."""
        from .default import DefaultExecutionContext

        return DefaultExecutionContext(self._native.keep, self._statement, None, False, self._options)

    @property
    def lastrowid(self) -> int:
        """The rowid of the row that was inserted last on this connection."""
        return self._native.keep._last_key()  # type: ignore[no-any-return]

    def _insert_only(self, what: str) -> None:
        if not self._native.is_insert:
            raise exc.InvalidRequestError(f"{what} is there only after an insert() was executed")

    @property
    def inserted_primary_key(self) -> Any:
        """The key of the row that was inserted, as a row.

        :raises InvalidRequestError: not a single INSERT, or one with RETURNING.
        """
        self._insert_only("inserted_primary_key")
        if self._many:
            raise exc.InvalidRequestError(
                "inserted_primary_key is of one row: this statement was executed with several"
            )
        if self._native.map is not None:
            raise exc.InvalidRequestError("inserted_primary_key is not there when returning() says what comes back")
        return self._key_row(self._native.inserted_key())

    def _key_row(self, values: tuple[Any, ...]) -> Any:
        table = getattr(self._statement, "table", None)
        table = getattr(table, "__table__", table)
        names = tuple(column.key for column in table.primary_key) if table is not None else ()
        if len(names) != len(values):
            names = tuple(f"key_{i}" for i in range(len(values)))
        return _core.make_row(names, values)

    @property
    def inserted_primary_key_rows(self) -> list[Any]:
        """The keys of the rows that were inserted."""
        self._insert_only("inserted_primary_key_rows")
        if self._many:
            raise exc.NotSupportedYet("inserted_primary_key_rows of several rows are not here yet: use returning()")
        return [self.inserted_primary_key]

    def last_inserted_params(self) -> Any:
        """The values that were inserted, by column."""
        self._insert_only("last_inserted_params()")
        return self._native.sent()

    def last_updated_params(self) -> Any:
        """The values that were set, by column."""
        return self._native.sent()

    def lastrow_has_defaults(self) -> bool:
        """Not supported yet."""
        raise exc.NotSupportedYet("lastrow_has_defaults() is not supported yet")

    @property
    def returned_defaults(self) -> Any:
        """Not supported yet."""
        raise exc.NotSupportedYet("returned_defaults is not supported yet")

    def prefetch_cols(self) -> Any:
        """Not supported yet."""
        raise exc.NotSupportedYet("prefetch_cols() is not supported yet")

    postfetch_cols = prefetch_cols

    def supports_sane_rowcount(self) -> bool:
        """Whether rowcount can be relied on."""
        return True

    supports_sane_multi_rowcount = supports_sane_rowcount

    @property
    def cursor(self) -> Any:
        """Not supported yet."""
        raise exc.NotSupportedYet("CursorResult.cursor is not supported yet")


BaseCursorResult = ResultProxy = LegacyCursorResult = CursorResult


class FrozenResult:
    """Not supported yet."""

    def __init__(self, *args: Any, **kw: Any) -> None:
        raise exc.NotSupportedYet("FrozenResult is not supported yet")


class MergedResult(FrozenResult):
    """Not supported yet."""


def result_tuple(fields: Sequence[str], extra: Any = None) -> Callable[[Sequence[Any]], Row]:
    """A function that makes rows of values."""
    names = tuple(fields)
    return lambda values: _core.make_row(names, tuple(values))


def make_result(native: Any, statement: Any = None, options: Mapping[str, Any] | None = None) -> Any:
    """The Result of a native result: with objects in it, or of plain columns."""
    if native.entities:
        return ChunkedIteratorResult(native, statement, options)
    return CursorResult(native, statement, options)

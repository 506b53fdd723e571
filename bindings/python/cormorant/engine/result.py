"""Results: the ways to take rows out of what was executed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Generic, Literal, overload

from .. import _core, exc
from .._typing import TP, T
from .row import RMKeyView, Row, RowMapping
from .stored import StoredRows

if TYPE_CHECKING:
    from typing_extensions import Self

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
        self._seen: dict[Any, Any] | None = None
        self._strategy: Callable[[Any], Any] | None = None
        self._yield_per: int | None = None
        if options:
            self._take_options(options)
        self._soft_closed = native is not None and native.map is None
        self._hard_closed = False
        self._options = options

    def _take_options(self, options: Mapping[str, Any]) -> None:
        self._yield_per = options.get("yield_per")
        if self._yield_per and self._native is not None:
            self._native.set_block(self._yield_per)

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
        """The first one; messages say what is wrong with a second, or with none at all. Closes what has not ended."""
        self._check()
        had_ended = self._soft_closed
        try:
            first = self._next()
            if first is _MISSING:
                if none is not None:
                    raise exc.NoResultFound(none)
                return None
            if second is not None and self._next() is not _MISSING:
                raise exc.MultipleResultsFound(second)
        finally:
            if not had_ended:
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
        """Fetch so many rows at a time; objects enter the session as many at a time where the result is streamed
        (execution options ``yield_per``, ``stream_results``).

        :returns: the result itself.
        """
        self._yield_per = num
        self._native.set_block(num)
        return self

    def unique(self, strategy: Callable[[Any], Any] | None = None) -> Any:
        """Leave out what came before: objects that are the same, values that are equal.

        :param strategy: makes of each one what is compared.
        :returns: the result itself.
        """
        self._seen = {}
        self._strategy = strategy
        if strategy is None and self._native.entities and self._options and self._options.get("yield_per"):
            self._strategy = _not_unique
        return self

    def __enter__(self) -> Any:
        return self

    def __exit__(self, *_: Any) -> None:
        self.close()


def _not_unique(_: Any) -> Any:
    raise exc.InvalidRequestError(
        "yield_per and unique() do not go together: what was given out before would have to be kept"
    )


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


class Result(_WithKeys, Generic[TP]):
    """The rows of a statement."""

    __slots__ = ("_statement",)
    _is_cursor = False

    def __init__(self, native: Any, statement: Any = None, options: Mapping[str, Any] | None = None) -> None:
        super().__init__(native, options)
        self._statement = statement

    if TYPE_CHECKING:

        def __iter__(self) -> Iterator[Row[TP]]: ...

        def __next__(self) -> Row[TP]: ...

        def __enter__(self) -> Self: ...

        def unique(self, strategy: Callable[[Any], Any] | None = None) -> Self: ...

        def yield_per(self, num: int) -> Self: ...

    @property
    def _metadata(self) -> ResultMetaData:
        return ResultMetaData(self._native.map)

    @property
    def returns_rows(self) -> bool:
        """Whether there are rows to fetch (there may be none)."""
        return self._native.map is not None

    def columns(self, *col_expressions: Any) -> Self:
        """Only these fields, in this order: by name, number or column."""
        return self._pick(col_expressions)  # type: ignore[no-any-return]

    @overload
    def scalars(self: Result[tuple[T]]) -> ScalarResult[T]: ...

    @overload
    def scalars(self: Result[tuple[T]], index: Literal[0]) -> ScalarResult[T]: ...

    @overload
    def scalars(self, index: Any = 0) -> ScalarResult[Any]: ...

    def scalars(self, index: Any = 0) -> ScalarResult[Any]:
        """The values of one field."""
        return ScalarResult(self, index)

    def mappings(self) -> MappingResult:
        """The rows as mappings."""
        return MappingResult(self)

    def tuples(self) -> TupleResult[TP]:
        """The rows, typed as tuples."""
        return self  # type: ignore[return-value]

    @property
    def t(self) -> TupleResult[TP]:
        """The rows, typed as tuples."""
        return self  # type: ignore[return-value]

    def fetchone(self) -> Row[TP] | None:
        """The next row, or None."""
        if self._soft_closed and not self._hard_closed and self._native.map is not None:
            return None
        row = self._next()
        return None if row is _MISSING else row

    def fetchmany(self, size: int | None = None) -> Sequence[Row[TP]]:
        """The next ``size`` rows."""
        return self._fetch(size or self._yield_per or 1)

    def fetchall(self) -> Sequence[Row[TP]]:
        """All rows that are left."""
        return self._fetch(0)

    def all(self) -> Sequence[Row[TP]]:
        """All rows that are left.

        :raises ResourceClosedError: it was closed, or gives no rows.
        """
        return self._fetch(0)

    def partitions(self, size: int | None = None) -> Iterator[Sequence[Row[TP]]]:
        """The rows in lists of ``size``."""
        return self._partitions(size)

    def first(self) -> Row[TP] | None:
        """The first row, or None. Closes."""
        return self._one(None, None)  # type: ignore[no-any-return]

    def one_or_none(self) -> Row[TP] | None:
        """The one row, or None.

        :raises MultipleResultsFound: there are more.
        """
        return self._one(_MORE_NONE, None)  # type: ignore[no-any-return]

    def one(self) -> Row[TP]:
        """The one row.

        :raises NoResultFound: there is none.
        :raises MultipleResultsFound: there are more.
        """
        return self._one(_MORE_ONE, _NONE_ONE)  # type: ignore[no-any-return]

    @overload
    def scalar(self: Result[tuple[T]]) -> T | None: ...

    @overload
    def scalar(self) -> Any: ...

    def scalar(self) -> Any:
        """The first value of the first row, or None. Closes."""
        row = self._one(None, None)
        return None if row is None else row[0]

    @overload
    def scalar_one(self: Result[tuple[T]]) -> T: ...

    @overload
    def scalar_one(self) -> Any: ...

    def scalar_one(self) -> Any:
        """The first value of the one row.

        :raises NoResultFound: there is none.
        :raises MultipleResultsFound: there are more.
        """
        return self._one(_MORE_ONE, _NONE_ONE)[0]

    @overload
    def scalar_one_or_none(self: Result[tuple[T]]) -> T | None: ...

    @overload
    def scalar_one_or_none(self) -> Any: ...

    def scalar_one_or_none(self) -> Any:
        """The first value of the one row, or None.

        :raises MultipleResultsFound: there are more.
        """
        row = self._one(_MORE_NONE, None)
        return None if row is None else row[0]

    def freeze(self) -> FrozenResult[TP]:
        """Its rows, to be given out as often as one likes: ``frozen()`` is a new result."""
        return FrozenResult(self)

    def merge(self, *others: Result[Any]) -> MergedResult[TP]:
        """One result with the rows of this and of the others."""
        return MergedResult((self, *others))


class IteratorResult(Result[TP]):
    """Rows that an iterator gives."""

    __slots__ = ()


class ChunkedIteratorResult(IteratorResult[TP]):
    """Rows with objects in them."""

    __slots__ = ()


class FrozenResult(Generic[TP]):
    """The rows of a result, kept: a call gives them as a new result."""

    def __init__(self, result: Result[TP]) -> None:
        self._map = result._native.map if result._what is None else result._what
        if self._map is None:
            raise exc.ResourceClosedError("what was executed gives no rows, so its result was closed at once")
        self._entities = result._native.entities
        self.data: Sequence[Any] = result.fetchall()

    def rewrite_rows(self) -> Sequence[Sequence[Any]]:
        """The rows as lists."""
        return [list(row) for row in self.data]

    def with_new_rows(self, tuple_data: Sequence[Any]) -> FrozenResult[TP]:
        """The same fields with other rows."""
        made: FrozenResult[TP] = FrozenResult.__new__(FrozenResult)
        made._map, made._entities = self._map, self._entities
        made.data = [_core.make_row(self._map.names, tuple(row)) for row in tuple_data]
        return made

    def __call__(self) -> Result[TP]:
        return IteratorResult(StoredRows(self._map, list(self.data), self._entities))


class MergedResult(IteratorResult[TP]):
    """The rows of several results, one after another."""

    __slots__ = ()

    def __init__(self, results: Sequence[Result[TP]]) -> None:
        first = results[0]
        rows = (row for result in results for row in result.fetchall())
        map = first._native.map if first._what is None else first._what
        super().__init__(StoredRows(map, rows, first._native.entities))


class FilterResult(_WithKeys, Generic[T]):
    """A result that gives less, or in another form, than the one beneath."""

    __slots__ = ("_real_result",)

    def __init__(self, result: Any) -> None:
        self._real_result = result
        self._take_over(result)

    if TYPE_CHECKING:

        def __iter__(self) -> Iterator[T]: ...

        def __next__(self) -> T: ...

        def __enter__(self) -> Self: ...

        def unique(self, strategy: Callable[[Any], Any] | None = None) -> Self: ...

        def yield_per(self, num: int) -> Self: ...

    def close(self) -> None:
        """End it: fetching afterwards is an error."""
        super().close()
        self._real_result._soft_closed = self._real_result._hard_closed = True

    def fetchall(self) -> Sequence[T]:
        """All that are left."""
        return self._fetch(0)

    def fetchmany(self, size: int | None = None) -> Sequence[T]:
        """The next ``size``."""
        return self._fetch(size or self._yield_per or 1)

    def all(self) -> Sequence[T]:
        """All that are left."""
        return self._fetch(0)

    def partitions(self, size: int | None = None) -> Iterator[Sequence[T]]:
        """Lists of ``size``."""
        return self._partitions(size)

    def first(self) -> T | None:
        """The first, or None. Closes."""
        return self._one(None, None)  # type: ignore[no-any-return]

    def one_or_none(self) -> T | None:
        """The only one, or None.

        :raises MultipleResultsFound: there are more.
        """
        return self._one(_MORE_NONE, None)  # type: ignore[no-any-return]

    def one(self) -> T:
        """The only one.

        :raises NoResultFound: there is none.
        :raises MultipleResultsFound: there are more.
        """
        return self._one(_MORE_ONE, _NONE_ONE)  # type: ignore[no-any-return]


class ScalarResult(FilterResult[T]):
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


class MappingResult(FilterResult[RowMapping]):
    """The rows of a result as mappings."""

    __slots__ = ()
    _mapped = True

    def columns(self, *col_expressions: Any) -> Self:
        """Only these fields, in this order."""
        return self._pick(col_expressions)  # type: ignore[no-any-return]

    def fetchone(self) -> RowMapping | None:
        """The next row, or None."""
        if self._soft_closed and not self._hard_closed:
            return None
        row = self._next()
        return None if row is _MISSING else row


if TYPE_CHECKING:

    class TupleResult(FilterResult[TP]):
        """A Result whose rows type checkers know as plain tuples."""

        def fetchone(self) -> TP | None: ...

        @overload
        def scalar(self: TupleResult[tuple[T]]) -> T | None: ...

        @overload
        def scalar(self) -> Any: ...

        def scalar(self) -> Any: ...

        @overload
        def scalar_one(self: TupleResult[tuple[T]]) -> T: ...

        @overload
        def scalar_one(self) -> Any: ...

        def scalar_one(self) -> Any: ...

        @overload
        def scalar_one_or_none(self: TupleResult[tuple[T]]) -> T | None: ...

        @overload
        def scalar_one_or_none(self) -> Any: ...

        def scalar_one_or_none(self) -> Any: ...

else:
    TupleResult = Result


class CursorResult(Result[TP]):
    """What a Connection's execute() gives: rows, or what a change did."""

    __slots__ = ("_many",)
    _is_cursor = True

    def __init__(
        self, native: Any, statement: Any = None, options: Mapping[str, Any] | None = None, many: bool = False
    ) -> None:
        self._native = native
        self._statement = statement
        self._options = options
        self._many = many
        self._what = self._seen = self._strategy = self._yield_per = None
        self._soft_closed = native.map is None or native.is_spent
        self._hard_closed = False
        if options:
            self._take_options(options)

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
        if self._native.map is not None and not self._native.is_spent:
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


def result_tuple(fields: Sequence[str], extra: Any = None) -> Callable[[Sequence[Any]], Row[Any]]:
    """A function that makes rows of values."""
    names = tuple(fields)
    return lambda values: _core.make_row(names, tuple(values))


def make_result(native: Any, statement: Any = None, options: Mapping[str, Any] | None = None) -> Any:
    """The Result of a native result: with objects in it, or of plain columns."""
    if native.entities:
        return ChunkedIteratorResult(native, statement, options)
    return CursorResult(native, statement, options)

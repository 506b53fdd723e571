"""Expressions: the Python classes of the core's nodes. What they do is in C; here is what they are called."""

# mypy: disable-error-code="no-any-return"

from __future__ import annotations

import uuid as _uuid
from typing import TYPE_CHECKING, Any, Callable, Sequence

from .. import _core, exc
from .._typing import T
from ..types import TypeEngine, Uuid
from . import operators

_KIND = _core.kinds


class ClauseElement(_core.Node):
    """Any part of a statement."""

    __slots__ = ()
    inherit_cache: bool | None = None
    is_select = is_insert = is_update = is_delete = is_dml = is_text = is_clause_element = False

    def compile(
        self,
        bind: Any = None,
        dialect: Any = None,
        *,
        compile_kwargs: dict[str, Any] | None = None,
        column_keys: Sequence[str] | None = None,
        **kw: Any,
    ) -> _core.Compiled:
        """Compile to SQL text.

        :param bind: an Engine or Connection whose dialect is used.
        :param dialect: a dialect; without either, the default dialect.
        :param compile_kwargs: ``literal_binds`` writes values into the text, ``render_postcompile`` IN lists.
        :param column_keys: INSERT and UPDATE: the columns to set.
        :raises CompileError: there is no SQL for it in that dialect.
        """
        if not compile_kwargs and not kw:
            return _core.compile(self, dialect if dialect is not None else bind, False, False, column_keys)
        options = dict(compile_kwargs or {})
        literal = bool(options.pop("literal_binds", False))
        postcompile = bool(options.pop("render_postcompile", False))
        for name in [*options, *(name for name, value in kw.items() if value)]:
            raise exc.NotSupportedYet(f"compile({name}=...) is not supported yet")
        chosen = dialect if dialect is not None else bind
        return _core.compile(self, chosen, literal, postcompile, column_keys)

    def __str__(self) -> str:
        return _core.compile(self, None, False, False, None).string

    def __repr__(self) -> str:
        return f"<{type(self).__module__}.{type(self).__qualname__} object at {id(self):#x}>"

    def self_group(self, against: Any = None) -> Any:
        """The element itself: parentheses are written where they are needed."""
        return self

    def params(self, *args: Any, **kw: Any) -> Any:
        """Not supported yet."""
        raise exc.NotSupportedYet("params() on an expression is not supported yet")

    def unique_params(self, *args: Any, **kw: Any) -> Any:
        """Not supported yet."""
        raise exc.NotSupportedYet("unique_params() is not supported yet")

    def get_children(self, **kw: Any) -> list[Any]:
        """The parts that this one is made of."""
        return [kid for kid in self._kids() if kid is not None]

    def __copy__(self) -> Any:
        made = type(self).__new__(type(self))
        if self._kind:
            made._adopt(self)
        if hasattr(self, "__dict__"):
            made.__dict__.update(self.__dict__)
        for key, value in self._extra.items():
            made._set_extra(key, value)
        return made


class CompilerElement(ClauseElement):
    """SQLAlchemy's name for what can be compiled."""

    __slots__ = ()


if TYPE_CHECKING:
    SQLCoreOperations = _core.Expr
else:

    class SQLCoreOperations:
        """SQLAlchemy's name for what has SQL operators."""

        __slots__ = ()


class ColumnElement(_core.Expr[T], ClauseElement):
    """An SQL expression. Subclass it, with ``@compiles``, for an element of your own."""

    __slots__ = ()
    primary_key = False
    foreign_keys: Any = frozenset()
    _allow_label_resolve = True

    if not TYPE_CHECKING:

        def __class_getitem__(cls, item: Any) -> Any:
            return cls

    @property
    def key(self) -> Any:
        """The name by which a row or a collection knows it."""
        return self._node_name

    @property
    def anon_label(self) -> Any:
        """The expression with a name of its own."""
        return self.label(None)

    @property
    def comparator(self) -> Any:
        """The expression itself: it has its operators."""
        return self

    @property
    def expression(self) -> Any:
        """The expression itself."""
        return self

    def operate(self, op: Callable[..., Any], *other: Any, **kwargs: Any) -> Any:
        """Apply one of the functions of :mod:`operator` or of ``sql.operators``."""
        return op(self, *other, **kwargs)

    def reverse_operate(self, op: Callable[..., Any], other: Any, **kwargs: Any) -> Any:
        """The same with the sides exchanged."""
        return op(_as_expression(other), self, **kwargs)

    def compare(self, other: Any, **kw: Any) -> bool:
        """Whether both have the same shape."""
        return _core.Node.compare(self, other, **kw)


def _as_expression(value: Any) -> Any:
    if value is None:
        return _core.constant("null")
    if isinstance(value, _core.Expr):
        return value
    if hasattr(value, "scalar_subquery"):
        return value.scalar_subquery()
    return value.__clause_element__() if hasattr(value, "__clause_element__") else _core.literal(value)


class NamedColumn(ColumnElement[T]):
    """What has a name."""

    __slots__ = ()

    @property
    def name(self) -> Any:
        """Its name."""
        return self._node_name


class KeyedColumnElement(NamedColumn[T]):
    """What has a key."""

    __slots__ = ()


class OperatorExpression(ColumnElement[T]):
    """What an operator makes."""

    __slots__ = ()

    @property
    def operator(self) -> Any:
        """The operator, as a function of :mod:`operator` or ``sql.operators``."""
        return operators.by_code(self._operator)


class BinaryExpression(OperatorExpression[T]):
    """Two sides and an operator."""

    __slots__ = ()

    @property
    def left(self) -> Any:
        """The left side."""
        return self._kid(0)

    @property
    def right(self) -> Any:
        """The right side."""
        return self._kid(1)


class ExpressionClauseList(OperatorExpression[T]):
    """Several expressions and one operator."""

    __slots__ = ()

    @property
    def clauses(self) -> list[Any]:
        """The expressions."""
        return self._kids()

    def __iter__(self) -> Any:
        return iter(self._kids())

    def __len__(self) -> int:
        return len(self._kids())


class BooleanClauseList(ExpressionClauseList[bool]):
    """AND or OR."""

    __slots__ = ()


class UnaryExpression(ColumnElement[T]):
    """One side and an operator or a modifier."""

    __slots__ = ()

    @property
    def element(self) -> Any:
        """What it stands before or behind."""
        return self._kid(0)

    @property
    def operator(self) -> Any:
        """The operator before the element, or None."""
        return None if self.modifier is not None else operators.by_code(self._operator)

    @property
    def modifier(self) -> Any:
        """DESC, ASC and their kin, or None."""
        return operators.by_code(self._operator) if self._kind == _KIND["MODIFIER"] else None


class CollectionAggregate(UnaryExpression[T]):
    """ANY or ALL."""

    __slots__ = ()


class ClauseList(ColumnElement):
    """Expressions with commas between them."""

    __slots__ = ()

    @property
    def clauses(self) -> list[Any]:
        """The expressions."""
        return self._kids()

    def __iter__(self) -> Any:
        return iter(self._kids())

    def __len__(self) -> int:
        return len(self._kids())


class Tuple(ClauseList):
    """``(a, b)``."""

    __slots__ = ()


class BindParameter(KeyedColumnElement[T]):
    """A value that is sent with the statement."""

    __slots__ = ()

    @property
    def value(self) -> Any:
        """The value, or None."""
        return _core.bind_value(self)

    @property
    def effective_value(self) -> Any:
        """The value, or None."""
        return _core.bind_value(self)


class TypeClause(ClauseElement):
    """A type inside CAST."""

    __slots__ = ()


class ColumnClause(NamedColumn[T]):
    """A bare name: ``column("x")``, ``literal_column("x")``."""

    __slots__ = ()
    table: Any = None

    @property
    def is_literal(self) -> bool:
        """Whether it is written as it stands."""
        return self._kind == _KIND["LITERAL_COLUMN"]


class SourceColumn(ColumnClause[T]):
    """A column of an alias, a subquery or a CTE."""

    __slots__ = ()

    @property
    def table(self) -> Any:
        """Where it comes from."""
        return self._kid(0)

    @property
    def base_columns(self) -> set[Any]:
        """The columns of tables behind it."""
        found = _core.column_object(self)
        return {found if found is not None else self}


class TextClause(_core.Expr[Any], ClauseElement):
    """SQL as the program wrote it."""

    __slots__ = ()
    is_text = True

    @property
    def text(self) -> str:
        """The SQL, with ``:name`` for parameters."""
        return str(self)

    def bindparams(self, *binds: Any, **names_to_values: Any) -> TextClause:
        """Give parameters values or types."""
        made = self
        for bind in binds:
            made = _core.text_bind(made, bind)
        for name, value in names_to_values.items():
            made = _core.text_bind(made, _core.bindparam(name, value, True, None, 0))
        return made

    def columns(self, *cols: Any, **types: Any) -> Any:
        """Say which columns it gives, so that it can be selected from."""
        named = [_core.named(name, type_, False) for name, type_ in types.items()]
        return _core.text_columns(self, (*cols, *named))

    def execution_options(self, **options: Any) -> TextClause:
        """A copy with options for its execution."""
        merged = {**self._extra.get("execution_options", {}), **options}
        return self._with_extra("execution_options", merged)

    def get_execution_options(self) -> dict[str, Any]:
        """The options for its execution."""
        return dict(self._extra.get("execution_options", {}))


class Null(ColumnElement[None]):
    """NULL."""

    __slots__ = ()


class True_(ColumnElement[bool]):
    """true."""

    __slots__ = ()


class False_(ColumnElement[bool]):
    """false."""

    __slots__ = ()


class Case(ColumnElement[T]):
    """CASE."""

    __slots__ = ()


class Cast(ColumnElement[T]):
    """CAST."""

    __slots__ = ()

    @property
    def clause(self) -> Any:
        """What is cast."""
        return self._kid(0)


class TryCast(Cast[T]):
    """TRY_CAST, of a dialect that is not here."""

    __slots__ = ()


class TypeCoerce(ColumnElement[T]):
    """An expression that is taken for another type in Python."""

    __slots__ = ()

    @property
    def clause(self) -> Any:
        """The expression."""
        return self._kid(0)


class Extract(ColumnElement[int]):
    """EXTRACT."""

    __slots__ = ()

    @property
    def field(self) -> Any:
        """The field: "year"."""
        return self._node_name

    @property
    def expr(self) -> Any:
        """What it is taken from."""
        return self._kid(0)


class Label(NamedColumn[T]):
    """An expression with a name."""

    __slots__ = ()

    @property
    def element(self) -> Any:
        """The expression."""
        return self._kid(0)


class Over(ColumnElement[T]):
    """A window function."""

    __slots__ = ()

    @property
    def element(self) -> Any:
        """The function."""
        return self._kid(0)


class WithinGroup(ColumnElement[T]):
    """An ordered-set aggregate."""

    __slots__ = ()

    def over(self, **kw: Any) -> Over[T]:
        """As a window function."""
        return over(self, **kw)


class FunctionFilter(ColumnElement[T]):
    """An aggregate with a condition."""

    __slots__ = ()

    def filter(self, *criterion: Any) -> Any:
        """Add conditions."""
        raise exc.NotSupportedYet("filter() of a filtered function is not supported yet: give all conditions at once")

    def over(self, **kw: Any) -> Over[T]:
        """As a window function."""
        return over(self, **kw)


class Grouping(ColumnElement[T]):
    """SQLAlchemy's name for parentheses, which are written where they are needed."""

    __slots__ = ()


class HostElement(ColumnElement):
    """An element whose SQL the program writes, as a part of another."""

    __slots__ = ()


class quoted_name(str):
    """A name that says whether it is quoted."""

    quote: bool | None

    def __new__(cls, value: str, quote: bool | None) -> quoted_name:
        made = super().__new__(cls, value)
        made.quote = quote
        return made


class conv(str):
    """A constraint's name that no convention changes."""


class _truncated_label(quoted_name):
    def __new__(cls, value: str, quote: bool | None = None) -> _truncated_label:
        return super().__new__(cls, value, quote)  # type: ignore[return-value]


class _NoneName:
    pass


# ---- Functions that make them ----------------------------------------------------------------------------------------


_ROWS, _RANGE = 1, 2  # kinds of frames


def _frame(rows: Any, range_: Any) -> tuple[int, int | None, int | None]:
    """The kind of a window's frame, and its bounds as integers or None; kind 0 is no frame."""
    if rows is None and range_ is None:
        return 0, None, None
    if rows is not None and range_ is not None:
        raise exc.ArgumentError("over() takes rows or range_, not both")
    kind, bounds = (_ROWS, rows) if rows is not None else (_RANGE, range_)
    if not isinstance(bounds, tuple) or len(bounds) != 2:
        raise exc.ArgumentError("a frame is a pair of bounds, as (None, 0)")

    def bound(value: Any) -> int | None:
        try:
            return None if value is None else int(value)
        except (TypeError, ValueError):
            raise exc.ArgumentError(f"a bound of a frame is an integer or None, not {value!r}") from None

    return kind, bound(bounds[0]), bound(bounds[1])


def over(
    element: _core.Expr[T], partition_by: Any = None, order_by: Any = None, range_: Any = None, rows: Any = None
) -> Over[T]:
    """A function over a window: ``f(x) OVER (PARTITION BY .. ORDER BY ..)``."""
    return _core.over(element, partition_by, order_by, *_frame(rows, range_))


def within_group(element: Any, *order_by: Any) -> WithinGroup:
    """``f(x) WITHIN GROUP (ORDER BY ..)``."""
    return _core.within_group(element, list(order_by))


def funcfilter(func: Any, *criterion: Any) -> FunctionFilter:
    """``f(x) FILTER (WHERE ..)``."""
    return _core.filter_(func, *criterion)


_MISSING: Any = object()


def and_(initial_clause: Any = _MISSING, *clauses: Any) -> ColumnElement[bool]:
    """All of the conditions; an empty one prints nothing."""
    return _core.and_() if initial_clause is _MISSING else _core.and_(initial_clause, *clauses)


def or_(initial_clause: Any = _MISSING, *clauses: Any) -> ColumnElement[bool]:
    """One of the conditions."""
    return _core.or_() if initial_clause is _MISSING else _core.or_(initial_clause, *clauses)


def not_(clause: _core.Expr[T]) -> ColumnElement[T]:
    """The opposite of a condition."""
    return _core.not_(clause)


def true() -> True_:
    """The constant true."""
    made: True_ = _core.constant("true")
    return made


def false() -> False_:
    """The constant false."""
    made: False_ = _core.constant("false")
    return made


def null() -> Null:
    """The constant NULL."""
    made: Null = _core.constant("null")
    return made


def literal(value: T, type_: Any = None, literal_execute: bool = False) -> BindParameter[T]:
    """A value as an expression."""
    if literal_execute:
        return bindparam(None, value, type_=type_, unique=True, literal_execute=True)
    if type_ is None and isinstance(value, _uuid.UUID):
        type_ = Uuid()
    made: BindParameter[T] = _core.literal(value, type_)
    return made


def bindparam(
    key: str | None,
    value: Any = _MISSING,
    type_: Any = None,
    unique: bool = False,
    required: Any = _MISSING,
    quote: bool | None = None,
    callable_: Any = None,
    expanding: bool = False,
    isoutparam: bool = False,
    literal_execute: bool = False,
) -> BindParameter:
    """A parameter by name.

    :param value: its value; without one, one must be given at execution.
    :param unique: the name is a base, to which a number is added.
    :param expanding: it stands for the list of an IN.
    """
    if callable_ is not None:
        value = callable_()
    if quote is not None or isoutparam:
        raise exc.NotSupportedYet("bindparam(quote=...) and bindparam(isoutparam=...) are not supported yet")
    given = value is not _MISSING
    if required is _MISSING:
        required = not given
    flags = (
        (_core.BIND_UNIQUE if unique else 0)
        | (_core.BIND_EXPANDING if expanding else 0)
        | (_core.BIND_LITERAL_EXECUTE if literal_execute else 0)
        | (_core.BIND_REQUIRED if required else 0)
    )
    has_value = given or not required
    if expanding and given and value is not None:
        raise exc.NotSupportedYet("bindparam(expanding=True) with a value is not supported yet: give it at execution")
    return _core.bindparam(key, value if given else None, has_value, type_, flags)


def column(
    text: str,
    type_: TypeEngine[T] | type[TypeEngine[T]] | None = None,
    is_literal: bool = False,
    _selectable: Any = None,
) -> ColumnClause[T]:
    """A bare name."""
    return _core.named(text, type_, is_literal)


def literal_column(text: str, type_: TypeEngine[T] | type[TypeEngine[T]] | None = None) -> ColumnClause[T]:
    """SQL text in the place of a column."""
    return _core.named(text, type_, True)


def text(text: str) -> TextClause:
    """SQL as it stands; ``:name`` is a parameter, ``\\:name`` is not."""
    return _core.text(text)


def case(*whens: Any, value: Any = None, else_: Any = _MISSING) -> Case:
    """``CASE WHEN .. THEN .. ELSE .. END``; whens are pairs, or a dict together with ``value``."""
    pairs: list[Any] = []
    for when in whens:
        if isinstance(when, dict):
            pairs.extend(when.items())
        else:
            condition, result = when
            pairs.append((condition, result))
    has_else = else_ is not _MISSING and else_ is not None
    return _core.case(value, pairs, else_ if has_else else None, has_else)


def cast(expression: Any, type_: TypeEngine[T] | type[TypeEngine[T]]) -> Cast[T]:
    """``CAST(x AS type)``."""
    return _core.cast(expression, type_)


def try_cast(expression: Any, type_: TypeEngine[T] | type[TypeEngine[T]]) -> TryCast[T]:
    """Not supported: it belongs to a dialect that is not here."""
    raise exc.NotSupportedYet("try_cast() is not supported yet")


def type_coerce(expression: Any, type_: TypeEngine[T] | type[TypeEngine[T]]) -> TypeCoerce[T]:
    """Take an expression for another type, in Python alone."""
    return _core.type_coerce(expression, type_)


def extract(field: str, expr: Any) -> Extract:
    """``EXTRACT(field FROM x)``."""
    return _core.extract(field, expr)


def tuple_(*clauses: Any, types: Any = None) -> Tuple:
    """``(a, b)``."""
    if types is not None:
        raise exc.NotSupportedYet("tuple_(types=...) is not supported yet")
    return _core.tuple_(*clauses)


def label(name: str | None, element: _core.Expr[T], type_: Any = None) -> Label[T]:
    """An expression with a name."""
    return _core.label(name, element if type_ is None else type_coerce(element, type_))


def between(expr: Any, lower_bound: Any, upper_bound: Any, symmetric: bool = False) -> BinaryExpression[bool]:
    """``x BETWEEN a AND b``."""
    return _as_expression(expr).between(lower_bound, upper_bound, symmetric=symmetric)


def collate(expression: Any, collation: str) -> Any:
    """``x COLLATE c``."""
    return _as_expression(expression).collate(collation)


def desc(column: str | _core.Expr[T]) -> UnaryExpression[T]:
    """``x DESC``; a name is looked up among the selected columns."""
    return _core.modifier(_core.OP_DESC, column)


def asc(column: str | _core.Expr[T]) -> UnaryExpression[T]:
    """``x ASC``."""
    return _core.modifier(_core.OP_ASC, column)


def nulls_first(column: str | _core.Expr[T]) -> UnaryExpression[T]:
    """``x NULLS FIRST``."""
    return _core.modifier(_core.OP_NULLS_FIRST, column)


def nulls_last(column: str | _core.Expr[T]) -> UnaryExpression[T]:
    """``x NULLS LAST``."""
    return _core.modifier(_core.OP_NULLS_LAST, column)


nullsfirst = nulls_first
nullslast = nulls_last


def distinct(expr: _core.Expr[T]) -> UnaryExpression[T]:
    """``DISTINCT x``."""
    return _core.modifier(_core.OP_DISTINCT, expr)


def any_(expr: Any) -> Any:
    """``ANY (..)``."""
    return _as_expression(expr).any_()


def all_(expr: Any) -> Any:
    """``ALL (..)``."""
    return _as_expression(expr).all_()


def bitwise_not(expr: Any) -> Any:
    """``~x``."""
    return _as_expression(expr).bitwise_not()


def outparam(key: str, type_: Any = None) -> Any:
    """Not supported: it belongs to a dialect that is not here."""
    raise exc.NotSupportedYet("outparam() is not supported yet")


_core.set_node_classes(
    {
        _KIND["COLUMN"]: SourceColumn,
        _KIND["NAMED"]: ColumnClause,
        _KIND["LITERAL_COLUMN"]: ColumnClause,
        _KIND["BIND"]: BindParameter,
        _KIND["NULL"]: Null,
        _KIND["TRUE"]: True_,
        _KIND["FALSE"]: False_,
        _KIND["BINARY"]: BinaryExpression,
        _KIND["BETWEEN"]: BinaryExpression,
        _KIND["UNARY"]: UnaryExpression,
        _KIND["MODIFIER"]: UnaryExpression,
        _KIND["AND"]: BooleanClauseList,
        _KIND["OR"]: BooleanClauseList,
        _KIND["TUPLE"]: Tuple,
        _KIND["LIST"]: ClauseList,
        _KIND["OVER"]: Over,
        _KIND["FILTER"]: FunctionFilter,
        _KIND["WITHIN_GROUP"]: WithinGroup,
        _KIND["CASE"]: Case,
        _KIND["CAST"]: Cast,
        _KIND["TYPE_COERCE"]: TypeCoerce,
        _KIND["EXTRACT"]: Extract,
        _KIND["LABEL"]: Label,
        _KIND["TEXT"]: TextClause,
        _KIND["HOST"]: HostElement,
        _KIND["ATTRIBUTE"]: ColumnElement,
        _KIND["RELATION_TEST"]: ColumnElement,
    }
)

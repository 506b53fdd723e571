"""Types of columns and expressions."""

# mypy: disable-error-code="no-any-return"

from __future__ import annotations

import collections.abc as _abc
import datetime as _datetime
import decimal as _decimal
import enum as _enum
import json as _json
import pickle as _pickle
import uuid as _uuid
from typing import TYPE_CHECKING, Any, Callable, Generic, Sequence

from . import _core, exc
from ._nearest import hint
from ._typing import N, T

_Description = Any


class TypeEngine(_core.Type, Generic[T]):
    """The base of all types."""

    __visit_name__ = "null"
    _kind = _core.TYPE_NULL
    _fixed_name: str | None = None  # upper-case types print their own name
    sort_key_function: Any = None
    should_evaluate_none = False
    hashable = True

    _variant_mapping: dict[str, Any] = {}  # what it is in some databases
    _operations: dict[str, Any] = {}  # what expressions of the type have besides: functions and properties by name

    if not TYPE_CHECKING:

        def __class_getitem__(cls, item: Any) -> Any:
            return cls

    def _operation(self, name: str) -> Any:
        return type(self)._operations.get(name)

    def _describe(self) -> _Description:
        if self._fixed_name is None and type(self).__module__ == __name__ and not self.should_evaluate_none:
            return self._kind
        return self._description()

    def _description(
        self,
        *,
        flags: int = 0,
        length: int | None = 0,
        precision: int | None = 0,
        scale: int | None = -1,
        name: str | None = None,
        collation: str | None = None,
        labels: tuple[str, ...] = (),
        impl: Any = None,
    ) -> _Description:
        fixed = self._fixed_name if name is None else name
        if self._fixed_name is not None:
            flags |= _core.TYPE_VARIABLE
        lengths = (length or 0, precision or 0, -1 if scale is None else scale)
        return (self._kind, flags, *lengths, fixed, collation, labels, impl)

    def _described(self) -> _Description:
        """What the core makes its type of. One with variants converts values when any of them does."""
        described = self._describe()
        if not self._variant_mapping:
            return described
        kind, flags, *rest = self._description() if isinstance(described, int) else described
        for variant in self._variant_mapping.values():
            flags |= _core.TYPE_HOST_BIND if _converts(variant, "_bind_value") else 0
            flags |= _core.TYPE_HOST_RESULT if _converts(variant, "_result_value") else 0
        return (kind, flags, *rest)

    def _variants(self) -> tuple[tuple[str, Any], ...]:
        """What it is in some databases, by the dialect's name; asked for when it is described by a tuple."""
        return tuple(self._variant_mapping.items())

    def _in(self, dialect: Any) -> Any:
        """What it is in a database."""
        return self._variant_mapping.get(dialect.name, self) if dialect is not None else self

    @property
    def python_type(self) -> type:
        """The class of its values.

        :raises NotImplementedError: it has none.
        """
        raise NotImplementedError(f"{type(self).__name__} has no Python class")

    @property
    def dialect_impl(self) -> Any:
        """Not supported yet."""
        raise exc.NotSupportedYet("dialect_impl() is not supported yet")

    def compile(self, dialect: Any = None) -> str:
        """Its name in DDL."""
        text = str(_core.compile(_core.cast(_core.constant("null"), self), dialect, False, False, None))
        name, _, collation = text[len("CAST(NULL AS ") :].rpartition(")")
        return name + collation

    def __str__(self) -> str:
        return self.compile()

    def __repr__(self) -> str:
        return generic_repr(self)

    def copy(self, **kw: Any) -> Any:
        """Another object of the same type."""
        cls: Any = type(self)
        made = cls.__new__(cls)
        made.__dict__.update(self.__dict__)
        made.__dict__.update(kw)
        return made

    def adapt(self, cls: Any, **kw: Any) -> Any:
        """The same as another class."""
        made = cls.__new__(cls)
        made.__dict__.update(self.__dict__)
        made.__dict__.update(kw)
        return made

    def with_variant(self, type_: Any, *dialect_names: str) -> Any:
        """A copy that is another type in the databases of these names.

        :raises ArgumentError: no name is given, one has a variant already, or `type_` itself has variants.
        """
        if not dialect_names:
            raise exc.ArgumentError("At least one dialect name is required")
        type_ = to_instance(type_)
        if type_._variant_mapping:
            raise exc.ArgumentError("a type with variants of its own is none: give it to with_variant() of the other")
        for name in dialect_names:
            if name in self._variant_mapping:
                raise exc.ArgumentError(f"{self!r} has a variant for the dialect {name!r} already")
        return self.copy(_variant_mapping={**self._variant_mapping, **dict.fromkeys(dialect_names, type_)})

    def evaluates_none(self) -> Any:
        """Not supported yet."""
        raise exc.NotSupportedYet("evaluates_none() is not supported yet")

    def coerce_compared_value(self, op: Any, value: Any) -> Any:
        """The type of a value that stands beside this one."""
        return self

    def compare_values(self, x: Any, y: Any) -> bool:
        """Whether two values are equal."""
        return bool(x == y)

    def as_generic(self, allow_nulltype: bool = False) -> Any:
        """The generic type of an upper-case one.

        :raises NotImplementedError: there is none.
        """
        if type(self) is NullType and not allow_nulltype:
            raise NotImplementedError("a type that is not known has no generic form: as_generic(allow_nulltype=True)")
        for base in type(self).__mro__:
            if base.__dict__.get("_fixed_name", "") is None and base is not TypeEngine:
                return self.adapt(base)
        return self

    def _bind_value(self, value: Any, dialect: Any) -> Any:
        """What is sent for a value."""
        return value

    def _result_value(self, value: Any, dialect: Any) -> Any:
        """What a value of the database becomes."""
        return value

    def literal_processor(self, dialect: Any) -> Any:
        """None: values are written as their class is."""
        return None

    def bind_processor(self, dialect: Any) -> Callable[[Any], Any] | None:
        """What is sent for a value, as a function."""
        return lambda value: self._in(dialect)._bind_value(value, dialect)

    def result_processor(self, dialect: Any, coltype: Any) -> Callable[[Any], Any] | None:
        """What a value of the database becomes, as a function."""
        return lambda value: self._in(dialect)._result_value(value, dialect)

    def __reduce__(self) -> Any:
        return _restore, (type(self), dict(self.__dict__))


def _restore(cls: Any, attributes: dict[str, Any]) -> Any:
    made = cls.__new__(cls)
    made.__dict__.update(attributes)
    return made


def generic_repr(obj: Any, to_inspect: Any = None) -> str:
    """``Class(argument=value, ...)`` from the arguments of ``__init__``."""
    import inspect

    parts: list[str] = []
    try:
        parameters = list(inspect.signature(type(obj).__init__).parameters.values())[1:]
    except (TypeError, ValueError):
        parameters = []
    for one in parameters:
        if one.kind in (one.VAR_KEYWORD, one.VAR_POSITIONAL):
            continue
        value = getattr(obj, one.name, None)
        if one.default is one.empty:
            parts.append(repr(value))
        elif value != one.default:
            parts.append(f"{one.name}={value!r}")
    return f"{type(obj).__name__}({', '.join(parts)})"


class ExternalType:
    """SQLAlchemy's name for types of the program's own."""

    cache_ok: bool | None = None


class NullType(TypeEngine[None]):
    """Not known."""


class Concatenable:
    """SQLAlchemy's name for what has ``||``."""


class Indexable:
    """SQLAlchemy's name for what has elements."""


class _Number(TypeEngine[T]):
    pass


class Integer(_Number[int]):
    """INTEGER."""

    __visit_name__ = "integer"
    _kind = _core.TYPE_INTEGER

    @property
    def python_type(self) -> type:
        """int"""
        return int


class SmallInteger(Integer):
    """SMALLINT."""

    __visit_name__ = "small_integer"
    _kind = _core.TYPE_SMALLINT


class BigInteger(Integer):
    """BIGINT."""

    __visit_name__ = "big_integer"
    _kind = _core.TYPE_BIGINT


class String(Concatenable, TypeEngine[str]):
    """VARCHAR."""

    __visit_name__ = "string"
    _kind = _core.TYPE_STRING

    def __init__(self, length: int | None = None, collation: str | None = None) -> None:
        self.length = length
        self.collation = collation

    def _describe(self) -> _Description:
        if self.length is None and self.collation is None:
            return super()._describe()
        return self._description(length=self.length, collation=self.collation)

    @property
    def python_type(self) -> type:
        """str"""
        return str


class Text(String):
    """TEXT."""

    __visit_name__ = "text"
    _kind = _core.TYPE_TEXT


class Unicode(String):
    """VARCHAR."""

    __visit_name__ = "unicode"


class UnicodeText(Text):
    """TEXT."""

    __visit_name__ = "unicode_text"


class Numeric(_Number[N]):
    """NUMERIC: Decimal in Python, or float."""

    __visit_name__ = "numeric"
    _kind = _core.TYPE_NUMERIC
    _default_decimal_return_scale = 10

    def __init__(
        self,
        precision: int | None = None,
        scale: int | None = None,
        decimal_return_scale: int | None = None,
        asdecimal: bool = True,
    ) -> None:
        if decimal_return_scale is not None:
            raise exc.NotSupportedYet("Numeric(decimal_return_scale=...) is not supported yet")
        self.precision = precision
        self.scale = scale
        self.decimal_return_scale = decimal_return_scale
        self.asdecimal = asdecimal

    def _describe(self) -> _Description:
        flags = _core.TYPE_AS_DECIMAL if self.asdecimal else 0
        return self._description(flags=flags, precision=self.precision, scale=self.scale)

    @property
    def python_type(self) -> type:
        """Decimal, or float"""
        return _decimal.Decimal if self.asdecimal else float


class Float(Numeric[N]):
    """FLOAT."""

    __visit_name__ = "float"
    _kind = _core.TYPE_FLOAT
    scale = None

    def __init__(
        self, precision: int | None = None, asdecimal: bool = False, decimal_return_scale: int | None = None
    ) -> None:
        if decimal_return_scale is not None:
            raise exc.NotSupportedYet("Float(decimal_return_scale=...) is not supported yet")
        self.precision = precision
        self.decimal_return_scale = decimal_return_scale
        self.asdecimal = asdecimal

    def _describe(self) -> _Description:
        if (
            self.precision is None
            and not self.asdecimal
            and self._fixed_name is None
            and type(self).__module__ == __name__
        ):
            return self._kind
        return super()._describe()


class Double(Float[N]):
    """DOUBLE."""

    __visit_name__ = "double"
    _kind = _core.TYPE_DOUBLE


class _TimeZoned(TypeEngine[T]):
    def __init__(self, timezone: bool = False) -> None:
        self.timezone = timezone

    def _describe(self) -> _Description:
        return self._description(flags=_core.TYPE_TIMEZONE) if self.timezone else super()._describe()


class DateTime(_TimeZoned[_datetime.datetime]):
    """A date and a time."""

    __visit_name__ = "datetime"
    _kind = _core.TYPE_DATETIME

    @property
    def python_type(self) -> type:
        """datetime.datetime"""
        return _datetime.datetime


class Date(TypeEngine[_datetime.date]):
    """A date."""

    __visit_name__ = "date"
    _kind = _core.TYPE_DATE

    @property
    def python_type(self) -> type:
        """datetime.date"""
        return _datetime.date


class Time(_TimeZoned[_datetime.time]):
    """A time of day."""

    __visit_name__ = "time"
    _kind = _core.TYPE_TIME

    @property
    def python_type(self) -> type:
        """datetime.time"""
        return _datetime.time


class _Binary(TypeEngine[bytes]):
    _kind = _core.TYPE_BINARY

    def __init__(self, length: int | None = None) -> None:
        self.length = length

    def _describe(self) -> _Description:
        return self._description(length=self.length) if self.length is not None else super()._describe()

    @property
    def python_type(self) -> type:
        """bytes"""
        return bytes


class LargeBinary(_Binary):
    """BLOB."""

    __visit_name__ = "large_binary"


class SchemaType:
    """SQLAlchemy's name for types that add constraints or types of their own to a schema."""


class Boolean(SchemaType, TypeEngine[bool]):
    """True and False; None is NULL."""

    __visit_name__ = "boolean"
    _kind = _core.TYPE_BOOLEAN

    def __init__(self, create_constraint: bool = False, name: str | None = None) -> None:
        self.create_constraint = create_constraint
        self.name = name

    def _describe(self) -> _Description:
        if not self.create_constraint:
            return super()._describe()
        return self._description(flags=_core.TYPE_CHECK, name=self.name)

    @property
    def python_type(self) -> type:
        """bool"""
        return bool


class Enum(SchemaType, String):
    """One of some strings, or of the members of a Python enum (stored by name)."""

    __visit_name__ = "enum"
    _kind = _core.TYPE_ENUM

    def __init__(self, *enums: Any, **kw: Any) -> None:
        self.native_enum = kw.pop("native_enum", True)
        self.create_constraint = kw.pop("create_constraint", False)
        self.values_callable = kw.pop("values_callable", None)
        self.name = kw.pop("name", None)
        for unknown in ("schema", "metadata", "inherit_schema", "quote"):
            if kw.pop(unknown, None):
                raise exc.NotSupportedYet(f"Enum({unknown}=...) is not supported yet")
        self.validate_strings = kw.pop("validate_strings", False)
        self.omit_aliases = kw.pop("omit_aliases", True)
        self._sort_key_function = kw.pop("sort_key_function", None)
        self.collation = kw.pop("collation", None)
        length = kw.pop("length", None)
        if kw:
            raise TypeError(f"Enum() takes no argument {', '.join(map(repr, kw))}")
        self.enum_class: Any = None
        self._members: list[Any]
        if len(enums) == 1 and isinstance(enums[0], _abc.Iterable) and not isinstance(enums[0], (str, type)):
            enums = tuple(enums[0])
        if len(enums) == 1 and isinstance(enums[0], type) and issubclass(enums[0], _enum.Enum):
            self.enum_class = enums[0]
            members = self.enum_class.__members__
            if self.omit_aliases:
                members = {name: member for name, member in members.items() if member.name == name}
            names = self.values_callable(self.enum_class) if self.values_callable else list(members)
            self.enums, self._members = list(names), list(members.values())
            if self.name is None:
                self.name = self.enum_class.__name__.lower()
        else:
            self.enums, self._members = list(enums), list(enums)
        longest = max((len(str(one)) for one in self.enums), default=0)
        if length is not None and length < longest and not self.native_enum:
            raise ValueError(f"length={length} is less than that of the longest value, {longest}")
        self.length = longest if length is None else max(length, longest) if self.native_enum else length
        self._to_name = dict(zip(self._members, self.enums))
        self._to_member = dict(zip(self.enums, self._members))

    def _describe(self) -> _Description:
        flags = _core.TYPE_HOST_BIND | _core.TYPE_HOST_RESULT
        flags |= _core.TYPE_CHECK if self.create_constraint else 0
        flags |= _core.TYPE_NATIVE if self.native_enum else 0
        labels = tuple(str(one) for one in self.enums)
        return self._description(
            flags=flags, length=self.length, name=self.name, collation=self.collation, labels=labels
        )

    @property
    def python_type(self) -> type:
        """The enum, or str"""
        return self.enum_class or str

    @property
    def native(self) -> bool:
        """Whether the database's own enumeration is used where it has one."""
        return bool(self.native_enum)

    def _bind_value(self, value: Any, dialect: Any) -> Any:
        if value is None:
            return None
        try:
            return self._to_name[value]
        except (KeyError, TypeError):
            if isinstance(value, str) and (value in self._to_member or not self.validate_strings):
                return str(value)
        near = hint(value, self.enums)
        raise LookupError(f"{value!r} is none of the values of the enumeration {self.name!r}: {self._listed()}{near}")

    def _result_value(self, value: Any, dialect: Any) -> Any:
        if value is None:
            return None
        try:
            return self._to_member[value]
        except KeyError:
            message = f"{value!r} is none of the values of the enumeration {self.name!r}: {self._listed()}"
            raise LookupError(message) from None

    def _listed(self) -> str:
        shown = [str(one) for one in self.enums[:4]]
        return ", ".join(shown) + (", ..." if len(self.enums) > 4 else "")

    def __repr__(self) -> str:
        shown = ", ".join(repr(one) for one in self.enums)
        return f"Enum({shown}" + (f", name={self.name!r})" if self.name is not None else ")")


class JSON(Indexable, TypeEngine[Any]):
    """A JSON value."""

    __visit_name__ = "JSON"
    _kind = _core.TYPE_JSON
    NULL = type("_JsonNull", (), {"__repr__": lambda self: "JSON.NULL", "__doc__": "JSON's null."})()

    def __init__(self, none_as_null: bool = False) -> None:
        self.none_as_null = none_as_null

    def _describe(self) -> _Description:
        flags = _core.TYPE_HOST_BIND | (_core.TYPE_NONE_AS_NULL if self.none_as_null else 0)
        return self._description(flags=flags)

    @property
    def should_evaluate_none(self) -> bool:  # type: ignore[override]
        """Whether None is JSON's null."""
        return not self.none_as_null

    @property
    def python_type(self) -> type:
        """dict"""
        return dict

    def _bind_value(self, value: Any, dialect: Any) -> Any:
        if value is self.NULL or (value is None and not self.none_as_null):
            return "null"
        if value is None:
            return None
        serializer = getattr(dialect, "_json_serializer", None) or _json.dumps
        return serializer(value)


class PickleType(LargeBinary):
    """Any object, pickled."""

    cache_ok = True
    impl = LargeBinary

    def __init__(
        self, protocol: int = _pickle.HIGHEST_PROTOCOL, pickler: Any = None, comparator: Any = None, impl: Any = None
    ) -> None:
        super().__init__()
        if impl is not None:
            raise exc.NotSupportedYet("PickleType(impl=...) is not supported yet")
        self.protocol = protocol
        self.pickler = pickler or _pickle
        self.comparator = comparator

    def _describe(self) -> _Description:
        return self._description(flags=_core.TYPE_HOST_BIND | _core.TYPE_HOST_RESULT)

    def _bind_value(self, value: Any, dialect: Any) -> Any:
        return None if value is None else self.pickler.dumps(value, self.protocol)

    def _result_value(self, value: Any, dialect: Any) -> Any:
        return None if value is None else self.pickler.loads(value)

    def compare_values(self, x: Any, y: Any) -> bool:
        """Whether two values are equal, by ``comparator`` where it was given."""
        return bool(self.comparator(x, y)) if self.comparator else bool(x == y)


class Interval(TypeEngine[_datetime.timedelta]):
    """A span of time: stored as a date and time since 1970 where the database has none of its own."""

    __visit_name__ = "interval"
    _kind = _core.TYPE_INTERVAL
    epoch = _datetime.datetime(1970, 1, 1)

    def __init__(
        self, native: bool = True, second_precision: int | None = None, day_precision: int | None = None
    ) -> None:
        self.native = native
        self.second_precision = second_precision
        self.day_precision = day_precision

    def _describe(self) -> _Description:
        flags = _core.TYPE_HOST_BIND | _core.TYPE_HOST_RESULT | (_core.TYPE_NATIVE if self.native else 0)
        return self._description(flags=flags, precision=self.second_precision)

    @property
    def python_type(self) -> type:
        """datetime.timedelta"""
        return _datetime.timedelta

    def _bind_value(self, value: Any, dialect: Any) -> Any:
        if value is None or (self.native and dialect.supports_native_interval):
            return value
        return self.epoch + value

    def _result_value(self, value: Any, dialect: Any) -> Any:
        if isinstance(value, _datetime.timedelta):
            return value
        if isinstance(value, str):
            value = _datetime.datetime.fromisoformat(value)
        return None if value is None else value - self.epoch


class Uuid(TypeEngine[T]):
    """A UUID: stored as 32 hexadecimal digits where the database has none of its own."""

    __visit_name__ = "uuid"
    _kind = _core.TYPE_UUID

    def __init__(self, as_uuid: bool = True, native_uuid: bool = True) -> None:
        self.as_uuid = as_uuid
        self.native_uuid = native_uuid

    def _describe(self) -> _Description:
        flags = _core.TYPE_HOST_BIND | _core.TYPE_HOST_RESULT | (_core.TYPE_NATIVE if self.native_uuid else 0)
        return self._description(flags=flags)

    @property
    def python_type(self) -> type:
        """uuid.UUID, or str"""
        return _uuid.UUID if self.as_uuid else str

    def _bind_value(self, value: Any, dialect: Any) -> Any:
        if value is None or (self.native_uuid and dialect.supports_native_uuid):
            return value
        return value.hex if self.as_uuid else str(value).replace("-", "")

    def _result_value(self, value: Any, dialect: Any) -> Any:
        if value is None:
            return None
        found = value if isinstance(value, _uuid.UUID) else _uuid.UUID(value)
        return found if self.as_uuid else str(found)


class ARRAY(SchemaType, Concatenable, TypeEngine[Sequence[Any]]):
    """A list of values of one type, on databases that have arrays."""

    __visit_name__ = "ARRAY"
    _kind = _core.TYPE_ARRAY
    zero_indexes = False

    def __init__(
        self, item_type: Any, as_tuple: bool = False, dimensions: int | None = None, zero_indexes: bool = False
    ) -> None:
        if isinstance(item_type, ARRAY):
            raise ValueError("the items of an ARRAY are no arrays: say dimensions for nested lists")
        if zero_indexes:
            raise exc.NotSupportedYet("ARRAY(zero_indexes=True) is not supported yet")
        self.item_type = to_instance(item_type)
        self.as_tuple = as_tuple
        self.dimensions = dimensions

    def _describe(self) -> _Description:
        flags = _core.TYPE_HOST_BIND | _core.TYPE_HOST_RESULT
        return (*self._description(flags=flags), self.item_type, self.dimensions or 0)

    @property
    def python_type(self) -> type:
        """list"""
        return list

    @property
    def hashable(self) -> bool:  # type: ignore[override]
        """Whether values are tuples."""
        return self.as_tuple

    def compare_values(self, x: Any, y: Any) -> bool:
        """Whether two lists are equal."""
        return bool(x == y)

    def _bind_value(self, value: Any, dialect: Any) -> Any:
        from ._arrays import to_text

        return None if value is None or isinstance(value, str) else to_text(value, self.item_type, dialect)

    def _result_value(self, value: Any, dialect: Any) -> Any:
        from ._arrays import from_text

        return None if value is None else from_text(value, self.item_type, dialect, self.as_tuple)


class TupleType(TypeEngine[tuple[Any, ...]]):
    """The type of ``(a, b)``."""


class UserDefinedType(ExternalType, TypeEngine[T]):
    """A type of the program's own: ``get_col_spec()`` gives its SQL."""

    __visit_name__ = "user_defined"
    _kind = _core.TYPE_CUSTOM

    def get_col_spec(self, **kw: Any) -> str:
        """Its SQL in DDL."""
        raise NotImplementedError("get_col_spec() must be defined")

    def _describe(self) -> _Description:
        spec = self.get_col_spec()
        bind = type(self).bind_processor is not TypeEngine.bind_processor
        result = type(self).result_processor is not TypeEngine.result_processor
        flags = (_core.TYPE_HOST_BIND if bind else 0) | (_core.TYPE_HOST_RESULT if result else 0)
        return self._description(flags=flags, name=spec)

    def _bind_value(self, value: Any, dialect: Any) -> Any:
        process = self.bind_processor(dialect)
        return process(value) if process else value

    def _result_value(self, value: Any, dialect: Any) -> Any:
        process = self.result_processor(dialect, None)
        return process(value) if process else value

    def bind_processor(self, dialect: Any) -> Callable[[Any], Any] | None:
        """What is sent for a value, as a function."""
        return None

    def result_processor(self, dialect: Any, coltype: Any) -> Callable[[Any], Any] | None:
        """What a value of the database becomes, as a function."""
        return None


class TypeDecorator(ExternalType, TypeEngine[T]):
    """A type that converts values on their way to another type, ``impl``, and back.

    Override ``process_bind_param(value, dialect)`` and ``process_result_value(value, dialect)``.
    """

    __visit_name__ = "type_decorator"
    impl: Any = None
    coerce_to_is_types: Sequence[type] = (type(None),)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        if type(self).impl is None:
            raise AttributeError(f"{type(self).__name__} has no class attribute impl: the type that it stands on")
        given = type(self).impl
        self.impl = given(*args, **kwargs) if isinstance(given, type) else given

    def _describe(self) -> _Description:
        flags = _core.TYPE_HOST_BIND if self._binds() else 0
        flags |= _core.TYPE_HOST_RESULT if self._decodes() else 0
        impl = self._impl(None)
        return (self._kind_of(impl), flags, 0, 0, -1, None, None, (), impl)

    def _is_by_dialect(self) -> bool:
        return type(self).load_dialect_impl is not TypeDecorator.load_dialect_impl

    def _variants(self) -> tuple[tuple[str, Any], ...]:
        from .dialects import NAMES, dialect_object

        own = {name: self._impl(dialect_object(name)) for name in NAMES} if self._is_by_dialect() else {}
        return tuple({**own, **self._variant_mapping}.items())

    @staticmethod
    def _kind_of(impl: Any) -> int:
        return impl._kind if not isinstance(impl, TypeDecorator) else TypeDecorator._kind_of(impl._impl(None))

    def _impls(self) -> tuple[Any, ...]:
        impl = self._impl(None)
        return (impl, *(variant for _, variant in (*impl._variants(), *self._variants())))

    def _binds(self) -> bool:
        changed = type(self).process_bind_param is not TypeDecorator.process_bind_param
        return changed or any(_converts(impl, "_bind_value") for impl in self._impls())

    def _decodes(self) -> bool:
        changed = type(self).process_result_value is not TypeDecorator.process_result_value
        return changed or any(_converts(impl, "_result_value") for impl in self._impls())

    def _impl(self, dialect: Any) -> Any:
        """What it stands on in a dialect."""
        if "impl" not in self.__dict__:
            TypeDecorator.__init__(self)
        if not self._is_by_dialect():
            return self.__dict__["impl"]._in(dialect)
        if dialect is None:
            from .dialects import default_dialect

            dialect = default_dialect()
        made = self.load_dialect_impl(dialect)
        return made() if isinstance(made, type) else made

    @property
    def impl_instance(self) -> Any:
        """What it stands on."""
        return self._impl(None)

    def load_dialect_impl(self, dialect: Any) -> Any:
        """What it stands on in a dialect; ``self.impl`` unless overridden."""
        return self._impl_object()

    def _impl_object(self) -> Any:
        if "impl" not in self.__dict__:
            TypeDecorator.__init__(self)
        return self.__dict__["impl"]

    def type_engine(self, dialect: Any) -> Any:
        """What it stands on in a dialect."""
        return self._impl(dialect)

    def process_bind_param(self, value: Any, dialect: Any) -> Any:
        """What is given to ``impl`` for a value."""
        return value

    def process_result_value(self, value: Any, dialect: Any) -> Any:
        """What a value of ``impl`` becomes."""
        return value

    def process_literal_param(self, value: Any, dialect: Any) -> Any:
        """What is written into the text for a value."""
        return self.process_bind_param(value, dialect)

    def coerce_compared_value(self, op: Any, value: Any) -> Any:
        """The type of a value that stands beside this one: this one."""
        return self

    def _operation(self, name: str) -> Any:
        return self._impl(None)._operation(name)

    def _bind_value(self, value: Any, dialect: Any) -> Any:
        impl = self._impl(dialect)
        given = self.process_bind_param(value, dialect)
        return impl._bind_value(given, dialect)

    def _result_value(self, value: Any, dialect: Any) -> Any:
        return self.process_result_value(self._impl(dialect)._result_value(value, dialect), dialect)

    @property
    def python_type(self) -> type:
        """That of ``impl``."""
        found: type = self._impl(None).python_type
        return found

    @property
    def sort_key_function(self) -> Any:
        """That of ``impl``."""
        return self._impl(None).sort_key_function

    def compare_values(self, x: Any, y: Any) -> bool:
        """Whether two values are equal, as ``impl`` says."""
        return bool(self._impl(None).compare_values(x, y))

    def __getattr__(self, key: str) -> Any:
        if key.startswith("_") or "impl" not in self.__dict__:
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {key!r}")
        return getattr(self.__dict__["impl"], key)

    def __repr__(self) -> str:
        if type(self).__init__ is TypeDecorator.__init__ and "impl" in self.__dict__:
            inner = repr(self.__dict__["impl"])
            return f"{type(self).__name__}{inner[inner.index('(') :]}" if "(" in inner else f"{type(self).__name__}()"
        return generic_repr(self)


def _converts(impl: Any, method: str) -> bool:
    if isinstance(impl, TypeDecorator):
        return impl._binds() if method == "_bind_value" else impl._decodes()
    return getattr(type(impl), method) is not getattr(TypeEngine, method)


class Variant(TypeDecorator):
    """Not supported yet."""

    impl = NullType

    def __init__(self, *args: Any, **kw: Any) -> None:
        raise exc.NotSupportedYet("Variant is not supported yet")


class MatchType(Boolean):
    """What ``match()`` gives."""


# ---- Upper-case types: their own names in every dialect --------------------------------------------------------------


class INTEGER(Integer):
    """INTEGER."""

    _fixed_name = "INTEGER"


class SMALLINT(SmallInteger):
    """SMALLINT."""

    _fixed_name = "SMALLINT"


class BIGINT(BigInteger):
    """BIGINT."""

    _fixed_name = "BIGINT"


class FLOAT(Float[N]):
    """FLOAT."""

    _fixed_name = "FLOAT"


class REAL(Float[N]):
    """REAL."""

    _fixed_name = "REAL"


class DOUBLE(Double[N]):
    """DOUBLE."""

    _fixed_name = "DOUBLE"


class DOUBLE_PRECISION(Double[N]):
    """DOUBLE PRECISION."""

    _fixed_name = "DOUBLE PRECISION"


class NUMERIC(Numeric[N]):
    """NUMERIC."""

    _fixed_name = "NUMERIC"


class DECIMAL(Numeric[N]):
    """DECIMAL."""

    _fixed_name = "DECIMAL"


class VARCHAR(String):
    """VARCHAR."""

    _fixed_name = "VARCHAR"


class NVARCHAR(Unicode):
    """NVARCHAR."""

    _fixed_name = "NVARCHAR"


class CHAR(String):
    """CHAR."""

    _fixed_name = "CHAR"


class NCHAR(Unicode):
    """NCHAR."""

    _fixed_name = "NCHAR"


class TEXT(Text):
    """TEXT."""

    _fixed_name = "TEXT"


class CLOB(Text):
    """CLOB."""

    _fixed_name = "CLOB"


class BLOB(LargeBinary):
    """BLOB."""

    _fixed_name = "BLOB"


class BINARY(_Binary):
    """BINARY."""

    _fixed_name = "BINARY"


class VARBINARY(_Binary):
    """VARBINARY."""

    _fixed_name = "VARBINARY"


class BOOLEAN(Boolean):
    """BOOLEAN."""

    _fixed_name = "BOOLEAN"


class DATE(Date):
    """DATE."""

    _fixed_name = "DATE"


class TIME(Time):
    """TIME."""

    _fixed_name = "TIME"


class DATETIME(DateTime):
    """DATETIME."""

    _fixed_name = "DATETIME"


class TIMESTAMP(DateTime):
    """TIMESTAMP."""

    _fixed_name = "TIMESTAMP"


class UUID(Uuid[T]):
    """UUID."""

    _fixed_name = "UUID"


for _upper in list(globals().values()):
    if isinstance(_upper, type) and issubclass(_upper, TypeEngine) and _upper.__dict__.get("_fixed_name"):
        _upper.__visit_name__ = _upper.__name__
INT = INTEGER
NULLTYPE = NullType()
BOOLEANTYPE = Boolean()
INTEGERTYPE = Integer()
STRINGTYPE = String()
JSONTYPE = JSON()

_core.set_type_classes(
    {
        _core.TYPE_NULL: NULLTYPE,
        _core.TYPE_INTEGER: INTEGERTYPE,
        _core.TYPE_SMALLINT: SmallInteger(),
        _core.TYPE_BIGINT: BigInteger(),
        _core.TYPE_FLOAT: Float(),
        _core.TYPE_DOUBLE: Double(),
        _core.TYPE_NUMERIC: Numeric(),
        _core.TYPE_STRING: STRINGTYPE,
        _core.TYPE_TEXT: Text(),
        _core.TYPE_BOOLEAN: BOOLEANTYPE,
        _core.TYPE_DATE: Date(),
        _core.TYPE_TIME: Time(),
        _core.TYPE_DATETIME: DateTime(),
        _core.TYPE_BINARY: LargeBinary(),
        _core.TYPE_JSON: JSONTYPE,
        _core.TYPE_INTERVAL: Interval(),
        _core.TYPE_UUID: Uuid(),
    }
)


def to_instance(typeobj: Any) -> Any:
    """A type object from an object, a class or None."""
    if typeobj is None:
        return NULLTYPE
    return typeobj() if isinstance(typeobj, type) else typeobj


_BY_CLASS: dict[type, Callable[[], TypeEngine]] = {
    int: Integer,
    float: Float,
    bool: Boolean,
    str: String,
    bytes: LargeBinary,
    _decimal.Decimal: Numeric,
    _datetime.date: Date,
    _datetime.datetime: DateTime,
    _datetime.time: Time,
    _datetime.timedelta: Interval,
    _uuid.UUID: Uuid,
}

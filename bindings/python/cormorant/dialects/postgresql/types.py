"""Types of PostgreSQL's own."""

# mypy: disable-error-code="no-any-return"

from __future__ import annotations

from typing import Any

from ... import _core, exc
from ... import types as sqltypes


class _Own(sqltypes.TypeEngine):
    """A type that is called by one name and whose values go as they are."""

    _kind = _core.TYPE_CUSTOM


class INET(_Own):
    """INET."""

    _fixed_name = "INET"


class CIDR(_Own):
    """CIDR."""

    _fixed_name = "CIDR"


class MACADDR(_Own):
    """MACADDR."""

    _fixed_name = "MACADDR"


class MACADDR8(_Own):
    """MACADDR8."""

    _fixed_name = "MACADDR8"


class MONEY(_Own):
    """MONEY."""

    _fixed_name = "MONEY"


class OID(_Own):
    """OID."""

    _fixed_name = "OID"


class REGCLASS(_Own):
    """REGCLASS."""

    _fixed_name = "REGCLASS"


class REGCONFIG(_Own):
    """REGCONFIG."""

    _fixed_name = "REGCONFIG"


class TSVECTOR(_Own):
    """TSVECTOR."""

    _fixed_name = "TSVECTOR"


class TSQUERY(_Own):
    """TSQUERY."""

    _fixed_name = "TSQUERY"


class _Range(_Own):
    """A range: its values go as text, ``"[1,5)"``."""


class INT4RANGE(_Range):
    """INT4RANGE."""

    _fixed_name = "INT4RANGE"


class INT8RANGE(_Range):
    """INT8RANGE."""

    _fixed_name = "INT8RANGE"


class NUMRANGE(_Range):
    """NUMRANGE."""

    _fixed_name = "NUMRANGE"


class DATERANGE(_Range):
    """DATERANGE."""

    _fixed_name = "DATERANGE"


class TSRANGE(_Range):
    """TSRANGE."""

    _fixed_name = "TSRANGE"


class TSTZRANGE(_Range):
    """TSTZRANGE."""

    _fixed_name = "TSTZRANGE"


class INT4MULTIRANGE(_Range):
    """INT4MULTIRANGE."""

    _fixed_name = "INT4MULTIRANGE"


class INT8MULTIRANGE(_Range):
    """INT8MULTIRANGE."""

    _fixed_name = "INT8MULTIRANGE"


class NUMMULTIRANGE(_Range):
    """NUMMULTIRANGE."""

    _fixed_name = "NUMMULTIRANGE"


class DATEMULTIRANGE(_Range):
    """DATEMULTIRANGE."""

    _fixed_name = "DATEMULTIRANGE"


class TSMULTIRANGE(_Range):
    """TSMULTIRANGE."""

    _fixed_name = "TSMULTIRANGE"


class TSTZMULTIRANGE(_Range):
    """TSTZMULTIRANGE."""

    _fixed_name = "TSTZMULTIRANGE"


class BIT(_Own):
    """BIT and BIT VARYING."""

    def __init__(self, length: int | None = None, varying: bool = False) -> None:
        self.length = length or 1 if not varying else length
        self.varying = varying

    def _describe(self) -> Any:
        name = "BIT VARYING" if self.varying else "BIT"
        return self._description(name=name if self.length is None else f"{name}({self.length})")


class CITEXT(sqltypes.TEXT):
    """Text that is compared without case."""

    _fixed_name = "CITEXT"


class BYTEA(sqltypes.LargeBinary):
    """BYTEA."""

    _fixed_name = "BYTEA"


def _precise(precision: int | None) -> int:
    return 0 if precision is None else _core.TYPE_PRECISE


class TIMESTAMP(sqltypes.DateTime):
    """TIMESTAMP WITH or WITHOUT TIME ZONE."""

    def __init__(self, timezone: bool = False, precision: int | None = None) -> None:
        super().__init__(timezone)
        self.precision = precision

    def _describe(self) -> Any:
        flags = (_core.TYPE_TIMEZONE if self.timezone else 0) | _precise(self.precision)
        return self._description(flags=flags, precision=self.precision)


class TIME(sqltypes.Time):
    """TIME WITH or WITHOUT TIME ZONE."""

    def __init__(self, timezone: bool = False, precision: int | None = None) -> None:
        super().__init__(timezone)
        self.precision = precision

    _describe = TIMESTAMP._describe


class INTERVAL(sqltypes.Interval):
    """INTERVAL."""

    def __init__(self, precision: int | None = None, fields: str | None = None) -> None:
        super().__init__(native=True, second_precision=precision)
        self.precision = precision
        self.fields = fields

    def _describe(self) -> Any:
        flags = _core.TYPE_HOST_BIND | _core.TYPE_HOST_RESULT | _core.TYPE_NATIVE | _precise(self.precision)
        name = f"INTERVAL {self.fields}" if self.fields else "INTERVAL"
        return self._description(flags=flags, precision=self.precision, name=name)


class HSTORE(_Own):
    """Not supported yet."""

    _fixed_name = "HSTORE"

    def __init__(self, text_type: Any = None) -> None:
        raise exc.NotSupportedYet("HSTORE is not supported yet")


class ENUM(sqltypes.Enum):
    """An enumeration type of the database's own."""

    def __init__(self, *enums: Any, name: Any = None, create_type: bool = True, **kw: Any) -> None:
        if kw.pop("native_enum", None) is False:
            raise exc.ArgumentError("postgresql.ENUM is always a type of the database's own")
        super().__init__(*enums, name=name, **kw)
        self.create_type = create_type

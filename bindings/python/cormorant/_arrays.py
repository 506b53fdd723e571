"""Arrays as PostgreSQL writes them, ``{1,NULL,"a b"}``, and as lists."""

from __future__ import annotations

import datetime as _datetime
import decimal as _decimal
import json as _json
from collections.abc import Callable
from typing import Any

from . import _core


def to_text(value: Any, item_type: Any, dialect: Any) -> str:
    """The text of a list, nested or not."""
    if not isinstance(value, (list, tuple, set, frozenset)) and not hasattr(value, "__iter__"):
        raise TypeError(f"an array takes a list, not {value!r}")
    parts = [
        to_text(one, item_type, dialect) if isinstance(one, (list, tuple)) else _item_text(one, item_type, dialect)
        for one in value
    ]
    return "{" + ",".join(parts) + "}"


def _item_text(value: Any, item_type: Any, dialect: Any) -> str:
    if value is not None:
        value = item_type._bind_value(value, dialect)
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (bytes, bytearray, memoryview)):
        value = "\\x" + bytes(value).hex()
    text = str(value)
    if isinstance(value, (int, float, _decimal.Decimal)):
        return text
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def from_text(text: Any, item_type: Any, dialect: Any, as_tuple: bool) -> Any:
    """The list of a text."""
    if not isinstance(text, str):
        return text
    start = text.index("=") + 1 if text.startswith("[") else 0  # bounds that do not begin at 1: [0:1]={..}
    reader = _Reader(text, start, _reading(item_type, dialect), as_tuple)
    return reader.array()


class _Reader:
    def __init__(self, text: str, at: int, convert: Callable[[str], Any], as_tuple: bool) -> None:
        self.text, self.at, self.convert, self.as_tuple = text, at, convert, as_tuple

    def array(self) -> Any:
        self.at += 1  # {
        items: list[Any] = []
        while self.text[self.at] != "}":
            items.append(self.item())
            if self.text[self.at] == ",":
                self.at += 1
        self.at += 1
        return tuple(items) if self.as_tuple else items

    def item(self) -> Any:
        first = self.text[self.at]
        if first == "{":
            return self.array()
        if first == '"':
            return self.convert(self.quoted())
        start = self.at
        while self.text[self.at] not in ",}":
            self.at += 1
        found = self.text[start : self.at]
        return None if found == "NULL" else self.convert(found)

    def quoted(self) -> str:
        parts = []
        self.at += 1
        while (char := self.text[self.at]) != '"':
            if char == "\\":
                self.at += 1
                char = self.text[self.at]
            parts.append(char)
            self.at += 1
        self.at += 1
        return "".join(parts)


def _timestamp(text: str) -> _datetime.datetime:
    if len(text) > 10 and text[-3] in "+-":  # +00: older Pythons want minutes
        text += ":00"
    head, dot, rest = text.partition(".")
    if dot:
        digits = len(rest) - len(rest.lstrip("0123456789"))
        text = f"{head}.{rest[:digits].ljust(6, '0')}{rest[digits:]}"
    return _datetime.datetime.fromisoformat(text)


def _time(text: str) -> _datetime.time:
    return _timestamp("1970-01-01 " + text).timetz()


_TEXT_OF: dict[int, Callable[[str], Any]] = {
    _core.TYPE_INTEGER: int,
    _core.TYPE_SMALLINT: int,
    _core.TYPE_BIGINT: int,
    _core.TYPE_BOOLEAN: lambda text: text == "t",
    _core.TYPE_DATE: _datetime.date.fromisoformat,
    _core.TYPE_TIME: _time,
    _core.TYPE_DATETIME: _timestamp,
    _core.TYPE_BINARY: lambda text: bytes.fromhex(text[2:]),
    _core.TYPE_JSON: _json.loads,
}


def _reading(item_type: Any, dialect: Any) -> Callable[[str], Any]:
    """How the text of an item becomes its value."""
    stored = item_type
    while hasattr(stored, "impl_instance"):  # a TypeDecorator
        stored = stored.impl_instance
    kind = stored._kind
    if kind in (_core.TYPE_NUMERIC, _core.TYPE_FLOAT, _core.TYPE_DOUBLE):
        plain: Callable[[str], Any] = _decimal.Decimal if stored.asdecimal else float
    else:
        plain = _TEXT_OF.get(kind, str)
    return lambda text: item_type._result_value(plain(text), dialect)

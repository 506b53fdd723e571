"""Where a database is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple
from urllib.parse import quote, quote_plus

from .. import _core, exc

__all__ = ["URL", "make_url"]

_Query = Mapping[str, "str | tuple[str, ...]"]


class URL(NamedTuple):
    """A database's place, taken apart. Made by :func:`make_url` or :meth:`create`; it does not change."""

    drivername: str
    username: str | None
    password: str | None
    host: str | None
    port: int | None
    database: str | None
    query: _Query

    @classmethod
    def create(
        cls,
        drivername: str,
        username: str | None = None,
        password: Any = None,
        host: str | None = None,
        port: int | None = None,
        database: str | None = None,
        query: Mapping[str, Sequence[str] | str] = MappingProxyType({}),
    ) -> URL:
        """A URL of its parts.

        :raises TypeError: a part of the wrong class.
        """
        for name, value in (("drivername", drivername), ("username", username), ("host", host), ("database", database)):
            if not (isinstance(value, str) or (value is None and name != "drivername")):
                raise TypeError(f"{name} must be a string")
        if port is not None:
            try:
                port = int(port)
            except ValueError:
                raise TypeError("port must be an integer") from None
        return cls(drivername, username, password, host, port, database, _query(query))

    def render_as_string(self, hide_password: bool = True) -> str:
        """The text; the password as ``***`` unless that is switched off."""
        text = f"{self.drivername}://"
        if self.username is not None:
            text += quote(self.username, safe=" +")
            if self.password is not None:
                text += ":" + ("***" if hide_password else quote(str(self.password), safe=" +"))
            text += "@"
        if self.host is not None:
            text += f"[{self.host}]" if ":" in self.host else self.host
        if self.port is not None:
            text += f":{self.port}"
        if self.database is not None:
            text += f"/{self.database}"
        if self.query:
            pairs = [
                f"{quote_plus(name)}={quote_plus(value)}"
                for name in sorted(self.query)
                for value in _values(self.query[name])
            ]
            text += "?" + "&".join(pairs)
        return text

    def __str__(self) -> str:
        return self.render_as_string()

    def __repr__(self) -> str:
        return self.render_as_string()

    def __hash__(self) -> int:
        return hash(str(self))

    def __copy__(self) -> URL:
        return self

    def __deepcopy__(self, memo: Any) -> URL:
        return self

    @property
    def normalized_query(self) -> Mapping[str, Sequence[str]]:
        """The query, each value as a tuple."""
        return MappingProxyType({name: tuple(_values(value)) for name, value in self.query.items()})

    def set(self, **parts: Any) -> URL:
        """A copy with other parts."""
        return URL.create(**{**self._asdict(), **{k: v for k, v in parts.items() if v is not None}})

    def update_query_dict(self, query_parameters: Mapping[str, Any], append: bool = False) -> URL:
        """A copy with more in the query."""
        merged: dict[str, Any] = dict(self.query)
        for name, value in query_parameters.items():
            merged[name] = tuple(_values(merged[name])) + tuple(_values(value)) if append and name in merged else value
        return self._replace(query=_query(merged))

    def update_query_pairs(self, key_value_pairs: Iterable[tuple[str, str]], append: bool = False) -> URL:
        """A copy with more in the query, given as pairs."""
        collected: dict[str, Any] = {}
        for name, value in key_value_pairs:
            collected[name] = (*_values(collected[name]), value) if name in collected else value
        return self.update_query_dict(collected, append)

    def difference_update_query(self, names: Iterable[str]) -> URL:
        """A copy without these names in the query."""
        gone = set(names)
        return self._replace(query=_query({k: v for k, v in self.query.items() if k not in gone}))

    def get_backend_name(self) -> str:
        """What stands before the ``+``: ``sqlite``."""
        return self.drivername.split("+")[0]

    def get_driver_name(self) -> str:
        """What stands behind the ``+``, or the usual driver's name."""
        name, _, driver = self.drivername.partition("+")
        return driver or {"sqlite": "pysqlite", "postgresql": "psycopg2", "mysql": "mysqldb"}.get(name, name)

    def get_dialect(self) -> type:
        """The class of the dialect."""
        from ..dialects import dialect_object

        return type(dialect_object(self.get_backend_name()))


def _values(value: Any) -> Sequence[str]:
    return (value,) if isinstance(value, str) else value


def _query(given: Mapping[str, Any]) -> _Query:
    return MappingProxyType({name: value if isinstance(value, str) else tuple(value) for name, value in given.items()})


def make_url(name_or_url: str | URL) -> URL:
    """The URL of a text; a URL is given back as it is.

    :raises ArgumentError: the text is no URL.
    """
    if isinstance(name_or_url, URL):
        return name_or_url
    if not isinstance(name_or_url, str):
        raise exc.ArgumentError(f"a URL is text or a URL object, not {name_or_url!r}")
    try:
        kind, driver, username, password, host, port, database, pairs = _core.url_parse(name_or_url)
    except exc.SQLAlchemyError as error:
        raise exc.ArgumentError(f"This is no URL of a database: {name_or_url!r} ({error})") from None
    query: dict[str, Any] = {}
    for name, value in pairs:
        query[name] = (*_values(query[name]), value) if name in query else value
    drivername = f"{kind}+{driver}" if driver else kind
    return URL(drivername, username, password, host, port or None, database, _query(query))

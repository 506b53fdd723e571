"""Engines, connections, results and URLs."""

from __future__ import annotations

from typing import Any

from .. import exc
from .base import Connection, Engine, NestedTransaction, OptionEngine, RootTransaction, Transaction, TwoPhaseTransaction
from .create import create_engine, create_mock_engine, create_pool_from_url, engine_from_config
from .events import ExceptionContext
from .reflection import Inspector
from .result import (
    ChunkedIteratorResult,
    CursorResult,
    FilterResult,
    FrozenResult,
    IteratorResult,
    MappingResult,
    MergedResult,
    Result,
    ResultMetaData,
    ResultProxy,
    ScalarResult,
    TupleResult,
    result_tuple,
)
from .row import BaseRow, Row, RowMapping
from .url import URL, make_url

__all__ = [
    "URL", "BaseRow", "ChunkedIteratorResult", "Connection", "CursorResult", "Engine", "ExceptionContext",
    "FilterResult", "FrozenResult", "Inspector", "IteratorResult", "MappingResult", "MergedResult",
    "NestedTransaction", "OptionEngine", "Result", "ResultMetaData", "ResultProxy", "RootTransaction", "Row",
    "RowMapping", "ScalarResult", "Transaction", "TupleResult", "TwoPhaseTransaction", "create_engine",
    "create_mock_engine", "create_pool_from_url", "engine_from_config", "make_url", "result_tuple",
]  # fmt: skip

_NOT_YET = frozenset(
    "Compiled ExecutionContext TypeCompiler MockConnection AdaptedConnection CreateEnginePlugin AdhocProxiedConnection "
    "ReflectedColumn".split()
)


def __getattr__(name: str) -> Any:
    if name == "Dialect":
        from ..dialects import Dialect

        return Dialect
    if name in ("interfaces", "characteristics", "strategies", "mock", "processors", "util"):
        raise exc.NotSupportedYet(f"the module engine.{name} of SQLAlchemy is not supported yet")
    if name in _NOT_YET:
        raise exc.NotSupportedYet(f"the name engine.{name} of SQLAlchemy is not supported yet")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

"""Cormorant: an ORM with a core in C and SQLAlchemy's Python API."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from . import _core
from . import exc as exc
from . import schema as schema
from . import types as types
from .schema import BLANK_SCHEMA as BLANK_SCHEMA
from .schema import CheckConstraint as CheckConstraint
from .schema import Column as Column
from .schema import ColumnDefault as ColumnDefault
from .schema import Computed as Computed
from .schema import Constraint as Constraint
from .schema import DefaultClause as DefaultClause
from .schema import FetchedValue as FetchedValue
from .schema import ForeignKey as ForeignKey
from .schema import ForeignKeyConstraint as ForeignKeyConstraint
from .schema import Identity as Identity
from .schema import Index as Index
from .schema import MetaData as MetaData
from .schema import PrimaryKeyConstraint as PrimaryKeyConstraint
from .schema import Sequence as Sequence
from .schema import Table as Table
from .schema import UniqueConstraint as UniqueConstraint
from .sql.base import ColumnCollection as ColumnCollection
from .sql.base import Executable as Executable
from .sql.ddl import DDL as DDL
from .sql.dml import Delete as Delete
from .sql.dml import Insert as Insert
from .sql.dml import Update as Update
from .sql.dml import delete as delete
from .sql.dml import insert as insert
from .sql.dml import update as update
from .sql.elements import BinaryExpression as BinaryExpression
from .sql.elements import BindParameter as BindParameter
from .sql.elements import BooleanClauseList as BooleanClauseList
from .sql.elements import Case as Case
from .sql.elements import Cast as Cast
from .sql.elements import ClauseElement as ClauseElement
from .sql.elements import ClauseList as ClauseList
from .sql.elements import CollectionAggregate as CollectionAggregate
from .sql.elements import ColumnClause as ColumnClause
from .sql.elements import ColumnElement as ColumnElement
from .sql.elements import Extract as Extract
from .sql.elements import False_ as False_
from .sql.elements import FunctionFilter as FunctionFilter
from .sql.elements import Label as Label
from .sql.elements import Null as Null
from .sql.elements import Over as Over
from .sql.elements import SQLCoreOperations as SQLCoreOperations
from .sql.elements import TextClause as TextClause
from .sql.elements import True_ as True_
from .sql.elements import Tuple as Tuple
from .sql.elements import TypeCoerce as TypeCoerce
from .sql.elements import UnaryExpression as UnaryExpression
from .sql.elements import WithinGroup as WithinGroup
from .sql.elements import all_ as all_
from .sql.elements import and_ as and_
from .sql.elements import any_ as any_
from .sql.elements import asc as asc
from .sql.elements import between as between
from .sql.elements import bindparam as bindparam
from .sql.elements import bitwise_not as bitwise_not
from .sql.elements import case as case
from .sql.elements import cast as cast
from .sql.elements import collate as collate
from .sql.elements import column as column
from .sql.elements import desc as desc
from .sql.elements import distinct as distinct
from .sql.elements import extract as extract
from .sql.elements import false as false
from .sql.elements import funcfilter as funcfilter
from .sql.elements import label as label
from .sql.elements import literal as literal
from .sql.elements import literal_column as literal_column
from .sql.elements import not_ as not_
from .sql.elements import null as null
from .sql.elements import nulls_first as nulls_first
from .sql.elements import nulls_last as nulls_last
from .sql.elements import nullsfirst as nullsfirst
from .sql.elements import nullslast as nullslast
from .sql.elements import or_ as or_
from .sql.elements import outparam as outparam
from .sql.elements import over as over
from .sql.elements import quoted_name as quoted_name
from .sql.elements import text as text
from .sql.elements import true as true
from .sql.elements import try_cast as try_cast
from .sql.elements import tuple_ as tuple_
from .sql.elements import type_coerce as type_coerce
from .sql.elements import within_group as within_group
from .sql.functions import Function as Function
from .sql.functions import FunctionElement as FunctionElement
from .sql.functions import func as func
from .sql.selectable import CTE as CTE
from .sql.selectable import LABEL_STYLE_DEFAULT as LABEL_STYLE_DEFAULT
from .sql.selectable import LABEL_STYLE_DISAMBIGUATE_ONLY as LABEL_STYLE_DISAMBIGUATE_ONLY
from .sql.selectable import LABEL_STYLE_NONE as LABEL_STYLE_NONE
from .sql.selectable import LABEL_STYLE_TABLENAME_PLUS_COL as LABEL_STYLE_TABLENAME_PLUS_COL
from .sql.selectable import Alias as Alias
from .sql.selectable import CompoundSelect as CompoundSelect
from .sql.selectable import Exists as Exists
from .sql.selectable import FromClause as FromClause
from .sql.selectable import GenerativeSelect as GenerativeSelect
from .sql.selectable import Join as Join
from .sql.selectable import Lateral as Lateral
from .sql.selectable import ScalarSelect as ScalarSelect
from .sql.selectable import Select as Select
from .sql.selectable import Selectable as Selectable
from .sql.selectable import SelectBase as SelectBase
from .sql.selectable import SelectLabelStyle as SelectLabelStyle
from .sql.selectable import Subquery as Subquery
from .sql.selectable import TableClause as TableClause
from .sql.selectable import TableValuedAlias as TableValuedAlias
from .sql.selectable import Values as Values
from .sql.selectable import alias as alias
from .sql.selectable import cte as cte
from .sql.selectable import except_ as except_
from .sql.selectable import except_all as except_all
from .sql.selectable import exists as exists
from .sql.selectable import intersect as intersect
from .sql.selectable import intersect_all as intersect_all
from .sql.selectable import join as join
from .sql.selectable import lateral as lateral
from .sql.selectable import outerjoin as outerjoin
from .sql.selectable import select as select
from .sql.selectable import subquery as subquery
from .sql.selectable import table as table
from .sql.selectable import tablesample as tablesample
from .sql.selectable import union as union
from .sql.selectable import union_all as union_all
from .sql.selectable import values as values
from .types import ARRAY as ARRAY
from .types import BIGINT as BIGINT
from .types import BINARY as BINARY
from .types import BLOB as BLOB
from .types import BOOLEAN as BOOLEAN
from .types import CHAR as CHAR
from .types import CLOB as CLOB
from .types import DATE as DATE
from .types import DATETIME as DATETIME
from .types import DECIMAL as DECIMAL
from .types import DOUBLE as DOUBLE
from .types import DOUBLE_PRECISION as DOUBLE_PRECISION
from .types import FLOAT as FLOAT
from .types import INT as INT
from .types import INTEGER as INTEGER
from .types import JSON as JSON
from .types import NCHAR as NCHAR
from .types import NUMERIC as NUMERIC
from .types import NVARCHAR as NVARCHAR
from .types import REAL as REAL
from .types import SMALLINT as SMALLINT
from .types import TEXT as TEXT
from .types import TIME as TIME
from .types import TIMESTAMP as TIMESTAMP
from .types import UUID as UUID
from .types import VARBINARY as VARBINARY
from .types import VARCHAR as VARCHAR
from .types import BigInteger as BigInteger
from .types import Boolean as Boolean
from .types import Date as Date
from .types import DateTime as DateTime
from .types import Double as Double
from .types import Enum as Enum
from .types import Float as Float
from .types import Integer as Integer
from .types import Interval as Interval
from .types import LargeBinary as LargeBinary
from .types import Numeric as Numeric
from .types import PickleType as PickleType
from .types import SmallInteger as SmallInteger
from .types import String as String
from .types import Text as Text
from .types import Time as Time
from .types import TupleType as TupleType
from .types import TypeDecorator as TypeDecorator
from .types import Unicode as Unicode
from .types import UnicodeText as UnicodeText
from .types import Uuid as Uuid

if TYPE_CHECKING:
    from . import engine as engine
    from . import event as event
    from . import pool as pool
    from .engine import URL as URL
    from .engine import Connection as Connection
    from .engine import CursorResult as CursorResult
    from .engine import Engine as Engine
    from .engine import Inspector as Inspector
    from .engine import Result as Result
    from .engine import Row as Row
    from .engine import create_engine as create_engine
    from .engine import make_url as make_url
    from .inspection import inspect as inspect

__version__ = _core.version

# Names that their modules give when they are first asked for.
_LATER = {
    "create_engine": "engine",
    "engine_from_config": "engine",
    "create_mock_engine": "engine",
    "create_pool_from_url": "engine",
    "make_url": "engine",
    "URL": "engine",
    "Engine": "engine",
    "Connection": "engine",
    "NestedTransaction": "engine",
    "RootTransaction": "engine",
    "Transaction": "engine",
    "TwoPhaseTransaction": "engine",
    "Result": "engine",
    "ScalarResult": "engine",
    "MappingResult": "engine",
    "FrozenResult": "engine",
    "ChunkedIteratorResult": "engine",
    "CursorResult": "engine",
    "Row": "engine",
    "RowMapping": "engine",
    "Inspector": "engine",
    "Dialect": "dialects",
    "inspect": "inspection",
    "Pool": "pool",
    "NullPool": "pool",
    "QueuePool": "pool",
    "StaticPool": "pool",
    "SingletonThreadPool": "pool",
    "AsyncAdaptedQueuePool": "pool",
    "AssertionPool": "pool",
    "PoolProxiedConnection": "pool",
    "BaseDDLElement": "schema",
    "AdaptedConnection": "engine",
    "BaseRow": "engine",
    "ExceptionContext": "engine",
    "IteratorResult": "engine",
    "MergedResult": "engine",
    "ResultProxy": "engine",
    "result_tuple": "engine",
    "ColumnOperators": "sql.operators",
    "Operators": "sql.operators",
    "custom_op": "sql.operators",
    "ColumnExpressionArgument": "sql.expression",
    "ExpressionClauseList": "sql.elements",
    "Grouping": "sql.elements",
    "TryCast": "sql.elements",
    "TypeClause": "sql.elements",
    "CompilerElement": "sql.elements",
    "AliasedReturnsRows": "sql.selectable",
    "ReturnsRows": "sql.selectable",
    "TextualSelect": "sql.selectable",
    "UpdateBase": "sql.dml",
    "ValuesBase": "sql.dml",
    "DDLElement": "sql.ddl",
    "ExecutableDDLElement": "sql.ddl",
}
_MODULES = ("dialects", "engine", "event", "ext", "inspection", "orm", "pool", "sql")
# SQLAlchemy's names that are not here yet.
_NOT_YET = frozenset(
    (
        "insert_sentinel lambda_stmt StatementLambdaElement LambdaElement ColumnExpressionOrLiteralArgument "
        "ExecutionContext Compiled TypeCompiler HasCTE HasPrefixes HasSuffixes GroupedElement "
        "TableSample SingletonConstant FallbackAsyncAdaptedQueuePool PoolResetState ScalarFunctionColumn util future "
        "testing events log BindTyping CacheKey CreateEnginePlugin FromGrouping NotNullable "
        "Nullable ReleaseSavepointClause RollbackToSavepointClause SavepointClause SQLColumnExpression "
        "TextAsFrom Visitable cyextension modifier"
    ).split()
)


# The last of these are imported when they are first asked for.
__all__ = [
    *(
        name
        for name, value in list(globals().items())
        if not name.startswith("_") and name not in ("annotations", "importlib", "Any")
    ),
    *(
        "create_engine engine_from_config make_url URL Engine Connection Row Result CursorResult ScalarResult "
        "MappingResult RowMapping IteratorResult ChunkedIteratorResult FrozenResult MergedResult Transaction "
        "RootTransaction NestedTransaction Pool QueuePool NullPool StaticPool SingletonThreadPool AssertionPool "
        "AsyncAdaptedQueuePool Inspector inspect event"
    ).split(),
]


def __getattr__(name: str) -> Any:
    module = _LATER.get(name)
    if module is not None:
        value = getattr(importlib.import_module(f"{__name__}.{module}"), name, None)
        if value is not None:
            globals()[name] = value
            return value
    elif name in _MODULES:
        return importlib.import_module(f"{__name__}.{name}")
    if module is not None or name in _NOT_YET:
        raise exc.NotSupportedYet(f"the name {name} of SQLAlchemy is not supported yet")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

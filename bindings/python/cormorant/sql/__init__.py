"""The expression language."""

from .._absent import absent
from . import base, ddl, dml, elements, expression, functions, operators, schema, selectable, sqltypes, visitors
from .ddl import DDL, BaseDDLElement, DDLElement, ExecutableDDLElement
from .expression import *  # noqa: F403
from .expression import func

__all__ = [
    "base", "ddl", "dml", "elements", "expression", "func", "functions", "operators", "schema", "selectable",
    "sqltypes", "visitors",
]  # fmt: skip
__all__ += expression.__all__

__getattr__ = absent(
    __name__,
    "ClauseVisitor LambdaElement NotNullable Nullable SQLColumnExpression StatementLambdaElement TableSample",
    "annotation cache_key coercions compiler crud default_comparator events lambda_stmt lambdas modifier naming roles",
    "traversals util",
)

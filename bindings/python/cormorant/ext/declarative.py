"""Where declarative mapping was before 2.0: the functions warn that they have moved to ``orm``."""

from __future__ import annotations

import functools
import warnings
from collections.abc import Callable
from typing import Any

from .. import exc, orm
from .._absent import absent
from ..orm import DeclarativeMeta, declared_attr

__all__ = [
    "DeclarativeMeta",
    "as_declarative",
    "declarative_base",
    "declared_attr",
    "has_inherited_table",
    "synonym_for",
]


def _moved(fn: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(fn)
    def warn(*args: Any, **kw: Any) -> Any:
        said = f"{fn.__name__}() is in orm now: import it from there"
        warnings.warn(said, exc.MovedIn20Warning, stacklevel=2)
        return fn(*args, **kw)

    return warn


declarative_base = _moved(orm.declarative_base)
as_declarative = _moved(orm.as_declarative)
has_inherited_table = _moved(orm.has_inherited_table)
synonym_for = _moved(orm.synonym_for)

__getattr__ = absent(__name__, "AbstractConcreteBase ConcreteBase DeferredReflection")

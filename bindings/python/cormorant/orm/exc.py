"""The exceptions of the object layer, under SQLAlchemy's names."""

from __future__ import annotations

from typing import Any

from .. import _core
from .. import exc as sa_exc
from ..exc import MultipleResultsFound, NoResultFound

__all__ = [
    "ConcurrentModificationError",
    "DetachedInstanceError",
    "FlushError",
    "LoaderStrategyException",
    "MappedAnnotationError",
    "MultipleResultsFound",
    "NO_STATE",
    "NoResultFound",
    "ObjectDeletedError",
    "ObjectDereferencedError",
    "StaleDataError",
    "UnmappedClassError",
    "UnmappedColumnError",
    "UnmappedError",
    "UnmappedInstanceError",
]

NO_STATE = (AttributeError, KeyError)


class StaleDataError(sa_exc.SQLAlchemyError):
    """A row was not there, or not as it was read, when it was to be changed."""


ConcurrentModificationError = StaleDataError


class FlushError(sa_exc.SQLAlchemyError):
    """A flush that cannot be."""


class MappedAnnotationError(sa_exc.ArgumentError):
    """An annotation from which no column or relationship follows."""


class UnmappedError(sa_exc.InvalidRequestError):
    """A mapped class or object was expected."""


class ObjectDereferencedError(sa_exc.SQLAlchemyError):
    """The object is gone and only its state is left."""


class DetachedInstanceError(sa_exc.SQLAlchemyError):
    """Something must be loaded, and the object has no session."""

    code = "bhk3"


class UnmappedInstanceError(UnmappedError):
    """An object of no mapped class, or one whose ``__init__`` was not run."""

    def __init__(self, obj: object, msg: str | None = None) -> None:
        if msg is None:
            name = _class_name(type(obj))
            if isinstance(obj, type):
                msg = f"Class '{_class_name(obj)}' was given where an instance of it is needed"
            elif hasattr(type(obj), "__mapper__"):
                msg = f"Class '{name}' is mapped, but this instance was made without its __init__ being called"
            else:
                msg = f"Class '{name}' is not mapped"
        super().__init__(msg)
        self._obj = obj

    def __reduce__(self) -> Any:
        return self.__class__, (None, self.args[0])


class UnmappedClassError(UnmappedError):
    """A class that is not mapped."""

    def __init__(self, cls: type, msg: str | None = None) -> None:
        super().__init__(msg if msg is not None else f"Class '{_class_name(cls)}' is not mapped")

    def __reduce__(self) -> Any:
        return self.__class__, (None, self.args[0])


class ObjectDeletedError(sa_exc.InvalidRequestError):
    """The row of an expired object is no longer there."""


class UnmappedColumnError(sa_exc.InvalidRequestError):
    """A column that no attribute of the class maps."""


class LoaderStrategyException(sa_exc.InvalidRequestError):
    """A loader option of a kind that the attribute does not have."""


def _class_name(cls: Any) -> str:
    try:
        return f"{cls.__module__}.{cls.__name__}"
    except AttributeError:
        return repr(cls)


_core.set_exceptions({**sa_exc._classes(), **{name: value for name, value in globals().items() if name in __all__}})

"""The types, where SQLAlchemy keeps them."""

from ..types import *  # noqa: F403
from ..types import NULLTYPE, TypeEngine, to_instance

__all__ = ["NULLTYPE", "TypeEngine", "to_instance"]

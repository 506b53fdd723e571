"""The base of types, where SQLAlchemy keeps it."""

from ..types import ExternalType, TypeDecorator, TypeEngine, UserDefinedType, Variant, to_instance

__all__ = ["ExternalType", "TypeDecorator", "TypeEngine", "UserDefinedType", "Variant", "to_instance"]

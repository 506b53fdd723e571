"""Listening to what engines, sessions and mapped objects do: ``listen``, ``listens_for``, ``remove``, ``contains``."""

from .registry import contains, listen, listens_for, remove

__all__ = ["contains", "listen", "listens_for", "remove"]

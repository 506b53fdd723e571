"""Sessions of a task: not here yet, and each name says so."""

from __future__ import annotations

from ..._absent import absent

__getattr__ = absent(
    __name__,
    "async_scoped_session",
)

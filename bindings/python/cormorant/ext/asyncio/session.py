"""Sessions for asyncio: not here yet, and each name says so."""

from __future__ import annotations

from ..._absent import absent

__getattr__ = absent(
    __name__,
    "AsyncAttrs AsyncSession AsyncSessionTransaction async_object_session async_session async_sessionmaker",
    "close_all_sessions",
)

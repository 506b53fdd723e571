"""Engines and sessions for asyncio: not here yet, and each name says so."""

from __future__ import annotations

from ..._absent import absent

__getattr__ = absent(
    __name__,
    "AsyncConnection AsyncEngine AsyncTransaction async_engine_from_config create_async_engine",
    "create_async_pool_from_url AsyncMappingResult AsyncResult AsyncScalarResult AsyncTupleResult",
    "async_scoped_session AsyncAttrs AsyncSession AsyncSessionTransaction async_object_session async_session",
    "async_sessionmaker close_all_sessions",
)

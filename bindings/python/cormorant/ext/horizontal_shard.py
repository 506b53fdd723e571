"""One mapping over several databases: not here yet, and each name says so."""

from __future__ import annotations

from .._absent import absent

__getattr__ = absent(
    __name__,
    "IdentityChooser ShardChooser ShardedQuery ShardedSession execute_and_instances set_shard_id",
)

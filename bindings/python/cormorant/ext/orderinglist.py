"""Lists that number their members: not here yet, and each name says so."""

from __future__ import annotations

from .._absent import absent

__getattr__ = absent(
    __name__,
    "OrderingList ordering_list count_from_0 count_from_1 count_from_n_factory",
)

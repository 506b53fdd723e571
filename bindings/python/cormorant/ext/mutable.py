"""Values that are changed in place: not here yet, and each name says so."""

from __future__ import annotations

from .._absent import absent

__getattr__ = absent(
    __name__,
    "Mutable MutableBase MutableComposite MutableDict MutableList MutableSet",
)

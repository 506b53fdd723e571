"""Attributes that reach through a relation: not here yet, and each name says so."""

from __future__ import annotations

from .._absent import absent

__getattr__ = absent(
    __name__,
    "association_proxy AssociationProxy AssociationProxyExtensionType AssociationProxyInstance",
    "AmbiguousAssociationProxyInstance ColumnAssociationProxyInstance ObjectAssociationProxyInstance",
)

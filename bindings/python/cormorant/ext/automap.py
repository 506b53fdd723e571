"""Classes from the tables of a database: not here yet, and each name says so."""

from __future__ import annotations

from .._absent import absent

__getattr__ = absent(
    __name__,
    "AutomapBase automap_base classname_for_table generate_relationship name_for_collection_relationship",
    "name_for_scalar_relationship GenerateRelationshipType NameForCollectionRelationshipType",
    "NameForScalarRelationshipType PythonNameForTableType",
)

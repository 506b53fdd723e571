"""The object layer: mapped classes, sessions, loader options, under SQLAlchemy's names."""

from __future__ import annotations

from typing import Any

from .._absent import absent
from . import exc, inspections
from .attributes import AttributeEventToken, InstrumentedAttribute, QueryableAttribute
from .base import (
    MANYTOMANY,
    MANYTOONE,
    NO_VALUE,
    ONETOMANY,
    DynamicMapped,
    InspectionAttr,
    LoaderCallableStatus,
    Mapped,
    PassiveFlag,
    RelationshipDirection,
    WriteOnlyMapped,
)
from .collections import (
    KeyFuncDict,
    MappedCollection,
    attribute_keyed_dict,
    attribute_mapped_collection,
    column_keyed_dict,
    column_mapped_collection,
    keyfunc_mapping,
    mapped_collection,
)
from .decl_api import (
    DeclarativeBase,
    DeclarativeBaseNoMeta,
    DeclarativeMeta,
    MappedAsDataclass,
    as_declarative,
    declarative_base,
    declarative_mixin,
    declared_attr,
    has_inherited_table,
    registry,
    synonym_for,
)
from .dynamic import AppenderMixin, AppenderQuery, WriteOnlyCollection
from .exc import NoResultFound
from .interfaces import InspectionAttrExtensionType, InspectionAttrInfo, NotExtension, PropComparator
from .mapper import Mapper, class_mapper, configure_mappers, object_mapper, reconstructor, validates
from .properties import (
    ColumnProperty,
    MappedColumn,
    MappedSQLExpression,
    MapperProperty,
    column_property,
    deferred,
    mapped_column,
)
from .query import Query
from .relationships import Relationship, RelationshipProperty, backref, dynamic_loader, foreign, relationship, remote
from .session import (
    IdentityMap,
    ORMExecuteState,
    QueryPropertyDescriptor,
    Session,
    SessionTransaction,
    close_all_sessions,
    make_transient,
    make_transient_to_detached,
    object_session,
    scoped_session,
    sessionmaker,
)
from .state import InstanceState
from .strategy_options import (
    Load,
    contains_eager,
    defaultload,
    defer,
    immediateload,
    joinedload,
    lazyload,
    load_only,
    noload,
    raiseload,
    selectin_polymorphic,
    selectinload,
    subqueryload,
    undefer,
    undefer_group,
    with_expression,
)
from .util import AliasedClass, Bundle, aliased, identity_key, join, outerjoin, with_parent, with_polymorphic

mapper = Mapper
was_deleted = lambda obj: _state(obj).was_deleted  # noqa: E731


def _state(obj: Any) -> Any:
    from .. import _core

    return _core.state_of(obj)


__getattr__ = absent(
    __name__,
    "AliasOption AttributeEvents AttributeState CascadeOptions ClassManager Composite CompositeProperty",
    "EXT_CONTINUE EXT_SKIP EXT_STOP FromStatement InstanceEvents",
    "InstrumentationEvents LoaderCriteriaOption MappedClassProtocol MapperEvents NO_KEY",
    "ORMDescriptor QueryContext QueryEvents SQLORMExpression",
    "SessionEvents SessionTransactionOrigin Synonym SynonymProperty UOWTransaction UserDefinedOption",
    "add_mapped_attribute bulk_persistence clear_mappers composite composite_property",
    "contains_alias context create_session decl_base dependency descriptor_props evaluator",
    "identity instrumentation loading mapped_as_dataclass mapperlib merge_frozen_result merge_result",
    "orm_insert_sentinel path_registry persistence polymorphic_union query_expression relation scoping state_changes",
    "strategies sync synonym unitofwork with_loader_criteria writeonly",
)


__all__ = [
    "AliasedClass",
    "AppenderMixin",
    "AppenderQuery",
    "AttributeEventToken",
    "Bundle",
    "ColumnProperty",
    "DeclarativeBase",
    "DeclarativeBaseNoMeta",
    "DeclarativeMeta",
    "DynamicMapped",
    "IdentityMap",
    "InspectionAttr",
    "InspectionAttrExtensionType",
    "InspectionAttrInfo",
    "InstanceState",
    "InstrumentedAttribute",
    "KeyFuncDict",
    "Load",
    "LoaderCallableStatus",
    "MANYTOMANY",
    "MANYTOONE",
    "Mapped",
    "MappedAsDataclass",
    "MappedCollection",
    "MappedColumn",
    "MappedSQLExpression",
    "Mapper",
    "MapperProperty",
    "NO_VALUE",
    "NoResultFound",
    "NotExtension",
    "ONETOMANY",
    "ORMExecuteState",
    "PassiveFlag",
    "PropComparator",
    "Query",
    "QueryPropertyDescriptor",
    "QueryableAttribute",
    "Relationship",
    "RelationshipDirection",
    "RelationshipProperty",
    "Session",
    "SessionTransaction",
    "WriteOnlyCollection",
    "WriteOnlyMapped",
    "aliased",
    "as_declarative",
    "attribute_keyed_dict",
    "attribute_mapped_collection",
    "backref",
    "class_mapper",
    "close_all_sessions",
    "column_keyed_dict",
    "column_mapped_collection",
    "column_property",
    "configure_mappers",
    "contains_eager",
    "declarative_base",
    "declarative_mixin",
    "declared_attr",
    "defaultload",
    "defer",
    "deferred",
    "dynamic_loader",
    "exc",
    "foreign",
    "has_inherited_table",
    "identity_key",
    "immediateload",
    "inspections",
    "join",
    "joinedload",
    "keyfunc_mapping",
    "lazyload",
    "load_only",
    "make_transient",
    "make_transient_to_detached",
    "mapped_collection",
    "mapped_column",
    "mapper",
    "noload",
    "object_mapper",
    "object_session",
    "outerjoin",
    "raiseload",
    "reconstructor",
    "registry",
    "relationship",
    "remote",
    "scoped_session",
    "selectin_polymorphic",
    "selectinload",
    "sessionmaker",
    "subqueryload",
    "synonym_for",
    "undefer",
    "undefer_group",
    "validates",
    "was_deleted",
    "with_expression",
    "with_parent",
    "with_polymorphic",
]

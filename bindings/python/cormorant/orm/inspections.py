"""What ``inspect()`` gives for mapped classes, their objects, attributes and aliases."""

from __future__ import annotations

from typing import Any

from .. import _core
from ..inspection import _inspects, _self_inspects
from .attributes import QueryableAttribute
from .mapper import Mapper, configure_mappers
from .state import InstanceState
from .util import AliasedClass, AliasedInsp

for _cls in (Mapper, QueryableAttribute, InstanceState, AliasedInsp):
    _self_inspects(_cls)


@_inspects(type)
def _class(cls: Any) -> Any:
    mapper = cls.__dict__.get("__mapper__")
    if mapper is not None:
        configure_mappers(mapper.registry)
    return mapper


@_inspects(object)
def _object(obj: Any) -> Any:
    if "__mapper__" not in type(obj).__dict__ or not _core.has_record(obj):
        return None
    return _core.state_of(obj)


@_inspects(AliasedClass)
def _alias(alias: Any) -> Any:
    return alias._aliased_insp

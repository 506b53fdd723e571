"""``relationship()``: what a program says about it, kept until both classes are there."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

from .. import _core, exc
from .._nearest import hint
from .base import MANYTOMANY, MANYTOONE, ONETOMANY, Mapped, RelationshipDirection
from .dataclass_fields import ARGUMENTS
from .properties import MapperProperty

__all__ = ["Relationship", "RelationshipProperty", "backref", "relationship", "remote", "foreign"]

LAZY: dict[Any, int] = _core.lazy_names()
LAZY |= {True: LAZY["select"], False: LAZY["joined"], None: LAZY["noload"]}
_ARGUMENTS_LATER = {
    *("comparator_factory", "distinct_target_key", "load_on_pending", "omit_join"),
}

CASCADES = _core.cascade_names()
_ALL = set(CASCADES) - {"delete-orphan"}

_FLAG_VIEWONLY, _FLAG_PASSIVE_DELETES, _FLAG_PASSIVE_DELETES_ALL, _FLAG_NO_PASSIVE_UPDATES = 1, 2, 4, 8
_FLAG_INNERJOIN, _FLAG_POST_UPDATE, _FLAG_SINGLE_PARENT, _FLAG_ACTIVE_HISTORY, _FLAG_KEYED = 16, 32, 64, 128, 256
_FLAG_ADDED = 512


class CascadeOptions(frozenset[str]):
    """The cascades of a relation, as a set of names; attributes say which are in it."""

    def __new__(cls, value: Any) -> CascadeOptions:
        if isinstance(value, str):
            value = [part.strip() for part in value.split(",") if part.strip()]
        names = set(value or ())
        unknown = names - set(CASCADES) - {"all", "none"}
        if unknown:
            wrong = sorted(map(repr, unknown))
            raise exc.ArgumentError(f"There is no cascade named {', '.join(wrong)}{hint(wrong[0], CASCADES)}")
        if "all" in names:
            names |= _ALL
        if "none" in names:
            names.clear()
        names.discard("all")
        return super().__new__(cls, names)

    @property
    def bits(self) -> int:
        """The same for the core."""
        return sum(CASCADES[name] for name in self)

    @property
    def delete(self) -> bool:
        """Whether deleting the parent deletes."""
        return "delete" in self

    @property
    def delete_orphan(self) -> bool:
        """Whether leaving the parent deletes."""
        return "delete-orphan" in self

    @property
    def save_update(self) -> bool:
        """Whether adding the parent adds."""
        return "save-update" in self

    def __repr__(self) -> str:
        return f"CascadeOptions({','.join(sorted(self))!r})"


class RelationshipProperty(MapperProperty, Mapped[Any]):
    """A relation between two mapped classes."""

    added_later = False  # by a backref, or after its class

    def __init__(
        self,
        argument: Any = None,
        secondary: Any = None,
        *,
        uselist: bool | None = None,
        collection_class: Any = None,
        primaryjoin: Any = None,
        secondaryjoin: Any = None,
        back_populates: str | None = None,
        order_by: Any = False,
        backref: Any = None,
        overlaps: str | None = None,
        post_update: bool = False,
        cascade: str | None = None,
        viewonly: bool = False,
        lazy: Any = "select",
        passive_deletes: Any = False,
        passive_updates: bool = True,
        active_history: bool = False,
        enable_typechecks: bool = True,
        foreign_keys: Any = None,
        remote_side: Any = None,
        join_depth: int | None = None,
        single_parent: bool = False,
        innerjoin: Any = False,
        info: dict[str, Any] | None = None,
        doc: str | None = None,
        query_class: Any = None,
        sync_backref: bool | None = None,
        **kw: Any,
    ) -> None:
        if sync_backref and viewonly:
            raise exc.ArgumentError("A viewonly relationship writes nothing: sync_backref=True does not go with it")
        self.dataclass_field = {name: kw.pop(name) for name in ARGUMENTS if name in kw}
        if kw:
            name = sorted(kw)[0]
            if name in _ARGUMENTS_LATER:
                raise exc.NotSupportedYet(f"relationship({name}=...) is not here yet")
            near = hint(name, inspect.signature(RelationshipProperty.__init__).parameters)
            raise TypeError(f"relationship() got an unexpected keyword argument {name!r}{near}")
        if lazy not in LAZY:
            raise exc.ArgumentError(f"relationship() has no lazy={lazy!r}{hint(lazy, LAZY)}")
        if backref is not None and back_populates:
            raise exc.ArgumentError("relationship() takes back_populates or backref, not both")
        if not enable_typechecks:
            raise exc.NotSupportedYet("relationship(enable_typechecks=False) is not here yet")
        if (
            cascade is not None
            and viewonly
            and CascadeOptions(cascade) & {"delete", "delete-orphan", "save-update", "merge"}
        ):
            raise exc.ArgumentError("Cascade settings that write apply to no viewonly relationship")
        self.argument = argument
        self.secondary = secondary
        self.uselist_given = uselist
        self.uselist: bool = bool(uselist)
        self.collection_class = collection_class
        self.primaryjoin = primaryjoin
        self.secondaryjoin = secondaryjoin
        self.back_populates = back_populates
        self.order_by = order_by
        self.backref = backref
        self.overlaps = overlaps
        self.post_update = post_update
        self.cascade = CascadeOptions(
            cascade if cascade is not None else ("merge" if viewonly else "save-update, merge")
        )
        if viewonly and cascade is None:
            self.cascade = CascadeOptions("")
        self.viewonly = viewonly
        self.lazy = lazy
        self.passive_deletes = passive_deletes
        self.passive_updates = passive_updates
        self.active_history = active_history
        self.foreign_keys = foreign_keys
        self.remote_side = remote_side
        self.join_depth = join_depth
        self.single_parent = single_parent
        self.innerjoin = innerjoin
        self.info = info or {}
        self.doc = doc
        self.query_class = query_class
        self.sync_backref = sync_backref
        self.resolved_order_by: tuple[Any, ...] = ()
        self.direction: RelationshipDirection
        self.mapper: Any = None
        self._details: dict[str, Any] = {}
        if self.cascade.delete_orphan and not self.cascade.delete:
            raise exc.ArgumentError("delete-orphan cascade needs delete cascade: cascade='all, delete-orphan'")

    # -- after configuration

    @property
    def entity(self) -> Any:
        """The mapper of the class that it leads to."""
        return self.mapper

    @property
    def target(self) -> Any:
        """The table of the class that it leads to."""
        return self.mapper.local_table

    @property
    def local_remote_pairs(self) -> list[tuple[Any, Any]]:
        """The columns that it joins by."""
        return list(self._details["local_remote_pairs"])

    @property
    def local_columns(self) -> set[Any]:
        """The columns of its own side."""
        return {local for local, _ in self.local_remote_pairs}

    @property
    def remote_columns(self) -> set[Any]:
        """The columns of the other side."""
        return {remote for _, remote in self.local_remote_pairs}

    # -- configuration

    def flags(self) -> int:
        """The core's flags for it."""
        keyed = isinstance(self.collection_class, type) and issubclass(self.collection_class, dict)
        return int(
            self.viewonly * _FLAG_VIEWONLY
            | (self.passive_deletes is True) * _FLAG_PASSIVE_DELETES
            | (self.passive_deletes == "all") * _FLAG_PASSIVE_DELETES_ALL
            | (not self.passive_updates) * _FLAG_NO_PASSIVE_UPDATES
            | bool(self.innerjoin) * _FLAG_INNERJOIN
            | self.post_update * _FLAG_POST_UPDATE
            | self.single_parent * _FLAG_SINGLE_PARENT
            | self.active_history * _FLAG_ACTIVE_HISTORY
            | keyed * _FLAG_KEYED
            | self.added_later * _FLAG_ADDED
        )

    def define(self, mapper: Any, resolve: Callable[[Any], Any]) -> int:
        """Gives the core what it needs: both classes are there. The slot that it has now."""
        self.parent = mapper
        self.mapper = resolve_entity(self, resolve)
        order_by = resolve(self.order_by)
        self.resolved_order_by = () if order_by is False or order_by is None else _tuple(order_by)
        return mapper.entity.add_relation(  # type: ignore[no-any-return]
            self.key,
            self.mapper.entity,
            -1 if self.uselist_given is None else int(self.uselist_given),
            LAZY[self.lazy],
            self.cascade.bits,
            self.flags(),
            resolve(self.secondary),
            resolve(self.primaryjoin),
            resolve(self.secondaryjoin),
            _tuple(resolve(self.foreign_keys)),
            _tuple(resolve(self.remote_side)),
            self.resolved_order_by,
            self.back_populates,
            self.join_depth or 0,
        )

    def complete(self, details: dict[str, Any]) -> None:
        """Takes over what the core has found: direction, join, whether there are many."""
        self._details = details
        self.direction = {1: MANYTOONE, 2: ONETOMANY, 3: MANYTOMANY}[details["direction"]]
        self.uselist = bool(details["uselist"])
        self.primaryjoin = details["primaryjoin"]
        self.secondaryjoin = details["secondaryjoin"]
        self.secondary = details["secondary"]
        if self.cascade.delete_orphan and self.direction is not ONETOMANY and not self.single_parent:
            raise exc.ArgumentError(
                f"{self} is {self.direction.name.lower()}: with delete-orphan, an object that leaves one parent "
                "may still have another. single_parent=True says that it has not"
            )


Relationship = RelationshipProperty


def resolve_entity(prop: RelationshipProperty, resolve: Callable[[Any], Any]) -> Any:
    """The mapper that a relationship leads to."""
    if prop.argument is None:
        raise exc.ArgumentError(
            f"relationship {prop.key!r} of {prop.parent.class_.__name__} does not say to which class"
        )
    target = resolve(prop.argument)
    mapper = getattr(target, "__mapper__", None)
    if mapper is None:
        raise exc.ArgumentError(f"relationship {prop.key!r} leads to a mapped class, not to {target!r}")
    return mapper


def _tuple(value: Any) -> tuple[Any, ...]:
    if value is None:
        return ()
    return tuple(value) if isinstance(value, (list, tuple, set, frozenset)) else (value,)


def relationship(argument: Any = None, secondary: Any = None, **kw: Any) -> Any:
    """A relation to another mapped class.

    :param argument: the class, its name, or a function that gives it; from the annotation when it is not given.
    :param secondary: the table between the two, for many-to-many: a table, its name, or a function.
    :param kw: ``back_populates``, ``backref``, ``primaryjoin``, ``secondaryjoin``, ``foreign_keys``, ``remote_side``,
        ``order_by``, ``uselist``, ``lazy``, ``cascade``, ``collection_class``, ``passive_deletes``, ``viewonly`` ...
    :raises ArgumentError: an argument that can never be right.
    :raises NotSupportedYet: one that is not here yet.
    """
    return RelationshipProperty(argument, secondary, **kw)


def dynamic_loader(argument: Any = None, **kw: Any) -> Any:
    """``relationship(lazy="dynamic")`` by an older name."""
    return relationship(argument, lazy="dynamic", **kw)


def backref(name: str, **kw: Any) -> tuple[str, dict[str, Any]]:
    """The name and arguments of the relation that ``relationship(backref=...)`` makes on the other class."""
    return name, kw


def remote(expr: Any) -> Any:
    """Marks the far side inside a ``primaryjoin``."""
    raise exc.NotSupportedYet("remote() annotations are not here yet: use relationship(remote_side=...)")


def foreign(expr: Any) -> Any:
    """Marks the referring side inside a ``primaryjoin``."""
    raise exc.NotSupportedYet("foreign() annotations are not here yet: use relationship(foreign_keys=...)")

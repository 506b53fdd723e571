"""Relations that are never loaded as a whole: ``lazy="dynamic"`` gives a query, ``lazy="write_only"`` only changes.

A new object keeps its members in a container until it has a row; from then on changes wait in the core for the flush.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Iterator
from typing import Any, Generic, TypeVar

from .. import _core, exc
from ..sql import expression
from . import collections
from .attributes import RelationAttribute
from .base import NO_VALUE, ONETOMANY
from .query import Query

__all__ = ["AppenderMixin", "AppenderQuery", "DynamicAttribute", "WriteOnlyAttribute", "WriteOnlyCollection"]

_T = TypeVar("_T")
_MEMBER = 7  # corm_relation_test


def related(attribute: RelationAttribute, instance: Any) -> tuple[Any, ...]:
    """What ``select()`` must be given for the members of an object's relation: FROM, WHERE and ORDER BY."""
    prop = attribute.property
    sources = () if prop.secondary is None else (prop.mapper.class_, prop.secondary)
    return sources, _core.attribute_test(_MEMBER, attribute, instance), prop.resolved_order_by


class _Members:
    """Changes of one object's relation."""

    def __init__(self, attribute: RelationAttribute, instance: Any) -> None:
        self.attr = attribute
        self.instance = instance

    def container(self) -> Any:
        """What holds the members: of an object without a row, or one that was assigned to and not flushed. Or None."""
        state = _core.state_of(self.instance)
        if state.key is None:
            return _core.get_slot(self.instance, self.attr.slot)
        found = _core.peek_slot(self.instance, self.attr.slot)
        if found is NO_VALUE:
            return None
        added, _, deleted = _core.history(self.instance, self.attr.slot)
        if added or deleted:
            return found
        if state.session is not None:  # flushed: from now on the rows are the truth
            state.session.expire(self.instance, [self.attr.key])
        return None

    def pending(self) -> list[Any]:
        """The members of an object that has no row yet."""
        container = self.container()
        return [] if container is None else list(collections.members_of(container))

    def add(self, member: Any) -> None:
        container = self.container()
        if container is not None:
            container.append(member)
            return
        member = self.attr._fire_append(self.instance, self.attr._validate_append(self.instance, member))
        _core.link(self.instance, self.attr.slot, member)

    def remove(self, member: Any) -> None:
        container = self.container()
        if container is not None:
            container.remove(member)
            return
        self.attr._validate_remove(self.instance, member)
        _core.unlink(self.instance, self.attr.slot, member)
        self.attr._fire_remove(self.instance, member)


class AppenderMixin:
    """The members of a ``lazy="dynamic"`` relation as a query that also takes and loses members."""

    _members: _Members

    def __init__(self, attr: RelationAttribute, instance: Any) -> None:
        Query.__init__(self, attr.property.mapper.class_, None)  # type: ignore[arg-type]
        self._members = _Members(attr, instance)
        sources, criterion, order_by = related(attr, instance)
        statement = self._statement.where(criterion)  # type: ignore[has-type]
        if sources:
            statement = statement.select_from(*sources)
        self._statement = statement.order_by(*order_by) if order_by else statement

    @property
    def session(self) -> Any:
        """The session that the object is in, or None."""
        state = _core.state_of(self._members.instance)
        session = state.session
        if session is not None and state.pending and session.autoflush:
            session.flush()
        return session if state.persistent or state.deleted else None

    @session.setter
    def session(self, session: Any) -> None:
        pass

    @property
    def attr(self) -> Any:
        """The relation."""
        return self._members.attr

    @property
    def instance(self) -> Any:
        """The object whose relation it is."""
        return self._members.instance

    def _iter_pending(self) -> list[Any]:
        if _core.state_of(self.instance).detached:
            warnings.warn(
                f"{self.attr} of an object that is in no session has nothing to read from: it gives no members",
                exc.SAWarning,
                stacklevel=3,
            )
            return []
        return self._members.pending()

    def __iter__(self) -> Iterator[Any]:
        if self.session is None:
            return iter(self._iter_pending())
        return Query.__iter__(self)  # type: ignore[arg-type]

    def all(self) -> list[Any]:
        """All members."""
        return list(self)

    def __getitem__(self, index: Any) -> Any:
        if self.session is None:
            return self._iter_pending()[index]
        return super().__getitem__(index)  # type: ignore[misc]

    def count(self) -> int:
        """How many members there are."""
        if self.session is None:
            return len(self._iter_pending())
        return Query.count(self)  # type: ignore[arg-type]

    def add(self, item: Any) -> None:
        """Adds a member."""
        self._members.add(item)

    append = add

    def add_all(self, iterator: Iterable[Any]) -> None:
        """Adds members."""
        for item in iterator:
            self._members.add(item)

    extend = add_all

    def remove(self, item: Any) -> None:
        """Takes a member out."""
        self._members.remove(item)


class AppenderQuery(AppenderMixin, Query[_T]):  # type: ignore[misc]
    """What ``user.addresses`` is with ``lazy="dynamic"``."""


class WriteOnlyCollection(Generic[_T]):
    """What ``user.addresses`` is with ``lazy="write_only"``: it takes and loses members, and gives statements."""

    def __init__(self, attr: RelationAttribute, instance: Any) -> None:
        self._members = _Members(attr, instance)

    @property
    def attr(self) -> Any:
        """The relation."""
        return self._members.attr

    @property
    def instance(self) -> Any:
        """The object whose relation it is."""
        return self._members.instance

    def __iter__(self) -> Any:
        raise TypeError(f"{self.attr} is write-only: session.scalars(collection.select()) reads it")

    def select(self) -> Any:
        """The SELECT of its members."""
        sources, criterion, order_by = related(self.attr, self.instance)
        statement = expression.select(self.attr.property.mapper.class_).where(criterion)
        statement = statement.select_from(*sources) if sources else statement
        return statement.order_by(*order_by) if order_by else statement

    def insert(self) -> Any:
        """The INSERT of rows that will be its members.

        :raises InvalidRequestError: the relation is no one-to-many.
        """
        prop = self.attr.property
        if prop.direction is not ONETOMANY:
            raise exc.InvalidRequestError(f"insert() of {self.attr}: rows can be inserted for one-to-many only")
        mapper, instance = prop.parent, self.instance
        values = {
            remote.key: getattr(instance, mapper.get_property_by_column(local).key)
            for local, remote in prop.local_remote_pairs
        }
        return expression.insert(prop.mapper.class_).values(values)

    def update(self) -> Any:
        """The UPDATE of its members."""
        return expression.update(self.attr.property.mapper.class_).where(related(self.attr, self.instance)[1])

    def delete(self) -> Any:
        """The DELETE of its members."""
        return expression.delete(self.attr.property.mapper.class_).where(related(self.attr, self.instance)[1])

    def add(self, item: _T) -> None:
        """Adds a member."""
        self._members.add(item)

    def add_all(self, iterator: Iterable[_T]) -> None:
        """Adds members."""
        for item in iterator:
            self._members.add(item)

    def remove(self, item: _T) -> None:
        """Takes a member out."""
        self._members.remove(item)


class DynamicAttribute(RelationAttribute):
    """A relation with ``lazy="dynamic"``."""

    def _collection_class(self) -> Any:
        chosen = self.property.query_class
        if chosen is None:
            return AppenderQuery
        if issubclass(chosen, AppenderMixin):
            return chosen
        return type("Appender" + chosen.__name__, (AppenderMixin, chosen), {"__module__": chosen.__module__})

    def __get__(self, instance: Any, owner: Any = None) -> Any:
        if instance is None:
            return self
        found = self.__dict__.get("_collection")
        if found is None:
            found = self.__dict__["_collection"] = self._collection_class()
        return found(self, instance)


class WriteOnlyAttribute(RelationAttribute):
    """A relation with ``lazy="write_only"``."""

    def __get__(self, instance: Any, owner: Any = None) -> Any:
        return self if instance is None else WriteOnlyCollection[Any](self, instance)

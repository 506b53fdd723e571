"""Loader options: what is loaded with an object, when, and what is not.

An option is a chain of steps; each step leads along a relation, or says something about columns of the entity reached.
``_apply`` writes it into a statement, where the core finds it.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from .. import _core, exc
from .attributes import InstrumentedAttribute, RelationAttribute
from .exc import LoaderStrategyException

__all__ = [
    "Load",
    "contains_eager",
    "defaultload",
    "defer",
    "immediateload",
    "joinedload",
    "lazyload",
    "load_only",
    "noload",
    "raiseload",
    "selectin_polymorphic",
    "selectinload",
    "subqueryload",
    "undefer",
    "undefer_group",
    "with_expression",
]

# corm_lazy and corm_loader
_SELECT, _JOINED, _SELECTIN, _SUBQUERY, _IMMEDIATE = 0, 1, 2, 3, 4
_NOLOAD, _RAISE, _RAISE_ON_SQL, _CONTAINS = 5, 6, 7, 10
_DEFER, _UNDEFER, _ONLY, _DEFAULT = 32, 33, 34, 35
_FLAG_RAISE, _FLAG_INNERJOIN = 1, 2


class _Relation(NamedTuple):
    path: tuple[Any, ...]  # relation attributes; None in the last place: all of them
    strategy: int
    flags: int
    source: Any = None


class _Columns(NamedTuple):
    path: tuple[Any, ...]
    how: int
    attributes: tuple[Any, ...]
    flags: int


class _Group(NamedTuple):
    path: tuple[Any, ...]
    name: str


class _AbstractLoad:
    """A chain of loader options."""

    __visit_name__ = "load"
    propagate_to_loaders = True

    def __init__(self, path: tuple[Any, ...] = (), steps: tuple[Any, ...] = (), entity: Any = None) -> None:
        self.path = path
        self.steps = steps
        self.entity = entity

    def _apply(self, statement: Any) -> Any:
        """The statement with this option in it."""
        for step in self.steps:
            if isinstance(step, _Columns):
                statement = _core.option_columns(statement, step.path, step.how, step.attributes, step.flags)
            elif isinstance(step, _Group):
                statement = _core.option_group(statement, step.path, step.name)
            elif step.strategy == _CONTAINS:
                statement = _core.option_contains(statement, step.path, step.source)
            else:
                statement = _core.option_load(statement, step.path, step.strategy, step.flags)
        return statement

    __corm_option__ = _apply

    def _must_link(self, attribute: Any) -> None:
        """Refuses a step from a class that the path does not lead to. Of aliases only the core knows where they are."""
        source = self.path[-1] if self.path else self.entity
        if isinstance(source, RelationAttribute):
            source = source.mapper.class_
        own = getattr(attribute, "class_", None)
        if not isinstance(source, type) or not isinstance(own, type):
            return
        if not issubclass(own, source) and not issubclass(source, own):
            raise exc.ArgumentError(f"{attribute} is no attribute of {source.__name__}, where the option has led to")

    # -- steps along relations

    def _relation(
        self, attribute: Any, strategy: int, flags: int = 0, source: Any = None, name: str = ""
    ) -> _AbstractLoad:
        if isinstance(attribute, str):
            if attribute != "*":
                raise exc.ArgumentError("Loader options take attributes of classes, not their names as text")
            attribute = None
        elif not _is_relation(attribute):
            if isinstance(attribute, InstrumentedAttribute):
                raise LoaderStrategyException(
                    f"Can't apply {name}() to the column attribute {attribute}: it is for relationships"
                )
            raise exc.ArgumentError(f"Mapped attribute expected in {name}(), got {attribute!r}")
        else:
            self._must_link(attribute)
        path = (*self.path, attribute)
        return type(self)(path, (*self.steps, _Relation(path, strategy, flags, source)), self.entity)

    def selectinload(self, attr: Any, recursion_depth: int | None = None) -> _AbstractLoad:
        """Loads the relation of all objects of a result by one SELECT ... IN."""
        if recursion_depth is not None:
            raise exc.NotSupportedYet("selectinload(recursion_depth=...) is not here yet")
        return self._relation(attr, _SELECTIN, name="selectinload")

    def joinedload(self, attr: Any, innerjoin: bool | None = None) -> _AbstractLoad:
        """Loads the relation in the same statement, by an outer join (or an inner one)."""
        if isinstance(innerjoin, str):
            raise exc.NotSupportedYet("joinedload(innerjoin='...') is not here yet")
        return self._relation(attr, _JOINED, _FLAG_INNERJOIN if innerjoin else 0, name="joinedload")

    def subqueryload(self, attr: Any) -> _AbstractLoad:
        """Loads the relation of all objects of a result by one more SELECT; as :meth:`selectinload` does."""
        return self._relation(attr, _SUBQUERY, name="subqueryload")

    def lazyload(self, attr: Any) -> _AbstractLoad:
        """Loads the relation of each object when it is first read."""
        return self._relation(attr, _SELECT, name="lazyload")

    def immediateload(self, attr: Any, recursion_depth: int | None = None) -> _AbstractLoad:
        """Loads the relation of each object at once, one SELECT each."""
        if recursion_depth is not None:
            raise exc.NotSupportedYet("immediateload(recursion_depth=...) is not here yet")
        return self._relation(attr, _IMMEDIATE, name="immediateload")

    def noload(self, attr: Any) -> _AbstractLoad:
        """Leaves the relation empty."""
        return self._relation(attr, _NOLOAD, name="noload")

    def raiseload(self, attr: Any, sql_only: bool = False) -> _AbstractLoad:
        """Reading the unloaded relation raises (``sql_only``: only where SQL would run)."""
        return self._relation(attr, _RAISE_ON_SQL if sql_only else _RAISE, name="raiseload")

    def defaultload(self, attr: Any) -> _AbstractLoad:
        """A step along the relation that changes nothing about it."""
        return self._relation(attr, _DEFAULT, name="defaultload")

    def contains_eager(self, attr: Any, alias: Any = None) -> _AbstractLoad:
        """The relation is filled from the statement's own join."""
        return self._relation(attr, _CONTAINS, source=alias, name="contains_eager")

    # -- columns

    def _columns(self, how: int, attributes: tuple[Any, ...], flags: int = 0, name: str = "") -> _AbstractLoad:
        every: tuple[Any, ...] = ()
        for attribute in attributes:
            if attribute == "*" if isinstance(attribute, str) else False:
                continue
            if isinstance(attribute, str):
                raise exc.ArgumentError("Loader options take attributes of classes, not their names as text")
            if _is_relation(attribute):
                raise LoaderStrategyException(
                    f"Can't apply {name}() to the relationship {attribute}: it is for columns"
                )
            self._must_link(attribute)
            every = (*every, attribute)
        return type(self)(self.path, (*self.steps, _Columns(self.path, how, every, flags)), self.entity)

    def load_only(self, *attrs: Any, raiseload: bool = False) -> _AbstractLoad:
        """Loads these columns and the key; the others when they are read, or never."""
        return self._columns(_ONLY, attrs, _FLAG_RAISE if raiseload else 0, "load_only")

    def defer(self, key: Any, raiseload: bool = False) -> _AbstractLoad:
        """Loads the column when it is first read, or never."""
        return self._columns(_DEFER, (key,), _FLAG_RAISE if raiseload else 0, "defer")

    def undefer(self, key: Any) -> _AbstractLoad:
        """Loads a deferred column with the object."""
        return self._columns(_UNDEFER, (key,), 0, "undefer")

    def undefer_group(self, name: str) -> _AbstractLoad:
        """Loads the deferred columns of that group with the object."""
        return type(self)(self.path, (*self.steps, _Group(self.path, name)), self.entity)

    def options(self, *opts: _AbstractLoad) -> _AbstractLoad:
        """Further options for what this one leads to."""
        steps = self.steps
        for opt in opts:
            for step in opt.steps:
                steps = (*steps, step._replace(path=(*self.path, *step.path)))
        return type(self)(self.path, steps, self.entity)


class Load(_AbstractLoad):
    """Options for one entity of a statement: ``Load(User).joinedload(User.addresses)``."""

    def __init__(self, entity: Any = None, *rest: Any) -> None:
        if rest:
            super().__init__(entity, *rest)
        else:
            super().__init__((), (), entity)


class _Option(_AbstractLoad):
    """A chain that begins with the entity of its first attribute."""


def _is_relation(attribute: Any) -> bool:
    return isinstance(attribute, RelationAttribute) or getattr(attribute, "_is_relation_attribute", False)


def selectinload(*keys: Any, recursion_depth: int | None = None) -> _AbstractLoad:
    """Loads a relation of all objects of a result by one SELECT ... IN. Several keys are a path."""
    option: _AbstractLoad = _Option()
    for key in keys[:-1]:
        option = option.defaultload(key)
    return option.selectinload(keys[-1], recursion_depth)


def joinedload(*keys: Any, innerjoin: bool | None = None) -> _AbstractLoad:
    """Loads a relation in the same statement, by a join. Several keys are a path."""
    option: _AbstractLoad = _Option()
    for key in keys[:-1]:
        option = option.defaultload(key)
    return option.joinedload(keys[-1], innerjoin)


def _by_path(method: str, keys: tuple[Any, ...], *args: Any) -> _AbstractLoad:
    option: _AbstractLoad = _Option()
    for key in keys[:-1]:
        option = option.defaultload(key)
    return getattr(option, method)(keys[-1], *args)  # type: ignore[no-any-return]


def subqueryload(*keys: Any) -> _AbstractLoad:
    """Loads a relation of all objects of a result by one more SELECT; as :func:`selectinload` does."""
    return _by_path("subqueryload", keys)


def lazyload(*keys: Any) -> _AbstractLoad:
    """Loads a relation of each object when it is first read."""
    return _by_path("lazyload", keys)


def immediateload(*keys: Any, recursion_depth: int | None = None) -> _AbstractLoad:
    """Loads a relation of each object at once."""
    return _by_path("immediateload", keys, recursion_depth)


def noload(*keys: Any) -> _AbstractLoad:
    """Leaves a relation empty."""
    return _by_path("noload", keys)


def raiseload(*keys: Any, sql_only: bool = False) -> _AbstractLoad:
    """Reading an unloaded relation raises."""
    return _by_path("raiseload", keys, sql_only)


def defaultload(*keys: Any) -> _AbstractLoad:
    """A step along a relation that changes nothing about it."""
    return _by_path("defaultload", keys)


def contains_eager(*keys: Any, alias: Any = None) -> _AbstractLoad:
    """A relation is filled from the statement's own join."""
    return _by_path("contains_eager", keys, alias)


def load_only(*attrs: Any, raiseload: bool = False) -> _AbstractLoad:
    """Loads these columns and the key only."""
    return _Option().load_only(*attrs, raiseload=raiseload)


def defer(key: Any, *addl_attrs: Any, raiseload: bool = False) -> _AbstractLoad:
    """Loads a column when it is first read."""
    option = _Option()
    for step in (key, *addl_attrs)[:-1]:
        option = option.defaultload(step)  # type: ignore[assignment]
    return option.defer((key, *addl_attrs)[-1], raiseload)


def undefer(key: Any, *addl_attrs: Any) -> _AbstractLoad:
    """Loads a deferred column with the object."""
    option = _Option()
    for step in (key, *addl_attrs)[:-1]:
        option = option.defaultload(step)  # type: ignore[assignment]
    return option.undefer((key, *addl_attrs)[-1])


def undefer_group(name: str) -> _AbstractLoad:
    """Loads the deferred columns of that group with the first entity's objects."""
    return _Option().undefer_group(name)


def selectin_polymorphic(base_cls: Any, classes: Any) -> _AbstractLoad:
    """Not here yet."""
    raise exc.NotSupportedYet("selectin_polymorphic() is not here yet")


def with_expression(key: Any, expression: Any) -> _AbstractLoad:
    """Not here yet."""
    raise exc.NotSupportedYet("with_expression() is not here yet")


def without_eager_loads(options: tuple[Any, ...]) -> tuple[Any, ...]:
    """The options of a query that loads no relation with its objects."""
    kept = [_Option(one.path, _lazy_steps(one.steps), one.entity) for one in options if isinstance(one, _AbstractLoad)]
    return (lazyload("*"), *kept)


def _lazy_steps(steps: tuple[Any, ...]) -> tuple[Any, ...]:
    eager = (_JOINED, _SELECTIN, _SUBQUERY, _IMMEDIATE, _CONTAINS)
    return tuple(one for one in steps if isinstance(one, (_Columns, _Group)) or one.strategy not in eager)

"""Each argument is shown to act, or is refused by name: none is accepted and ignored."""

from __future__ import annotations

import ast
import contextlib
import inspect
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import cormorant as sa
import pytest
from cormorant import event, exc, orm

PACKAGE = Path(sa.__file__).parent

# Parameters that a function need not look at, and why. Everything else that is accepted is used.
PROTOCOL = {
    "__exit__",
    "__reduce_ex__",
    "__deepcopy__",
    "__class_getitem__",
    "__getitem__",
    "__get__",
    "__init_subclass__",
}
ONLY_TOLD = {
    "Connection.invalidate": "what was wrong is for listeners, of which there are none yet",
    "_Record.invalidate": "the same",
    "result_tuple": "what a cursor knows beside the names has no use here",
    "RelationAttribute.contains": "operators may have more arguments; this one has none",
    "AssociationProxy.for_class": "nothing about a proxy depends on an object",
    "count_from_0": "a way of numbering may look at the list",
    "count_from_1": "the same",
    "set_attribute": "the initiator is for listeners that chain",
    "Adapter.append_with_event": "the same",
    "Adapter.remove_with_event": "the same",
    "KeyFuncDict.set": "the same",
    "KeyFuncDict.remove": "the same",
    "Session.get_bind": "a subclass may ask for more; the base has no use for it",
    "column": "set by tables",
    "Unresolved.__call__": "stands for a name that is not there",
    "SelectBase.alias": "a subquery has nothing to flatten",
    "ClauseElement.self_group": "the compiler puts parentheses itself",
    "ClauseElement.get_children": "options of a visitor",
    "iterate": "options of a visitor",
    "DeclarativeMeta.__init__": "arguments of a class statement are for its bases",
    "generic_repr": "the object itself says what is shown",
}
TYPE_HOOKS = {  # overridden by types of the program: the base has one answer
    *("coerce_compared_value", "_bind_value", "_result_value", "literal_processor", "result_processor"),
    *("bind_processor", "load_dialect_impl", "process_bind_param", "process_result_value"),
}


def functions(node: ast.AST, path: str = "") -> Iterator[tuple[str, ast.FunctionDef]]:
    for child in ast.iter_child_nodes(node):
        name = f"{path}{child.name}" if isinstance(child, (ast.ClassDef, ast.FunctionDef)) else path.rstrip(".")
        if isinstance(child, ast.FunctionDef):
            yield name, child
            continue  # what is inside of a function is its own business
        yield from functions(child, f"{name}." if name else "")


def says_only_no(function: ast.FunctionDef) -> bool:
    body = [x for x in function.body if not (isinstance(x, ast.Expr) and isinstance(x.value, ast.Constant))]
    return all(isinstance(x, (ast.Raise, ast.Pass)) for x in body)


def unread(function: ast.FunctionDef) -> list[str]:
    a = function.args
    names = [x.arg for x in (*a.posonlyargs, *a.args, *a.kwonlyargs, *filter(None, (a.vararg, a.kwarg)))]
    read = {x.id for part in function.body for x in ast.walk(part) if isinstance(x, ast.Name)}
    return [name for name in names if name not in read and name not in ("self", "cls", "mcs")]


def is_reviewed(name: str) -> bool:
    last = name.rpartition(".")[2]
    return last in PROTOCOL or last in TYPE_HOOKS or name in ONLY_TOLD or last.startswith(("_find_", "_wrap_", "_copy"))


def test_no_function_takes_an_argument_that_it_never_reads() -> None:
    found = []
    for path in sorted(PACKAGE.rglob("*.py")):
        for name, function in functions(ast.parse(path.read_text())):
            overloads = any(getattr(d, "id", "") == "overload" for d in function.decorator_list)
            is_ours = name.rpartition(".")[2].startswith("_") and not name.endswith("__init__")
            if (
                not overloads
                and not is_ours
                and not is_reviewed(name)
                and not says_only_no(function)
                and unread(function)
            ):
                found.append(f"{path.relative_to(PACKAGE)}: {name}({', '.join(unread(function))})")
    assert found == []


@pytest.fixture
def session(database_url: str) -> Iterator[Any]:
    engine = sa.create_engine(database_url)
    Base.metadata.create_all(engine)
    with orm.Session(engine) as session:
        yield session


class Base(orm.DeclarativeBase):
    pass


class User(Base):
    __tablename__ = "users"
    id: orm.Mapped[int] = orm.mapped_column(primary_key=True)
    name: orm.Mapped[str | None]


NOT_YET: dict[str, Callable[[Any], Any]] = {
    "cascade": lambda s: Base.registry.configure(cascade=True),
    "dispose": lambda s: orm.registry().dispose(cascade=True),
    "get(execution_options": lambda s: s.get(User, 1, execution_options={"mine": 1}),
    "get(bind_arguments": lambda s: s.get(User, 1, bind_arguments={"clause": None}),
    "get(identity_token": lambda s: s.get(User, 1, identity_token="x"),
    "_add_event": lambda s: s.execute(sa.select(User), _add_event=print),
    "isolation_level": lambda s: orm.Session(s.get_bind().execution_options(isolation_level="AUTOCOMMIT")),
    "require_embedded": lambda s: User.__table__.corresponding_column(User.__table__.c.id, require_embedded=True),
    "echo_pool": lambda s: sa.create_engine("sqlite://", echo_pool=True),
    "load_on_pending": lambda s: orm.relationship("User", load_on_pending=True),
    "include_collections": lambda s: s.is_modified(User(), include_collections=False),
    "objects": lambda s: s.flush([User()]),
    "Enum(schema": lambda s: sa.Enum("a", name="letter", schema="other"),
    "Enum(inherit_schema": lambda s: sa.Enum("a", name="letter", inherit_schema=True),
    "postgresql_tablespace": lambda s: sa.Table("t", sa.MetaData(), postgresql_tablespace="fast"),
}


@pytest.mark.parametrize("name", list(NOT_YET))
def test_what_is_not_there_yet_says_so_by_name(name: str, session: Any) -> None:
    with pytest.raises(exc.NotSupportedYet) as said:
        NOT_YET[name](session)
    assert name in str(said.value)


def statements(session: Any) -> list[str]:
    found: list[str] = []
    event.listen(session.get_bind(), "before_cursor_execute", lambda *args: found.append(args[2].split("\n")[0]))
    return found


def test_arguments_of_sessions_act(session: Any) -> None:
    engine = session.get_bind()
    with orm.Session(engine, autoflush=False) as quiet:
        quiet.add(User(id=1))
        assert quiet.scalars(sa.select(User)).all() == []
    with orm.Session(engine, expire_on_commit=False) as keeps:
        user = User(id=2, name="Ada")
        keeps.add(user)
        keeps.commit()
        assert not sa.inspect(user).expired
    with orm.Session(engine, autobegin=False) as waits, pytest.raises(exc.InvalidRequestError):
        waits.scalars(sa.select(User)).all()
    assert orm.Session(engine, info={"mine": 1}).info == {"mine": 1}
    assert isinstance(orm.Session(engine, query_cls=type("Own", (orm.Query,), {})).query(User), orm.Query)
    assert orm.Session(binds={User: engine}).get_bind(User) is engine


def test_arguments_of_get_act(session: Any) -> None:
    session.add(User(id=1, name="Ada"))
    session.commit()
    user = session.get(User, 1)
    session.execute(sa.text("update users set name = 'Eva'"))
    assert session.get(User, 1).name == "Ada"
    assert session.get(User, 1, populate_existing=True) is user
    assert user.name == "Eva"
    session.expunge_all()
    sent = statements(session)
    session.get(User, 1, options=[orm.load_only(User.id)])
    assert "name" not in sent[-1]


def test_arguments_of_listen_act(database_url: str) -> None:
    seen: list[Any] = []
    engine = sa.create_engine(database_url)

    def named(**kw: Any) -> None:
        seen.append(sorted(kw))

    event.listen(engine, "before_cursor_execute", named, named=True)
    event.listen(engine, "before_cursor_execute", lambda *args: seen.append("once"), once=True)
    event.listen(engine, "before_cursor_execute", lambda *args: seen.insert(0, "first"), insert=True)
    event.listen(engine, "before_cursor_execute", lambda *args: (args[2].replace("1", "2"), args[3]), retval=True)
    with engine.connect() as connection:
        assert connection.execute(sa.text("select 1")).scalar() == 2
        connection.execute(sa.text("select 1"))
    assert seen[:2] == ["first", "first"]
    assert seen.count("once") == 1
    assert ["conn", "context", "cursor", "executemany", "parameters", "statement"] in seen
    with pytest.raises(exc.ArgumentError, match="sometimes"):
        event.listen(engine, "before_cursor_execute", print, sometimes=True)


def test_a_listener_that_propagates_hears_of_subclasses(database_url: str) -> None:
    class Fresh(orm.DeclarativeBase):
        pass

    class Parent(Fresh):
        __tablename__ = "parent"
        id: orm.Mapped[int] = orm.mapped_column(primary_key=True)

    class Child(Parent):
        pass

    seen: list[str] = []
    event.listen(Parent, "before_insert", lambda *args: seen.append("alone"))
    event.listen(Parent, "before_insert", lambda *args: seen.append("propagated"), propagate=True)
    engine = sa.create_engine(database_url)
    Fresh.metadata.create_all(engine)
    with orm.Session(engine) as session:
        session.add(Child())
        session.flush()
    assert seen == ["propagated"]


def test_arguments_of_inspect_and_aliased_act() -> None:
    with pytest.raises(exc.NoInspectionAvailable):
        sa.inspect(object())
    assert sa.inspect(object(), raiseerr=False) is None
    assert "FROM users AS other" in str(sa.select(orm.aliased(User, name="other")))


def test_an_unknown_keyword_is_refused_by_every_class_and_function_that_takes_keywords() -> None:
    calls = [
        sa.create_engine,
        sa.Column,
        sa.Table,
        sa.Index,
        sa.ForeignKey,
        sa.Enum,
        orm.relationship,
        orm.mapped_column,
    ]
    calls += [orm.Session, orm.aliased, orm.column_property]
    given: dict[Any, tuple[Any, ...]] = {
        sa.create_engine: ("sqlite://",),
        sa.Column: ("x", sa.Integer),
        sa.Table: ("t", sa.MetaData()),
        sa.Index: ("i", "x"),
        sa.ForeignKey: ("a.b",),
        sa.Enum: ("a",),
        orm.aliased: (User,),
        orm.column_property: (sa.literal(1),),
    }
    accepted = []
    for call in calls:
        with contextlib.suppress(TypeError, exc.NotSupportedYet, exc.ArgumentError):
            call(*given.get(call, ()), no_such_argument=1)
            accepted.append(getattr(call, "__name__", call))
    assert accepted == []
    assert inspect.isfunction(orm.relationship)

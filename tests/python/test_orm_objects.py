"""Objects of mapped classes: how they carry their record, what their dictionary is, and when they go."""

import copy
import gc
import pickle
import weakref
from collections.abc import Iterator
from typing import Any

import pytest
from cormorant import Column, ForeignKey, Integer, MetaData, String, Table, _core, create_engine, event, inspect, select
from cormorant.orm import (
    DeclarativeBase,
    DeclarativeBaseNoMeta,
    Mapped,
    Session,
    attribute_keyed_dict,
    joinedload,
    make_transient,
    make_transient_to_detached,
    mapped_column,
    object_session,
    registry,
    relationship,
    selectinload,
)  # fmt: skip
from cormorant.orm.exc import DetachedInstanceError, UnmappedInstanceError


class Base(DeclarativeBase):
    pass


class User(Base):
    __tablename__ = "object_user"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str | None] = mapped_column(String(30))
    items: Mapped[list["Item"]] = relationship(back_populates="user")


class Item(Base):
    __tablename__ = "object_item"
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str | None]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("object_user.id"))
    user: Mapped["User | None"] = relationship(back_populates="items")


class PlainBase(DeclarativeBaseNoMeta):
    pass


class Plain(PlainBase):
    """Its objects cannot carry a record: a State in __dict__ does."""

    __tablename__ = "object_plain"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str | None]


@pytest.fixture
def session(database_url: str) -> Iterator[Session]:
    engine = create_engine(database_url)
    Base.metadata.create_all(engine)
    PlainBase.metadata.create_all(engine)
    with Session(engine) as session:
        yield session
    engine.dispose()


def values(obj: Any) -> dict[str, Any]:
    return {key: value for key, value in vars(obj).items() if key != "_sa_instance_state"}


@pytest.fixture(params=[User, Plain], ids=["carries", "state"])
def cls(request: Any) -> Any:
    return request.param


def test_the_base_with_room_is_taken_where_it_can_be() -> None:
    assert issubclass(User, _core.Instance)
    assert not issubclass(Plain, _core.Instance)


def test_unset_attributes_read_none_and_are_not_stored(cls: Any) -> None:
    obj = cls(name="ada")
    assert (obj.id, obj.name) == (None, "ada")
    assert values(obj) == {"name": "ada"}


def test_a_value_stays_the_object_that_was_given(cls: Any) -> None:
    name = "".join(["a", "da"])
    assert cls(name=name).name is name


def test_an_unknown_keyword_is_a_type_error(cls: Any) -> None:
    with pytest.raises(TypeError, match="'zz' is an invalid keyword argument for"):
        cls(zz=1)


def test_an_object_without_init_is_no_mapped_object(cls: Any, session: Session) -> None:
    with pytest.raises(UnmappedInstanceError):
        session.add(cls.__new__(cls))


def test_the_dictionary_is_the_store_once_it_was_asked_for(cls: Any, session: Session) -> None:
    obj = cls(id=1, name="ada")
    session.add(obj)
    session.commit()
    assert values(obj) == {}
    assert obj.name == "ada"
    vars(obj)["name"] = "written"
    assert obj.name == "written" and obj not in session.dirty
    assert vars(obj).pop("name") == "written"
    assert obj.name is None
    obj.own = 5
    session.expire(obj)
    assert values(obj) == {"own": 5} and obj.name == "ada"


def test_a_loaded_object_shows_what_was_loaded(cls: Any, session: Session) -> None:
    session.add(cls(id=1, name="ada"))
    session.commit()
    obj = session.scalars(select(cls)).one()
    assert list(vars(obj)) == ["_sa_instance_state", "id", "name"]
    assert vars(obj)["_sa_instance_state"] is inspect(obj)


def test_the_map_is_weak_and_gives_one_object_per_row(cls: Any, session: Session) -> None:
    session.add(cls(id=1, name="ada"))
    session.commit()
    obj = session.get(cls, 1)
    assert session.get(cls, 1) is obj is session.scalars(select(cls)).one()
    ref = weakref.ref(obj)
    del obj
    gc.collect()
    assert ref() is None and len(session.identity_map) == 0


def test_changed_objects_are_held_until_they_are_flushed(cls: Any, session: Session) -> None:
    session.add(cls(id=1, name="ada"))
    session.commit()
    obj = session.get(cls, 1)
    obj.name = "bob"
    ref = weakref.ref(obj)
    del obj
    gc.collect()
    assert ref() is not None
    session.flush()
    gc.collect()
    assert ref() is None
    assert session.get(cls, 1).name == "bob"


def test_objects_outlive_their_session(database_url: str, cls: Any) -> None:
    engine = create_engine(database_url)
    cls.metadata.create_all(engine)
    session = Session(engine)
    session.add(cls(id=1, name="ada"))
    session.commit()
    obj = session.get(cls, 1)
    del session
    gc.collect()
    assert inspect(obj).detached and obj.name == "ada" and object_session(obj) is None
    engine.dispose()


def test_an_expired_detached_object_cannot_be_read(cls: Any, session: Session) -> None:
    obj = cls(id=1, name="ada")
    session.add(obj)
    session.commit()
    session.close()
    with pytest.raises(DetachedInstanceError):
        obj.name  # noqa: B018
    assert inspect(obj).identity == (1,)


def test_the_state_is_one_and_outlives_its_object(cls: Any, session: Session) -> None:
    obj = cls(id=1, name="ada")
    session.add(obj)
    session.flush()
    state = inspect(obj)
    assert state is inspect(obj) and state.obj() is obj and state.persistent
    assert state.key == (cls, (1,), None)
    if cls is User:
        del obj
        gc.collect()
        assert state.obj() is None and state.key == (cls, (1,), None)


@pytest.mark.parametrize("options", [selectinload, joinedload])
def test_two_way_objects_are_collected(session: Session, options: Any) -> None:
    session.add_all(User(id=n, items=[Item() for _ in range(3)]) for n in range(1, 501))
    session.commit()
    gc.collect()
    before = _core.live()["records"]
    users = session.scalars(select(User).options(options(User.items))).unique().all()
    assert all(item.user is user for user in users for item in user.items)
    assert _core.live()["records"] == before + 2000
    refs = [weakref.ref(user) for user in users] + [weakref.ref(users[0].items[0])]
    del users
    gc.collect()
    assert [ref for ref in refs if ref() is not None] == []
    assert _core.live()["records"] == before


def test_own_attributes_may_lead_back(cls: Any, session: Session) -> None:
    session.add(cls(id=1))
    session.commit()
    obj = session.get(cls, 1)
    obj.me = obj
    ref = weakref.ref(obj)
    del obj
    gc.collect()
    assert ref() is None


def test_classes_and_objects_go_together(database_url: str) -> None:
    def make() -> weakref.ref[Any]:
        class Local(DeclarativeBase):
            pass

        class Node(Local):
            __tablename__ = "node"
            id: Mapped[int] = mapped_column(primary_key=True)
            up_id: Mapped[int | None] = mapped_column(ForeignKey("node.id"))
            up: Mapped["Node | None"] = relationship(remote_side=[id], back_populates="down")
            down: Mapped[list["Node"]] = relationship(back_populates="up")

        engine = create_engine(database_url)
        Local.metadata.create_all(engine)
        with Session(engine) as session:
            session.add(Node(id=1, down=[Node(id=2), Node(id=3)]))
            session.commit()
            assert [node.id for node in session.get(Node, 1).down] == [2, 3]
        engine.dispose()
        return weakref.ref(Node)

    ref = make()
    for _ in range(3):
        gc.collect()
    assert ref() is None


def test_objects_pickle_with_what_was_loaded_and_changed(cls: Any, session: Session) -> None:
    session.add(cls(id=1, name="ada"))
    session.commit()
    obj = session.get(cls, 1)
    obj.name = "changed"
    obj.own = [1]
    twin = pickle.loads(pickle.dumps(obj))
    assert twin is not obj and inspect(twin).detached and inspect(twin).identity == (1,)
    assert (twin.name, twin.own, inspect(twin).modified) == ("changed", [1], True)
    session.expunge_all()
    session.add(twin)
    assert twin in session.dirty
    session.flush()
    assert session.scalar(select(cls.name)) == "changed"


def test_new_objects_pickle_as_new_ones(cls: Any, session: Session) -> None:
    obj = cls(name="ada")
    session.add(obj)
    twin = pickle.loads(pickle.dumps(obj))
    assert inspect(twin).transient and values(twin) == {"name": "ada"}


def test_relations_pickle_along(session: Session) -> None:
    user = User(id=1, items=[Item(id=1), Item(id=2)])
    twin = pickle.loads(pickle.dumps(user))
    assert [item.id for item in twin.items] == [1, 2]
    assert all(item.user is twin for item in twin.items)


def test_a_deep_copy_has_a_state_of_its_own_and_a_shallow_one_shares(session: Session) -> None:
    session.add(User(id=1, name="ada"))
    session.commit()
    user = session.get(User, 1)
    shallow, deep = copy.copy(user), copy.deepcopy(user)
    assert shallow.name == deep.name == "ada"
    assert inspect(shallow) is inspect(user) and inspect(deep) is not inspect(user)
    assert inspect(deep).detached


def test_make_transient_and_back(cls: Any, session: Session) -> None:
    obj = cls(id=1, name="ada")
    session.add(obj)
    session.flush()
    make_transient(obj)
    assert inspect(obj).transient and obj.name == "ada" and obj not in session
    make_transient_to_detached(obj)
    assert inspect(obj).detached and inspect(obj).identity == (1,)


def test_load_listeners_hear_of_the_object_that_stays(session: Session) -> None:
    class Heard(Base):
        __tablename__ = "object_heard"
        id: Mapped[int] = mapped_column(primary_key=True)

    @event.listens_for(Heard, "load")
    def mark(target: Any, context: Any) -> None:
        target.mark = target.id

    Base.metadata.create_all(session.connection())
    session.add_all([Heard(id=n) for n in range(1, 4)])
    session.commit()
    session.expunge_all()
    assert [obj.mark for obj in session.scalars(select(Heard).order_by(Heard.id))] == [1, 2, 3]


def test_a_class_with_its_own_new_and_setattr_is_made_by_them(session: Session) -> None:
    class Odd(Base):
        __tablename__ = "object_odd"
        id: Mapped[int] = mapped_column(primary_key=True)
        name: Mapped[str | None]

        def __new__(cls, *args: Any, **kw: Any) -> Any:
            made = super().__new__(cls)
            object.__setattr__(made, "born", True)
            return made

        def __setattr__(self, key: str, value: Any) -> None:
            object.__setattr__(self, key, value.upper() if isinstance(value, str) else value)

    Base.metadata.create_all(session.connection())
    session.add(Odd(id=1, name="ada"))
    session.commit()
    session.expunge_all()
    odd = session.get(Odd, 1)
    assert (odd.born, odd.name) == (True, "ADA")
    odd.me = odd
    ref = weakref.ref(odd)
    del odd
    gc.collect()
    assert ref() is None


def test_a_class_mapped_imperatively_keeps_its_init(database_url: str) -> None:
    metadata = MetaData()
    table = Table("imperative", metadata, Column("id", Integer, primary_key=True), Column("name", String))

    class Thing:
        def __init__(self, name: str) -> None:
            self.name = name

    registry(metadata=metadata).map_imperatively(Thing, table)
    engine = create_engine(database_url)
    metadata.create_all(engine)
    with Session(engine) as session:
        session.add(Thing("lamp"))
        session.commit()
        thing = session.scalars(select(Thing)).one()
        assert (thing.id, thing.name) == (1, "lamp")
    engine.dispose()


def test_a_mixin_with_an_init_has_a_record_from_the_start() -> None:
    class Named:
        def __init__(self, name: str) -> None:
            self.name = name

    class Mixed(Named, Base):
        __tablename__ = "object_mixed"
        id: Mapped[int] = mapped_column(primary_key=True)
        name: Mapped[str | None]

    assert Mixed("ada").name == "ada"


def test_a_keyed_collection_takes_new_members_under_their_key(database_url: str) -> None:
    class Local(DeclarativeBase):
        pass

    class Owner(Local):
        __tablename__ = "owner"
        id: Mapped[int] = mapped_column(primary_key=True)
        notes: Mapped[dict[str, "Note"]] = relationship(collection_class=attribute_keyed_dict("key"))

    class Note(Local):
        __tablename__ = "note"
        id: Mapped[int] = mapped_column(primary_key=True)
        key: Mapped[str]
        owner_id: Mapped[int | None] = mapped_column(ForeignKey("owner.id"))

    engine = create_engine(database_url)
    Local.metadata.create_all(engine)
    with Session(engine) as session:
        session.add(Owner(id=1, notes={"a": Note(key="a"), "b": Note(key="b")}))
        session.commit()
        assert sorted(session.get(Owner, 1).notes) == ["a", "b"]
    engine.dispose()


def called_base() -> Any:
    class Own(DeclarativeBase):
        pass

    class Thing(Own):
        __tablename__ = "called_thing"
        id: Mapped[int] = mapped_column(primary_key=True)
        name: Mapped[str | None]
        size: Mapped[int | None]

    return Thing


def test_a_call_that_was_made_before_sees_an_attribute_that_the_class_got_since():
    thing = called_base()

    def make() -> Any:
        return thing(name="a", size=3)

    assert (make().name, make().size) == ("a", 3)
    thing.size = property(lambda self: "covered", lambda self, value: setattr(self, "kept", value))
    assert (make().name, make().size, make().kept) == ("a", "covered", 3)


def test_a_call_that_was_made_before_is_heard_by_a_listener_that_came_since():
    thing = called_base()
    heard = []

    def make() -> Any:
        return thing(name="a", size=3)

    make()
    event.listen(thing.size, "set", lambda obj, value, old, initiator: heard.append(value))
    assert make().size == 3 and heard == [3]


def test_a_call_by_names_that_were_never_seen_says_which_is_wrong():
    thing = called_base()
    for _ in range(2):
        with pytest.raises(TypeError, match="'colour' is an invalid keyword argument for Thing"):
            thing(name="a", colour="red")
        assert thing(**{"".join(["na", "me"]): "b"}).name == "b"


def test_an_attribute_that_a_class_has_not_is_named_and_one_that_raises_keeps_its_error():
    class Raising:
        def __get__(self, obj: Any, cls: Any) -> Any:
            raise AttributeError("own words")

    thing = called_base()
    with pytest.raises(
        AttributeError, match="type object 'Thing' has no attribute 'nmae': did you mean 'name'"
    ) as caught:
        thing.nmae  # noqa: B018
    assert (caught.value.name, caught.value.obj) == ("nmae", thing)
    thing.loud = Raising()
    with pytest.raises(AttributeError, match="^own words$"):
        thing.loud  # noqa: B018
    assert getattr(thing, "absent", 1) == 1 and not hasattr(thing, "__absent__")


@pytest.mark.sqlite
def test_a_dialect_is_meant_by_its_object_its_engine_its_name_or_none():
    engine, statement = create_engine("sqlite://"), select(User.id).where(User.id == 5)
    texts = {str(statement.compile(meant)) for meant in (engine, engine.dialect)}
    assert len(texts) == 1 and "?" in texts.pop()
    assert ":id_1" in str(statement.compile()) and "?" in str(statement.compile(dialect="sqlite"))
    with engine.connect() as connection:
        assert "?" in str(statement.compile(connection))
    with pytest.raises(Exception, match="5 is no dialect"):
        statement.compile(5)
    engine.dispose()

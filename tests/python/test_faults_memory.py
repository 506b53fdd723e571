"""Programs whose memory runs out: each allocation of the core fails in turn. It is MemoryError, nothing stays behind,
and after rollback() the session works."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from cormorant import (
    Column,
    Engine,
    ForeignKey,
    ForeignKeyConstraint,
    Integer,
    MetaData,
    String,
    Table,
    bindparam,
    case,
    create_engine,
    delete,
    exists,
    func,
    insert,
    inspect,
    select,
    text,
    update,
)
from cormorant.orm import (
    DeclarativeBase,
    Mapped,
    Session,
    aliased,
    contains_eager,
    defer,
    joinedload,
    mapped_column,
    relationship,
    selectinload,
    subqueryload,
)
from databases import SERVER
from faults import each_failure, grown, what_is_left

MOST = 150 if SERVER else 2_000


class Base(DeclarativeBase):
    pass


user_tag = Table(
    "user_tag",
    Base.metadata,
    Column("user_id", ForeignKey("user_account.id"), primary_key=True),
    Column("tag_id", ForeignKey("tag.id"), primary_key=True),
)


class Tag(Base):
    __tablename__ = "tag"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


class User(Base):
    __tablename__ = "user_account"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    age: Mapped[int] = mapped_column(default=lambda: 7)
    posts: Mapped[list[Post]] = relationship(back_populates="user", cascade="all, delete-orphan")
    tags: Mapped[list[Tag]] = relationship(secondary=user_tag)


class Post(Base):
    __tablename__ = "post"
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    body: Mapped[str]
    user: Mapped[User] = relationship(back_populates="posts")


class Person(Base):
    __tablename__ = "person"
    code: Mapped[str] = mapped_column(String(20), primary_key=True)
    nr: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    __mapper_args__ = {"polymorphic_on": "kind", "polymorphic_identity": "person"}


class Pilot(Person):
    __tablename__ = "pilot"
    code: Mapped[str] = mapped_column(primary_key=True)
    nr: Mapped[int] = mapped_column(primary_key=True)
    hours: Mapped[int]
    __table_args__ = (ForeignKeyConstraint(["code", "nr"], ["person.code", "person.nr"]),)
    __mapper_args__ = {"polymorphic_identity": "pilot"}


@pytest.fixture
def engine(database_url: str) -> Any:
    engine = create_engine(database_url)
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        fill(session)
        session.commit()
    yield engine
    engine.dispose()


def fill(session: Session, nr: int = 1) -> None:
    red = Tag(name="red")
    session.add_all(
        [User(name=name, tags=[red], posts=[Post(body="a"), Post(body=name)]) for name in ("Ada", "Bob", "Zoë")]
    )
    session.add_all([Pilot(code="a code of a length", nr=nr, hours=7), Person(code="b", nr=nr + 1)])


# ---------------------------------------------------------------------------------------------- the programs


def create(session: Session) -> None:
    fill(session, 10)
    session.flush()
    user = User(name="Eva", posts=[Post(body="new")])
    session.add(user)
    session.flush()
    assert user.posts[0].user_id == user.id


def joined(session: Session) -> None:
    users = session.scalars(select(User).options(joinedload(User.posts), joinedload(User.tags)).order_by(User.id))
    assert [len(user.posts) for user in users.unique()] == [2, 2, 2]


def loaders(session: Session) -> None:
    options = (selectinload(User.posts), subqueryload(User.tags), defer(User.age))
    users = session.scalars(select(User).options(*options).order_by(User.id)).all()
    assert [user.tags[0].name for user in users] == ["red"] * 3
    assert users[0].age == 7


def lazily(session: Session) -> None:
    post = session.scalars(select(Post).order_by(Post.id)).first()
    assert post is not None and post.user.name == "Ada" and post.user.posts[0] is post
    session.expire_all()
    assert post.body == "a"
    session.refresh(post, ["body"])


def queries(session: Session) -> None:
    other = aliased(User, name="other")
    size = func.count(Post.id).label("size")
    query = select(User.name, size).join(User.posts).group_by(User.name).having(size > 1).order_by(User.name)
    assert [row.size for row in session.execute(query)] == [2, 2, 2]
    some = select(User.id).where(User.name.in_(["Ada", "Bob"])).subquery()
    older = exists().where(other.age > User.age)
    query = select(User, case((User.age > 5, "old"), else_="young")).join(some, some.c.id == User.id).where(~older)
    assert len(session.execute(query).all()) == 2
    has = select(User).where(User.posts.any(Post.body == "a"), User.tags.any()).order_by(User.name)
    assert len(session.scalars(has).all()) == 3
    filled = select(Post).join(Post.user).options(contains_eager(Post.user)).where(User.name == bindparam("who"))
    assert session.scalars(filled, {"who": "Bob"}).all()[0].user.name == "Bob"
    rows = session.scalars(select(User).from_statement(text("SELECT * FROM user_account ORDER BY id"))).all()
    assert len(rows) == 3


def change(session: Session) -> None:
    ada, bob, _ = session.scalars(select(User).order_by(User.id)).all()
    ada.name, ada.age = "Eva", User.age + 1  # type: ignore[assignment]
    ada.posts.pop()
    bob.posts = [Post(body="only")]
    bob.tags.append(Tag(name="blue"))
    ada.tags.clear()
    session.flush()
    assert (ada.age, len(bob.posts), len(ada.posts)) == (8, 1, 1)


def remove(session: Session) -> None:
    for user in session.scalars(select(User)):
        session.delete(user)
    session.flush()
    assert session.scalar(select(func.count()).select_from(Post)) == 0


def statements(session: Session) -> None:
    session.execute(insert(Post), [{"user_id": 1, "body": str(i)} for i in range(20)])
    many = session.scalars(insert(Tag).returning(Tag), [{"name": "x"}, {"name": "y"}]).all()
    assert [tag.name for tag in many] == ["x", "y"]
    session.execute(insert(Pilot), [{"code": str(i), "nr": i, "hours": i, "kind": "pilot"} for i in range(9)])
    session.execute(update(User).where(User.name == "Ada").values(name="Eva"))
    session.execute(update(User), [{"id": 1, "age": 1}, {"id": 2, "age": 2}])
    session.execute(text("DELETE FROM post WHERE body = :body"), {"body": "a"})


def hierarchy(session: Session) -> None:
    people = session.scalars(select(Person).order_by(Person.nr)).all()
    assert [type(one) for one in people] == [Pilot, Person]
    assert session.get(Pilot, ("a code of a length", 1)) is people[0]
    people[0].hours += 1  # type: ignore[attr-defined]
    session.flush()
    session.delete(people[0])
    session.flush()


def savepoints(session: Session) -> None:
    user = session.get_one(User, 1)
    with session.begin_nested():
        user.name = "Eva"
        with pytest.raises(ZeroDivisionError), session.begin_nested():
            session.add(Tag(name="gone"))
            session.flush()
            raise ZeroDivisionError
    assert user.name == "Eva"
    assert session.scalar(select(func.count()).select_from(Tag)) == 1


def commits(session: Session) -> None:
    kept = Tag(name="kept")
    session.add(kept)
    session.commit()
    assert kept.name == "kept"
    session.delete(kept)
    session.commit()


def by_dictionary(session: Session) -> None:
    user = session.get_one(User, 1)
    assert user.__dict__["name"] == "Ada"
    user.name = "a name that is kept by its dictionary alone"
    assert list(inspect(user).attrs.name.history.deleted) == ["Ada"]
    session.flush()
    session.expire(user, ["name"])
    assert user.name.startswith("a name")


PROGRAMS = [
    create,
    joined,
    loaders,
    lazily,
    queries,
    change,
    remove,
    statements,
    hierarchy,
    savepoints,
    commits,
    by_dictionary,
]


class Trial:
    """A program in a session of its own, again and again."""

    def __init__(self, engine: Engine, program: Callable[[Session], None]) -> None:
        self.engine = engine
        self.program = program
        self.session: Session | None = None

    def run(self) -> None:
        self.session = None
        self.session = Session(self.engine)
        self.program(self.session)
        self.session.rollback()

    def works(self) -> None:
        """Whatever happened, the session rolls back, and then does what it is asked."""
        session = self.session or Session(self.engine)
        session.rollback()
        session.add(Tag(name="kept"))
        session.commit()
        assert [user.name for user in session.scalars(select(User).order_by(User.id))] == ["Ada", "Bob", "Zoë"]
        session.execute(delete(Tag).where(Tag.name == "kept"))
        session.commit()
        session.close()
        self.session = None

    def each(self) -> int:
        failures = 0
        for outcome in each_failure(self.run, MOST):
            failures += isinstance(outcome.error, MemoryError)
            if outcome.error and not isinstance(outcome.error, MemoryError):
                raise AssertionError(f"allocation {outcome.after}: {outcome.error!r}") from outcome.error
            self.works()
        return failures


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.__name__)
def test_each_allocation_of_a_session_may_fail(engine: Engine, program: Callable[[Session], None]) -> None:
    trial = Trial(engine, program)
    assert trial.each() > 10
    engine.clear_compiled_cache()
    before = what_is_left()
    trial.each()
    engine.clear_compiled_cache()
    assert not grown(before)


# ---------------------------------------------------------------------------------------------- classes and tables


def define() -> Any:
    class Own(DeclarativeBase):
        pass

    class Owner(Own):
        __tablename__ = "owner"
        id: Mapped[int] = mapped_column(primary_key=True)
        name: Mapped[str] = mapped_column(String(30), unique=True, index=True, server_default="x")
        things: Mapped[list[Thing]] = relationship(back_populates="owner", order_by="Thing.id")

    class Thing(Own):
        __tablename__ = "thing"
        id: Mapped[int] = mapped_column(primary_key=True)
        owner_id: Mapped[int] = mapped_column(ForeignKey("owner.id", ondelete="CASCADE"))
        owner: Mapped[Owner] = relationship(back_populates="things")

    Own.registry.configure()
    assert "JOIN thing" in str(select(Owner).join(Owner.things))
    return Own.metadata


def in_tables() -> None:
    metadata = MetaData()
    one = Table("one", metadata, Column("id", Integer, primary_key=True), Column("name", String(10)))
    Table("two", metadata, Column("id", ForeignKey("one.id"), primary_key=True))
    assert [table.name for table in metadata.sorted_tables] == ["one", "two"]
    assert str(select(one.c.name).where(one.c.id == 1)).startswith("SELECT one.name")


@pytest.mark.parametrize("make", [define, in_tables], ids=lambda make: make.__name__)
def test_each_allocation_of_a_definition_may_fail(make: Callable[[], Any]) -> None:
    for again in range(2):
        before = what_is_left()
        for outcome in each_failure(make):
            assert outcome.error is None or isinstance(outcome.error, MemoryError), (outcome.after, outcome.error)
        if again:
            assert not grown(before)


def test_each_allocation_of_an_engine_may_fail(database_url: str) -> None:
    engines: list[Engine] = []

    def use() -> None:
        engine = create_engine(database_url)
        engines.append(engine)
        Base.metadata.create_all(engine)
        with engine.connect() as connection:
            assert connection.execute(text("SELECT :a"), {"a": "x"}).scalar() == "x"
        Base.metadata.drop_all(engine)

    for again in range(2):
        before = what_is_left()
        for outcome in each_failure(use, MOST):
            assert outcome.error is None or isinstance(outcome.error, MemoryError), (outcome.after, outcome.error)
            while engines:
                engines.pop().dispose()
        if again:
            assert not grown(before)

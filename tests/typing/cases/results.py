"""What sessions, connections and results give."""

from __future__ import annotations

from cormorant import create_engine, delete, func, insert, select, text, update
from cormorant.orm import Session, scoped_session, sessionmaker
from models import Base, Purchase, User

engine = create_engine("sqlite://", echo=True)
reveal_type(engine)  # expect: Engine
Base.metadata.create_all(engine)

with engine.connect() as connection:
    reveal_type(connection)  # expect: Connection
    reveal_type(connection.execute(text("select 1")))  # expect: CursorResult[Any]
    reveal_type(connection.execute(select(User.id, User.name)))  # expect: CursorResult[tuple[int, str]]
    reveal_type(connection.execute(select(User.id, User.name)).all())  # expect: Sequence[Row[tuple[int, str]]]
    reveal_type(connection.execute(select(User.id)).scalar_one())  # expect: int
    reveal_type(connection.execute(insert(User)).inserted_primary_key)  # expect: Any  # there: expect: Any | None
    reveal_type(connection.execute(update(User)).rowcount)  # expect: int
    reveal_type(connection.scalar(select(User.id)))  # expect: int | None
    reveal_type(connection.scalars(select(User.id)).all())  # expect: Sequence[int]
    with connection.begin() as transaction:
        reveal_type(transaction)  # expect: RootTransaction
    with connection.begin_nested() as savepoint:
        reveal_type(savepoint)  # expect: NestedTransaction
    connection.commit()
with engine.begin() as beginning:
    reveal_type(beginning)  # expect: Connection

with Session(engine) as session:
    reveal_type(session)  # expect: Session

    reveal_type(session.scalars(select(User)))  # expect: ScalarResult[User]
    reveal_type(session.scalars(select(User)).all())  # expect: Sequence[User]
    reveal_type(session.scalars(select(User)).first())  # expect: User | None
    reveal_type(session.scalars(select(User)).one())  # expect: User
    reveal_type(session.scalars(select(User)).one_or_none())  # expect: User | None
    reveal_type(session.scalars(select(User)).unique().all())  # expect: Sequence[User]
    reveal_type(session.scalars(select(User.name)).all())  # expect: Sequence[str]
    reveal_type(session.scalars(select(User).options()).partitions(10))  # expect: Iterator[Sequence[User]]
    for user in session.scalars(select(User).where(User.id == 1)):
        reveal_type(user)  # expect: User

    reveal_type(session.execute(select(User)))  # expect: Result[tuple[User]]
    reveal_type(session.execute(select(User)).all())  # expect: Sequence[Row[tuple[User]]]
    reveal_type(session.execute(select(User)).scalars())  # expect: ScalarResult[User]
    reveal_type(session.execute(select(User)).scalars().all())  # expect: Sequence[User]
    reveal_type(session.execute(select(User)).scalar_one())  # expect: User
    reveal_type(session.execute(select(User)).scalar_one_or_none())  # expect: User | None
    reveal_type(session.execute(select(User)).scalar())  # expect: User | None
    reveal_type(session.execute(select(User.id, User.name)).all())  # expect: Sequence[Row[tuple[int, str]]]
    reveal_type(session.execute(select(User.id, User.name)).first())  # expect: Row[tuple[int, str]] | None
    reveal_type(session.execute(select(User.id, User.name)).one())  # expect: Row[tuple[int, str]]
    reveal_type(session.execute(select(User.id, User.name)).one_or_none())  # expect: Row[tuple[int, str]] | None
    reveal_type(session.execute(select(User.id, User.name)).fetchone())  # expect: Row[tuple[int, str]] | None
    reveal_type(session.execute(select(User.id, User.name)).fetchmany(3))  # expect: Sequence[Row[tuple[int, str]]]
    reveal_type(session.execute(select(User.id, User.name)).tuples())  # expect: TupleResult[tuple[int, str]]
    reveal_type(session.execute(select(User.id, User.name)).tuples().all())  # expect: Sequence[tuple[int, str]]
    reveal_type(session.execute(select(User.id, User.name)).tuples().first())  # expect: tuple[int, str] | None
    reveal_type(session.execute(select(User.id, User.name)).t.one())  # expect: tuple[int, str]
    reveal_type(session.execute(select(User.id, User.name)).mappings())  # expect: MappingResult
    reveal_type(session.execute(select(User.id, User.name)).mappings().all())  # expect: Sequence[RowMapping]
    reveal_type(session.execute(select(User.id, User.name)).mappings().one()["name"])  # expect: Any
    reveal_type(session.execute(select(User.id, User.name)).unique())  # expect: Result[tuple[int, str]]
    reveal_type(session.execute(select(User.id, User.name)).scalars(1))  # expect: ScalarResult[Any]
    reveal_type(session.execute(select(User.id, User.name)).keys())  # expect: RMKeyView
    reveal_type(session.execute(text("select 1")))  # expect: Result[Any]
    reveal_type(session.execute(update(User).values(name="x")))  # expect: Result[Any]
    reveal_type(session.execute(delete(User)))  # expect: Result[Any]
    reveal_type(session.execute(insert(User).returning(User.id, User.name)).all())  # expect: Sequence[Row[tuple[int, str]]]
    reveal_type(session.scalars(insert(User).returning(User), [{"name": "ada"}]).all())  # expect: Sequence[User]
    for row in session.execute(select(User.id, User.name)):
        reveal_type(row)  # expect: Row[tuple[int, str]]
        reveal_type(row.name)  # expect: Any
        reveal_type(row[0])  # expect: Any
        reveal_type(row._mapping)  # expect: RowMapping
        reveal_type(row._asdict())  # expect: dict[str, Any]
        reveal_type(row._tuple())  # expect: tuple[int, str]
        reveal_type(row.t)  # expect: tuple[int, str]
        number, name = row._tuple()
        reveal_type(number)  # expect: int
        reveal_type(name)  # expect: str
    for number, name in session.execute(select(User.id, User.name)).tuples():
        reveal_type(number)  # expect: int
        reveal_type(name)  # expect: str

    reveal_type(session.scalar(select(func.count())))  # expect: int | None
    reveal_type(session.scalar(select(func.count()).select_from(User)))  # expect: int | None
    reveal_type(session.scalar(select(User).limit(1)))  # expect: User | None
    reveal_type(session.scalar(text("select 1")))  # expect: Any

    reveal_type(session.get(User, 1))  # expect: User | None
    reveal_type(session.get_one(User, 1))  # expect: User
    reveal_type(session.new)  # expect: IdentitySet
    reveal_type(session.is_modified(User()))  # expect: bool
    reveal_type(session.begin())  # expect: SessionTransaction
    reveal_type(session.begin_nested())  # expect: SessionTransaction
    reveal_type(session.get_bind())  # expect: Engine | Connection
    reveal_type(session.connection())  # expect: Connection
    reveal_type(session.in_transaction())  # expect: bool

    reveal_type(session.query(User))  # expect: Query[User]
    reveal_type(session.query(User).filter_by(id=30).first())  # expect: User | None
    reveal_type(session.query(User).filter(User.id == 30).one())  # expect: User
    reveal_type(session.query(User).one_or_none())  # expect: User | None
    reveal_type(session.query(User).order_by(User.name).all())  # expect: list[User]
    reveal_type(session.query(User).count())  # expect: int
    reveal_type(session.query(User).join(User.purchases).limit(3).offset(2))  # expect: Query[User]
    reveal_type(session.query(User).filter(User.id == 3).delete())  # expect: int
    reveal_type(session.query(User).update({"name": "x"}))  # expect: int
    reveal_type(session.query(User)[1])  # expect: User
    reveal_type(session.query(User)[1:3])  # expect: list[User]
    reveal_type(session.query(User).distinct().slice(1, 3))  # expect: Query[User]
    reveal_type(session.query(User).exists())  # expect: Exists
    reveal_type(session.query(User.id, User.name))  # expect: RowReturningQuery[tuple[int, str]]
    reveal_type(session.query(User.id, User.name).all())  # expect: list[Row[tuple[int, str]]]
    reveal_type(session.query(User.id, User.name).first())  # expect: Row[tuple[int, str]] | None
    reveal_type(session.query(User, Purchase).all())  # expect: list[Row[tuple[User, Purchase]]]
    reveal_type(session.query(func.count(User.id)).scalar())  # expect: Any
    for found in session.query(User):
        reveal_type(found)  # expect: User

Maker = sessionmaker(engine)
reveal_type(Maker)  # expect: sessionmaker[Session]
reveal_type(Maker())  # expect: Session
with Maker() as made:
    reveal_type(made)  # expect: Session
with Maker.begin() as begun:
    reveal_type(begun)  # expect: Session


class Mine(Session):
    pass


mine = sessionmaker(engine, class_=Mine)
reveal_type(mine)  # expect: sessionmaker[Mine]
reveal_type(mine())  # expect: Mine
bound: sessionmaker[Session] = sessionmaker(bind=engine, expire_on_commit=False)

scope = scoped_session(Maker)
reveal_type(scope)  # expect: scoped_session[Session]
reveal_type(scope())  # expect: Session
reveal_type(scope.scalars(select(User)).all())  # expect: Sequence[User]
reveal_type(scope.execute(select(User.id, User.name)).all())  # expect: Sequence[Row[tuple[int, str]]]
reveal_type(scope.scalar(select(func.count())))  # expect: int | None
reveal_type(scope.get(User, 1))  # expect: User | None
reveal_type(scope.query(User))  # expect: Query[User]
reveal_type(scope.query(User.id, User.name).all())  # expect: list[Row[tuple[int, str]]]
scope.add(User())
scope.commit()
scope.remove()
reveal_type(scope.registry)  # expect: ScopedRegistry[Session]

"""An exception from a callback inside a flush arrives as itself, and the session works after rollback."""

from sqlalchemy import String, TypeDecorator, create_engine, event, inspect, select
from sqlalchemy.exc import PendingRollbackError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column


class Base(DeclarativeBase):
    pass


class Fault(Exception):
    pass


class Picky(TypeDecorator):
    impl = String(20)
    cache_ok = True

    def process_bind_param(self, value, dialect):
        if value == "type":
            raise Fault("type")
        return value


def default():
    if broken["default"]:
        raise Fault("default")
    return 1


broken = {"default": False}


class User(Base):
    __tablename__ = "user_account"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str | None] = mapped_column(Picky)
    number: Mapped[int] = mapped_column(default=default)


@event.listens_for(User, "before_insert")
def before(mapper, connection, target):
    if target.name == "before_insert":
        raise Fault("before_insert")


@event.listens_for(User, "after_insert")
def after(mapper, connection, target):
    if target.name == "after_insert":
        raise Fault("after_insert")


engine = create_engine("sqlite://")
Base.metadata.create_all(engine)
session = Session(engine)
session.add(User(name="kept"))
session.commit()


def attempt(name):
    session.add(User(name="companion"))
    user = User(name=name)
    session.add(user)
    try:
        session.flush()
    except Exception as error:
        print(name, type(error).__name__, error.args if isinstance(error, Fault) else type(error.orig).__name__)
    print(inspect(user).transient, session.is_active, session.in_transaction(), len(session.new))
    try:
        session.scalars(select(User)).all()
    except PendingRollbackError as error:
        print(type(error).__name__)
    session.rollback()
    print(session.is_active, session.scalars(select(User.name)).all())


attempt("before_insert")
attempt("after_insert")
try:
    attempt("type")
except Exception as error:
    print(type(error).__name__)
    session.rollback()
broken["default"] = True
attempt("default")
broken["default"] = False
session.add(User(name="last"))
session.commit()
print(session.scalars(select(User.name).order_by(User.id)).all())

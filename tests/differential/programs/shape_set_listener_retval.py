"""A set listener with retval replaces the value, and one without only sees it."""

from sqlalchemy import String, create_engine, event
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column


class Base(DeclarativeBase):
    pass


class User(Base):
    __tablename__ = "user_account"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(30))
    mail: Mapped[str | None] = mapped_column(String(30))


def show(value):
    return value if isinstance(value, (str, int, type(None))) else getattr(value, "name", type(value).__name__)


@event.listens_for(User.name, "set", retval=True)
def lower(target, value, oldvalue, initiator):
    print("lower", show(value), "after", show(oldvalue), initiator.key)
    return value.lower()


@event.listens_for(User.name, "set")
def watch(target, value, oldvalue, initiator):
    print("watch", show(value), type(target).__name__)


@event.listens_for(User.mail, "set", active_history=True)
def mail(target, value, oldvalue, initiator):
    print("mail", show(value), "after", show(oldvalue))


engine = create_engine("sqlite://")
Base.metadata.create_all(engine)
with Session(engine) as session:
    user = User(name="ADA", mail="a@b")
    print(user.name)
    session.add(user)
    session.commit()
    user.name = "BOB"
    user.mail = "b@b"
    session.commit()
    print(user.name, user.mail)
    event.remove(User.name, "set", lower)
    user.name = "CYD"
    session.commit()
    print(user.name)

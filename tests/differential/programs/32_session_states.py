"""An object goes through transient, pending, persistent, deleted and detached as in SQLAlchemy."""

from show import loaded, raised
from sqlalchemy import String, create_engine, inspect
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column


class Base(DeclarativeBase):
    pass


class User(Base):
    __tablename__ = "user_account"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str | None] = mapped_column(String(30))


def state(obj):
    i = inspect(obj)
    flags = [
        name
        for name in ("transient", "pending", "persistent", "deleted", "detached", "was_deleted")
        if getattr(i, name)
    ]
    print(*flags, "|", i.identity, i.modified, i.expired, i.session is session, obj in session)


def sets():
    print(
        "new", len(session.new), "dirty", len(session.dirty), "deleted", len(session.deleted), "all", len(list(session))
    )


engine = create_engine("sqlite://")
Base.metadata.create_all(engine)
session = Session(engine)
user = User()
state(user)
for call in (session.delete, session.expire, session.refresh, session.expunge):
    raised(call, user)
user.name = "ada"
session.add(user)
state(user)
sets()
session.expunge(user)
state(user)
session.add(user)
session.add(user)
session.flush()
state(user)
loaded(user)
sets()
user.name = "ada"
sets()
session.commit()
state(user)
loaded(user)
print(user.name)
state(user)
session.delete(user)
state(user)
sets()
session.add(user)
sets()
session.delete(user)
session.flush()
state(user)
raised(session.add, user)
print(user.name)
session.rollback()
state(user)
session.delete(user)
session.commit()
state(user)
raised(session.add, user)
other = User(name="bob")
session.add(other)
session.flush()
session.rollback()
state(other)
loaded(other)
session.add(other)
session.commit()
session.close()
state(other)
raised(getattr, other, "name")
session.add(other)
state(other)
print(other.name, session.in_transaction())
for wrong in (5, None, "x", User, object()):
    raised(session.add, wrong)

"""before_flush sees the session's sets and may add, change and delete."""

from show import raised
from sqlalchemy import String, create_engine, event, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column


class Base(DeclarativeBase):
    pass


class User(Base):
    __tablename__ = "user_account"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(30))


class Log(Base):
    __tablename__ = "log"
    id: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str] = mapped_column(String(60))


engine = create_engine("sqlite://")
Base.metadata.create_all(engine)
session = Session(engine)


@event.listens_for(session, "before_flush")
def audit(session, context, instances):
    new, dirty, deleted = (sorted(one.name for one in group) for group in (session.new, session.dirty, session.deleted))
    print("before_flush", new, dirty, deleted, instances)
    for user in list(session.new):
        user.name = user.name.title()
        session.add(Log(text=f"new {user.name}"))
    for user in list(session.deleted):
        session.add(Log(text=f"deleted {user.name}"))
    if any(name == "fail" for name in dirty):
        raise RuntimeError("no")


session.add_all([User(name="ada"), User(name="bob")])
session.flush()
ada, bob = session.scalars(select(User).order_by(User.id))
bob.name = "bobby"
session.delete(ada)
session.commit()
print(session.scalars(select(Log.text).order_by(Log.id)).all())
session.flush()
bob.name = "fail"
raised(session.flush)
print(session.is_active, bob.name, bob in session.dirty)
bob.name = "fine"
session.commit()
event.remove(session, "before_flush", audit)
session.add(User(name="eve"))
session.commit()
print(session.scalars(select(User.name).order_by(User.id)).all())

"""What the session keeps in memory needs no statement, and idle calls send none."""

from sqlalchemy import String, create_engine, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column


class Base(DeclarativeBase):
    pass


class User(Base):
    __tablename__ = "user_account"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str | None] = mapped_column(String(30))


engine = create_engine("sqlite://")
Base.metadata.create_all(engine)
session = Session(engine)
session.flush()
session.commit()
session.rollback()
print(session.in_transaction())
user = User(id=1, name="a")
session.add(user)
session.flush()
print(user.id, user.name, session.get(User, 1) is user)
user.name = "a"
session.flush()
user.name = "b"
user.name = "a"
session.flush()
session.commit()
session.expire_all()
print(session.in_transaction())
print(user.name, user.name, user.id)
found = session.scalars(select(User)).all()
print(found[0] is user)
user.name = "c"
session.expunge(user)
session.commit()
session.add(user)
session.flush()
session.commit()
print(session.scalars(select(User.name)).all())
session.close()

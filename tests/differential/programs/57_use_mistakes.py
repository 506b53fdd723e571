"""Mistakes in use raise the classes that SQLAlchemy raises, and warnings where it warns."""

from show import raised
from sqlalchemy import String, create_engine, insert, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, aliased, mapped_column


class Base(DeclarativeBase):
    pass


class User(Base):
    __tablename__ = "user_account"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str | None] = mapped_column(String(30))


engine = create_engine("sqlite://")
Base.metadata.create_all(engine)
session = Session(engine)
raised(select, int)
raised(session.query, int)
raised(aliased, int)
raised(session.delete, 5)
raised(lambda: 5 in session)
raised(User, zz=1)
raised(User, 1)
raised(lambda: User.zz)
raised(lambda: User().zz)
raised(bool, User.id < 1)
raised(lambda: User.__table__.c.zz)
raised(lambda: select(User).filter_by(zz=1))
raised(lambda: select(User).where("id = 1"))
raised(lambda: str(select(User).order_by("zz")))
raised(lambda: select(User).limit("x"))
raised(lambda: select(User.id).where(User.id.in_(5)))
raised(lambda: User.id.like)
raised(session.execute, insert(User).values(zz=1))
raised(session.execute, select(User), {"a": 1})
user = User()
user.zz = 1
print(user.zz)
raised(session.add, User.__new__(User))
raised(create_engine, "nonsense")
raised(create_engine, "unknown://host/x")
raised(create_engine, "sqlite://", absent_option=1)
session.add(User(id=1, name="a"))
session.commit()
session.add(User(id=object()))
raised(session.flush)
session.rollback()
second = Session(engine)

kept = session.get(User, 1)
raised(second.add, kept)
raised(second.expire, kept)
second.close()
raised(second.refresh, kept)
raised(session.add_all, [1])
session.close()

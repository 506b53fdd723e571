"""sessionmaker, context managers, begin, closed sessions and results behave as in SQLAlchemy."""

from show import raised
from sqlalchemy import String, create_engine, select, text
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, sessionmaker


class Base(DeclarativeBase):
    pass


class User(Base):
    __tablename__ = "user_account"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str | None] = mapped_column(String(30))


engine = create_engine("sqlite://")
Base.metadata.create_all(engine)
make = sessionmaker(engine, expire_on_commit=False)
with make() as session:
    user = User(name="ada")
    session.add(user)
    session.commit()
    print("name" in vars(user), session.in_transaction())
with make.begin() as session:
    session.add(User(name="bob"))
    print(session.in_transaction())
with make() as session, session.begin():
    session.add(User(name="cyd"))
try:
    with make.begin() as session:
        session.add(User(name="lost"))
        raise KeyError("mine")
except KeyError as error:
    print(repr(error))
session = Session(engine)
print(session.in_transaction(), session.is_active)
print(session.execute(select(User.name).order_by(User.id)).scalars().all(), session.in_transaction())
raised(session.begin)
session.commit()
print(session.scalar(text("SELECT count(*) FROM user_account WHERE id < :n"), {"n": 3}))
session.close()
print(session.in_transaction(), session.scalars(select(User)).first().name)
session.close()
with session.begin() as transaction:
    session.commit()
    raised(session.execute, select(User))
ended = session.begin()
ended.commit()
raised(ended.commit)
session.add_all([User(name="x"), User(name="y")])
print([user.name for user in session if user in session.new], len(session.new))
session.expunge_all()
print(len(session.new), session.get(User, 2).name)
raised(Session().execute, select(User))
raised(Session().scalars, select(User))
raised(session.execute, "SELECT 1")
session.close()

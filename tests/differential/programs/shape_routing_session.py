"""A Session subclass whose get_bind routes works on two engines in one transaction."""

from sqlalchemy import String, create_engine, func, select
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


users, logs = create_engine("sqlite://"), create_engine("sqlite://")
Base.metadata.create_all(users, tables=[User.__table__])
Base.metadata.create_all(logs, tables=[Log.__table__])


class Routing(Session):
    def get_bind(self, mapper=None, *, clause=None, **options):
        if mapper is not None and mapper.class_ is Log:
            return logs
        return users


def counts():
    with users.connect() as one, logs.connect() as two:
        user_count = one.scalar(select(func.count()).select_from(User))
        return user_count, two.scalar(select(func.count()).select_from(Log))


with Routing() as session:
    session.add_all([User(name="ada"), Log(text="made ada")])
    session.flush()
    print(session.scalars(select(User.name)).all(), session.scalars(select(Log.text)).all())
    session.rollback()
print(counts())
with Routing() as session:
    session.add_all([User(id=1, name="bob"), Log(id=1, text="made bob")])
    session.commit()
    print(session.get(User, 1).name, session.get(Log, 1).text)
    print(session.get_bind(User.__mapper__) is users, session.get_bind(Log.__mapper__) is logs)
    session.scalars(select(Log)).one().text = "changed"
    session.scalars(select(User)).one().name = "robert"
    session.commit()
print(counts())

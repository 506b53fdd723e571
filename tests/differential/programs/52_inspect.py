"""inspect tells an object's state and a class's mapping."""

from show import raised
from sqlalchemy import String, create_engine, exc, inspect
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
user = User(name="ada")
i = inspect(user)
print(i.transient, i.session, i.identity, i.key, i.modified, i.object is user, i.mapper is inspect(User))
print(sorted(i.unloaded), sorted(i.expired_attributes))
session.add(user)
print(i.pending, i.session is session)
session.flush()
print(i.persistent, i.identity, i.key == (User, (1,), None), i.modified)
session.commit()
print(i.expired, sorted(i.expired_attributes), user.id, i.expired)
session.expunge(user)
print(i.detached, i.session, inspect(user) is i)
mapper = inspect(User)
print(mapper.class_ is User, mapper.local_table is User.__table__, [column.name for column in mapper.primary_key])
print([column.key for column in mapper.columns], [attribute.key for attribute in mapper.attrs])
print(mapper is User.__mapper__, list(mapper.relationships), mapper.polymorphic_on)
for wrong in (5, object(), int, "x"):
    raised(inspect, wrong)
print(inspect(5, raiseerr=False), issubclass(exc.NoInspectionAvailable, exc.InvalidRequestError))
session.close()

"""A mapped class takes a mixin that has slots, and both kinds of attribute work."""

from show import loaded
from sqlalchemy import String, create_engine, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column


class Base(DeclarativeBase):
    pass


class Tagged:
    __slots__ = ("tag", "count")

    def bump(self):
        self.count = getattr(self, "count", 0) + 1
        return self.count


class User(Tagged, Base):
    __tablename__ = "user_account"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(30))


engine = create_engine("sqlite://")
Base.metadata.create_all(engine)
with Session(engine) as session:
    user = User(name="ada")
    user.tag = "first"
    print(user.bump(), user.bump(), user.tag)
    loaded(user)
    session.add(user)
    session.commit()
    print(user.tag, user.count, user.name)
    session.expire(user)
    print(user.tag)
with Session(engine) as session:
    user = session.scalars(select(User)).one()
    print(hasattr(user, "tag"), user.bump(), isinstance(user, Tagged), user.name)
    loaded(user)

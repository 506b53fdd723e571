"""An object's __dict__ can be read, written and popped, with the effects that SQLAlchemy gives these."""

from show import loaded
from sqlalchemy import String, create_engine, inspect, text
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column


class Base(DeclarativeBase):
    pass


class User(Base):
    __tablename__ = "user_account"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(30))
    age: Mapped[int] = mapped_column(default=7)


engine = create_engine("sqlite://")
Base.metadata.create_all(engine)
session = Session(engine)
user = User(name="ada")
user.note = "my own"
loaded(user)
session.add(user)
session.flush()
loaded(user)
print("name" in user.__dict__, user.__dict__["name"], user.__dict__.get("absent"))

user.__dict__["name"] = "written"
print(user.name, user in session.dirty, inspect(user).modified)
session.flush()

user.name = "set"
user.__dict__["name"] = "written over"
session.flush()
print(session.scalar(text("SELECT name FROM user_account")))

print(user.__dict__.pop("age"), user.age, "age" in user.__dict__)
session.commit()
loaded(user)
print(user.age, user.name, user.note)
session.expire(user, ["name"])
loaded(user)
print(sorted(inspect(user).expired_attributes), sorted(inspect(user).unloaded))
vars(user).update(age=99)
print(user.age, inspect(user).modified, user in session.dirty)
session.refresh(user)
loaded(user)
session.close()

"""Objects pickle, also with the user's own __getstate__ and __setstate__, copy, and can be weakly referenced."""

import copy
import gc
import pickle
import weakref

from show import loaded, raised
from sqlalchemy import String, create_engine, inspect
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column


class Base(DeclarativeBase):
    pass


class User(Base):
    __tablename__ = "user_account"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(30))
    bio: Mapped[str] = mapped_column(String(30), default="-")


class Secretive(Base):
    __tablename__ = "secretive"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(30))

    def __getstate__(self):
        state = self.__dict__.copy()
        state["secret"] = "packed"
        print("getstate", sorted(key for key in state if not key.startswith("_sa_")))
        return state

    def __setstate__(self, state):
        print("setstate", sorted(key for key in state if not key.startswith("_sa_")))
        state["secret"] = "unpacked"
        self.__dict__.update(state)


engine = create_engine("sqlite://")
Base.metadata.create_all(engine)
session = Session(engine)
session.add_all([User(id=1, name="ada"), Secretive(id=1, name="bob")])
session.commit()
user, secretive = session.get(User, 1), session.get(Secretive, 1)
session.expire(user, ["bio"])
user.name = "changed"

twin = pickle.loads(pickle.dumps(user))
print(inspect(twin).detached, inspect(twin).identity, twin.name, sorted(inspect(twin).expired_attributes))
raised(getattr, twin, "bio")
other = Session(engine)
other.add(twin)
print(twin.bio, twin in other.dirty)
other.flush()
other.rollback()

own = pickle.loads(pickle.dumps(secretive))
print(own.secret, own.name, inspect(own).detached, inspect(own).identity, hasattr(secretive, "secret"))

fresh = pickle.loads(pickle.dumps(User(name="new")))
print(inspect(fresh).transient, fresh.name)
loaded(fresh)

same = copy.copy(user)
print(type(same) is User, same.name, same is user, inspect(same) is inspect(user))

watched = weakref.ref(secretive)
print(watched() is secretive)
gone = []
reference = weakref.ref(secretive, lambda _: gone.append("gone"))
del secretive
gc.collect()
print(watched() is None, gone)

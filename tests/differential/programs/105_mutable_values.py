"""Values that tell of their changes: dicts, lists, sets and the program's own, over expiry, rollback and pickle."""

import copy
import json
import pickle

from show import raised
from sqlalchemy import JSON, Column, Integer, String, Table, create_engine, inspect, select
from sqlalchemy.ext.mutable import Mutable, MutableDict, MutableList, MutableSet
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
from sqlalchemy.types import TypeDecorator


class Base(DeclarativeBase):
    pass


class Letters(Mutable, list):
    @classmethod
    def coerce(cls, key, value):
        if isinstance(value, cls):
            return value
        return cls(value) if isinstance(value, (list, str)) else Mutable.coerce(key, value)

    def append(self, one):
        list.append(self, one)
        self.changed()

    def __getstate__(self):
        return {key: value for key, value in self.__dict__.items() if key != "_parents"}


class AsText(TypeDecorator):
    impl = String(100)
    cache_ok = True

    def process_bind_param(self, value, dialect):
        return None if value is None else json.dumps(value)

    def process_result_value(self, value, dialect):
        return None if value is None else json.loads(value)


class SetAsText(AsText):
    cache_ok = True

    def process_bind_param(self, value, dialect):
        return None if value is None else json.dumps(sorted(value))

    def process_result_value(self, value, dialect):
        return None if value is None else set(json.loads(value))


class Doc(Base):
    __tablename__ = "doc"
    id: Mapped[int] = mapped_column(primary_key=True)
    d: Mapped[dict | None] = mapped_column(MutableDict.as_mutable(JSON))
    n: Mapped[list | None] = mapped_column(MutableList.as_mutable(JSON))
    s: Mapped[set | None] = mapped_column(MutableSet.as_mutable(SetAsText()))
    o: Mapped[list | None] = mapped_column(Letters.as_mutable(AsText))
    made: Mapped[dict] = mapped_column(MutableDict.as_mutable(JSON), default=dict)
    plain: Mapped[dict | None] = mapped_column(JSON)


class Memo(Base):
    __table__ = Table(
        "memo", Base.metadata, Column("id", Integer, primary_key=True), Column("d", MutableDict.as_mutable(JSON))
    )


engine = create_engine("sqlite://")
Base.metadata.create_all(engine)
session = Session(engine)
a = Doc(d={"a": 1}, n=[1], s={1}, o="xy")
print(type(a.d).__name__, type(a.n).__name__, type(a.s).__name__, a.o, a.made)
session.add(a)
session.commit()
print(a.made, type(a.made).__name__, type(a.d).__name__, a.d is a.d)

print("-- changes in place")


def change(text):
    session.commit()
    a.d, a.n, a.s, a.o
    try:
        found = eval(text)
    except Exception as error:
        found = type(error).__name__
    print(text, "|", found, a in session.dirty, end=" | ")
    session.commit()
    print(a.d, a.n, a.s, a.o)


for text in (
    "a.d.__setitem__('b', 2)",
    "a.d.update(c=3)",
    "a.d.update({'c': 4})",
    "a.d.setdefault('z', 1)",
    "a.d.setdefault('z', 1)",
    "a.d.pop('b')",
    "a.d.pop('none', None)",
    "a.d.pop('none')",
    "a.d.popitem()",
    "a.d.__delitem__('a')",
    "a.d.__ior__({'q': 1})",
    "a.d.clear()",
    "a.d.get('x')",
    "a.n.append(2)",
    "a.n.extend([3])",
    "a.n.insert(0, 9)",
    "a.n.pop()",
    "a.n.remove(9)",
    "a.n.sort()",
    "a.n.reverse()",
    "a.n.__setitem__(0, 7)",
    "a.n.__setitem__(slice(0, 1), [1, 2])",
    "a.n.__delitem__(0)",
    "a.n.__iadd__([4])",
    "a.n.__imul__(2)",
    "a.n.index(4)",
    "a.n.clear()",
    "a.s.add(2)",
    "a.s.update({3})",
    "a.s.discard(3)",
    "a.s.remove(2)",
    "a.s.remove(2)",
    "a.s.pop()",
    "a.s.__ior__({5, 6})",
    "a.s.intersection_update({5})",
    "a.s.difference_update({1})",
    "a.s.symmetric_difference_update({8})",
    "a.s.__iand__({8})",
    "a.s.__isub__({1})",
    "a.s.__ixor__({1})",
    "a.s.clear()",
    "a.o.append('q')",
):
    change(text)

print("-- what is set")
for name in ("d", "n", "s", "o"):
    raised(setattr, a, name, 5)
raised(setattr, a, "s", [1, 2])
raised(Doc, d=[1])
a.d = None
session.commit()
print(a.d)
a.d = {"n": 1}
old = a.d
a.d = {"m": 1}
session.commit()
a.d
old["gone"] = 1
print(a in session.dirty, a.d)

print("-- expiry, refresh, rollback, savepoints")
stale = a.d
session.expire(a)
raised(stale.update, z=1)
a.d["x"] = 2
session.commit()
print(a.d)
session.close()
b = session.scalars(select(Doc)).one()
b.d["loaded"] = 1
print(b in session.dirty)
session.commit()
print(b.d)
session.refresh(b)
b.d["refreshed"] = 1
session.commit()
print(b.d)
b.d["rolled back"] = 1
session.rollback()
print(b.d)
with session.begin_nested() as savepoint:
    b.d["nested"] = 1
    session.flush()
    savepoint.rollback()
print(b.d)
b.made["flushed"] = 1
session.commit()
b.made["again"] = 2
session.commit()
print(b.made)

print("-- copies")
b.d, b.n, b.s, b.o
c = pickle.loads(pickle.dumps(b))
c.d["pickled"] = 1
print(inspect(c).modified, type(c.d).__name__)
merged = session.merge(c)
session.commit()
print(merged is b, b.d)
value = MutableDict({"a": 1})
for other in (pickle.loads(pickle.dumps(value)), copy.copy(value), copy.deepcopy(value)):
    print(other, type(other).__name__)
value["b"] = 1
print(MutableDict.coerce("k", {"a": 2}), MutableList.coerce("k", [1]), MutableSet.coerce("k", None))
raised(MutableDict.coerce, "k", 5)
shared = MutableList([1])
first, second = Doc(n=shared), Doc(n=shared)
print(sorted(shared._parents.values()), first.n is second.n)

print("-- other ways to say it")
print(type(Memo(d={}).d).__name__, Memo.__table__.c.d.type)
MutableDict.associate_with(AsText)


class Later(Base):
    __tablename__ = "later"
    id: Mapped[int] = mapped_column(primary_key=True)
    j: Mapped[dict] = mapped_column(AsText)
    k: Mapped[dict | None] = mapped_column(JSON)


print(type(Later(j={}).j).__name__, type(Later(k={}).k).__name__, type(Doc(plain={}).plain).__name__)
MutableDict.associate_with_attribute(Later.k)
later = Later(j={}, k={})
later.k["x"] = 1
print(type(later.k).__name__, inspect(later).attrs.k.history.added)
session.rollback()
session.close()

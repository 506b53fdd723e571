"""Association proxies: lists, sets, dicts and single values that reach through a relation, on objects and in SQL."""

import gc
import pickle
import weakref

from sqlalchemy import ForeignKey, String, create_engine, inspect, select
from sqlalchemy.ext.associationproxy import AssociationProxy, association_proxy
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, aliased, mapped_column, relationship
from sqlalchemy.orm.collections import attribute_keyed_dict


class Base(DeclarativeBase):
    pass


class User(Base):
    __tablename__ = "u"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    kws: Mapped[list["UK"]] = relationship(back_populates="user", cascade="all, delete-orphan")
    keywords: AssociationProxy[list["Kw"]] = association_proxy("kws", "kw", creator=lambda k: UK(kw=k))
    words: AssociationProxy[list[str]] = association_proxy("kws", "kword", creator=lambda w: UK(kw=Kw(word=w)))
    bykey: Mapped[dict[str, "Note"]] = relationship(
        collection_class=attribute_keyed_dict("k"), cascade="all, delete-orphan"
    )
    notes: AssociationProxy[dict[str, str]] = association_proxy("bykey", "v", creator=lambda k, v: Note(k=k, v=v))
    tagset: Mapped[set["Tag"]] = relationship()
    tags = association_proxy("tagset", "t")
    prof: Mapped["Prof"] = relationship(back_populates="user", uselist=False)
    bio = association_proxy("prof", "bio")


class UK(Base):
    __tablename__ = "uk"
    uid: Mapped[int] = mapped_column(ForeignKey("u.id"), primary_key=True)
    kid: Mapped[int] = mapped_column(ForeignKey("k.id"), primary_key=True)
    user: Mapped[User] = relationship(back_populates="kws")
    kw: Mapped["Kw"] = relationship()
    kword: AssociationProxy[str] = association_proxy("kw", "word", creator=lambda w: Kw(word=w))
    uname = association_proxy("user", "name")


class Kw(Base):
    __tablename__ = "k"
    id: Mapped[int] = mapped_column(primary_key=True)
    word: Mapped[str]

    def __repr__(self):
        return f"Kw({self.word!r})"


class Note(Base):
    __tablename__ = "n"
    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[int] = mapped_column(ForeignKey("u.id"))
    k: Mapped[str]
    v: Mapped[str]


class Tag(Base):
    __tablename__ = "t"
    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[int | None] = mapped_column(ForeignKey("u.id"))
    t: Mapped[str]

    def __init__(self, t):
        self.t = t


class Prof(Base):
    __tablename__ = "pr"
    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[int | None] = mapped_column(ForeignKey("u.id"))
    bio: Mapped[str | None]
    user: Mapped[User] = relationship(back_populates="prof")

    def __init__(self, bio=None):
        self.bio = bio


def show(text):
    try:
        found = eval(text)
        if isinstance(found, set):
            found = sorted(found)
        print(text, "|", " ".join(str(found).split()))
    except Exception as error:
        print(text, "|", type(error).__name__)


print("-- in SQL")
for text in (
    "User.words",
    "User.words.any(Kw.word=='a')",
    "User.keywords.any(word='a')",
    "User.keywords.any()",
    "User.words.contains('a')",
    "User.words=='a'",
    "User.words!='a'",
    "User.keywords.contains(Kw(id=3))",
    "User.keywords==Kw(id=3)",
    "User.notes",
    "User.notes.any(Note.k=='x')",
    "User.notes=='x'",
    "User.notes.contains('x')",
    "User.tags.contains('q')",
    "User.tags=='q'",
    "User.tags.any()",
    "User.bio=='x'",
    "User.bio!='x'",
    "User.bio==None",
    "User.bio!=None",
    "User.bio.has()",
    "User.bio.any()",
    "User.bio.contains('x')",
    "User.bio.like('x%')",
    "User.bio.in_(['a'])",
    "UK.uname=='x'",
    "UK.uname>'x'",
    "UK.uname.has()",
    "User.words.has()",
    "User.words.like('x')",
    "User.words.in_(['x'])",
    "select(User).where(User.words=='x')",
    "select(User.words)",
    "select(User).filter_by(bio='x')",
    "select(User).filter_by(words='x')",
    "aliased(User).words.contains('a')",
    "aliased(User).bio=='x'",
    "User.words.target_collection",
    "User.words.value_attr",
    "User.words.scalar",
    "User.keywords.scalar",
    "User.words.remote_attr",
    "User.words.local_attr",
    "User.words.target_class",
    "User.words.owning_class",
    "User.bio.remote_attr",
    "User.words.collection_class",
    "inspect(User).all_orm_descriptors['words']",
    "inspect(User).all_orm_descriptors.keys()",
    "inspect(User).all_orm_descriptors['words'].extension_type",
    "str(User.words)",
    "repr(User.words)",
    "User.words.info",
    "User.notes.collection_class",
    "User.tags.any(Tag.t=='x')",
    "User.tags.any(t='x')",
    "User.nope",
    "select(User.bio)",
    "select(User).order_by(User.bio)",
    "User.bio.desc()",
    "~User.words.any()",
    "User.bio + 'x'",
    "User.bio.is_(None)",
):
    show(text)

print("-- on objects")
engine = create_engine("sqlite://")
Base.metadata.create_all(engine)
session = Session(engine)
u = User(name="ed")
print(u.keywords, u.words, u.notes, u.tags, u.bio)
u.words.append("a")
u.words.extend(["b", "c"])
u.words.insert(0, "z")
print(u.words, u.keywords, u.kws[0].uname, u.kws[0].kword)
for text in (
    "u.words[0]",
    "u.words[1:3]",
    "u.words[-1]",
    "len(u.words)",
    "'a' in u.words",
    "u.words.index('b')",
    "u.words.count('a')",
    "u.words.pop()",
    "u.words.remove('a')",
    "u.words.remove('nope')",
    "u.words==['z','b']",
    "u.words!=['z']",
    "u.words+['q']",
    "['q']+u.words",
    "u.words*2",
    "list(reversed(u.words))",
    "sorted(u.words)",
    "u.words.copy()",
    "u.words.reverse()",
    "u.words.sort()",
    "bool(u.words)",
    "repr(u.words)",
    "str(u.words)",
    "hash(u.words)",
    "u.words < ['zz']",
    "u.words > ['a']",
    "u.words is u.words",
    "u.words.clear()",
    "u.words",
    "u.words.insert(0,'m')",
    "u.words.__setitem__(0,'n')",
    "u.words.__setitem__(slice(0,1),['x','y'])",
    "u.words",
    "u.words.__delitem__(0)",
    "u.words.__delitem__(slice(0,1))",
    "u.words.__iadd__(['g'])",
    "u.words.__imul__(2)",
    "u.words",
):
    show(text)
u.words = ["k1", "k2"]
u.tags.add("t1")
u.tags |= {"t2", "t3"}
for text in (
    "'t1' in u.tags",
    "len(u.tags)",
    "u.tags.discard('t1')",
    "u.tags.discard('zz')",
    "u.tags.remove('zz')",
    "sorted(u.tags.union({'q'}))",
    "sorted(u.tags|{'q'})",
    "sorted(u.tags&{'t2'})",
    "sorted(u.tags-{'t2'})",
    "sorted(u.tags^{'t2','q'})",
    "u.tags=={'t2','t3'}",
    "u.tags!={'t2'}",
    "u.tags<={'t2','t3','t4'}",
    "u.tags.issubset({'t2'})",
    "u.tags.issuperset({'t2'})",
    "u.tags.update(['a','b'])",
    "u.tags.difference_update(['a'])",
    "u.tags.intersection_update(['b','t2'])",
    "u.tags.symmetric_difference_update(['b','c'])",
    "sorted(u.tags)",
    "u.tags.copy()=={'t2','c'}",
    "bool(u.tags)",
    "type(u.tags.pop())",
    "u.tags.clear()",
    "u.tags",
    "hash(u.tags)",
    "u.tags.difference({'a'})",
):
    show(text)
u.tags = {"x"}
u.notes["a"] = "1"
u.notes.update({"b": "2"}, c="3")
print(u.notes, u.bykey["a"].v)
for text in (
    "u.notes['a']",
    "u.notes.get('zz')",
    "u.notes.get('zz',5)",
    "'a' in u.notes",
    "len(u.notes)",
    "list(u.notes)",
    "list(u.notes.items())",
    "list(u.notes.keys())",
    "list(u.notes.values())",
    "u.notes.pop('a')",
    "u.notes.pop('a')",
    "u.notes.setdefault('d','4')",
    "u.notes.setdefault('d','9')",
    "u.notes=={'b':'2','c':'3','d':'4'}",
    "u.notes!={}",
    "u.notes.__setitem__('b','22')",
    "u.notes",
    "u.notes.__delitem__('b')",
    "u.notes['zz']",
    "u.notes.popitem()",
    "u.notes.copy()",
    "repr(u.notes)",
    "hash(u.notes)",
    "u.notes.update([('m','1')])",
    "u.notes.clear()",
    "u.notes",
    "u.notes|{'a':1}",
):
    show(text)
u.notes = {"k": "v"}
u.bio = "hello"
print(u.bio, u.prof.bio)
u.bio = "bye"
print(u.prof.bio)
del u.bio
print(u.prof)
u.bio = "x"
u.bio = None
print(u.prof is None, u.bio)

print("-- in the database")
session.add(u)
session.commit()
print(u.words, sorted(u.tags), u.notes, u.bio)
u.words.append("new")
u.notes["k"] = "changed"
u.words.remove("k1")
session.commit()
print(sorted(u.words), u.notes)
alias = aliased(User)
for query in (
    select(User.name).where(User.words.contains("new")),
    select(User.name).where(User.keywords.any(Kw.word == "k1")),
    select(UK.kid).where(UK.uname == "ed").order_by(UK.kid),
    select(User.name).filter_by(bio=None),
    select(alias.name).where(alias.notes.any(Note.k == "k")),
):
    print(session.scalars(query).all())

print("-- assignment")
u.words = "abc"
print(u.words)
u.tags = "xyz"
print(sorted(u.tags))
for name, value in (("words", 5), ("notes", ["a"])):
    try:
        setattr(u, name, value)
        print("set")
    except Exception as error:
        print(type(error).__name__)
other = User(name="q", words=["1", "2"], tags={"g"}, notes={"a": "b"}, bio="bb")
print(other.words, other.tags, other.notes, other.bio)
del other.words
print(other.words)
print(pickle.loads(pickle.dumps(list(u.words))), UK().kword, UK().uname)
session.rollback()
session.close()
seen = weakref.ref(other)
other = None
gc.collect()
print(seen() is None)

"""Rows with a version: INSERT sets it, UPDATE and DELETE ask for it and say StaleDataError, merge compares it."""

from show import loaded, raised
from sqlalchemy import ForeignKey, create_engine, event, inspect, text
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship


class Base(DeclarativeBase):
    pass


class Doc(Base):
    __tablename__ = "doc"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str | None]
    version: Mapped[int] = mapped_column("version_id")
    lines: Mapped[list["Line"]] = relationship(back_populates="doc", cascade="all, delete-orphan")
    __mapper_args__ = {"version_id_col": version}


class Line(Base):
    __tablename__ = "line"
    id: Mapped[int] = mapped_column(primary_key=True)
    doc_id: Mapped[int | None] = mapped_column(ForeignKey("doc.id"))
    doc: Mapped["Doc | None"] = relationship(back_populates="lines")


class Named(Base):
    __tablename__ = "named"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str | None]
    tag: Mapped[str] = mapped_column()
    __mapper_args__ = {
        "version_id_col": tag,
        "version_id_generator": lambda before: "first" if before is None else before + "+",
    }


class Manual(Base):
    __tablename__ = "manual"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str | None]
    version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": version, "version_id_generator": False}


class Animal(Base):
    __tablename__ = "animal"
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column()
    name: Mapped[str | None]
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"polymorphic_on": kind, "polymorphic_identity": "animal", "version_id_col": version}


class Dog(Animal):
    __tablename__ = "dog"
    id: Mapped[int] = mapped_column(ForeignKey("animal.id"), primary_key=True)
    bark: Mapped[str | None]
    __mapper_args__ = {"polymorphic_identity": "dog"}


engine = create_engine("sqlite://")
Base.metadata.create_all(engine)
print(inspect(Doc).version_id_col, inspect(Dog).version_id_col, inspect(Line).version_id_col)

print("== counted")
with Session(engine) as s:
    d = Doc(id=1, name="a")
    chosen = Doc(id=2, name="b", version=40)
    s.add_all([d, chosen])
    s.flush()
    loaded(d)
    loaded(chosen)
    d.name = "b"
    s.flush()
    print(d.version)
    d.name = "b"
    s.flush()
    print(d.version)
    d.version = 10
    s.flush()
    print(d.version)
    d.name = "c"
    d.version = 20
    s.commit()
    print(d.version)
    d.name = "expired"
    s.commit()
    print(d.version)
    d.lines.append(Line(id=1))
    s.commit()
    print(d.version)
    s.delete(d)
    s.commit()

print("== of several rows")
with Session(engine) as s:
    s.add_all([Doc(id=i) for i in (11, 12, 13)])
    s.commit()
    docs = [s.get(Doc, i) for i in (11, 12, 13)]
    for i, one in enumerate(docs):
        one.name = f"n{i}"
    s.commit()
    print([one.version for one in docs])

print("== stale")
for act in ("update", "delete", "set"):
    with Session(engine) as s:
        d = s.get(Doc, 11)
        other = s.get(Doc, 12)
        s.connection().execute(text("update doc set version_id = version_id + 1 where id = 11"))
        if act == "update":
            d.name = "stale " + act
        elif act == "set":
            d.version = 5
        else:
            s.delete(d)
        raised(s.flush)
        print(s.is_active)
        s.rollback()
        print(d.version, other.version)

print("== by a function")
with Session(engine) as s:
    n = Named(id=1)
    s.add(n)
    s.commit()
    print(n.tag)
    n.name = "x"
    s.commit()
    print(n.tag)
    s.connection().execute(text("update named set tag = 'else'"))
    n.name = "y"
    raised(s.commit)
    s.rollback()

print("== by the program")
with Session(engine) as s:
    m = Manual(id=1)
    s.add(m)
    s.commit()
    print(m.version)
    m.name = "x"
    s.flush()
    print(m.version)
    m.version = 2
    m.name = "y"
    s.commit()
    print(m.version)
    s.connection().execute(text("update manual set version = 9"))
    m.name = "z"
    raised(s.flush)
    s.rollback()
    s.delete(m)
    s.commit()

print("== of a hierarchy")
with Session(engine) as s:
    dog = Dog(id=1, name="rex", bark="wuff")
    s.add_all([dog, Animal(id=2)])
    s.commit()
    dog.bark = "waff"
    s.commit()
    print(dog.version)
    dog.name = "max"
    s.commit()
    print(dog.version)
    s.connection().execute(text("update animal set version = 90 where id = 1"))
    dog.bark = "grr"
    raised(s.flush)
    s.rollback()
    s.delete(dog)
    s.commit()

print("== hooks, a rolled-back insert, a row that is taken over")
with Session(engine) as s:

    @event.listens_for(Doc, "before_update")
    def before(mapper, connection, target):
        print("before", target.version)

    @event.listens_for(Doc, "after_update")
    def after(mapper, connection, target):
        print("after", target.version)

    d = s.get(Doc, 12)
    d.name = "heard"
    s.commit()
    fresh = Doc(id=99)
    s.add(fresh)
    s.flush()
    s.rollback()
    loaded(fresh)
    n = s.get(Named, 1)
    s.delete(n)
    instead = Named(id=1, name="instead")
    s.add(instead)
    s.commit()
    print(instead.tag, instead.name)

print("== merge")
with Session(engine) as s:
    now = s.get(Doc, 13).version
    print(s.merge(Doc(id=13, name="m", version=now)).name, s.merge(Doc(id=13, name="k")).name)
    s.rollback()
    raised(s.merge, Doc(id=13, name="old", version=now + 5))
    s.rollback()
    s.expunge_all()
    print(s.merge(Doc(id=500, version=3)).version)
    s.commit()
    print(s.get(Doc, 500).version)

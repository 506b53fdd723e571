"""Relations and late attributes of a class whose subclasses have columns of their own: each record finds its own."""

from typing import Optional

from sqlalchemy import Column, ForeignKey, Integer, String, Table, create_engine, func, inspect, select
from sqlalchemy.orm import (
    DeclarativeBase,
    Mapped,
    Session,
    column_property,
    joinedload,
    lazyload,
    mapped_column,
    relationship,
    selectinload,
)


class Base(DeclarativeBase):
    pass


skills = Table(
    "skills",
    Base.metadata,
    Column("person_id", ForeignKey("person.id"), primary_key=True),
    Column("skill_id", ForeignKey("skill.id"), primary_key=True),
)


class Person(Base):
    __tablename__ = "person"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    type: Mapped[str]
    chief_id: Mapped[Optional[int]] = mapped_column(ForeignKey("person.id"))
    home_id: Mapped[Optional[int]] = mapped_column(ForeignKey("home.id"))
    team: Mapped[list["Person"]] = relationship(back_populates="chief", order_by="Person.id")
    chief: Mapped[Optional["Person"]] = relationship(back_populates="team", remote_side=[id])
    home: Mapped[Optional["Home"]] = relationship(back_populates="people")
    skills: Mapped[list["Skill"]] = relationship(secondary=skills, back_populates="people", order_by="Skill.name")
    notes: Mapped[list["Note"]] = relationship(back_populates="person", cascade="all, delete-orphan")
    __mapper_args__ = {"polymorphic_on": "type", "polymorphic_identity": "person"}


class Worker(Person):
    __tablename__ = "worker"
    id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    tool: Mapped[str] = mapped_column(default="hammer")
    bench: Mapped[Optional[str]]
    __mapper_args__ = {"polymorphic_identity": "worker"}


class Boss(Person):
    car: Mapped[Optional[str]]
    phone: Mapped[Optional[str]]
    __mapper_args__ = {"polymorphic_identity": "boss"}


class Home(Base):
    __tablename__ = "home"
    id: Mapped[int] = mapped_column(primary_key=True)
    people: Mapped[list[Person]] = relationship(back_populates="home", order_by=Person.id)


class Skill(Base):
    __tablename__ = "skill"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    people: Mapped[list[Person]] = relationship(secondary=skills, back_populates="skills", order_by=Person.id)


class Note(Base):
    __tablename__ = "note"
    id: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str] = mapped_column(String(20))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    person: Mapped[Person] = relationship(back_populates="notes")


Person.size = column_property(func.length(Person.name))
engine = create_engine("sqlite://")
Base.metadata.create_all(engine)
with Session(engine) as session:
    boss = Boss(name="boss", car="fast", home=Home())
    first = Worker(name="first", chief=boss, home=boss.home, notes=[Note(text="n1"), Note(text="n2")])
    second = Worker(name="second", tool="saw", chief=boss)
    session.add_all([boss, first, second, Person(name="plain", chief=first)])
    session.flush()
    boss.skills.append(Skill(name="talk"))
    session.flush()
    boss.skills.append(Skill(name="drive"))
    session.flush()
    second.skills.append(boss.skills[0])
    session.commit()
    print(boss.size, first.size, boss.car, first.tool)


def show(person):
    own = {key: getattr(person, key, "-") for key in ("tool", "bench", "car", "phone")}
    team, chief = [one.name for one in person.team], person.chief and person.chief.name
    print(type(person).__name__, person.name, own, team, chief, [one.name for one in person.skills], person.size)
    print("   ", [one.text for one in person.notes], person.home and [one.name for one in person.home.people])


for how in (lazyload, selectinload, joinedload):
    for key in ("team", "chief", "home", "skills", "notes"):
        print("--", how.__name__, key)
        with Session(engine) as session:
            for person in session.scalars(
                select(Person).options(how(getattr(Person, key))).order_by(Person.id)
            ).unique():
                show(person)
    with Session(engine) as session:
        for person in session.scalars(select(Boss).options(how(Boss.team).selectinload(Person.notes))).unique():
            show(person)
    with Session(engine) as session:
        for person in session.scalars(select(Worker).options(how(Worker.notes))).unique():
            show(person)

with Session(engine) as session:
    print("-- changes")
    boss = session.scalars(select(Boss)).one()
    first, second = boss.team
    second.chief = first
    first.notes.pop(0)
    boss.phone = "1"
    session.commit()
    print([one.name for one in boss.team], [one.name for one in first.team], len(first.notes), boss.phone)
    boss.skills.remove(boss.skills[0])
    session.flush()
    print(inspect(boss).attrs.skills.history, [one.name for one in boss.skills])
    session.rollback()
    print([one.name for one in boss.skills])
    session.refresh(boss, ["team", "car"])
    print([one.name for one in boss.team], boss.car)
    merged = session.merge(Worker(id=first.id, name="renamed", tool="drill", notes=[Note(text="new")]))
    print(merged is first, [one.text for one in merged.notes], merged.tool)
    session.commit()
    session.delete(merged)
    session.commit()
    print(session.scalars(select(Note.text)).all(), session.scalars(select(Person.name).order_by(Person.id)).all())

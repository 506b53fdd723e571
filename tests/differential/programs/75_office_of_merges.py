"""An office: merge, bulk operations, views and states by hand."""

from show import loaded, raised
from sqlalchemy import Column, ForeignKey, Integer, String, Table, create_engine, inspect, select
from sqlalchemy.orm import (
    Session,
    declarative_base,
    make_transient,
    make_transient_to_detached,
    object_session,
    relationship,
    selectinload,
    was_deleted,
)

Base = declarative_base()
knows = Table(
    "skills",
    Base.metadata,
    Column("w", ForeignKey("worker.id"), primary_key=True),
    Column("s", ForeignKey("skill.id"), primary_key=True),
)


class Office(Base):
    __tablename__ = "office"
    id = Column(Integer, primary_key=True)
    city = Column(String(30))
    workers = relationship(
        "Worker",
        foreign_keys="Worker.office_id",
        back_populates="office",
        cascade="all, delete-orphan",
        order_by="Worker.id",
    )
    seniors = relationship(
        "Worker",
        primaryjoin="and_(Office.id == Worker.office_id, Worker.age > 40)",
        foreign_keys="Worker.office_id",
        viewonly=True,
        order_by="Worker.id",
    )


class Worker(Base):
    __tablename__ = "worker"
    id = Column(Integer, primary_key=True)
    name = Column(String(30))
    age = Column(Integer, default=20)
    office_id = Column(ForeignKey("office.id"))
    office = relationship("Office", foreign_keys=[office_id], back_populates="workers")
    skills = relationship("Skill", secondary=knows, backref="workers")
    skills_seen = relationship("Skill", secondary=knows, viewonly=True)


class Skill(Base):
    __tablename__ = "skill"
    id = Column(Integer, primary_key=True)
    name = Column(String(30))


class Stamp(Base):
    __tablename__ = "stamp"
    id = Column(Integer, primary_key=True)
    name = Column(String(30))
    made = Column(Integer, server_default="7")
    __mapper_args__ = {"eager_defaults": True}


engine = create_engine("sqlite://")
Base.metadata.create_all(engine)
with Session(engine) as session:
    rome = Office(city="rome", workers=[Worker(name="ann", age=50), Worker(name="ben", age=30)])
    session.add(rome)
    session.flush()
    session.commit()
    print([w.name for w in rome.seniors])
    rome.seniors.append(Worker(name="ghost"))
    session.commit()
    print(session.query(Worker).count())

with Session(engine) as session:
    given = Office(id=1, city="Rome", workers=[Worker(id=1, name="Ann"), Worker(name="new")])
    merged = session.merge(given)
    print(merged is given, given in session, merged.city, [(w.id, w.name, w.age) for w in merged.workers])
    session.commit()
    print([(w.id, w.name, w.age) for w in merged.workers], session.query(Worker).count())
    print(session.merge(merged) is merged)
    fresh = session.merge(Office(city="oslo"))
    print(inspect(fresh).pending, fresh.id)
    unknown = session.merge(Office(id=77, city="bonn"))
    print(inspect(unknown).pending)
    session.commit()
    print(unknown.id, fresh.city)
    raised(session.merge, "nothing")
    detached = session.get(Office, 1)
    session.expunge(detached)
    detached.city = "ROME"
    again = session.merge(detached)
    print(again.city, again is detached, again in session.dirty)
    session.rollback()
with Session(engine) as session:
    cached = session.scalars(select(Office).options(selectinload(Office.workers)).where(Office.id == 1)).one()
with Session(engine) as session:
    here = session.merge(cached, load=False)
    print(here.city, [w.name for w in here.workers], here in session, session.dirty, here is cached)
    raised(lambda: session.merge(Office(id=5), load=False))
    worker = session.merge(Worker(id=1, skills=[Skill(name="type")]))
    session.commit()
    print([s.name for s in worker.skills], [s.name for s in worker.skills_seen])
    worker.skills_seen.append(Skill(name="no"))
    session.commit()
    print(session.query(Skill).count())

with Session(engine) as session:
    session.bulk_insert_mappings(Skill, [{"name": "c"}, {"name": "d"}])
    session.commit()
    ids = {s.name: s.id for s in session.query(Skill)}
    session.bulk_update_mappings(Skill, [{"id": ids["c"], "name": "C"}, {"id": ids["d"], "name": "D"}])
    session.commit()
    print(sorted(s.name for s in session.query(Skill)))
with Session(engine) as session:
    stamp = Stamp(name="x")
    session.add(stamp)
    session.flush()
    loaded(stamp)
    stamp.name = "y"
    session.flush()
    loaded(stamp)
    print(session.get(Stamp, stamp.id) is stamp, session.get_one(Stamp, stamp.id) is stamp)
    raised(lambda: session.get_one(Stamp, 999))
    print(object_session(stamp) is session, was_deleted(stamp))
    session.delete(stamp)
    session.flush()
    print(was_deleted(stamp))
    make_transient(stamp)
    stamp.id = None
    session.add(stamp)
    session.commit()
    print(inspect(stamp).persistent, stamp.name)
    old = Stamp(id=stamp.id)
    make_transient_to_detached(old)
    session.expunge(stamp)
    session.add(old)
    print(old.name)

"""eager_defaults=True: after an UPDATE what the database made is read by a SELECT, where SQLAlchemy uses RETURNING."""

from sqlalchemy import Column, Integer, String, create_engine, inspect, text
from sqlalchemy.orm import DeclarativeBase, Session


class Base(DeclarativeBase):
    pass


class Thing(Base):
    __tablename__ = "thing"
    __mapper_args__ = {"eager_defaults": True}
    id = Column(Integer, primary_key=True)
    name = Column(String(20))
    made = Column(Integer, onupdate=text("41 + 1"))


engine = create_engine("sqlite://")
Base.metadata.create_all(engine)
with Session(engine) as session:
    thing = Thing(name="a")
    session.add(thing)
    session.flush()
    thing.name = "b"
    session.flush()
    print(inspect(thing).dict["made"], thing.name)

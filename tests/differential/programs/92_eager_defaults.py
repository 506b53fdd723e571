"""When the values that the database makes are there: eager_defaults "auto", True and False."""

from sqlalchemy import Column, Integer, String, create_engine, func, inspect, select, text
from sqlalchemy.orm import DeclarativeBase, Session


class Base(DeclarativeBase):
    pass


class Auto(Base):
    __tablename__ = "auto"
    id = Column(Integer, primary_key=True)
    name = Column(String(20))
    state = Column(String(20), server_default=text("'new'"))


class Lazy(Base):
    __tablename__ = "lazy"
    __mapper_args__ = {"eager_defaults": False}
    id = Column(Integer, primary_key=True)
    name = Column(String(20))
    state = Column(String(20), server_default=text("'new'"))


engine = create_engine("sqlite://")
Base.metadata.create_all(engine)
with Session(engine) as session:
    for entity in (Auto, Lazy):
        objects = [entity(name=f"n{i}") for i in range(3)] + [entity(name="given", state="old")]
        session.add_all(objects)
        session.flush()
        print([sorted(one for one in inspect(each).dict if one[0] != "_") for each in objects])
        print([each.state for each in objects])
        objects[0].name = func.upper("x")
        session.flush()
        print("name" in inspect(objects[0]).dict, objects[0].name)
        session.commit()
        print(session.execute(select(entity.id, entity.name, entity.state).order_by(entity.id)).all())

"""Deleting an object with a dynamic relation reads its members once: SQLAlchemy reads them again in the flush."""

from sqlalchemy import Column, ForeignKey, Integer, create_engine
from sqlalchemy.orm import Session, declarative_base, relationship

Base = declarative_base()


class Box(Base):
    __tablename__ = "box"
    id = Column(Integer, primary_key=True)
    things = relationship("Thing", lazy="dynamic", cascade="all, delete-orphan")


class Thing(Base):
    __tablename__ = "thing"
    id = Column(Integer, primary_key=True)
    box_id = Column(ForeignKey("box.id"))


engine = create_engine("sqlite://")
Base.metadata.create_all(engine)
with Session(engine) as session:
    box = Box(things=[Thing(), Thing()])
    session.add(box)
    session.commit()
    session.delete(box)
    session.commit()
    print(session.query(Thing).count())

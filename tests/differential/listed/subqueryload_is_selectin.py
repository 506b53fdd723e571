"""subqueryload() sends the SELECT ... IN of selectinload(), where SQLAlchemy joins the query again as a subquery."""

from sqlalchemy import Column, ForeignKey, Integer, create_engine
from sqlalchemy.orm import Session, declarative_base, relationship, subqueryload

Base = declarative_base()


class Box(Base):
    __tablename__ = "box"
    id = Column(Integer, primary_key=True)
    things = relationship("Thing", order_by="Thing.id")


class Thing(Base):
    __tablename__ = "thing"
    id = Column(Integer, primary_key=True)
    box_id = Column(ForeignKey("box.id"))


engine = create_engine("sqlite://")
Base.metadata.create_all(engine)
with Session(engine) as session:
    session.add_all([Box(things=[Thing(), Thing()]), Box()])
    session.commit()
    print([len(box.things) for box in session.query(Box).options(subqueryload(Box.things)).order_by(Box.id)])

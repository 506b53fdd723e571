"""Two relations to one class are told apart by foreign_keys or primaryjoin; uselist=False holds one object."""

from sqlalchemy import ForeignKey, String, create_engine, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, joinedload, mapped_column, relationship


class Base(DeclarativeBase):
    pass


class Airport(Base):
    __tablename__ = "airport"
    code: Mapped[str] = mapped_column(String(3), primary_key=True)
    tower: Mapped["Tower"] = relationship(back_populates="airport", uselist=False)
    short: Mapped[list["Flight"]] = relationship(
        primaryjoin="and_(Airport.code == Flight.start, Flight.miles < 100)",
        foreign_keys="Flight.start",
        viewonly=True,
    )


class Tower(Base):
    __tablename__ = "tower"
    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str | None] = mapped_column(ForeignKey("airport.code"))
    airport: Mapped["Airport | None"] = relationship(back_populates="tower")


class Flight(Base):
    __tablename__ = "flight"
    id: Mapped[int] = mapped_column(primary_key=True)
    miles: Mapped[int]
    start: Mapped[str] = mapped_column(String(3), ForeignKey("airport.code"))
    end: Mapped[str | None] = mapped_column(String(3))
    origin: Mapped["Airport"] = relationship(foreign_keys=[start])
    target: Mapped["Airport | None"] = relationship(primaryjoin="Flight.end == Airport.code", foreign_keys=[end])


engine = create_engine("sqlite://")
Base.metadata.create_all(engine)
session = Session(engine)
jfk, lax = Airport(code="JFK", tower=Tower(id=1)), Airport(code="LAX")
session.add_all([Flight(id=1, miles=50, origin=jfk, target=lax), Flight(id=2, miles=500, origin=lax, end="XXX")])
session.commit()
one, two = session.scalars(select(Flight).order_by(Flight.id)).all()
print(one.origin.code, one.target.code, two.origin.code, two.end, two.target)
print(jfk.tower.airport is jfk, lax.tower, [flight.id for flight in jfk.short], lax.short)
old = jfk.tower
jfk.tower = Tower(id=2)
session.flush()
print(old.code, old.airport, jfk.tower.id)
session.expunge_all()
query = select(Flight).options(joinedload(Flight.origin), joinedload(Flight.target)).order_by(Flight.id)
print([(flight.origin.code, flight.target and flight.target.code) for flight in session.scalars(query)])
print(session.execute(select(Flight.id, Airport.code).join(Flight.target)).all())
print(session.execute(select(Flight.id, Airport.code).outerjoin(Flight.target).order_by(Flight.id)).all())
session.close()

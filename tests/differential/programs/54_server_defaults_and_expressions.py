"""Server defaults come back after a flush, SQL expressions are rendered into it, and None means what it does there."""

from show import loaded
from sqlalchemy import String, create_engine, func, null, select, text
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column


class Base(DeclarativeBase):
    pass


class Thing(Base):
    __tablename__ = "thing"
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str | None] = mapped_column(String(10), server_default="plain")
    size: Mapped[int | None] = mapped_column(server_default=text("41 + 1"))
    count: Mapped[int | None] = mapped_column(default=5)
    name: Mapped[str | None] = mapped_column(String(10), onupdate="touched")


engine = create_engine("sqlite://")
Base.metadata.create_all(engine)
session = Session(engine)
things = [Thing(), Thing(kind="own", size=None, count=None), Thing(kind=null(), count=func.abs(-9)), Thing(name="n")]
for number, thing in enumerate(things, 1):
    thing.id = number
session.add_all(things)
session.flush()
for thing in things[:2] + things[3:]:
    loaded(thing)
print(things[2].count, things[2].kind)
first = things[0]
first.count = Thing.count + 10
session.flush()
print("count" in vars(first), first.count, first.name)
first.size = None
session.commit()
print(first.size, first.name)
session.add(Thing(id=5))
session.flush()
print(session.scalars(select(Thing.id).order_by(Thing.id)).all())
session.close()

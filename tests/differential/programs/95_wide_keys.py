"""Keys of ten columns, equal in the first nine: every strategy tells the rows apart by all of them."""

from sqlalchemy import Column, ForeignKey, ForeignKeyConstraint, Integer, Table, create_engine, select
from sqlalchemy.orm import DeclarativeBase, Session, joinedload, lazyload, relationship, selectinload

WIDTH = 10
KEYS = [f"k{i}" for i in range(WIDTH)]


class Base(DeclarativeBase):
    pass


class Wide(Base):
    __table__ = Table("wide", Base.metadata, *(Column(key, Integer, primary_key=True) for key in KEYS))
    parts = relationship("Part", back_populates="wide", order_by="Part.id")
    tags = relationship("Tag", secondary="wide_tag", order_by="Tag.id")


class Part(Base):
    __table__ = Table(
        "part",
        Base.metadata,
        Column("id", Integer, primary_key=True),
        *(Column(key, Integer) for key in KEYS),
        ForeignKeyConstraint(KEYS, [f"wide.{key}" for key in KEYS]),
    )
    wide = relationship(Wide, back_populates="parts")


class Tag(Base):
    __tablename__ = "tag"
    id = Column(Integer, primary_key=True)


Table(
    "wide_tag",
    Base.metadata,
    *(Column(key, Integer) for key in KEYS),
    Column("tag_id", ForeignKey("tag.id")),
    ForeignKeyConstraint(KEYS, [f"wide.{key}" for key in KEYS]),
)

engine = create_engine("sqlite://")
Base.metadata.create_all(engine)
with Session(engine) as session:
    for last in range(3):
        wide = Wide(**dict.fromkeys(KEYS[:-1], 1), k9=last)
        session.add(wide)
        session.flush()
        session.add(Part(id=last, wide=wide))
        session.flush()
        wide.tags.append(Tag(id=last))
        session.flush()
    session.commit()

for how in (lazyload, selectinload, joinedload):
    with Session(engine) as session:
        for wide in session.scalars(select(Wide).options(how(Wide.parts)).order_by(Wide.k9)).unique():
            print(how.__name__, wide.k9, [part.id for part in wide.parts])
    with Session(engine) as session:
        for wide in session.scalars(select(Wide).options(how(Wide.tags)).order_by(Wide.k9)).unique():
            print(how.__name__, wide.k9, [tag.id for tag in wide.tags])
    with Session(engine) as session:
        for part in session.scalars(select(Part).options(how(Part.wide)).order_by(Part.id)):
            print(how.__name__, part.id, part.wide.k9)

"""A TypeDecorator converts in both directions: in a flush, in a WHERE, in rows and in objects."""

from sqlalchemy import String, TypeDecorator, create_engine, insert, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column


class Words(TypeDecorator):
    """A list of words as text with spaces."""

    impl = String(50)
    cache_ok = True

    def process_bind_param(self, value, dialect):
        print("bind", value, dialect.name)
        return None if value is None else " ".join(value)

    def process_result_value(self, value, dialect):
        print("result", value)
        return None if value is None else value.split(" ")


class Base(DeclarativeBase):
    pass


class Page(Base):
    __tablename__ = "page"
    id: Mapped[int] = mapped_column(primary_key=True)
    words: Mapped[list | None] = mapped_column(Words)


engine = create_engine("sqlite://")
Base.metadata.create_all(engine)
with Session(engine) as session:
    page = Page(id=1, words=["a", "b"])
    session.add(page)
    session.add(Page(id=2))
    session.flush()
    print(page.words)
    session.commit()
    print(page.words)
    page.words = ["a", "b", "c"]
    session.commit()
with Session(engine) as session:
    found = session.scalars(select(Page).where(Page.words == ["a", "b", "c"])).all()
    print([one.id for one in found])
    print("loaded, not yet read")
    print(found[0].words)
    print(session.execute(select(Page.words).order_by(Page.id)).all())
    print(session.execute(select(Page.id).where(Page.words.in_([["a"], ["a", "b", "c"]]))).all())
with engine.begin() as connection:
    connection.execute(insert(Page.__table__), [{"id": 3, "words": ["x"]}, {"id": 4, "words": None}])
    print(connection.execute(select(Page.__table__).where(Page.__table__.c.id > 2)).all())
print(repr(Page.__table__.c.words.type), Page.__table__.c.words.type.impl.length)

"""echo logs what SQLAlchemy logs, on the logger of its name."""

# only on SQLite: a log shows the marks, the parameters and the first statements of the driver itself

import logging
import re

from sqlalchemy import String, create_engine, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column


class Base(DeclarativeBase):
    pass


class User(Base):
    __tablename__ = "user_account"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str | None] = mapped_column(String(30))


class Show(logging.Handler):
    def emit(self, record):
        said = " ".join(record.getMessage().split())
        print(record.levelname, re.sub(r"(in|since|no key) [0-9.]+s( ago)?", r"\1 N", said))


logging.getLogger("sqlalchemy.engine.Engine").addHandler(Show())
logging.getLogger("sqlalchemy.engine.Engine").propagate = False
engine = create_engine("sqlite://", echo=True)
Base.metadata.create_all(engine)
with Session(engine) as session:
    session.add(User(id=1, name="ada"))
    session.commit()
    for number in (1, 2):
        print(session.scalars(select(User.name).where(User.id == number)).all())
    session.rollback()
    session.add(User(id=1))
    try:
        session.flush()
    except Exception as error:
        print(type(error).__name__)
engine.echo = False
with Session(engine) as session:
    print(session.scalars(select(User.name)).all())

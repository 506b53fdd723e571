"""echo logs transactions and statements in SQLAlchemy's order, and how each text was found, on every database."""

import logging
import re

from sqlalchemy import String, create_engine, insert, select, text
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column


class Base(DeclarativeBase):
    pass


class User(Base):
    __tablename__ = "user_account"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str | None] = mapped_column(String(30))


class Show(logging.Handler):
    quiet = True

    def emit(self, record):
        said = " ".join(record.getMessage().split())
        if said.startswith("["):
            said = re.sub(r"(in|since|no key) [0-9.]+s( ago)?", r"\1 N", said[: said.index("]") + 1])
        else:
            said = " ".join(said.split()[: 1 if "autocommit" in said else 3])  # which is said in own words
        if not self.quiet:
            print(record.levelname, said)


show = Show()
logging.getLogger("sqlalchemy.engine.Engine").addHandler(show)
logging.getLogger("sqlalchemy.engine.Engine").propagate = False
engine = create_engine("sqlite://", echo=True)
Base.metadata.create_all(engine)
show.quiet = False
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
with engine.begin() as connection:
    connection.execute(insert(User).values(id=5))
    with connection.begin_nested():
        connection.execute(text("SELECT 1"))
    connection.exec_driver_sql("SELECT 2")
    connection.rollback()
with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
    connection.execute(select(1))
with engine.connect().execution_options(logging_token="mark") as connection:
    connection.execute(select(1))
engine.echo = False
with Session(engine) as session:
    print(session.scalars(select(User.name)).all())

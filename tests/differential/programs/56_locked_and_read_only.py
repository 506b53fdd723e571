"""A locked or read-only database is one OperationalError, and the session works after rollback."""

# only on SQLite: files, locks and read-only databases

import os
import sqlite3
import tempfile

from sqlalchemy import String, create_engine, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column


class Base(DeclarativeBase):
    pass


class User(Base):
    __tablename__ = "user_account"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str | None] = mapped_column(String(30))


folder = tempfile.mkdtemp()
path = os.path.join(folder, "shop.db")
engine = create_engine(f"sqlite:///{path}", connect_args={"timeout": 0.05})
Base.metadata.create_all(engine)
other = sqlite3.connect(path, isolation_level=None)
other.execute("BEGIN IMMEDIATE")
with Session(engine) as session:
    session.add(User(name="ada"))
    try:
        session.commit()
    except OperationalError as error:
        print(type(error).__name__, type(error.orig).__name__, error.orig)
    session.rollback()
    print(session.scalars(select(User)).all())
    other.execute("ROLLBACK")
    session.add(User(name="bob"))
    session.commit()
    print(session.scalars(select(User.name)).all())
other.close()
engine.dispose()

read_only = create_engine(f"sqlite:///file:{path}?mode=ro&uri=true")
with Session(read_only) as session:
    print(session.scalars(select(User.name)).all())
    session.add(User(name="cyd"))
    try:
        session.flush()
    except OperationalError as error:
        print(type(error).__name__, error.orig)
    session.rollback()
    print(session.scalars(select(User.name)).all())
read_only.dispose()
absent = create_engine(f"sqlite:///{folder}/absent/shop.db")
try:
    absent.connect()
except OperationalError as error:
    print(type(error).__name__, error.orig, error.statement)
os.remove(path)
os.rmdir(folder)

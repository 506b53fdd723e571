"""What goes wrong with a SQLite file: the disk is full, the file is none, it is gone. Nothing half-written stays."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from cormorant import Engine, create_engine, event, exc, func, select, text
from cormorant.orm import DeclarativeBase, Mapped, Session, mapped_column

pytestmark = pytest.mark.sqlite


class Base(DeclarativeBase):
    pass


class Note(Base):
    __tablename__ = "note"
    id: Mapped[int] = mapped_column(primary_key=True)
    body: Mapped[str]


def open_engine(path: Path, pages: int = 0, **options: Any) -> Engine:
    """With `pages`, the file cannot grow beyond them: what a full disk does."""
    engine = create_engine(f"sqlite:///{path}", **options)
    if pages:
        event.listen(engine, "connect", lambda raw, record: raw.execute(f"PRAGMA max_page_count = {pages}"))
    return engine


def count(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(Note)) or 0


def test_a_full_disk_in_a_flush_loses_only_the_transaction(tmp_path: Path) -> None:
    engine = open_engine(tmp_path / "f.db", pages=20)
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        session.add(Note(body="first"))
        session.commit()
        session.add_all([Note(body="x" * 1000) for _ in range(500)])
        with pytest.raises(exc.OperationalError, match="database or disk is full") as caught:
            session.flush()
        assert "INSERT INTO note" in str(caught.value.statement)
        with pytest.raises(exc.PendingRollbackError):
            count(session)
        session.rollback()
        assert count(session) == 1
        session.add(Note(body="second"))
        session.commit()
        assert count(session) == 2
    engine.dispose()


def test_a_full_disk_in_a_statement_leaves_the_connection_usable(tmp_path: Path) -> None:
    engine = open_engine(tmp_path / "f.db", pages=20)
    Base.metadata.create_all(engine)
    with engine.connect() as connection:
        with pytest.raises(exc.OperationalError, match="database or disk is full"):
            connection.execute(Note.__table__.insert(), [{"body": "x" * 1000} for _ in range(500)])
        connection.rollback()
        connection.execute(Note.__table__.insert(), {"body": "small"})
        connection.commit()
        assert connection.execute(select(Note.body)).scalars().all() == ["small"]
    engine.dispose()


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    path = tmp_path / "f.db"
    path.write_bytes(b"This is a letter, not a database. " * 100)
    engine = open_engine(path)
    with engine.connect() as connection, pytest.raises(exc.DatabaseError, match="file is not a database"):
        connection.execute(text("SELECT * FROM note"))
    engine.dispose()


def test_a_file_that_was_cut_off(tmp_path: Path) -> None:
    path = tmp_path / "f.db"
    engine = open_engine(path)
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        session.add_all([Note(body="x" * 1000) for _ in range(200)])
        session.commit()
    engine.dispose()
    path.write_bytes(path.read_bytes()[: 4096 * 10])
    with Session(engine) as session:
        with pytest.raises(exc.DatabaseError, match="malformed"):
            session.scalars(select(Note)).all()
        session.rollback()
    engine.dispose()


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    engine = open_engine(tmp_path / "no" / "f.db")
    with pytest.raises(exc.OperationalError, match="unable to open database file"):
        engine.connect()
    assert engine.pool.checkedout() == 0


def test_a_table_that_goes_while_the_session_works(tmp_path: Path) -> None:
    engine = open_engine(tmp_path / "f.db")
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        note = Note(body="x")
        session.add(note)
        session.commit()
        Base.metadata.drop_all(engine)
        with pytest.raises(exc.OperationalError, match="no such table: note"):
            assert note.body
        session.rollback()
        Base.metadata.create_all(engine)
        assert count(session) == 0
    engine.dispose()


def test_closing_twice_and_using_what_was_closed(tmp_path: Path) -> None:
    engine = open_engine(tmp_path / "f.db")
    Base.metadata.create_all(engine)
    connection = engine.connect()
    result = connection.execute(text("SELECT 1"))
    connection.close()
    connection.close()
    with pytest.raises(exc.ResourceClosedError):
        connection.execute(text("SELECT 1"))
    result.close()
    result.close()
    with pytest.raises(exc.ResourceClosedError):
        result.fetchone()
    session = Session(engine)
    session.add(Note(body="x"))
    session.close()
    session.close()
    assert count(session) == 0
    session.close()
    engine.dispose()
    engine.dispose()
    with engine.connect() as again:
        assert again.scalar(text("SELECT 1")) == 1
    engine.dispose()


def test_a_virtual_table_outlives_its_statements_and_not_its_connection(tmp_path: Path) -> None:
    engine = create_engine(f"sqlite:///{tmp_path}/a.db")
    with engine.begin() as connection:
        connection.execute(text("CREATE VIRTUAL TABLE words USING fts5(body)"))
        connection.execute(text("INSERT INTO words VALUES ('a bird'), ('a fish')"))
        found = text("SELECT body FROM words WHERE words MATCH :word")
        assert connection.execute(found, {"word": "bird"}).all() == [("a bird",)]
    engine.dispose()
    with engine.connect() as connection:
        assert connection.execute(found, {"word": "fish"}).all() == [("a fish",)]

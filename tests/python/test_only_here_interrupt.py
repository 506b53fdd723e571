"""Ctrl-C in a running query arrives at once, and the session works after a rollback."""

from __future__ import annotations

import os
import signal
import threading
import time
from typing import Any, Iterator

import pytest
from cormorant import create_engine, select, text
from cormorant.orm import DeclarativeBase, Mapped, Session, mapped_column
from databases import KINDS


class Base(DeclarativeBase):
    pass


class User(Base):
    __tablename__ = "interrupted_user"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


ENDLESS = text("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n")


@pytest.fixture(params=KINDS)
def session(request: Any, database_url: str, file_url: str) -> Iterator[Session]:
    engine = create_engine(file_url if request.param == "file" else database_url)
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        session.add(User(id=1, name="ada"))
        session.commit()
        yield session
    engine.dispose()


def interrupt_after(seconds: float) -> threading.Timer:
    timer = threading.Timer(seconds, lambda: os.kill(os.getpid(), signal.SIGINT))
    timer.start()
    return timer


def test_keyboard_interrupt_is_raised_within_a_second(session: Session) -> None:
    timer = interrupt_after(0.2)
    started = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        session.execute(ENDLESS)
    timer.join()
    assert time.monotonic() - started < 1.2


def test_session_works_after_an_interrupted_query_and_a_rollback(session: Session) -> None:
    session.add(User(id=2, name="not committed"))
    session.flush()
    timer = interrupt_after(0.2)
    with pytest.raises(KeyboardInterrupt):
        session.execute(ENDLESS)
    timer.join()
    session.rollback()
    assert session.scalars(select(User.name)).all() == ["ada"]
    session.add(User(id=3, name="bob"))
    session.commit()
    assert session.scalars(select(User.name).order_by(User.id)).all() == ["ada", "bob"]


def test_a_signal_handler_that_raises_arrives_as_its_own_exception(session: Session) -> None:
    class Stop(Exception):
        pass

    def stop(number: int, frame: Any) -> None:
        raise Stop

    before = signal.signal(signal.SIGUSR1, stop)
    timer = threading.Timer(0.2, lambda: os.kill(os.getpid(), signal.SIGUSR1))
    timer.start()
    try:
        with pytest.raises(Stop):
            session.execute(ENDLESS)
    finally:
        timer.join()
        signal.signal(signal.SIGUSR1, before)
    session.rollback()
    assert session.get(User, 1).name == "ada"

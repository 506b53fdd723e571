"""A child forked after the engine was used opens connections of its own and leaves its parent's alone."""

from __future__ import annotations

import os
import traceback
from typing import Any, Callable

import pytest
from cormorant import create_engine, select
from cormorant.orm import DeclarativeBase, Mapped, Session, mapped_column


class Base(DeclarativeBase):
    pass


class User(Base):
    __tablename__ = "forked_user"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


@pytest.fixture
def engine(file_url: str) -> Any:
    engine = create_engine(file_url)
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        session.add(User(id=1, name="ada"))
        session.commit()
    yield engine
    engine.dispose()


def in_a_child(call: Callable[[], Any]) -> int:
    """Run in a forked child; its exit status, negative for a signal."""
    pid = os.fork()
    if pid == 0:
        try:
            call()
            os._exit(0)
        except BaseException:
            traceback.print_exc()
            os._exit(1)
    _, status = os.waitpid(pid, 0)
    return os.waitstatus_to_exitcode(status)


def test_child_reads_and_writes_through_the_engine_of_its_parent(engine: Any) -> None:
    def child() -> None:
        with Session(engine) as session:
            assert session.scalars(select(User.name)).all() == ["ada"]
            session.add(User(id=2, name="from the child"))
            session.commit()

    assert in_a_child(child) == 0
    with Session(engine) as session:
        assert session.scalars(select(User.name).order_by(User.id)).all() == ["ada", "from the child"]


def test_parents_open_transaction_survives_a_child_that_ends(engine: Any) -> None:
    with Session(engine) as session:
        session.add(User(id=5, name="open"))
        session.flush()
        assert in_a_child(lambda: None) == 0
        assert in_a_child(engine.dispose) == 0
        session.commit()
    with Session(engine) as session:
        assert session.get(User, 5).name == "open"


def test_child_of_a_parent_in_a_transaction_uses_a_new_session(engine: Any) -> None:
    with Session(engine) as session:
        assert session.get(User, 1).name == "ada"

        def child() -> None:
            with Session(engine) as mine:
                assert mine.get(User, 1).name == "ada"

        assert in_a_child(child) == 0
        assert session.scalars(select(User.name)).all() == ["ada"]

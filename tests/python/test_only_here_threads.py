"""Two threads in one session at once are an error and never a crash; handing a session over is fine."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Callable

import pytest
from cormorant import create_engine, event, func, select
from cormorant.exc import IllegalStateChangeError
from cormorant.orm import DeclarativeBase, Mapped, Session, mapped_column
from databases import KINDS


class Base(DeclarativeBase):
    pass


class User(Base):
    __tablename__ = "threaded_user"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


@pytest.fixture(params=KINDS)
def engine(request: Any, database_url: str, file_url: str) -> Any:
    engine = create_engine(file_url if request.param == "file" else database_url)
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        session.add_all([User(id=n, name=f"user {n}") for n in range(1, 1001)])
        session.commit()
    yield engine
    engine.dispose()


def in_another_thread(call: Callable[[], Any]) -> Any:
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(call).result(timeout=20)


def test_second_thread_inside_a_call_gets_illegal_state_change_error(engine: Any) -> None:
    inside, leave = threading.Event(), threading.Event()

    class Slow(Session):
        pass

    @event.listens_for(Slow, "before_flush")
    def wait(session: Session, context: Any, instances: Any) -> None:
        inside.set()
        assert leave.wait(20)

    session = Slow(engine)
    session.add(User(id=2000, name="slow"))
    with ThreadPoolExecutor(1) as pool:
        flush = pool.submit(session.flush)
        assert inside.wait(20)
        try:
            for call in (
                session.flush,
                session.commit,
                session.rollback,
                session.close,
                lambda: session.get(User, 1),
                lambda: session.execute(select(User)),
            ):
                with pytest.raises(IllegalStateChangeError):
                    call()
        finally:
            leave.set()
        flush.result(timeout=20)
    session.rollback()
    assert session.scalar(select(func.count()).select_from(User)) == 1000
    session.close()


def test_many_threads_in_one_session_never_crash(engine: Any) -> None:
    session = Session(engine)
    until = time.monotonic() + 1.0
    strange: list[BaseException] = []

    def hammer(number: int) -> int:
        done = 0
        while time.monotonic() < until:
            try:
                if number % 2:
                    session.scalars(select(User).where(User.id < 200)).all()
                else:
                    session.get(User, done % 1000 + 1)
                done += 1
            except IllegalStateChangeError:
                continue
            except BaseException as error:
                strange.append(error)
                return done
        return done

    with ThreadPoolExecutor(4) as pool:
        done = sum(pool.map(hammer, range(4)))
    assert strange == []
    assert done > 0
    session.rollback()
    assert session.get(User, 1).name == "user 1"
    session.close()


def test_session_handed_to_another_thread_keeps_its_objects_and_its_transaction(engine: Any) -> None:
    session = Session(engine)
    user = session.get(User, 1)
    user.name = "changed here"
    session.flush()

    def there() -> list[str]:
        assert session.get(User, 1) is user
        user.name += ", and there"
        session.add(User(id=3000, name="added there"))
        return list(session.scalars(select(User.name).where(User.id.in_([1, 3000])).order_by(User.id)))

    assert in_another_thread(there) == ["changed here, and there", "added there"]
    session.commit()
    assert in_another_thread(lambda: session.get(User, 3000).name) == "added there"
    in_another_thread(session.close)


def test_session_made_in_one_thread_is_first_used_in_another(engine: Any) -> None:
    """A database in memory is one thread's: the session works on the one of the thread that made it."""

    def make() -> Session:
        Base.metadata.create_all(engine)
        with Session(engine) as session:
            session.add(User(id=5000, name="of the maker"))
            session.commit()
        return Session(engine)

    with ThreadPoolExecutor(1) as maker:
        session = maker.submit(make).result(timeout=20)
        assert in_another_thread(lambda: session.get(User, 5000).name) == "of the maker"
        assert session.scalar(select(User.name).where(User.id == 5000)) == "of the maker"
    session.close()


def test_objects_dropped_in_another_thread_leave_the_session_sound(engine: Any) -> None:
    session = Session(engine)
    held = [session.scalars(select(User)).all()]
    in_another_thread(held.clear)
    assert len(session.scalars(select(User)).all()) == 1000
    session.close()

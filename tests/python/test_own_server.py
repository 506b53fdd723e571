"""A PostgreSQL server that these tests may stop, and whose doors they choose: sockets, passwords, certificates."""

from __future__ import annotations

import gc
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from cormorant import _core, create_engine, exc, select, text
from cormorant.engine import URL, Engine, make_url
from cormorant.orm import DeclarativeBase, Mapped, Session, mapped_column

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
import servers

SECRET = "r:i/g@h%t ü?#&"


class Base(DeclarativeBase):
    pass


class Thing(Base):
    __tablename__ = "thing"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


class OwnServer:
    """A server in a folder of its own, on one port whenever it runs."""

    kind = servers.PostgreSQL()

    def __init__(self) -> None:
        self.folder = servers.make_folder(self.kind)
        self.kind.prepare(self.folder)
        self.make_certificate()
        self.port = servers.free_port()
        self.process: subprocess.Popen[bytes] | None = None
        self.url = make_url(self.kind.url(self.port))

    def make_certificate(self) -> None:
        """For localhost and 127.0.0.1, signed by itself."""
        names = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"]
        files = ["-keyout", str(self.folder / "data/server.key"), "-out", str(self.folder / "data/server.crt")]
        command = ["openssl", "req", "-new", "-x509", "-nodes", "-newkey", "rsa:2048", "-days", "2"]
        servers.run([*command, *names, *files], self.folder)

    def start(self) -> None:
        if self.process is None:
            self.process = servers.start(self.kind, self.folder, self.port)

    def stop(self) -> None:
        """Ends it and all of its connections at once, as a crash would."""
        if self.process is not None:
            self.process.send_signal(signal.SIGQUIT)
            self.process.wait(servers.LONGEST_STOP)
            self.process = None

    def set(self, name: str, value: str) -> None:
        """Changes a setting and waits until the server has read it."""
        engine = create_engine(self.url, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(f"ALTER SYSTEM SET {name} = {value}"))
            connection.execute(text("SELECT pg_reload_conf()"))
        for _ in range(100):
            with engine.connect() as connection:
                if connection.scalar(text(f"SHOW {name}")) == value:
                    break
            engine.dispose()
        engine.dispose()


@pytest.fixture(scope="module")
def running() -> Iterator[OwnServer]:
    own = OwnServer()
    try:
        yield own
    finally:
        own.stop()
        subprocess.run(["rm", "-rf", str(own.folder)], check=True)


@pytest.fixture
def server(running: OwnServer) -> OwnServer:
    running.start()
    return running


@pytest.fixture
def engine(server: OwnServer) -> Iterator[Engine]:
    engine = create_engine(server.url)
    Base.metadata.drop_all(engine)
    Base.metadata.create_all(engine)
    with engine.connect() as connection:
        connection.execute(text("CHECKPOINT"))  # what is committed is not synced to the disk: it runs for tests
    yield engine
    engine.dispose()


# ---- It is killed


def check_lost_and_found(engine: Engine, server: OwnServer, use: Callable[[], Any]) -> None:
    """The use is one error that says that the connection is gone; nobody listens; then the same engine works."""
    with pytest.raises(exc.OperationalError) as caught:
        use()
    assert caught.value.connection_invalidated
    with pytest.raises(exc.OperationalError, match="refused"):
        engine.connect()
    server.start()
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT 1")) == 1
    assert engine.pool.checkedout() == 0


def test_killed_in_a_query(engine: Engine, server: OwnServer) -> None:
    def wait_for_it() -> None:
        killer = threading.Timer(0.2, server.stop)
        killer.start()
        try:
            with engine.connect() as connection:
                connection.execute(text("SELECT pg_sleep(60)"))
        finally:
            killer.join()

    check_lost_and_found(engine, server, wait_for_it)


def test_killed_in_a_flush(engine: Engine, server: OwnServer) -> None:
    with Session(engine) as session:
        session.add(Thing(name="kept by nobody"))
        session.flush()
        server.stop()
        late = Thing(name="late")
        session.add(late)
        check_lost_and_found(engine, server, session.flush)
        session.rollback()
        assert late not in session and session.scalars(select(Thing)).all() == []
        session.add(late)
        session.commit()
        assert session.scalars(select(Thing.name)).all() == ["late"]


def test_killed_before_a_commit(engine: Engine, server: OwnServer) -> None:
    with Session(engine) as session:
        session.add(Thing(name="lost"))
        session.flush()
        server.stop()
        check_lost_and_found(engine, server, session.commit)
        session.rollback()
        assert session.scalars(select(Thing)).all() == []


def test_a_pool_with_a_ping_does_not_notice(server: OwnServer) -> None:
    engine = create_engine(server.url, pool_pre_ping=True)
    with engine.connect() as connection:
        first = connection.scalar(text("SELECT pg_backend_pid()"))
    server.stop()
    server.start()
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT pg_backend_pid()")) != first
    engine.dispose()


# ---- Its doors


def doors(server: OwnServer) -> list[str]:
    folder = str(server.folder)
    return [
        f"postgresql://postgres@/postgres?host={folder}&port={server.port}",
        f"postgresql://postgres@{quote(folder, safe='')}:{server.port}/postgres",
    ]


@pytest.mark.parametrize("form", range(2))
def test_a_unix_socket(server: OwnServer, form: int) -> None:
    engine = create_engine(doors(server)[form])
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT inet_server_addr()")) is None
    engine.dispose()


@pytest.fixture
def asked(server: OwnServer) -> Iterator[URL]:
    """The URL of the role that the server asks for a password, with the right one."""
    engine = create_engine(server.url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(f"CREATE ROLE corm_asked LOGIN PASSWORD '{SECRET}'")
        yield server.url.set(username="corm_asked", password=SECRET)
        connection.execute(text("DROP ROLE corm_asked"))
    engine.dispose()


def test_a_password_of_any_signs(asked: URL) -> None:
    written = f"postgresql://corm_asked:{quote(SECRET, safe='')}@127.0.0.1:{asked.port}/postgres"
    for url in (asked, written, asked.render_as_string(hide_password=False)):
        engine = create_engine(url)
        with engine.connect() as connection:
            assert connection.scalar(text("SELECT current_user")) == "corm_asked"
        assert SECRET not in repr(engine)
        engine.dispose()


def test_a_wrong_password_is_one_clear_error(asked: URL) -> None:
    gc.collect()
    before = _core.live()["connections"]
    for given in ("wrong", None):
        engine = create_engine(asked._replace(password=given))
        with pytest.raises(exc.OperationalError, match="password") as caught:
            engine.connect()
        assert caught.value.statement is None and "wrong" not in str(caught.value)
        assert engine.pool.checkedout() == 0
        engine.dispose()
    del caught
    gc.collect()
    assert _core.live()["connections"] == before


def is_encrypted(url: URL) -> bool:
    engine = create_engine(url)
    try:
        with engine.connect() as connection:
            return bool(connection.scalar(text("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()")))
    finally:
        engine.dispose()


def test_encryption_is_as_strict_as_the_url_says(server: OwnServer) -> None:
    certificate = str(server.folder / "data/server.crt")
    strict = {"sslmode": "verify-full", "sslrootcert": certificate}
    server.set("ssl", "off")
    assert not is_encrypted(server.url.update_query_dict({"sslmode": "prefer"}))
    with pytest.raises(exc.OperationalError, match="SSL"):
        is_encrypted(server.url.update_query_dict({"sslmode": "require"}))
    server.set("ssl", "on")
    assert is_encrypted(server.url.update_query_dict({"sslmode": "require"}))
    assert not is_encrypted(server.url.update_query_dict({"sslmode": "disable"}))
    assert is_encrypted(server.url.update_query_dict(strict))
    with pytest.raises(exc.OperationalError, match="certificate"):
        is_encrypted(server.url.update_query_dict({"sslmode": "verify-full"}))

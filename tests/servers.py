"""Private database servers for the tests: on a free port of the loopback interface, in a folder of their own below
/tmp, gone with the tests.

    tests/servers.py COMMAND ...    runs the command with their URLs in its environment
    tests/servers.py                prints the URLs and waits for Ctrl-C

A server whose variable is set already is not started: the URL that stands there is used as it is.
"""

from __future__ import annotations

import os
import pwd
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import FrameType
from typing import Iterator, Protocol

ACCOUNT = "nobody"  # servers refuse root
TRIES = 5  # a free port may be taken before the server has it
LONGEST_START = 30.0
LONGEST_STOP = 20.0


class CannotStart(Exception):
    pass


class Server(Protocol):
    """What a kind of server says of itself; a folder is made, owned by the account that runs it, and removed for it."""

    name: str
    variable: str  # of the environment, with its URL

    def prepare(self, folder: Path) -> None: ...

    def command(self, folder: Path, port: int) -> list[str]: ...

    def is_ready(self, folder: Path, port: int) -> bool: ...

    def url(self, port: int) -> str: ...

    stop_signal: signal.Signals


def as_account(command: list[str]) -> list[str]:
    """The command under another account, when this is root's."""
    if os.getuid() != 0:
        return command
    entry = pwd.getpwnam(ACCOUNT)
    return ["setpriv", f"--reuid={entry.pw_uid}", f"--regid={entry.pw_gid}", "--clear-groups", *command]


def environment(folder: Path) -> dict[str, str]:
    return {"HOME": str(folder), "PATH": "/usr/sbin:/usr/bin:/bin", "LC_ALL": "C.UTF-8"}


def run(command: list[str], folder: Path) -> None:
    done = subprocess.run(
        as_account(command),
        cwd=folder,
        env=environment(folder),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,  # Ctrl-C is ours
    )
    if done.returncode != 0:
        raise CannotStart(f"{Path(command[0]).name} failed:\n{done.stdout}")


class PostgreSQL:
    name = "PostgreSQL"
    variable = "CORM_TEST_POSTGRESQL_URL"
    stop_signal = signal.SIGINT  # fast: sessions are ended
    asked = "corm_asked"  # the one role that is asked for a password, once a test creates it

    def programs(self) -> Path:
        """The folder of the newest version's programs."""

        def version(path: Path) -> list[int]:
            return [int(n) for n in re.findall(r"\d+", path.parent.parent.name)]

        found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=version)
        in_path = shutil.which("initdb")
        if found:
            return found[-1].parent
        if in_path:
            return Path(in_path).resolve().parent
        raise CannotStart("PostgreSQL's initdb was not found (Debian's package is postgresql)")

    def prepare(self, folder: Path) -> None:
        command = [str(self.programs() / "initdb"), "-D", str(folder / "data"), "-U", "postgres", "-A", "trust"]
        run([*command, "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"], folder)
        rules = folder / "data/pg_hba.conf"  # the first line that fits is taken
        rules.write_text(f"host all {self.asked} 127.0.0.1/32 scram-sha-256\n{rules.read_text()}")

    def command(self, folder: Path, port: int) -> list[str]:
        settings = {
            "listen_addresses": "127.0.0.1",
            "port": port,
            "unix_socket_directories": folder,
            "fsync": "off",
            "synchronous_commit": "off",
            "full_page_writes": "off",
        }
        command = [str(self.programs() / "postgres"), "-D", str(folder / "data")]
        return command + [f"-c{name}={value}" for name, value in settings.items()]

    def is_ready(self, folder: Path, port: int) -> bool:
        try:
            lines = (folder / "data/postmaster.pid").read_text().splitlines()
        except OSError:
            return False
        return len(lines) > 7 and lines[7].strip() == "ready"

    def url(self, port: int) -> str:
        return f"postgresql://postgres@127.0.0.1:{port}/postgres"


KINDS: list[Server] = [PostgreSQL()]


def free_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return int(s.getsockname()[1])


def make_folder(kind: Server) -> Path:
    folder = Path(tempfile.mkdtemp(prefix=f"corm_{kind.name.lower()}_", dir="/tmp"))
    if os.getuid() == 0:
        entry = pwd.getpwnam(ACCOUNT)
        os.chown(folder, entry.pw_uid, entry.pw_gid)
    return folder


def stop(process: subprocess.Popen[bytes], kind: Server) -> None:
    for what in (kind.stop_signal, signal.SIGQUIT, signal.SIGKILL):
        if process.poll() is not None:
            return
        process.send_signal(what)
        try:
            process.wait(LONGEST_STOP)
        except subprocess.TimeoutExpired:
            continue


def start(kind: Server, folder: Path, port: int) -> subprocess.Popen[bytes]:
    """The server, ready to be spoken to. It is stopped too when this process dies."""
    command = as_account(["setpriv", "--pdeathsig", kind.stop_signal.name.removeprefix("SIG"), "--"])
    with (folder / "log").open("ab") as log:
        process = subprocess.Popen(
            [*command, *kind.command(folder, port)],
            cwd=folder,
            env=environment(folder),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    until = time.monotonic() + LONGEST_START
    try:
        while process.poll() is None and time.monotonic() < until:
            if kind.is_ready(folder, port):
                return process
            time.sleep(0.01)
    except BaseException:
        stop(process, kind)
        raise
    stop(process, kind)
    raise CannotStart(f"{kind.name} did not start:\n" + (folder / "log").read_text(errors="replace")[-4000:])


@contextmanager
def started(kind: Server) -> Iterator[str]:
    """The URL of a server of this kind, for as long as the block runs."""
    folder = make_folder(kind)
    process = None
    try:
        kind.prepare(folder)
        for again in reversed(range(TRIES)):
            port = free_port()
            try:
                process = start(kind, folder, port)
                break
            except CannotStart:
                if not again:
                    raise
        yield kind.url(port)
    finally:
        if process:
            stop(process, kind)
        shutil.rmtree(folder, ignore_errors=True)


def terminate(number: int, frame: FrameType | None) -> None:
    sys.exit(128 + number)


@contextmanager
def environment_with_servers(kinds: list[Server] | None = None) -> Iterator[dict[str, str]]:
    """Starts what is not named yet, and names it in os.environ; gives the variables. A TERM ends it in good order."""
    before = signal.signal(signal.SIGTERM, terminate)
    urls: dict[str, str] = {}
    try:
        with ExitStack() as stack:
            for kind in KINDS if kinds is None else kinds:
                given = os.environ.get(kind.variable)
                urls[kind.variable] = given or stack.enter_context(started(kind))
            mine = {name: url for name, url in urls.items() if not os.environ.get(name)}
            os.environ.update(mine)
            try:
                yield urls
            finally:
                for name in mine:
                    os.environ.pop(name, None)
    finally:
        signal.signal(signal.SIGTERM, before)


def main(command: list[str]) -> int:
    try:
        with environment_with_servers() as urls:
            if command:
                return subprocess.run(command).returncode
            print("\n".join(f"export {name}={url}" for name, url in urls.items()), flush=True)
            signal.pause()
    except CannotStart as why:
        print(why, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

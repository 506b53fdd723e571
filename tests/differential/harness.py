"""Run one program on SQLAlchemy and on Cormorant, and compare what it did.

A program is a plain module that imports ``sqlalchemy`` and prints. It runs twice: as it is written, and with the word
``sqlalchemy`` replaced by ``cormorant`` in its import statements. What is compared, in this order:

- what it printed (rows, types, states, exceptions by class name);
- the categories of the warnings that the library gave;
- every statement that reached a cursor: its text with white space normalised, and its parameters.

A program runs on SQLite and, unless it says ``# only on SQLite: reason``, on PostgreSQL, where each of its engines on
``sqlite://`` has an empty database of its own.

How a flush batches its INSERTs is free: consecutive INSERTs of one form into one table count as one, with all their
rows, whatever was sent as one statement, as many, or as several rows in one VALUES.

A program that reflects tables says ``# questions to the catalog are free``: only what it tells of the answers is
compared.

Each library is imported once, in a worker process that forks a child for every program, so that programs cannot see
each other and a crash or a hang is a result like another.

By hand::

    python tests/differential/harness.py programs/10_select_text.py     # the differences; status 1 when there are any
    python tests/differential/harness.py --only sqlalchemy programs/*.py  # what one side does
    python tests/servers.py python tests/differential/harness.py --on postgresql programs/*.py
    python tests/differential/harness.py --script demo/nycflights.py cormorant=sqlalchemy [ARGS]  # a translated copy
"""

from __future__ import annotations

import ast
import contextlib
import ctypes
import difflib
import gc
import importlib
import io
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import traceback
import types
import warnings
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Callable

import postgresql

HERE = Path(__file__).resolve().parent
ORACLE = "sqlalchemy"
OURS = "cormorant"
SQLITE, POSTGRESQL = "sqlite", "postgresql"
SECONDS = 90  # a program that takes longer is ended
interpreter_leaks = False
OUR_FRAMES = re.compile(r"core/src/|bindings/python/src/|_core\.c")
LEAKED, LOOK_FAILED, LOOKS = 43, 42, 5  # the second is the sanitizer's exit status, as tests/run.py sets it
PRELOAD = ("orm", "exc", "event", "types", "pool", "ext.compiler")


@dataclass
class Outcome:
    """What one run of a program did."""

    printed: str = ""
    warned: list[str] = field(default_factory=list)
    statements: list[str] = field(default_factory=list)
    failure: str = ""  # a traceback, or how the process ended

    def lines(self) -> list[str]:
        """The outcome as lines of text, which is what is compared and shown."""
        failure = self.failure.strip().splitlines()[-1:]
        return [
            "== printed ==",
            *self.printed.splitlines(),
            "== warned ==",
            *self.warned,
            "== statements ==",
            *self.statements,
            "== ended ==",
            *(failure or ["well"]),
        ]


# ---------------------------------------------------------------------------------------------- source


def translate(source: str, old: str, new: str) -> str:
    """The source with the package ``old`` replaced by ``new`` in its import statements only."""
    lines = source.split("\n")
    word = re.compile(rf"\b{old}\b")
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            for number in range(node.lineno - 1, node.end_lineno or node.lineno):
                lines[number] = word.sub(new, lines[number])
    return "\n".join(lines)


def title(path: Path) -> str:
    """The sentence in a program's docstring that says what it claims."""
    text = ast.get_docstring(ast.parse(path.read_text("utf-8"))) or path.stem.replace("_", " ")
    return text.split("\n")[0].rstrip(".")


ONLY = re.compile(r"^# only on (\w+): (.+)$", re.MULTILINE)


def only_on(path: Path) -> tuple[str, str] | None:
    """The one database that a program is about, in small letters, and the reason that it gives."""
    found = ONLY.search(path.read_text("utf-8"))
    return (found[1].lower(), found[2]) if found else None


def opens_a_database(path: Path) -> bool:
    """Whether a program creates an engine; one that does not compares texts, which no server can change."""
    return "create_engine(" in path.read_text("utf-8")


# ---------------------------------------------------------------------------------------------- statements


FREE = re.compile(r"^# questions to the catalog are free$", re.MULTILINE)
CATALOG = re.compile(r"\bpg_catalog\.|\bcurrent_schema\(\)|\bsqlite_(?:temp_)?master\b|\bpragma_|^PRAGMA ")
INSERT = re.compile(r"(INSERT INTO .+?) (VALUES \(.*\)|DEFAULT VALUES)( RETURNING .*)?", re.DOTALL)


def groups(text: str) -> list[str]:
    """The parenthesised groups at the top level of ``(a, b), (c, d)``; empty when the text is anything else."""
    found, depth, start = [], 0, 0
    for at, char in enumerate(text):
        if char == "(":
            depth += 1
            start = at if depth == 1 else start
        elif char == ")":
            depth -= 1
            if depth == 0:
                found.append(text[start : at + 1])
        elif depth == 0 and char not in ", ":
            return []
    return found


def plain(parameters: Any) -> Any:
    """One set of parameters as a tuple or a dict of its own."""
    return dict(sorted(parameters.items())) if hasattr(parameters, "items") else tuple(parameters or ())


def is_many(parameters: Any) -> bool:
    """Whether these are several sets: SQLAlchemy says so too of one set that it made from several rows."""
    return isinstance(parameters, list) and all(isinstance(one, (tuple, list, dict)) for one in parameters)


def insert_rows(values: str, sets: list[Any]) -> tuple[str, list[Any]] | None:
    """The form of one row and the rows of an INSERT, however many of them one statement carries."""
    if values == "DEFAULT VALUES":
        return values, [() for _ in sets]
    rows = groups(values.removeprefix("VALUES "))
    if not rows or any(row != rows[0] for row in rows) or any(isinstance(one, dict) for one in sets):
        return None
    width = rows[0].count("?")
    return rows[0], [tuple(one[at * width : (at + 1) * width]) for one in sets for at in range(len(rows))]


def normalise(recorded: list[tuple[str, Any, bool]]) -> list[str]:
    """Recorded statements as text, one line each, with consecutive INSERTs of one form merged."""
    merged: list[tuple[str, list[Any], bool]] = []
    for raw, parameters, many in recorded:
        text = " ".join(raw.split())
        sets = list(map(plain, parameters if many and is_many(parameters) else [parameters]))
        match = INSERT.fullmatch(text)
        form = insert_rows(match[2], sets) if match else None
        if match and form:
            key = f"{match[1]} {form[0]}"
            if merged and merged[-1][2] and merged[-1][0] == key:
                merged[-1][1].extend(form[1])
            else:
                merged.append((key, form[1], True))
        else:
            merged.append((text, sets, False))
    return [f"{text}  <-  {', '.join(map(repr, rows))}" for text, rows, _ in merged]


# ---------------------------------------------------------------------------------------------- one run


def record_engines(
    package: types.ModuleType, recorded: list[tuple[str, Any, bool]], databases: postgresql.Databases | None
) -> None:
    """Make every engine that the program creates record what it sends, on a database of a server when there are any."""
    event = importlib.import_module(f"{package.__name__}.event")
    create: Callable[..., Any] = package.create_engine

    def create_engine(url: Any, **kwargs: Any) -> Any:
        engine = create(databases.next() if databases and url == "sqlite://" else url, **kwargs)

        def remember(conn: Any, cursor: Any, statement: str, parameters: Any, context: Any, executemany: bool) -> None:
            recorded.append((statement, parameters, bool(executemany)))

        event.listen(engine, "before_cursor_execute", remember)
        return engine

    package.create_engine = create_engine  # type: ignore[attr-defined]


def clean(text: str) -> str:
    """Printed text without what may differ: addresses, the names of databases and the package's own name."""
    text = re.sub(rf"{postgresql.PREFIX}\d+", postgresql.PREFIX, text)
    return re.sub(r"0x[0-9a-f]+", "0x", text).replace(ORACLE, OURS)


def run_here(path: Path, package: str, database: str = SQLITE) -> Outcome:
    """Run a program in this process, which is then spoilt for another."""
    outcome, recorded, out = Outcome(), [], io.StringIO()
    module = types.ModuleType("program")
    sys.modules["program"] = module
    module.__file__ = str(path)
    with contextlib.redirect_stdout(out), warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            library = importlib.import_module(package)
            databases = postgresql.Databases(library, os.getppid()) if database == POSTGRESQL else None
            record_engines(library, recorded, databases)
            source = translate(path.read_text("utf-8"), ORACLE, package)
            exec(compile(source, str(path), "exec"), module.__dict__)
        except BaseException:
            outcome.failure = traceback.format_exc()
    if FREE.search(path.read_text("utf-8")):
        recorded = [one for one in recorded if not CATALOG.search(one[0])]
    shared = postgresql.share(recorded) if database == POSTGRESQL else recorded
    printed = postgresql.without_casts(out.getvalue()) if database == POSTGRESQL else out.getvalue()
    outcome.printed = clean(printed)
    outcome.warned = [
        one.category.__name__ for one in caught if one.category.__module__.split(".")[0] in (ORACLE, OURS)
    ]
    outcome.statements = [clean(line) for line in normalise(shared)]
    return outcome


def sanitizer(call: str) -> int:
    """What a function of the leak sanitizer returns, when the sanitizer is in this process; else 0."""
    function = getattr(ctypes.CDLL(None), f"__lsan_{call}", None)
    return function() if function else 0


def count_leaks() -> None:
    """From here on what is taken and lost counts. The sanitizer does not see what only a frame on Python's stack holds:
    objects of the frames around this one, which a traceback asks for, are made before."""
    frame = sys._getframe()
    while frame.f_back:
        frame = frame.f_back
    sanitizer("enable")


def look_at_memory() -> str:
    """The sanitizer's report on memory that nothing refers to; empty when there is none."""
    gc.collect()
    with tempfile.TemporaryFile("w+") as report:
        stderr = os.dup(2)
        os.dup2(report.fileno(), 2)
        try:
            found = sanitizer("do_recoverable_leak_check")
        finally:
            os.dup2(stderr, 2)
            os.close(stderr)
        report.seek(0)
        return (report.read() or "leaks without a report") if found else ""


def leaks() -> bool:
    """Whether the program lost memory; stderr says which. Where the interpreter itself loses some in a fork, and has no
    symbols by which tests/lsan.supp could know that, only what has a function of ours on its stack counts."""
    report = look_at_memory()
    if not report or (interpreter_leaks and not OUR_FRAMES.search(report)):
        return False
    print(report, file=sys.__stderr__, flush=True)
    return True


def find_interpreter_leaks() -> None:
    """Looks into a child that does nothing."""
    global interpreter_leaks
    pid = os.fork()
    if pid == 0:
        status = 0
        try:
            count_leaks()
            status = LEAKED if look_at_memory() else 0
        finally:
            os._exit(status)
    interpreter_leaks = os.WEXITSTATUS(os.waitpid(pid, 0)[1]) == LEAKED


def run_child(path: Path, package: str, database: str = SQLITE) -> Outcome:
    """Run a program in a forked child and wait for it."""
    for _ in range(LOOKS):
        outcome, status = run_once(path, package, database)
        if status != LOOK_FAILED or outcome.failure:
            break
    return outcome


def run_once(path: Path, package: str, database: str) -> tuple[Outcome, int]:
    """The outcome, and the child's exit status: LEAKED, or LOOK_FAILED when the sanitizer's look at memory crashed."""
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        status = 1
        try:
            os.close(reader)
            signal.alarm(SECONDS)
            sys.stderr = open(os.devnull, "w")
            with os.fdopen(writer, "w") as pipe:
                if package == OURS:
                    count_leaks()
                json.dump(asdict(run_here(path, package, database)), pipe)
            status = LEAKED if package == OURS and leaks() else 0  # a child never comes to its interpreter's end
        except BaseException:
            traceback.print_exc(file=sys.__stderr__)
            status = 0
        finally:
            os._exit(status)
    os.close(writer)
    with os.fdopen(reader) as pipe:
        text = pipe.read()
    _, status = os.waitpid(pid, 0)
    if os.WIFSIGNALED(status):
        number = os.WTERMSIG(status)
        said = f"took more than {SECONDS} seconds" if number == signal.SIGALRM else f"ended by signal {number}"
        return Outcome(failure=said), 0
    status = os.WEXITSTATUS(status)
    outcome = Outcome(**json.loads(text)) if text else Outcome(failure="ended without a result")
    if status == LEAKED and not outcome.failure:
        outcome.failure = "it leaked memory: the sanitizer's report is on stderr"
    return outcome, status


def drop_databases(package: str) -> None:
    """Drop what this worker's programs used, in a child: a worker itself opens nothing."""
    pid = os.fork()
    if pid == 0:
        try:
            postgresql.Databases(importlib.import_module(package), os.getppid()).drop()
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(0)
    os.waitpid(pid, 0)


def work(package: str) -> None:
    """The loop of a worker: a database and a path per line in, an outcome per line out."""
    answers = os.fdopen(os.dup(1), "w")
    sys.path.insert(0, str(HERE))
    used: set[str] = set()
    with contextlib.suppress(ImportError):  # each program then says itself what is missing
        importlib.import_module(package)
        for name in PRELOAD:
            importlib.import_module(f"{package}.{name}")
    if package == OURS:
        sanitizer("disable")  # only what a program takes counts, in its child
        find_interpreter_leaks()
    for line in sys.stdin:
        database, path = line.rstrip("\n").split(" ", 1)
        used.add(database)
        answers.write(json.dumps(asdict(run_child(Path(path), package, database))) + "\n")
        answers.flush()
    if POSTGRESQL in used:
        drop_databases(package)


class Worker:
    """A process in which one library is imported, and which runs programs on request."""

    def __init__(self, package: str) -> None:
        self.package = package
        self.process = subprocess.Popen(
            [sys.executable, str(Path(__file__).resolve()), "--worker", package],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONHASHSEED": "0"},  # some of SQLAlchemy's own orders hang on it
        )

    def start(self, path: Path, database: str = SQLITE) -> None:
        assert self.process.stdin
        self.process.stdin.write(f"{database} {path}\n")
        self.process.stdin.flush()

    def finish(self) -> Outcome:
        assert self.process.stdout
        line = self.process.stdout.readline()
        return Outcome(**json.loads(line)) if line else Outcome(failure=f"the worker of {self.package} ended")

    def close(self) -> None:
        assert self.process.stdin and self.process.stdout
        self.process.stdin.close()
        self.process.wait()
        self.process.stdout.close()


class BrokenProgram(Exception):
    """The program fails on SQLAlchemy itself, so it says nothing about Cormorant."""


class Harness:
    """Both workers. Use as a context manager."""

    def __init__(self) -> None:
        self.oracle, self.ours = Worker(ORACLE), Worker(OURS)

    def __enter__(self) -> Harness:
        return self

    def __exit__(self, *_: object) -> None:
        self.oracle.close()
        self.ours.close()

    def run(self, path: Path, database: str = SQLITE) -> tuple[Outcome, Outcome]:
        """What a program does on SQLAlchemy, and here."""
        self.oracle.start(path, database)
        self.ours.start(path, database)
        return self.oracle.finish(), self.ours.finish()

    def differences(self, path: Path, database: str = SQLITE) -> str:
        """Run a program on both; a diff from SQLAlchemy's outcome to Cormorant's, empty when they are equal.

        Raises:
            BrokenProgram: when SQLAlchemy cannot run it.
        """
        expected, actual = self.run(path, database)
        if expected.failure:
            raise BrokenProgram(f"{path.name} fails on SQLAlchemy itself:\n{expected.failure}")
        a, b = expected.lines(), actual.lines()
        if a == b:
            return ""
        diff = "\n".join(difflib.unified_diff(a, b, "SQLAlchemy", "Cormorant", lineterm="", n=2))
        return f"{diff}\n{actual.failure}".rstrip()


# ---------------------------------------------------------------------------------------------- by hand


def find(name: str) -> Path:
    """A program's path, given from here, from this folder or from the folder of programs."""
    for folder in (Path.cwd(), HERE, HERE / "programs"):
        if (folder / name).is_file():
            return (folder / name).resolve()
    raise SystemExit(f"there is no program {name}")


def compare_by_hand(names: list[str], database: str = SQLITE) -> int:
    different = broken = 0
    with Harness() as harness:
        for path in map(find, names):
            try:
                diff = harness.differences(path, database)
            except BrokenProgram as error:
                broken += 1
                print(f"BROKEN {path.name}\n{error}\n")
                continue
            different += bool(diff)
            print(f"DIFFERENT {path.name}\n{diff}\n" if diff else f"equal {path.name}")
    print(f"{len(names) - different - broken} equal, {different} different, {broken} broken")
    return 1 if different or broken else 0


def show_one_side(package: str, names: list[str], database: str = SQLITE) -> int:
    worker, failed = Worker(package), 0
    for path in map(find, names):
        worker.start(path, database)
        outcome = worker.finish()
        failed += bool(outcome.failure)
        print(f"#### {path.name}: {title(path)}")
        print("\n".join(outcome.lines()))
        print(outcome.failure, end="")
    worker.close()
    print(f"#### {len(names)} programs, {failed} failed on {package}")
    return 1 if failed else 0


def run_script(arguments: list[str]) -> int:
    """Run a script, and its modules beside it, as a copy in which one package is imported instead of another."""
    import shutil
    import tempfile

    script = Path(arguments[0]).resolve()
    old, new = arguments[1].split("=")
    with tempfile.TemporaryDirectory() as name:
        copy = Path(name) / script.parent.name
        shutil.copytree(script.parent, copy, ignore=shutil.ignore_patterns("*.db*", "__pycache__"))
        for module in copy.rglob("*.py"):
            module.write_text(translate(module.read_text("utf-8"), old, new), "utf-8")
        return subprocess.call([sys.executable, str(copy / script.name), *arguments[2:]])


def main(arguments: list[str]) -> int:
    if arguments[:1] == ["--worker"]:
        work(arguments[1])
        return 0
    database = SQLITE
    if arguments[:1] == ["--on"]:
        database, arguments = arguments[1], arguments[2:]
    if arguments[:1] == ["--only"]:
        return show_one_side(arguments[1], arguments[2:], database)
    if arguments[:1] == ["--script"]:
        return run_script(arguments[1:])
    if not arguments:
        print(__doc__)
        return 2
    return compare_by_hand(arguments, database)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))

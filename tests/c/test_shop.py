"""The shop job: every language prints the same lines and, on one database, sends the same SQL."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from conftest import BUILD, ROOT, STRICT, Installed, run

SHOP = ROOT / "examples/shop"
GOLDEN = (SHOP / "shop.txt").read_text()
LUA_PATH = "bindings/lua/lua/?.lua;bindings/lua/lua/?/init.lua"


@dataclass
class Program:
    """A way to run the shop, and the environment that it needs."""

    command: list[object]
    environment: dict[str, str] = field(default_factory=dict)

    def run(self, *arguments: object) -> str:
        return run(*self.command, *arguments, **self.environment)


@pytest.fixture(scope="module")
def compiled(installed: Installed, tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("shop") / "shop"
    flags = [*installed.flags("--cflags", "--libs"), f"-Wl,-rpath,{installed.prefix}/lib"]
    run("gcc", *STRICT, SHOP / "shop.c", *flags, "-o", made)
    return made


def lua(interpreter: str, version: str) -> Program:
    paths = {"LUA_PATH": LUA_PATH, "LUA_CPATH": f"{BUILD}/lua/{version}/?.so"}
    return Program([interpreter, SHOP / "shop.lua"], paths)


@pytest.fixture(scope="module")
def programs(compiled: Path) -> dict[str, Program]:
    return {
        "python": Program([sys.executable, SHOP / "shop.py"], {"PYTHONPATH": str(ROOT / "bindings/python")}),
        "lua5.4": lua("lua5.4", "5.4"),
        "luajit": lua("luajit", "5.1"),
        "c": Program([compiled]),
    }


LANGUAGES = ["python", "lua5.4", "luajit", "c"]


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A database without tables, of this test alone."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path_factory.mktemp('shop')}/shop.db"
        return
    server = os.environ.get("CORM_TEST_POSTGRESQL_URL")
    assert server, "CORM_TEST_POSTGRESQL_URL is not set: run this through tests/run.py or tests/servers.py"
    name = f"corm_shop_{os.getpid()}"
    sql(server, f"CREATE DATABASE {name}")
    try:
        yield urlsplit(server)._replace(path=f"/{name}").geturl()
    finally:
        sql(server, f"DROP DATABASE {name} WITH (FORCE)")


def sql(url: str, text: str) -> str:
    """By the server's own client: a fault of ours is not to hide another."""
    return run("psql", "-X", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-d", url, "-c", text)


@pytest.fixture(scope="module")
def sent(
    programs: dict[str, Program], url: str, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, tuple[str, str]]:
    """What each language printed and sent; each finds the database as the one before left it: empty."""
    folder = tmp_path_factory.mktemp("sent")
    return {name: (program.run(url, folder / name), (folder / name).read_text()) for name, program in programs.items()}


def without_marks(text: str) -> str:
    return re.sub(r"\?|\$\d+", "?", text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_prints_the_same(sent: dict[str, tuple[str, str]], language: str) -> None:
    assert sent[language][0] == GOLDEN


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_sends_the_same_sql(sent: dict[str, tuple[str, str]], language: str) -> None:
    text = without_marks(sent[language][1])
    assert text.count("CREATE TABLE") == text.count("DROP TABLE") == 6
    assert text.count("INSERT INTO") >= 8 and "DELETE FROM product WHERE" in text
    assert text == without_marks(sent["python"][1])


def test_nothing_is_left_in_the_database(sent: dict[str, tuple[str, str]], url: str) -> None:
    if url.startswith("sqlite"):
        import sqlite3

        left = sqlite3.connect(url.removeprefix("sqlite:///")).execute("SELECT name FROM sqlite_schema").fetchall()
        assert left == []
    else:
        assert sql(url, "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace") == ""


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_database_in_memory_is_what_is_taken(programs: dict[str, Program], language: str) -> None:
    assert programs[language].run() == GOLDEN


def test_the_shop_leaks_nothing(compiled: Path) -> None:
    checks = ["--leak-check=full", "--show-leak-kinds=all", "--errors-for-leak-kinds=all", "--error-exitcode=9", "-q"]
    assert run("valgrind", *checks, compiled) == GOLDEN

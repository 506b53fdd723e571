"""The programs of examples/c, built against an installed copy, print what is written beside them and leak nothing."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
from conftest import ROOT, STRICT, Installed, run

EXAMPLES = ROOT / "examples/c"
NAMES = sorted(path.stem for path in EXAMPLES.glob("*.c"))
COMPILERS = ["gcc", "clang-14"]


def golden(name: str) -> str:
    return (EXAMPLES / f"{name}.txt").read_text()


def build(compiler: str, name: str, installed: Installed, folder: Path) -> Path:
    program = folder / name
    flags = installed.flags("--cflags", "--libs")
    run(compiler, *STRICT, EXAMPLES / f"{name}.c", *flags, f"-Wl,-rpath,{installed.prefix}/lib", "-o", program)
    return program


def test_the_examples_are_short() -> None:
    assert {"quickstart", "join", "unit_of_work", "report"} <= set(NAMES)
    assert [name for name in NAMES if len((EXAMPLES / f"{name}.c").read_text().splitlines()) >= 120] == []


@pytest.mark.parametrize("compiler", COMPILERS)
@pytest.mark.parametrize("name", NAMES)
def test_an_example_through_pkg_config(name: str, compiler: str, installed: Installed, tmp_path: Path) -> None:
    assert run(build(compiler, name, installed, tmp_path)) == golden(name)


@pytest.mark.parametrize("compiler", COMPILERS)
def test_the_examples_through_find_package(compiler: str, installed: Installed, tmp_path: Path) -> None:
    run(
        "cmake",
        "-S",
        EXAMPLES,
        "-B",
        tmp_path,
        f"-DCMAKE_PREFIX_PATH={installed.prefix}",
        f"-DCMAKE_C_COMPILER={compiler}",
    )
    run("cmake", "--build", tmp_path)
    for name in NAMES:
        assert run(tmp_path / name) == golden(name)
    assert run(tmp_path / "quickstart_static") == golden("quickstart")


@pytest.mark.parametrize("name", NAMES)
def test_an_example_works_on_a_file(name: str, installed: Installed, tmp_path: Path) -> None:
    program = build("gcc", name, installed, tmp_path)
    assert run(program, f"sqlite:///{tmp_path}/shop.db") == golden(name)
    assert (tmp_path / "shop.db").stat().st_size > 0


@pytest.mark.parametrize("name", NAMES)
def test_an_example_is_clean_under_valgrind(name: str, installed: Installed, tmp_path: Path) -> None:
    program = build("gcc", name, installed, tmp_path)
    checks = ["--leak-check=full", "--show-leak-kinds=all", "--errors-for-leak-kinds=all", "--error-exitcode=9", "-q"]
    assert run("valgrind", *checks, program) == golden(name)


def test_a_failure_is_said_in_words(installed: Installed, tmp_path: Path) -> None:
    program = build("gcc", "join", installed, tmp_path)
    done = subprocess.run([program, "sqlite:////nowhere/at/all.db"], capture_output=True, text=True)
    assert done.returncode == 1
    assert done.stderr.startswith("CORM_EDB_OPERATIONAL: ")


def test_the_readme_shows_the_quickstart_as_it_is() -> None:
    shown = re.search(r"```c\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
    assert shown and shown[1] == (EXAMPLES / "quickstart.c").read_text()

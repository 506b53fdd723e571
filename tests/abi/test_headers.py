"""Every public header compiles alone, in the languages that its users write."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
INCLUDE = ROOT / "core/include"
HEADERS = sorted(path.relative_to(INCLUDE).as_posix() for path in INCLUDE.rglob("*.h"))


@pytest.mark.parametrize("language", ["c99", "c11", "c17", "c++11"])
@pytest.mark.parametrize("header", HEADERS)
def test_a_header_compiles_alone(header: str, language: str) -> None:
    compiler = "g++" if language == "c++11" else "gcc"
    command = [compiler, f"-std={language}", "-Wall", "-Wextra", "-pedantic", "-Werror", "-fsyntax-only", "-I", INCLUDE]
    command += ["-x", "c++" if language == "c++11" else "c", "-"]
    done = subprocess.run(command, input=f"#include <{header}>\n", capture_output=True, text=True)
    assert done.returncode == 0, done.stderr

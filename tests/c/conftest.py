"""An installed copy of the library that was built, as a user of C finds it."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BUILD = ROOT / "build/dev"
STRICT = ["-std=c11", "-Wall", "-Wextra", "-pedantic", "-Werror", "-g"]
PACKAGES = {"gcc": "gcc", "clang-14": "clang-14", "valgrind": "valgrind", "pkg-config": "pkg-config", "cmake": "cmake"}
PACKAGES |= {"lua5.4": "lua5.4", "luajit": "luajit", "psql": "postgresql-client"}


def run(*command: object, cwd: Path = ROOT, **more: str) -> str:
    """Runs a command that must succeed, and gives what it printed. A tool that is missing fails with its package."""
    words = [str(word) for word in command]
    if not shutil.which(words[0]):
        pytest.fail(f"{words[0]} is not installed; its Debian package is {PACKAGES.get(words[0], words[0])}")
    done = subprocess.run(words, cwd=cwd, env=dict(os.environ, **more), capture_output=True, text=True)
    assert done.returncode == 0, f"$ {' '.join(words)}\n{done.stdout}{done.stderr}"
    return done.stdout


@dataclass
class Installed:
    prefix: Path

    def flags(self, *arguments: str) -> list[str]:
        return run("pkg-config", *arguments, "cormorant", PKG_CONFIG_PATH=str(self.prefix / "lib/pkgconfig")).split()


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    assert (BUILD / "libcormorant.so").exists(), "build the library first: make build"
    prefix = tmp_path_factory.mktemp("installed")
    run("cmake", "--install", BUILD, "--prefix", prefix)
    return Installed(prefix)

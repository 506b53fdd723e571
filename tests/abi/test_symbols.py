"""What the shared library exports: `corm_` names only, those that are recorded, and all that the headers declare."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LIBRARY = ROOT / "build/dev/libcormorant.so"
RECORD = Path(__file__).parent / "symbols.txt"


@pytest.fixture(scope="module")
def exported() -> list[str]:
    assert LIBRARY.exists(), "build the library first: make build"
    names = subprocess.run(["nm", "-D", "--defined-only", LIBRARY], capture_output=True, text=True, check=True)
    found = sorted(line.split()[-1].split("@")[0] for line in names.stdout.splitlines())
    return [name for name in found if name != "CORMORANT_0"]  # the version itself is a symbol


def test_every_name_has_the_version_of_this_abi(exported: list[str]) -> None:
    names = subprocess.run(
        ["nm", "-D", "--defined-only", "--with-symbol-versions", LIBRARY], capture_output=True, text=True, check=True
    )
    versioned = {word for line in names.stdout.splitlines() if (word := line.split()[-1]).startswith("corm_")}
    assert versioned == {f"{name}@@CORMORANT_0" for name in exported}


def test_only_corm_names_are_exported(exported: list[str]) -> None:
    assert exported
    assert [name for name in exported if not name.startswith("corm_")] == []


def test_the_exported_names_are_those_recorded(exported: list[str]) -> None:
    if os.environ.get("CORM_ACCEPT") == "1":
        RECORD.write_text("".join(f"{name}\n" for name in exported))
    recorded = RECORD.read_text().split()
    removed, added = sorted(set(recorded) - set(exported)), sorted(set(exported) - set(recorded))
    assert (removed, added) == ([], []), "a change of the ABI: CORM_ACCEPT=1 records it"


def test_every_declared_function_exists(exported: list[str]) -> None:
    declared = set()
    for header in (ROOT / "core/include").rglob("*.h"):
        text = re.sub(r"/\*.*?\*/", "", header.read_text(), flags=re.DOTALL)
        declared |= set(re.findall(r"\bCORM_API\b[^;{]*?\b(corm_\w+)\s*\(", text))
    assert sorted(declared - set(exported)) == []


def test_the_library_has_its_soname() -> None:
    dynamic = subprocess.run(["readelf", "-d", LIBRARY], capture_output=True, text=True, check=True).stdout
    assert "Library soname: [libcormorant.so.0]" in dynamic

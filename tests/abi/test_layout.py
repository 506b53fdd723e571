"""What a program that was compiled earlier relies on: declarations, numbers, sizes and offsets, as they were recorded.

`CORM_ACCEPT=1` rewrites the records; the difference is read before it is committed. A declaration that changes or goes,
a number that changes, a member that moves, is a break of the ABI; new functions, numbers that nothing had, and members
at the end of a size-led struct, are none.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from cdef import INCLUDE, declarations

HERE = Path(__file__).parent


def is_recorded(name: str, lines: list[str]) -> None:
    record = HERE / name
    if os.environ.get("CORM_ACCEPT") == "1":
        record.write_text("".join(f"{line}\n" for line in lines))
    recorded = record.read_text().splitlines()
    gone = [line for line in recorded if line not in lines]
    new = [line for line in lines if line not in recorded]
    assert (gone, new) == ([], []), "a change of the ABI: CORM_ACCEPT=1 records it"
    assert lines == recorded


def structs() -> list[str]:
    """Names of the structs that are no mere handles."""
    whole = (re.search(r"^(?:typedef )?struct (\w+) \{", declaration) for declaration in declarations())
    return [match[1] for match in whole if match]


@pytest.fixture(scope="module")
def layouts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """By struct: its members with their offsets, then its size; as clang lays them out."""
    assert shutil.which("clang-14"), "clang-14 is not installed; its Debian package is clang-14"
    source = tmp_path_factory.mktemp("layout") / "all.c"
    sizes = "".join(f"int size_of_{name} = sizeof(struct {name});\n" for name in structs())
    source.write_text(f"#include <cormorant/cormorant.h>\n{sizes}")
    command = ["clang-14", "-fsyntax-only", "-I", INCLUDE, "-Xclang", "-fdump-record-layouts", source]
    dump = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    found: dict[str, list[str]] = {}
    dump = re.sub(r"\(unnamed at [^)]*\)", "(unnamed)", dump)  # neither folders nor lines are part of an ABI
    for part in dump.split("*** Dumping AST Record Layout")[1:]:
        lines = part.strip().splitlines()
        title = re.search(r"\| struct (\w+)$", lines[0])
        if title:
            size = re.search(r"sizeof=(\d+)", part)
            assert size
            members = [re.sub(r"^ *(\d+) \| +", r"\1 ", line) for line in lines[1:] if re.match(r" *\d+ \|   \S", line)]
            found[title[1]] = [*members, f"{size[1]} bytes"]
    return found


def test_the_declarations_are_those_recorded() -> None:
    is_recorded("declarations.txt", sorted(declarations()))


def constants() -> list[str]:
    """The names of all numbers in the headers: members of enumerations, and what is defined as a number."""
    enums = [declaration for declaration in declarations() if re.match(r"typedef enum \w+ \{", declaration)]
    members = [name for declaration in enums for name in re.findall(r"[{,] (CORM_\w+)", declaration)]
    texts = "\n".join(path.read_text() for path in INCLUDE.rglob("*.h"))
    defined = re.findall(r"^#define (CORM_\w+)(?=[ \\\n]+\(?-?[\w ]*(?:\d|\|))", texts, re.MULTILINE)
    return sorted({*members, *defined})


def test_the_numbers_are_those_recorded(tmp_path: Path) -> None:
    """What was compiled earlier has them in it: a number that was given is never given anew."""
    source, program = tmp_path / "numbers.c", tmp_path / "numbers"
    lines = [f'  printf("{name} %lld\\n", (long long){name});' for name in constants()]
    body = ["#include <cormorant/cormorant.h>", "#include <stdio.h>", "int main(void) {", *lines, "  return 0;", "}"]
    source.write_text("\n".join(body) + "\n")
    subprocess.run(["gcc", "-DCORM_STATIC", "-I", INCLUDE, source, "-o", program], check=True)
    numbers = subprocess.run([program], capture_output=True, text=True, check=True).stdout.splitlines()
    assert {"CORM_OP_EQ 1", "CORM_ETIMEOUT 12", "CORM_DIALECT_ILIKE 256", "CORM_NO_OVERFLOW -2"} <= set(numbers)
    is_recorded("numbers.txt", numbers)


def test_the_layouts_are_those_recorded(layouts: dict[str, list[str]]) -> None:
    assert sorted(layouts) == sorted(structs())
    is_recorded("layouts.txt", [f"{name}: {line}" for name in sorted(layouts) for line in layouts[name]])


def test_the_cell_is_frozen(layouts: dict[str, list[str]]) -> None:
    places = [(line.split()[0], line.split()[-1]) for line in layouts["corm_value"]]
    assert places == [("0", "as"), ("8", "size"), ("12", "kind"), ("13", "flags"), ("14", "reserved"), ("16", "bytes")]


def test_option_and_definition_structs_begin_with_their_size(layouts: dict[str, list[str]]) -> None:
    without = {name for name in layouts if not re.match(r"0 size_t (\(aka .*\) )?size$|0 .*size$", layouts[name][0])}
    assert without == {"corm_value", "corm_default", "corm_frame", "corm_function_name", "corm_type_view"}

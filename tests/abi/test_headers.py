"""Every public header compiles alone, in the languages of its users, and LuaJIT's ffi understands all of them."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from cdef import INCLUDE, declarations

LIBRARY = Path(__file__).resolve().parents[2] / "build/dev/libcormorant.so"
HEADERS = sorted(path.relative_to(INCLUDE).as_posix() for path in INCLUDE.rglob("*.h"))
C, CXX = ["c99", "c11", "c17"], ["c++11", "c++14", "c++17", "c++20"]
COMPILERS = {"gcc": ("gcc", "g++"), "clang": ("clang-14", "clang++-14")}


def compile_alone(compiler: str, language: str, header: str) -> str:
    """What the compiler says against it."""
    kind = "c++" if language in CXX else "c"
    command = [compiler, f"-std={language}", "-Wall", "-Wextra", "-pedantic", "-Werror", "-fsyntax-only"]
    command += ["-I", str(INCLUDE), "-x", kind, "-"]
    return subprocess.run(command, input=f"#include <{header}>\n", capture_output=True, text=True).stderr


@pytest.mark.parametrize("language", [*C, *CXX])
@pytest.mark.parametrize("family", COMPILERS)
def test_each_header_compiles_alone(family: str, language: str) -> None:
    compiler = COMPILERS[family][language in CXX]
    assert shutil.which(compiler), f"{compiler} is not installed; its Debian package is {compiler.replace('++', '')}"
    assert len(HEADERS) > 10
    assert {header: said for header in HEADERS if (said := compile_alone(compiler, language, header))} == {}


FFI = """
local ffi = require "ffi"
ffi.cdef(io.read "*a")
local library = ffi.load(arg[1])
assert(ffi.string(library.corm_version()) == "0.1.0")
assert(ffi.sizeof "corm_value" == 16)
assert(ffi.offsetof("corm_value", "size") == 8 and ffi.offsetof("corm_value", "kind") == 12)
local v = library.corm_text("tea")
assert(v.kind == ffi.C.CORM_TEXT and v.size == 3 and ffi.string(v.as.p, v.size) == "tea")
for name in io.lines(arg[2]) do assert(library[name] ~= nil, name) end
print "understood"
"""


def test_luajit_understands_the_headers(tmp_path: Path) -> None:
    assert shutil.which("luajit"), "luajit is not installed; its Debian package is luajit"
    (tmp_path / "ffi.lua").write_text(FFI)
    functions = sorted(set(re.findall(r"\b(corm_\w+)\(", "\n".join(d for d in declarations() if "typedef" not in d))))
    assert len(functions) > 300
    (tmp_path / "names").write_text("\n".join(functions))
    command = ["luajit", tmp_path / "ffi.lua", LIBRARY, tmp_path / "names"]
    done = subprocess.run(command, input="\n".join(declarations()), capture_output=True, text=True)
    assert done.stdout == "understood\n", done.stderr

"""The public headers as plain declarations: what LuaJIT's ffi.cdef reads, and what is recorded of the ABI."""

from __future__ import annotations

import functools
import re
import subprocess
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
INCLUDE = ROOT / "core/include"


def preprocessed() -> str:
    """cormorant.h without macros and without the C library, whose types every reader knows."""
    with tempfile.TemporaryDirectory() as empty:
        for name in ("stddef.h", "stdint.h"):
            (Path(empty) / name).write_text("")
        command = ["gcc", "-E", "-P", "-nostdinc", "-DCORM_STATIC", "-I", empty, "-I", str(INCLUDE), "-"]
        source = "#include <cormorant/cormorant.h>\n"
        return subprocess.run(command, input=source, capture_output=True, text=True, check=True).stdout


def without_inline_functions(text: str) -> str:
    while (start := text.find("static inline")) >= 0:
        at, depth = text.index("{", start), 0
        while True:
            depth += {"{": 1, "}": -1}.get(text[at], 0)
            at += 1
            if depth == 0:
                break
        text = text[:start] + text[at:]
    return text


@functools.lru_cache
def declarations() -> tuple[str, ...]:
    """Each on a line, in the order of the headers."""
    text = re.sub(r"\s+", " ", without_inline_functions(preprocessed()))
    found, depth, begin = [], 0, 0
    for at, letter in enumerate(text):
        depth += {"{": 1, "}": -1}.get(letter, 0)
        if letter == ";" and depth == 0:
            found.append(text[begin : at + 1].strip())
            begin = at + 1
    return tuple(found)


if __name__ == "__main__":
    print("\n".join(declarations()))

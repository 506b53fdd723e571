"""Who may include whom: the table of the architecture, and a reader of `#include` lines that holds the tree to it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Iterator

ORDER = ["base", "value", "schema", "ast", "lower", "compile", "engine"]
ABOVE_ENGINE = ["orm", "migrate"]

# The layer that a public header belongs to.
PUBLIC = {
    "abi.h": "base",
    "error.h": "base",
    "value.h": "value",
    "schema.h": "schema",
    "expr.h": "ast",
    "stmt.h": "ast",
    "compile.h": "compile",
    "engine.h": "engine",
    "result.h": "engine",
    "event.h": "engine",
    "session.h": "orm",
    "record.h": "orm",
    "model.h": "orm",
    "reflect.h": "migrate",
    "migrate.h": "migrate",
    "ext/dialect.h": "ext/dialect",
    "ext/driver.h": "ext/driver",
    "ext/host.h": "ext/host",
    "ext/codec.h": "ext/codec",
}


def up_to(layer: str) -> set[str]:
    return set(ORDER[: ORDER.index(layer) + 1])


FOR_CALLBACKS = {"ext/host", "ext/codec"}
EXTENSIONS = FOR_CALLBACKS | {"ext/dialect", "ext/driver"}

# What a file of each folder of core/src may include.
ALLOWED = {
    "base": up_to("base"),
    "value": up_to("value"),
    "schema": up_to("schema"),
    "ast": up_to("ast") | FOR_CALLBACKS,
    "lower": up_to("lower") | FOR_CALLBACKS,
    "compile": up_to("compile") | FOR_CALLBACKS | {"ext/dialect"},
    "dialect": up_to("value") | {"dialect", "ext/dialect"},
    "driver": up_to("value") | {"driver", "ext/driver"},
    "engine": up_to("engine") | EXTENSIONS,
    "orm": up_to("engine") | EXTENSIONS | {"orm"},
    "migrate": up_to("engine") | EXTENSIONS | {"migrate"},
}

# Headers of the C library and of POSIX; nothing else comes from outside, save a driver's client library.
LIBC = {
    f"{name}.h"
    for name in (
        "assert ctype dlfcn errno fcntl float inttypes limits locale math poll pthread signal stdalign stdarg "
        "stdatomic stdbool stddef stdint stdio stdlib string strings sys/mman sys/stat sys/time sys/types time unistd"
    ).split()
}
CLIENT_LIBRARIES = {
    "sqlite3": "sqlite3.h",
    "mariadb": "mysql.h",
}  # by the start of the file's name

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"]+)[>"]', re.MULTILINE)


def includes(path: Path) -> Iterator[tuple[str, str]]:
    """Each include of a file: how it is written (`<` or `"`) and what."""
    yield from INCLUDE.findall(path.read_text())


def fault_in_core(path: Path, how: str, name: str) -> str | None:
    """What is wrong with an include of a file of core/src/<folder>, or None."""
    folder = path.parent.name
    allowed = ALLOWED.get(folder)
    if allowed is None:
        return f"the folder {folder} is not in the table"
    if how == "<" and name.startswith("cormorant/"):
        layer = PUBLIC.get(name.removeprefix("cormorant/"))
        if layer is None:
            return f"<{name}> belongs to no layer"
    elif how == "<":
        client = re.split(r"[_.]", path.name)[0] if folder == "driver" else ""
        return None if name in LIBC or CLIENT_LIBRARIES.get(client) == name else f"<{name}> comes from outside"
    else:
        layer = name.split("/")[0]
        if "/" not in name:
            return f'"{name}" is written without its layer'
    return None if layer in allowed else f"{folder} may not include {layer} ({name})"


def fault_in_client(path: Path, how: str, name: str) -> str | None:
    """The same for bindings, examples and benchmarks: public headers, and files of their own folder."""
    if how == '"':
        return None if (path.parent / name).exists() else f'"{name}" is no file of this folder'
    if name.startswith("cormorant/"):
        return None
    internal = name.split("/")[0] in ALLOWED
    return f"<{name}> is internal to the core" if internal else None


def faults(root: Path) -> list[str]:
    """Every include in the tree that breaks the table, as `file: what is wrong`."""
    found = []
    for path in sorted((root / "core/src").rglob("*.[ch]")):
        found += [f"{path.relative_to(root)}: {why}" for i in includes(path) if (why := fault_in_core(path, *i))]
    for folder in ("bindings", "examples", "benchmarks"):
        for path in sorted((root / folder).rglob("*.[ch]")):
            found += [f"{path.relative_to(root)}: {why}" for i in includes(path) if (why := fault_in_client(path, *i))]
    return found

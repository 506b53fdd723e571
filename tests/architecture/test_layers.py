"""The include lines of the tree keep to the table in layers.py, and the reader of it finds what does not."""

from __future__ import annotations

from pathlib import Path

import pytest
from layers import faults

ROOT = Path(__file__).resolve().parents[2]


def test_every_include_keeps_to_the_layers() -> None:
    assert faults(ROOT) == []


def test_the_tree_that_is_checked_is_there() -> None:
    assert len(list((ROOT / "core/src").rglob("*.c"))) > 10


@pytest.mark.parametrize(
    ("file", "line", "wrong"),
    [
        ("core/src/base/map.c", "#include <string.h>", None),
        ("core/src/base/map.c", '#include "value/decimal.h"', "base may not include value"),
        ("core/src/base/map.c", "#include <cormorant/value.h>", "base may not include value"),
        ("core/src/base/map.c", "  #  include <sqlite3.h>", "<sqlite3.h> comes from outside"),
        ("core/src/ast/walk.c", "#include <cormorant/ext/host.h>", None),
        ("core/src/schema/table.c", "#include <cormorant/ext/host.h>", "schema may not include ext/host"),
        ("core/src/schema/table.c", '#include "schema.h"', "without its layer"),
        ("core/src/compile/expr.c", '#include "lower/lower.h"', None),
        ("core/src/compile/expr.c", '#include "engine/engine.h"', "compile may not include engine"),
        ("core/src/dialect/sqlite.c", "#include <cormorant/ext/dialect.h>", None),
        ("core/src/dialect/sqlite.c", '#include "compile/compiler.h"', "dialect may not include compile"),
        ("core/src/dialect/sqlite.c", "#include <cormorant/schema.h>", "dialect may not include schema"),
        ("core/src/driver/sqlite3.c", "#include <sqlite3.h>", None),
        ("core/src/driver/sqlite3_error.c", "#include <sqlite3.h>", None),
        ("core/src/driver/libpq.c", "#include <sqlite3.h>", "<sqlite3.h> comes from outside"),
        ("core/src/driver/registry.c", "#include <sqlite3.h>", "<sqlite3.h> comes from outside"),
        ("core/src/driver/sqlite3.c", "#include <cormorant/ext/host.h>", "driver may not include ext/host"),
        ("core/src/engine/pool.c", "#include <cormorant/ext/driver.h>", None),
        ("core/src/engine/pool.c", '#include "orm/session.h"', "engine may not include orm"),
        ("core/src/orm/session.c", '#include "engine/engine.h"', None),
        ("core/src/orm/session.c", '#include "migrate/diff.h"', "orm may not include migrate"),
        ("core/src/orm/session.c", "#include <cormorant/new.h>", "belongs to no layer"),
        ("core/src/extra/thing.c", "#include <string.h>", "the folder extra is not in the table"),
        ("bindings/python/src/row.c", "#include <cormorant/record.h>", None),
        ("bindings/python/src/row.c", '#include "row.c"', None),
        ("bindings/python/src/row.c", '#include "orm/record.h"', "no file of this folder"),
        ("bindings/python/src/row.c", "#include <orm/record.h>", "internal to the core"),
        ("examples/c/first.c", '#include "base/base.h"', "no file of this folder"),
    ],
)
def test_a_line_that_breaks_the_table_is_found(tmp_path: Path, file: str, line: str, wrong: str | None) -> None:
    path = tmp_path / file
    path.parent.mkdir(parents=True)
    path.write_text(f"/* A made-up file. */\n{line}\nint x;\n")
    found = faults(tmp_path)
    if wrong is None:
        assert found == []
    else:
        assert len(found) == 1 and wrong in found[0]

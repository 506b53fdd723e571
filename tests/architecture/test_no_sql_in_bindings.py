"""A binding translates values and syntax: SQL is written by the core. String literals of bindings are read for it."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import Iterator

import pytest

ROOT = Path(__file__).resolve().parents[2]

# Names of operators ("IS DISTINCT FROM") are the ABI's vocabulary, and sentences may speak of a SELECT or a LIMIT.
SQL = re.compile(
    r"""\b(INSERT\s+(OR\s+\w+\s+)?INTO|UPDATE\s+\S+\s+SET|DELETE\s+FROM|SELECT\s.*\sFROM\b
        |(CREATE|DROP|ALTER)\s+(UNIQUE\s+)?(TABLE|INDEX|VIEW)|ORDER\s+BY|GROUP\s+BY|(INNER|OUTER|LEFT|CROSS)\s+JOIN
        |PRAGMA\s+\w+|SAVEPOINT|VALUES\s*\(|(LIMIT|OFFSET)\s+[\d?:%{])
      |^\s*(SELECT|FROM|WHERE|HAVING|LIMIT|JOIN|RETURNING|VALUES|BEGIN|COMMIT|ROLLBACK)\b
      |^\s+(AND|OR)\s+$
      |\s(FROM|WHERE|HAVING|JOIN|RETURNING)\s
      |\s(FROM|WHERE|HAVING|JOIN|RETURNING)\s*$(?<!DISTINCT\sFROM)""",
    re.VERBOSE | re.DOTALL,
)

# Literals that look like SQL and may stay: (file below bindings/, the literal, the reason).
EXCEPTIONS: list[tuple[str, str, str]] = [
    *(
        (file, word, "the name of a kind of node")
        for file in ("python/src/constants.c", "python/cormorant/sql/selectable.py")
        for word in ("JOIN", "VALUES", "SELECT")
    ),
    *(
        ("python/cormorant/engine/events.py", words, "what the echo writes; the core sends it")
        for words in (
            "BEGIN (implicit)",
            "BEGIN (implicit; autocommit: none is sent)",
            "COMMIT",
            "COMMIT (autocommit: nothing is open)",
            "ROLLBACK",
            "ROLLBACK (autocommit: nothing is open)",
            "SAVEPOINT {}",
            "RELEASE SAVEPOINT {}",
            "ROLLBACK TO SAVEPOINT {}",
        )
    ),
]

C_TOKEN = re.compile(
    r'/\*.*?\*/|//[^\n]*|"((?:[^"\\\n]|\\.)*)"(?:\s*"((?:[^"\\\n]|\\.)*)")*|\'(?:[^\'\\]|\\.)+\'', re.DOTALL
)
C_PIECE = re.compile(r'"((?:[^"\\\n]|\\.)*)"')


def c_literals(source: str) -> Iterator[str]:
    """String literals of a C file, neighbours joined; comments and include lines are left out."""
    source = re.sub(r"^[ \t]*#[ \t]*include[^\n]*", "", source, flags=re.MULTILINE)
    for token in C_TOKEN.finditer(source):
        if token.group().startswith('"'):
            yield "".join(C_PIECE.findall(token.group()))


LUA_TOKEN = re.compile(
    r"--\[\[.*?\]\]|--[^\n]*|\[\[(.*?)\]\]|\"((?:[^\"\\\n]|\\.)*)\"|'((?:[^'\\\n]|\\.)*)'", re.DOTALL
)


def lua_literals(source: str) -> Iterator[str]:
    """String literals of a Lua file; comments are left out."""
    for token in LUA_TOKEN.finditer(source):
        yield from (text for text in token.groups() if text is not None)


def python_literals(source: str) -> Iterator[str]:
    """String literals of a Python file that are no docstrings (a statement that is only a string)."""
    tree = ast.parse(source)
    prose = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in prose:
            yield node.value


def sql_in(root: Path) -> list[tuple[str, str]]:
    """(file, literal) of all literals below bindings/ that look like SQL."""
    found = []
    bindings = root / "bindings"
    readers = {".c": c_literals, ".h": c_literals, ".lua": lua_literals}
    for path in sorted(p for kind in ("[ch]", "py", "pyi", "lua") for p in bindings.rglob(f"*.{kind}")):
        read = readers.get(path.suffix, python_literals)
        name = path.relative_to(bindings).as_posix()
        found += [(name, literal) for literal in read(path.read_text()) if SQL.search(literal)]
    return found


def test_bindings_write_no_sql() -> None:
    allowed = {(file, literal) for file, literal, _ in EXCEPTIONS}
    assert [one for one in sql_in(ROOT) if one not in allowed] == []


def test_no_exception_is_left_over() -> None:
    present = set(sql_in(ROOT))
    assert [one for one in EXCEPTIONS if one[:2] not in present] == []


@pytest.mark.parametrize(
    ("name", "source", "literals"),
    [
        ("a.py", 'x = "SELECT a FROM b"\n', ["SELECT a FROM b"]),
        ("a.py", 'def f():\n    """Emits SELECT a FROM b."""\n', []),
        ("a.py", 'x = f"INSERT INTO {t}"\n', ["INSERT INTO "]),
        ("a.py", 'x = "the selected rows come from there"\n', []),
        ("a.py", 'x = f"SELECT {a}"\n', ["SELECT "]),
        ("a.py", 'x = "a SELECT has no columns to read from"\n', []),
        ("a.c", 'f("IS NOT DISTINCT FROM");\n', []),
        ("a.py", 'x = t + " WHERE "\n', [" WHERE "]),
        ("a.py", 'x = "SAVEPOINT one"\n', ["SAVEPOINT one"]),
        ("a.c", 'char *x = "DELETE " "FROM t";\n', ["DELETE FROM t"]),
        ("a.c", '/* "SELECT a FROM b" */ char *x = "none";\n', []),
        ("a.c", 'char *x = "a" " ORDER BY b"; // "COMMIT"\n', ["a ORDER BY b"]),
        ("a.lua", "-- 'SELECT a FROM b'\nlocal x = 'none'\n", []),
        ("a.lua", "local x, y = 'COMMIT', [[SELECT a FROM b]]\n", ["COMMIT", "SELECT a FROM b"]),
        ("a.c", '#include "IN.h"\nchar *x = "COMMIT";\n', ["COMMIT"]),
    ],
)
def test_sql_is_found_where_it_is(tmp_path: Path, name: str, source: str, literals: list[str]) -> None:
    folder = tmp_path / "bindings"
    folder.mkdir()
    (folder / name).write_text(source)
    assert sql_in(tmp_path) == [(name, literal) for literal in literals]

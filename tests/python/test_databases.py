"""The tests themselves: what says a database's URL is about that database."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).parent
URL = "sqlite:"
# SQLite's URL stands for any there, or is what is looked at: they say nothing to a database.
NO_DATABASE = {
    "test_an_unknown_keyword_is_refused_by_every_class_and_function_that_takes_keywords",
}


def says(node: ast.AST, start: str) -> bool:
    return any(
        isinstance(one, ast.Constant) and isinstance(one.value, str) and one.value.startswith(start)
        for one in ast.walk(node)
    )


def is_marked(node: ast.FunctionDef | ast.ClassDef) -> bool:
    return any("mark.sqlite" in ast.unparse(one) for one in node.decorator_list)


def definitions(path: Path) -> Iterator[ast.FunctionDef | ast.ClassDef]:
    tree = ast.parse(path.read_text())
    if any("mark.sqlite" in ast.unparse(one) for one in tree.body if isinstance(one, ast.Assign)):
        return
    yield from (one for one in tree.body if isinstance(one, (ast.FunctionDef, ast.ClassDef)))


def test_a_test_of_sqlites_url_is_marked_as_one_about_sqlite() -> None:
    found = [
        f"{path.name}: {one.name}"
        for path in sorted(HERE.glob("test_*.py"))
        for one in definitions(path)
        if says(one, URL) and not is_marked(one) and one.name not in NO_DATABASE
    ]
    assert found == [], "take the fixture database_url, or mark it"

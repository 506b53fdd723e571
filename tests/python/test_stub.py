"""The stub of the native module says what the module has, no more and no less."""

from __future__ import annotations

import ast
from pathlib import Path

import cormorant
import cormorant.dialects
import cormorant.orm
import pytest
from cormorant import _core

STUB = Path(cormorant.__file__).with_name("_core.pyi")
# What every module and class has, or what only a checker of types sees.
NOT_COMPARED = {"annotations"}


def _is_private_to_python(name: str) -> bool:
    return name.startswith("__") and name.endswith("__")


def _names(body: list[ast.stmt]) -> set[str]:
    """The names that statements of a stub declare."""
    found: set[str] = set()
    for statement in body:
        if isinstance(statement, (ast.FunctionDef, ast.ClassDef)):
            found.add(statement.name)
        elif isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
            found.add(statement.target.id)
        elif isinstance(statement, ast.Assign):
            found |= {target.id for target in statement.targets if isinstance(target, ast.Name)}
    return {name for name in found if not _is_private_to_python(name)} - NOT_COMPARED


TREE = ast.parse(STUB.read_text())
CLASSES = {statement.name: statement for statement in TREE.body if isinstance(statement, ast.ClassDef)}


def test_the_stub_declares_what_the_module_has() -> None:
    has = {name for name in dir(_core) if not _is_private_to_python(name)}
    declared = _names(TREE.body)
    assert sorted(has - declared) == [], "the module has these, the stub has not"
    assert sorted(declared - has) == [], "the stub has these, the module has not"


@pytest.mark.parametrize("name", sorted(CLASSES))
def test_the_stub_declares_what_a_class_has(name: str) -> None:
    has = {member for member in vars(getattr(_core, name)) if not _is_private_to_python(member)}
    declared = _names(CLASSES[name].body)
    assert sorted(has - declared) == [], f"{name} has these, the stub has not"
    assert sorted(declared - has) == [], f"the stub has these, {name} has not"


def _name(base: ast.expr) -> str:
    """A base's name, without its type arguments."""
    return ast.unparse(base.value if isinstance(base, ast.Subscript) else base)


@pytest.mark.parametrize("name", sorted(CLASSES))
def test_the_stub_says_what_a_class_derives_from(name: str) -> None:
    bases = [base for base in map(_name, CLASSES[name].bases) if base in CLASSES]
    assert bases == [base.__name__ for base in getattr(_core, name).__bases__ if base.__name__ in CLASSES]

"""Statements have the SQL of the golden files, and that is SQLAlchemy's."""

from __future__ import annotations

import importlib.util
import os
from functools import cache
from pathlib import Path

import pytest
from golden import HERE, Block, Texts, read

FILES = sorted(HERE.glob("*.txt"))
ORACLE = importlib.util.find_spec("sqlalchemy") is not None
BLOCKS = [(path, block) for path in FILES for block in read(path)[1]]
WITH_ORACLE = BLOCKS if ORACLE else []


@cache
def texts_of(library: str) -> Texts:
    return Texts(library)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_statements_have_the_sql_of_the_golden_file(path: Path) -> None:
    heading, blocks = read(path)
    ours = texts_of("cormorant")
    made = [{name: ours.of(block.source, name) for name in block.only} for block in blocks]
    if os.environ.get("CORM_ACCEPT"):
        printed = [block.print(texts) for block, texts in zip(blocks, made)]
        path.write_text("\n\n".join([heading, *printed]) + "\n")
        return
    for block, texts in zip(blocks, made):
        assert {block.source: texts} == {block.source: block.texts}


@pytest.mark.parametrize(("path", "block"), WITH_ORACLE, ids=[f"{p.stem}-{b.source}"[:90] for p, b in WITH_ORACLE])
def test_the_golden_sql_is_sqlalchemys(path: Path, block: Block) -> None:
    theirs = texts_of("sqlalchemy")
    for name, text in block.texts.items():
        same = theirs.of(block.source, name)
        both_raise = same.startswith("!") and text.startswith("!")
        assert (both_raise or same == text) != (name in block.differs), (name, same, text)

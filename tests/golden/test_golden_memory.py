"""Statements of the golden files when memory runs out: MemoryError, or the text; never another text, never a crash."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest
from faults import each_failure, grown, what_is_left
from golden import Texts, read
from test_golden import FILES


def check_each(path: Path) -> None:
    texts = Texts("cormorant")
    for block in read(path)[1]:
        for dialect in block.only:
            outcomes = {outcome.value for outcome in each_failure(partial(texts.of, block.source, dialect))}
            assert outcomes - {"! MemoryError"} == {block.texts[dialect]}, (block.source, dialect)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_each_allocation_of_a_statement_may_fail(path: Path) -> None:
    check_each(path)  # what is kept for good is made now
    before = what_is_left()
    check_each(path)
    assert not grown(before)

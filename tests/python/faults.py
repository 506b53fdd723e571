"""Runs something with the core's allocations failing in turn."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from cormorant import _core

MOST = 2_000  # allocations that fail one after the other; of more than that, as many spread evenly


@dataclass
class Outcome:
    """What one run gave: a value, or what it raised."""

    after: int  # allocations before the one that failed
    value: Any
    error: BaseException | None
    failed: bool  # whether the allocation was asked for, and so failed


def run_with_failure(run: Callable[[], Any], after: int) -> Outcome:
    """One run. With a negative number all allocations succeed."""
    value, error = None, None
    _core._fail_allocation(after)
    try:
        value = run()
    except BaseException as why:
        error = why.with_traceback(None)  # its frames would hold what the run made
    failed = bool(_core._allocations()["failed"])
    _core._fail_allocation(-1)
    return Outcome(after, value, error, failed)


def each_failure(run: Callable[[], Any], most: int = MOST) -> Iterator[Outcome]:
    """Runs until no failure is met: that run is the last one given, and must succeed."""
    first = run_with_failure(run, -1)
    assert first.error is None, first.error
    before = _core._allocations()["made"]
    assert run_with_failure(run, -1).error is None
    step = max(1, (_core._allocations()["made"] - before) // most)
    after = 0
    while (outcome := run_with_failure(run, after)).failed:
        yield outcome
        after += step
    assert outcome.error is None, outcome.error
    yield outcome


def what_is_left() -> dict[str, int]:
    """The core's allocations and living things, once all that is garbage is collected."""
    gc.collect()
    _core.forget_fields()
    gc.collect()
    return {"allocations": _core._allocations()["outstanding"], **_core.live()}


def grown(before: dict[str, int]) -> dict[str, int]:
    """What there is more of than there was."""
    return {kind: n - before[kind] for kind, n in what_is_left().items() if n > before[kind]}

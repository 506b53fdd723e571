"""How a line of the table is measured: contestants in turn, each after ``gc.collect()``."""

from __future__ import annotations

import gc
import os
import shutil
import statistics
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Callable, Optional

HERE = Path(__file__).resolve().parent
HEADING = (
    f"{'what':<32}{'Cormorant':>11}{'against':>26}{'':>11}{'ratio':>9}  {'quartiles':<14} {'aim':<7}{'':<6}"
    f"{'SQLAlchemy takes':>16}"
)


@dataclass
class Row:
    """A line of the table: ``ours`` divided by ``base`` is to be at most ``aim``. Each is called with the bench of its
    database and returns seconds."""

    name: str
    base_name: str
    aim: float
    ours: Callable[[Any], float]
    base: Callable[[Any], float]
    other: Optional[Callable[[Any], float]] = None  # SQLAlchemy, to look at


def timed(call: Callable[[], Any]) -> float:
    gc.collect()
    start = time.perf_counter()
    kept = call()
    seconds = time.perf_counter() - start
    del kept
    return seconds


def measure(row: Row, bench: Any, rounds: int) -> str:
    """One line of the table."""
    row.ours(bench), row.base(bench)
    mine: list[float] = []
    base: list[float] = []
    for number in range(rounds):
        order = [(mine, row.ours), (base, row.base)]
        for kept, call in order if number % 2 == 0 else reversed(order):
            kept.append(call(bench))
    ratios = [a / b for a, b in zip(mine, base)]
    median = statistics.median(ratios)
    low, _, high = statistics.quantiles(ratios, n=4, method="inclusive") if rounds > 1 else (median,) * 3
    beside = f"{row.other(bench) / statistics.median(mine):7.1f}x" if row.other else " " * 8
    verdict = "ok" if median <= row.aim else "short"
    return (
        f"{row.name:<32}{show(statistics.median(mine)):>11}{row.base_name:>26}{show(statistics.median(base)):>11}"
        f"{median:>9.3f}  {low:.3f}..{high:.3f}   {row.aim:<7.3g}{verdict:<6}{beside}"
    )


def show(seconds: float) -> str:
    for unit, factor in (("s", 1), ("ms", 1e3), ("us", 1e6)):
        if seconds * factor >= 1:
            return f"{seconds * factor:.1f} {unit}"
    return f"{seconds * 1e9:.0f} ns"


def compile_c(folder: Path, name: str, *libraries: str) -> Path:
    """A program in C that lies here, compiled now."""
    out = folder / name
    compiler = os.environ.get("CC") or shutil.which("cc") or shutil.which("gcc")
    if not compiler:
        raise SystemExit("benchmarks need a C compiler")
    subprocess.run([compiler, "-O2", "-o", str(out), str(HERE / f"{name}.c"), *libraries], check=True)
    return out

"""The runner counts what the runners print, and what did not run counts as failed."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

RUNNER = Path(__file__).resolve().parents[1] / "run.py"


@pytest.fixture(scope="module")
def runner() -> ModuleType:
    spec = importlib.util.spec_from_file_location("runner", RUNNER)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules["runner"] = module  # dataclasses look their module up
    sys.path.insert(0, str(RUNNER.parent))  # as where it is run
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("output", "counts"),
    [
        ("[  PASSED  ] 11 test(s).\n", (11, 0)),
        ("[  PASSED  ] 2 test(s).\n[  FAILED  ] tests: 1 test(s), listed below:\n[  FAILED  ] a_claim\n", (2, 1)),
        ("[  PASSED  ] 3 test(s).\n[  SKIPPED ] tests: 2 test(s), listed below:\n", (3, 2)),
        ("[  PASSED  ] 1 test(s).\n[  SKIPPED ] 1 test(s), listed below:\n[  SKIPPED ] gone\n", (1, 1)),
        ("no test ran\n", (0, 0)),
    ],
)
def test_totals_of_a_unit_test_are_read(runner: ModuleType, output: str, counts: tuple[int, int]) -> None:
    assert runner.cmocka_counts(output) == counts


def test_a_part_that_does_not_exist_is_refused(runner: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    assert runner.main(["no-such-part"]) == 2
    assert "no-such-part" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("body", "passed", "failed"),
    [
        ("assert True", 1, 0),
        ("assert False", 0, 1),
        ("import pytest; pytest.skip('not today')", 0, 1),
        ("import os; os._exit(42)", 0, 1),
    ],
)
def test_a_test_that_does_not_pass_counts_as_failed(
    runner: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, body: str, passed: int, failed: int
) -> None:
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests/test_one.py").write_text(f"def test_one():\n    {body}\n")
    monkeypatch.setattr(runner, "ROOT", tmp_path)
    monkeypatch.setattr(runner, "REPORTS", tmp_path)
    total = runner.pytest("one", ["tests", "tests/absent"])
    assert (total.passed, total.failed) == (passed, failed)

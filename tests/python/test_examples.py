"""The example programs print what lies beside them, and the README shows them as they are."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
QUICKSTART = ROOT / "examples/python/quickstart.py"


def test_the_quickstart_prints_its_golden_text() -> None:
    done = subprocess.run([sys.executable, QUICKSTART], capture_output=True, text=True, env=os.environ)
    assert (done.stdout, done.stderr) == (QUICKSTART.with_suffix(".txt").read_text(), "")


def test_the_readme_shows_the_quickstart() -> None:
    shown = re.search(r"```python\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
    _, _, program = QUICKSTART.read_text().partition("\n\n")
    assert shown is not None
    assert shown[1] == program

"""The little shop of the Python tests is the golden files' too."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "python"))

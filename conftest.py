"""Make the authoring tools importable, and nbval tolerant of numbers written after `≈`."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "notebooks" / "authoring"))

pytest_plugins = ["nbval_tolerance"]

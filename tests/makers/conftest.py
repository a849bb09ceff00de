"""The makers are modules beside the data they make, not part of the package."""

import sys

import pytest

from course_utils.paths import PROJECT_FOLDER

sys.path.insert(0, str(PROJECT_FOLDER / "datasets" / "makers"))


@pytest.fixture(autouse=True)
def process_without_tensorflow():
    """Mitsuba, which draws `objects`, and TensorFlow crash when they share a process."""
    if "tensorflow" in sys.modules:
        # Failed, not skipped: under `make test` nobody would notice that nothing was tested.
        pytest.fail("the makers' tests need a process of their own: pytest tests/makers")

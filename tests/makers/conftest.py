"""The makers are modules beside the data they make, not part of the package."""

import sys

from course_utils.paths import PROJECT_FOLDER

sys.path.insert(0, str(PROJECT_FOLDER / "datasets" / "makers"))

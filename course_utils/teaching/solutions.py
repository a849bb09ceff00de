"""The lessons' own answers, read from the one text that each lesson is built from."""

import re
import textwrap
from pathlib import Path

from course_utils.errors import CourseError
from course_utils.lesson_folders import LESSONS_FOLDER

_CELL_MARKER = re.compile(r"^# %%.*$", re.MULTILINE)
_SOLUTION_MARKER = re.compile(r"^\s*### (BEGIN|END) SOLUTION\s*$\n?", re.MULTILINE)
_REGION = re.compile(r"^\s*### BEGIN SOLUTION.*?### END SOLUTION\s*$", re.MULTILINE | re.DOTALL)


def solution_source(exercise_id: str, folder: Path = LESSONS_FOLDER) -> str:
    """Code of the cell that solves an exercise, without the solution's markers.

    The exercise's cell carries its id in its header: `# %% exercise="02-break-even"`.

    Parameters
    ----------
    exercise_id : str
    folder : path, optional
        Where the lessons' folders lie; the package's own by default.

    Raises
    ------
    CourseError
        If no lesson's text has such a cell.
    """
    for path in sorted(folder.glob("*/text.py")):
        text = path.read_text(encoding="utf-8")
        headers = list(_CELL_MARKER.finditer(text))
        ends = [header.start() for header in headers[1:]] + [len(text)]
        for header, end in zip(headers, ends, strict=True):
            if f'exercise="{exercise_id}"' in header.group():
                return _without_markers(text[header.end() : end])
    raise CourseError(
        f"No lesson's text holds a solution of {exercise_id!r}: install the course again."
    )


def _without_markers(code):
    # A top-level answer is preceded by its placeholder, which a solution need not show.
    if not _REGION.search(code):
        raise CourseError("The exercise's cell marks no solution with ### BEGIN SOLUTION.")
    code = re.sub(r"^\w+ = \.\.\.\n(?=### BEGIN SOLUTION)", "", code, flags=re.MULTILINE)
    return textwrap.dedent(_SOLUTION_MARKER.sub("", code)).strip("\n") + "\n"

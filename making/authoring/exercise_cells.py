"""The cells of an exercise, written out from its one file where a lesson's text names it."""

import re

import nbformat

from course_utils.teaching.exercises import load_exercise
from course_utils.teaching.solutions import solution_source

_IMPORT = "from course_utils import check"


def with_exercises(cells: list) -> list:
    """Cells of a lesson with each empty `# %% exercise="02-break-even"` written out.

    It becomes the statement (part of the text cell before it, if there is one; an empty text cell
    keeps it apart from others), the function with its solution marked, and the cell that checks
    it, which imports `check` where no cell before does.

    Raises
    ------
    CourseError
        If there is no such exercise.
    """
    written = []
    for cell in cells:
        if "exercise" not in cell.metadata or cell.source.strip():
            written.append(cell)
            continue
        exercise = load_exercise(cell.metadata["exercise"])
        if written and written[-1].cell_type == "markdown":
            written[-1].source = f"{written[-1].source}\n\n{exercise.statement}".strip()
        else:
            written.append(nbformat.v4.new_markdown_cell(exercise.statement))
        cell.source = solution_source(exercise, marked=True)
        check = f'check("{exercise.id}", {exercise.function})'
        if not any(re.search(rf"^{_IMPORT}\b", each.source, re.MULTILINE) for each in written):
            check = f"{_IMPORT}\n\n{check}"
        tagged = {"tags": ["exercise-check"]}
        written += [cell, nbformat.v4.new_code_cell(check, metadata=tagged)]
    return written

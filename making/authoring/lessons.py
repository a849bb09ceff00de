"""A lesson's one text as notebooks: with its solutions, or with stubs in their place.

The text is a jupytext py:percent file. A code cell's header may carry metadata:

    # %% tags=["nbval-ignore-output", "timing"]
    # %% exercise="02-break-even"

and a solution is marked as nbgrader marks it:

    def break_even_tasks(pretraining_cost, scratch_cost, transfer_cost):
        ### BEGIN SOLUTION
        ...
        ### END SOLUTION

The marked lines become `raise NotImplementedError()`.
"""

import hashlib
import re
from collections.abc import Sequence
from pathlib import Path

import jupytext
import nbformat
from nbformat import NotebookNode

from course_utils.lesson_folders import LessonFolder, lesson_folders
from course_utils.paths import PROJECT_FOLDER
from course_utils.validation import require
from making.authoring.exercise_cells import with_exercises

# What jupytext notes for itself about blank lines, of no use in a notebook.
_JUPYTEXTS_OWN = ("lines_to_next_cell", "lines_to_end_of_cell_marker", "cell_marker")

_SOLUTION = re.compile(
    r"^( +)### BEGIN SOLUTION\n.*?^\1### END SOLUTION$", re.DOTALL | re.MULTILINE
)

_METADATA = {
    "kernelspec": {
        "display_name": "Python 3 (ipykernel)",
        "language": "python",
        "name": "python3",
    },
    "language_info": {"name": "python"},
}


def learners_notebook(lesson: LessonFolder) -> Path:
    """Where a lesson's notebook with stubs and outputs lies: `notebooks/NN_name.ipynb`."""
    return lesson.path.parents[2] / "notebooks" / f"{lesson.name}.ipynb"


def instructors_notebook(lesson: LessonFolder) -> Path:
    """Where its notebook with solutions lies: `notebooks/solutions/NN_name.ipynb`."""
    learners = learners_notebook(lesson)
    return learners.parent / "solutions" / learners.name


def find_lessons(project: Path = PROJECT_FOLDER, names: Sequence[str] = ()) -> list[LessonFolder]:
    """The lessons that have a text, in order, and the pages after them.

    Parameters
    ----------
    project : pathlib.Path
        The course's folder, with `course_utils/lessons/` in it.
    names : sequence of str
        Numbers, names, or how names begin (`02`, `02_a_frozen_resnet50`), or the paths of
        notebooks or of lessons' folders; all lessons if empty.

    Raises
    ------
    CourseError
        If a name fits no lesson.
    """
    folders = lesson_folders(project / "course_utils" / "lessons")
    lessons = [folder for folder in folders if folder.is_written]
    chosen = []
    for name in names:
        stem = Path(name).stem
        fitting = [lesson for lesson in lessons if stem in (lesson.number, lesson.path.name)]
        fitting = fitting or [each for each in lessons if stem and each.name.startswith(stem)]
        known = ", ".join(lesson.name for lesson in lessons) or "none"
        require(bool(fitting), f"There is no lesson {name!r} (there are {known}).")
        chosen += fitting
    return [lesson for lesson in lessons if lesson in chosen] if names else lessons


def read_lesson(path: Path) -> NotebookNode:
    """The text of a lesson as a notebook with solutions, without outputs.

    A cell's id is made of what the cell says, so that it stays when others change.
    """
    notebook = jupytext.reads(path.read_text(encoding="utf-8"), fmt="py:percent")
    notebook.metadata = nbformat.from_dict(_METADATA)
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    notebook.cells = with_exercises(notebook.cells)
    seen = {}
    for cell in notebook.cells:
        for key in _JUPYTEXTS_OWN:
            cell.metadata.pop(key, None)
        digest = hashlib.sha256(f"{cell.cell_type}\n{cell.source}".encode()).hexdigest()[:12]
        seen[digest] = seen.get(digest, 0) + 1
        cell.id = digest if seen[digest] == 1 else f"{digest}-{seen[digest]}"
    return notebook


def without_solutions(notebook: NotebookNode) -> NotebookNode:
    """The notebook with a stub in place of each marked solution; changes it in place."""
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.source = stub(cell.source)
    return notebook


def stub(code: str) -> str:
    """Code with each marked solution replaced by what a learner starts from.

    Raises
    ------
    CourseError
        If a solution begins and does not end, or the other way round.
    """
    code = _SOLUTION.sub(r"\1# YOUR CODE HERE\n\1raise NotImplementedError()", code)
    require(
        not re.search("### (BEGIN|END) SOLUTION", code),
        "Every ### BEGIN SOLUTION needs one ### END SOLUTION after it, as deep as it.",
    )
    return code

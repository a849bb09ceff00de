"""A lesson's one text as notebooks: with its solutions, or with stubs in their place.

The text is a jupytext py:percent file. A code cell's header may carry metadata:

    # %% tags=["nbval-ignore-output", "timing"]
    # %% exercise="02-break-even"

and a solution is marked as nbgrader marks it:

    def break_even_tasks(pretraining_cost, scratch_cost, transfer_cost):
        ### BEGIN SOLUTION
        ...
        ### END SOLUTION

Inside a function the marked lines become `raise NotImplementedError()`. At the top level they
become `# YOUR ANSWER HERE` alone: set `answer = ...` (an Ellipsis, which `check` takes for "not
answered yet") on the line before.
"""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import jupytext
import nbformat
from nbformat import NotebookNode

from course_utils.errors import CourseError
from course_utils.lesson_folders import LessonFolder, lesson_folders
from course_utils.paths import PROJECT_FOLDER
from course_utils.validation import require

# What jupytext notes for itself about blank lines, of no use in a notebook.
_JUPYTEXTS_OWN = ("lines_to_next_cell", "lines_to_end_of_cell_marker", "cell_marker")

_METADATA = {
    "kernelspec": {
        "display_name": "Python 3 (ipykernel)",
        "language": "python",
        "name": "python3",
    },
    "language_info": {"name": "python"},
}


@dataclass(frozen=True)
class Lesson:
    """A lesson's folder, or that of a page that is no lesson, and where its notebooks lie.

    Attributes
    ----------
    folder : LessonFolder
        Its card and its text.
    project : pathlib.Path
        The course's folder, with `notebooks/` in it.
    """

    folder: LessonFolder
    project: Path

    @property
    def name(self) -> str:
        """`NN_name`."""
        return self.folder.name

    @property
    def is_page(self) -> bool:
        """Whether it is no lesson: it has no number, no header and no exercises."""
        return self.folder.is_page

    @property
    def source(self) -> Path:
        """`course_utils/lessons/lesson_NN/text.py`."""
        return self.folder.text

    @property
    def learners(self) -> Path:
        """`notebooks/NN_name.ipynb`, with stubs and outputs."""
        return self.project / "notebooks" / f"{self.name}.ipynb"

    @property
    def instructors(self) -> Path:
        """`notebooks/solutions/NN_name.ipynb`, with solutions."""
        return self.project / "notebooks" / "solutions" / f"{self.name}.ipynb"


def find_lessons(project: Path = PROJECT_FOLDER, names: Sequence[str] = ()) -> list[Lesson]:
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
    lessons = [Lesson(folder, project) for folder in folders if folder.is_written]
    chosen = []
    for name in names:
        stem = Path(name).stem
        fitting = [
            each for each in lessons if stem in (each.folder.number, each.source.parent.name)
        ]
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
    for number, cell in enumerate(notebook.cells, start=1):
        if cell.cell_type == "code":
            try:
                cell.source = stub(cell.source)
            except CourseError as error:
                raise CourseError(f"Cell {number}: {error}") from None
    return notebook


def stub(code: str) -> str:
    """Code with each marked solution replaced by what a learner starts from.

    Raises
    ------
    CourseError
        If a solution begins and does not end, or the other way round.
    """
    lines, solution_indent = [], None
    for line in code.split("\n"):
        marker = re.fullmatch(r"(\s*)### (BEGIN|END) SOLUTION\s*", line)
        if marker is None:
            if solution_indent is None:
                lines.append(line)
            continue
        if (marker[2] == "BEGIN") != (solution_indent is None):
            raise CourseError(
                "every ### BEGIN SOLUTION needs one ### END SOLUTION after it, and one solution "
                "does not hold another."
            )
        if marker[2] == "END":
            solution_indent = None
            continue
        solution_indent = marker[1]
        if solution_indent:
            lines.append(f"{solution_indent}# YOUR CODE HERE")
            lines.append(f"{solution_indent}raise NotImplementedError()")
        else:
            lines.append("# YOUR ANSWER HERE")
    if solution_indent is not None:
        raise CourseError("a ### BEGIN SOLUTION has no ### END SOLUTION.")
    return "\n".join(lines)

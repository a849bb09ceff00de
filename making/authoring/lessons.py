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
from dataclasses import dataclass
from pathlib import Path

import jupytext
import nbformat

from course_utils.errors import CourseError
from making.authoring.exercise_cells import with_exercises

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
    """Where the text and the notebooks of one lesson lie, or of a page that is no lesson.

    Attributes
    ----------
    source : pathlib.Path
        `notebooks/source/NN_name.py`; without a number in the name it is a page.
    """

    source: Path

    @property
    def is_page(self):
        """Whether it is no lesson: it has no number, no header and no exercises."""
        return not self.name[0].isdigit()

    @property
    def name(self):
        """`NN_name`."""
        return self.source.stem

    @property
    def learners(self):
        """`notebooks/NN_name.ipynb`, with stubs and outputs."""
        return self.source.parent.parent / f"{self.name}.ipynb"

    @property
    def instructors(self):
        """`notebooks/solutions/NN_name.ipynb`, with solutions."""
        return self.source.parent.parent / "solutions" / f"{self.name}.ipynb"


def find_lessons(folder, names=()):
    """Lessons whose texts lie in `folder/source`, in order, and pages after them.

    Parameters
    ----------
    folder : pathlib.Path
        The folder of the learners' notebooks.
    names : sequence of str
        Names, or how they begin (`02`), or paths; all lessons if empty.

    Raises
    ------
    CourseError
        If a name fits no lesson.
    """
    lessons = [Lesson(path) for path in sorted((folder / "source").glob("[0-9a-z]*.py"))]
    chosen = []
    for name in names:
        stem = Path(name).stem
        fitting = [lesson for lesson in lessons if lesson.name.startswith(stem)]
        if not stem or not fitting:
            known = ", ".join(lesson.name for lesson in lessons) or "none"
            raise CourseError(
                f"There is no lesson {name!r} in {folder / 'source'} (it has {known})."
            )
        chosen += fitting
    return sorted(set(chosen), key=lambda lesson: lesson.name) if names else lessons


def read_lesson(path):
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


def without_solutions(notebook):
    """The notebook with a stub in place of each marked solution; changes it in place."""
    for number, cell in enumerate(notebook.cells, start=1):
        if cell.cell_type == "code":
            try:
                cell.source = stub(cell.source)
            except CourseError as error:
                raise CourseError(f"Cell {number}: {error}") from None
    return notebook


def stub(code):
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

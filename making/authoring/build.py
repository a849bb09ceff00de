"""Build the notebooks of the lessons from their texts.

    python -m making.authoring.build               rebuild; outputs stay where no code changed
    python -m making.authoring.build --execute     rebuild and run the learners' notebooks
    python -m making.authoring.build --solutions   rebuild and run the instructors' notebooks
    python -m making.authoring.build --check       write nothing, say what is out of date

Name lessons (`02_a_frozen_resnet50`, or just `02`) to leave out the others.
"""

import argparse
import sys
import tempfile
from collections.abc import Sequence
from itertools import zip_longest
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat import NotebookNode

from course_utils.errors import CourseError
from course_utils.files import atomic_path
from course_utils.lesson_folders import LessonFolder
from course_utils.paths import PROJECT_FOLDER
from making.authoring.auditing import auditing_environment
from making.authoring.chatter import without_chatter
from making.authoring.lessons import (
    find_lessons,
    instructors_notebook,
    learners_notebook,
    read_lesson,
    without_solutions,
)

COMMAND = "python -m making.authoring.build"
CELL_SECONDS = 600


def build(lesson: LessonFolder, execute: bool = False, solutions: bool = False) -> str:
    """Write both notebooks of a lesson.

    Parameters
    ----------
    lesson : LessonFolder
    execute : bool
        Run the learner's notebook.
    solutions : bool
        Run the instructor's notebook, and fail if a check in it rejects a solution.

    A notebook that is not run keeps its stored outputs if every code cell is as it was, and
    loses them if one is not.

    Returns
    -------
    str
        What was done, in a sentence.

    Raises
    ------
    CourseError
        If a cell fails: nothing is written then.
    """
    told = ""
    fresh = _fresh(lesson)
    (path, learners), (instructors_path, instructors) = fresh.items()
    if execute:
        run(learners, path)
        told = " and run"
    elif not _take_over_outputs(learners, path):
        told = f"; its code has no outputs: run `{COMMAND} --execute {lesson.name}`"
    if solutions:
        run(instructors, instructors_path)
        _refuse_rejected_solutions(instructors, instructors_path)
    else:
        _take_over_outputs(instructors, instructors_path)
    for path, notebook in fresh.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        nbformat.validate(notebook)
        with atomic_path(path) as temporary:
            nbformat.write(notebook, temporary)
    return f"{lesson.name}: built{told}."


def _fresh(lesson: LessonFolder) -> dict[Path, NotebookNode]:
    """The learner's and the instructor's notebook as the text has them, by where they belong."""
    return {
        learners_notebook(lesson): without_solutions(read_lesson(lesson.text)),
        instructors_notebook(lesson): read_lesson(lesson.text),
    }


def run(notebook: NotebookNode, path: Path) -> None:
    """Run a notebook in place, in the folder of `path`, with a kernel of this environment.

    Raises
    ------
    CourseError
        If a cell raises, takes longer than `CELL_SECONDS`, or ends the kernel; a figure that
        not everyone can read raises too (`figure_audit`).
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    started = []
    client = NotebookClient(
        notebook,
        timeout=CELL_SECONDS,
        kernel_name="python3",
        record_timing=False,
        coalesce_streams=True,
        resources={"metadata": {"path": str(path.parent)}},
        on_cell_execute=lambda cell, cell_index: started.append(cell_index),
    )
    metadata = notebook.metadata.copy()
    try:
        # From an empty cache: the stored seconds are to be those of a learner's first run. And as
        # one who begins: what a lesson says of progress is not to be that of whoever builds it.
        with tempfile.TemporaryDirectory() as folder:
            own = {"COURSE_CACHE": f"{folder}/cache", "COURSE_PROGRESS": f"{folder}/progress.json"}
            client.execute(env=auditing_environment() | own)
    except (CellExecutionError, CellTimeoutError, DeadKernelError) as error:
        raise CourseError(_what_failed(notebook, path, started[-1], error)) from None
    # The kernel's own adds its version, and the state of widgets: with that stored, pages made by
    # nbconvert would ask the network for a script instead of showing a widget's still pictures.
    notebook.metadata = metadata
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs = without_chatter(cell.outputs)


def _what_failed(notebook, path, failed, error):
    if isinstance(error, CellTimeoutError):
        what = f"took longer than {CELL_SECONDS} seconds"
    elif isinstance(error, DeadKernelError):
        what = "ended the kernel"
    else:
        what = f"raised {error.ename}: {error.evalue}"
    first_line = next(iter(notebook.cells[failed].source.splitlines()), "")
    return (
        f"{path.name}: cell {failed + 1} ({first_line!r}) {what}; nothing was written: mend the "
        f"lesson's text and run `{COMMAND} --execute {path.stem}` again."
    )


def _refuse_rejected_solutions(notebook, path):
    for number, cell in enumerate(notebook.cells, start=1):
        if "exercise-check" not in cell.metadata.get("tags", ()):
            continue
        text = "".join(output.get("text", "") for output in cell.outputs)
        if not text.startswith("Passed"):
            raise CourseError(
                f"{path.name}: the lesson's own solution does not pass in cell {number} "
                f"({text.strip()!r}); nothing was written: mend the solution in the lesson's "
                f"text and run `{COMMAND} --solutions {path.stem}` again."
            )


def _take_over_outputs(notebook, path):
    """Give a fresh notebook the stored one's outputs if all their code is the same."""
    fresh = [cell for cell in notebook.cells if cell.cell_type == "code"]
    stored = []
    if path.exists():
        was = nbformat.read(path, as_version=4)
        stored = [cell for cell in was.cells if cell.cell_type == "code"]
    if [cell.source for cell in fresh] != [cell.source for cell in stored]:
        return False
    for new, old in zip(fresh, stored, strict=True):
        new.outputs, new.execution_count = old.outputs, old.execution_count
    return all(cell.execution_count for cell in fresh)


def differences(lesson: LessonFolder) -> list[str]:
    """What in a lesson's stored notebooks is not as its text has it, in sentences."""
    return [
        f"{lesson.name}: {path.parent.name}/{path.name} {what}: run `{COMMAND} --execute "
        f"{lesson.name}`."
        for path, fresh in _fresh(lesson).items()
        if (what := _difference(path, fresh))
    ]


def _difference(path, fresh):
    if not path.exists():
        return "is missing"
    stored = nbformat.read(path, as_version=4).cells
    for number, (old, new) in enumerate(zip_longest(stored, fresh.cells, fillvalue={}), start=1):
        for part in ("cell_type", "source", "metadata", "id"):
            if old.get(part) != new.get(part):
                return f"differs from the text in cell {number} ({part.replace('_', ' ')})"
    return ""


def strays(project: Path) -> list[str]:
    """What lies in `notebooks/` and is no notebook of a lesson, in sentences."""
    lessons = find_lessons(project)
    built = {place(each) for each in lessons for place in (learners_notebook, instructors_notebook)}
    folder = project / "notebooks"
    stored = {*folder.glob("[!.]*"), *(folder / "solutions").glob("[!.]*")}
    return [
        f"{path.parent.name}/{path.name} is built from no lesson's text: delete it, or add a "
        "lesson (CONTRIBUTING.md)."
        for path in sorted(stored - built - {folder / "solutions"})
    ]


def main(arguments: Sequence[str] | None = None, project: Path = PROJECT_FOLDER) -> int:
    """Run the command; returns its exit status."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("names", nargs="*", help="lessons; all if left out")
    parser.add_argument("--execute", action="store_true", help="run the learners' notebooks")
    parser.add_argument("--solutions", action="store_true", help="run the instructors' too")
    parser.add_argument("--check", action="store_true", help="write nothing, say what differs")
    options = parser.parse_args(arguments)
    try:
        lessons = find_lessons(project, options.names)
        if options.check:
            found = [line for lesson in lessons for line in differences(lesson)]
            found += [] if options.names else strays(project)
            print("\n".join(found) or f"Notebooks and texts of {len(lessons)} lesson(s) agree.")
            return 1 if found else 0
        for lesson in lessons:
            print(build(lesson, options.execute, options.solutions), flush=True)
    except CourseError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

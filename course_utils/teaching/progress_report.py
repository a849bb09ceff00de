"""How far a learner has come: as lines for the terminal, as a table in a lesson."""

import html
from typing import Any, NamedTuple

from course_utils.errors import CourseError
from course_utils.paths import progress_file
from course_utils.teaching.exercises import exercise_ids
from course_utils.teaching.progress import read_progress
from course_utils.teaching.questions.lookup import lessons_with_questions, questions_of

HEADINGS = (
    "lesson",
    "exercises passed",
    "questions right",
    "predictions made",
    "predictions that came true",
)


class LessonProgress(NamedTuple):
    """What is done in one lesson; each count stands beside how many there are.

    `came_true` stands beside the predictions that a measurement has met.
    """

    lesson: str
    exercises: tuple[int, int]
    questions: tuple[int, int]
    predictions: tuple[int, int]
    came_true: tuple[int, int]

    def cells(self) -> tuple[str, ...]:
        """The row as text; a lesson that has none of a kind shows a dash."""
        return (self.lesson, *(f"{done} of {all}" if all else "–" for done, all in self[1:]))


def progress_of_lessons(progress: dict[str, Any]) -> list[LessonProgress]:
    """Progress by lesson: every lesson that has exercises or questions, in order.

    Parameters
    ----------
    progress : dict
        As `read_progress` gives it. What an older course asked and this one does not is left out.
    """
    asked = {lesson: questions_of(lesson) for lesson in lessons_with_questions()}
    ids = [id.partition("-")[0] for id in exercise_ids()]
    rows = []
    for lesson in sorted({*ids, *asked}):
        exercises = [id for id in exercise_ids() if id.startswith(f"{lesson}-")]
        questions = asked[lesson].questions if lesson in asked else {}
        predictions = asked[lesson].predictions if lesson in asked else {}
        entries = [progress["predictions"].get(id, {}) for id in predictions]
        met = [entry for entry in entries if "first" in entry and "measured" in entry]
        true = sum(entry["first"] == entry["measured"] for entry in met)
        passed, right, predicted = (
            (sum(key in progress[section].get(id, {}) for id in own), len(own))
            for section, own, key in (
                ("exercises", exercises, "passed"),
                ("questions", questions, "right_at"),
                ("predictions", predictions, "choice"),
            )
        )
        rows.append(LessonProgress(lesson, passed, right, predicted, (true, len(met))))
    return rows


def next_step(progress: dict[str, Any]) -> str:
    """What to take up next, in a sentence: an exercise that was begun, else the first that is not
    passed."""
    entries = progress["exercises"]
    left = [id for id in exercise_ids() if "passed" not in entries.get(id, {})]
    if not left:
        return "You have passed every exercise."
    begun = [id for id in left if entries.get(id, {}).get("tries")]
    id = (begun or left)[0]
    lesson = id.partition("-")[0]
    if not begun:
        return f'Next exercise: "{id}", in lesson {lesson}.'
    times = "once" if entries[id]["tries"] == 1 else f"{entries[id]['tries']} times"
    return (
        f'Begun and not passed yet: "{id}", checked {times}; hint("{id}") in lesson {lesson} '
        "takes you on."
    )


def progress_lines() -> list[str]:
    """What `python -m course_utils progress` prints.

    Raises
    ------
    CourseError
        If the file cannot be read.
    """
    progress, path = read_progress(), progress_file()
    rows = [HEADINGS, *(row.cells() for row in progress_of_lessons(progress))]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    table = ["  ".join(map(str.ljust, row, widths)).rstrip() for row in rows]
    where = f"Kept in {path}; deleting it deletes nothing else."
    if not path.exists():
        where = f"Nothing is recorded yet; the first check or answer begins {path}."
    return [*table, "", next_step(progress), where]


class ProgressPanel:
    """The learner's progress as a table; as lines of text where no table can be shown."""

    def __init__(self):
        try:
            progress = read_progress()
        except CourseError as error:
            self._rows, self._words = [], str(error)
        else:
            self._rows = [row.cells() for row in progress_of_lessons(progress)]
            self._words = next_step(progress)

    def __repr__(self) -> str:
        lines = ["; ".join(map(" ".join, zip(HEADINGS, row, strict=True))) for row in self._rows]
        return "\n".join([*lines, self._words])

    def _repr_html_(self) -> str:
        words = f"<p>{html.escape(self._words)}</p>"
        if not self._rows:
            return words
        head = "".join(f'<th scope="col">{heading}</th>' for heading in HEADINGS)
        body = ""
        for lesson, *counts in self._rows:
            cells = "".join(f"<td>{count}</td>" for count in counts)
            body += f'<tr><th scope="row">{lesson}</th>{cells}</tr>'
        return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{words}"


def show_progress() -> ProgressPanel:
    """Your progress by lesson, and what to take up next.

    Returns
    -------
    ProgressPanel
        As the last line of a cell it shows itself. A file that cannot be read is told in it.
    """
    return ProgressPanel()

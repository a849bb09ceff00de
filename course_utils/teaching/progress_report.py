"""How far a learner has come: as lines for the terminal, as a table in a lesson."""

import html
from typing import NamedTuple

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

    def cells(self):
        """The row as text; a lesson that has none of a kind shows a dash."""
        return (self.lesson, *(f"{done} of {all}" if all else "–" for done, all in self[1:]))


def progress_of_lessons(progress):
    """Progress by lesson.

    Parameters
    ----------
    progress : dict
        As `read_progress` gives it.

    Returns
    -------
    list of LessonProgress
        Every lesson that has exercises or questions, in order. What an older course asked and
        this one does not is left out.
    """
    asking = lessons_with_questions()
    lessons = sorted({id[:2] for id in exercise_ids()} | set(asking))
    return [_row(lesson, progress, lesson in asking) for lesson in lessons]


def _row(lesson, progress, asks):
    own = [id for id in exercise_ids() if id.startswith(f"{lesson}-")]
    questions, predictions = (), ()
    if asks:
        asked = questions_of(lesson)
        questions, predictions = asked.questions, asked.predictions

    def counted(section, ids, key):
        entries = progress[section]
        return sum(key in entries.get(id, {}) for id in ids), len(ids)

    return LessonProgress(
        lesson,
        counted("exercises", own, "passed"),
        counted("questions", questions, "right_at"),
        counted("predictions", predictions, "choice"),
        _came_true([progress["predictions"].get(id, {}) for id in predictions]),
    )


def _came_true(entries):
    """How many predictions came true, of those met by a measurement."""
    met = [entry for entry in entries if "first" in entry and "measured" in entry]
    return sum(entry["first"] == entry["measured"] for entry in met), len(met)


def next_step(progress):
    """What to take up next, in a sentence: an exercise that was begun, else the first that is not
    passed."""
    entries = progress["exercises"]
    left = [id for id in exercise_ids() if "passed" not in entries.get(id, {})]
    if not left:
        return "You have passed every exercise."
    begun = [id for id in left if entries.get(id, {}).get("tries")]
    if not begun:
        return f'Next exercise: "{left[0]}", in lesson {left[0][:2]}.'
    tries = entries[begun[0]]["tries"]
    times = "once" if tries == 1 else f"{tries} times"
    return (
        f'Begun and not passed yet: "{begun[0]}", checked {times}; '
        f'hint("{begun[0]}") in lesson {begun[0][:2]} takes you on.'
    )


def progress_lines():
    """What `python -m course_utils progress` prints (list of str).

    Raises
    ------
    CourseError
        If the file cannot be read.
    """
    progress = read_progress()
    rows = [HEADINGS, *(row.cells() for row in progress_of_lessons(progress))]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    table = [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]
    return [*table, "", next_step(progress), _where()]


def _where():
    path = progress_file()
    if not path.exists():
        return f"Nothing is recorded yet; the first check or answer begins {path}."
    return f"Kept in {path}; deleting it deletes nothing else."


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

    def __repr__(self):
        return "\n".join([*("; ".join(self._told(row)) for row in self._rows), self._words])

    @staticmethod
    def _line(row):
        lesson, *counts = row
        cells = "".join(f"<td>{count}</td>" for count in counts)
        return f'<tr><th scope="row">{lesson}</th>{cells}</tr>'

    @staticmethod
    def _told(row):
        pairs = zip(HEADINGS[1:], row[1:], strict=True)
        return [f"lesson {row[0]}", *(f"{heading} {cell}" for heading, cell in pairs)]

    def _repr_html_(self):
        words = f"<p>{html.escape(self._words)}</p>"
        if not self._rows:
            return words
        head = "".join(f'<th scope="col">{heading}</th>' for heading in HEADINGS)
        body = "".join(map(self._line, self._rows))
        return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{words}"


def show_progress():
    """Your progress by lesson, and what to take up next.

    Returns
    -------
    ProgressPanel
        As the last line of a cell it shows itself. A file that cannot be read is told in it.
    """
    return ProgressPanel()

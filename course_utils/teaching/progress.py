"""A learner's progress, in one small file of their own.

It holds what was tried and what came of it, and nothing of the notebooks: deleting it loses no
work. It is never a reason for a lesson to stop, so that whatever is wrong with it is told in a
line, and the lesson goes on.
"""

import datetime
import functools
import itertools
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from course_utils.errors import CourseError
from course_utils.files import atomic_path, disk_errors_explained
from course_utils.paths import progress_file
from course_utils.validation import require

#: The file's format: a file of a later version is left alone.
VERSION = 1
SECTIONS = ("exercises", "questions", "predictions")
SECONDS_FOR_LOCK = 5

#: What is kept of an exercise, a question or a prediction; a key of another name is left alone.
KEPT = {
    **{"tries": int, "passed": str, "mistakes": list, "hints": int, "solution": bool},
    **{"choices": list, "right_at": int},
    **{"choice": str, "first": str, "measured": str},
}

#: Files that this process has written: one of them that is gone was deleted meanwhile.
_written: set[Path] = set()

#: What the file holds: `version`, and by section, by id, what is kept.
Progress = dict[str, Any]


def read_progress() -> Progress:
    """What the learner has done so far.

    Returns
    -------
    dict
        `"exercises"`: by id, how often an answer was checked (`tries`), when one first passed
        (`passed`, ISO 8601, UTC), the mistakes recognised (`mistakes`), hints seen (`hints`) and
        whether the solution was (`solution`). `"questions"`: by id, the letters chosen, in order
        (`choices`), and at which of them the answer was right (`right_at`, from 1).
        `"predictions"`: by id, what was chosen (`choice`), what was chosen when it was first
        measured (`first`) and what was measured last (`measured`). A key that has nothing to
        tell is missing. Empty where there is no file yet.

    Raises
    ------
    CourseError
        If the file is damaged, of a later version of the course, or cannot be read.
    """
    path = progress_file()
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return _empty()
    except UnicodeDecodeError:
        text = ""
    except OSError as error:
        raise CourseError(
            f"Your progress in {path} cannot be read ({error.strerror}): see whose it is, or set "
            "the environment variable COURSE_PROGRESS to a file of your own."
        ) from error
    return _parsed(text, path)


class DamagedProgressError(CourseError):
    """The file holds something else than progress."""


def _empty() -> Progress:
    return {"version": VERSION, **{section: {} for section in SECTIONS}}


def _parsed(text: str, path: Path) -> Progress:
    try:
        progress = json.loads(text)
        whole = isinstance(progress["version"], int) and all(
            isinstance(value, KEPT.get(key, object))
            for section in SECTIONS
            for entry in progress[section].values()
            for key, value in entry.items()
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        whole = False
    if not whole:
        raise DamagedProgressError(
            f"Your progress in {path} is damaged; your notebooks are as they were: the next check "
            "in a lesson puts the file aside and begins a new one."
        )
    require(
        progress["version"] <= VERSION,
        f"Your progress in {path} was kept by a later version of this course, so nothing is "
        "added to it: update the course (`git pull`).",
    )
    return progress


def _recorded(change: Callable[..., None]) -> Callable[..., None]:
    """Make of a change of the progress what carries it out on the file, and never raises."""

    @functools.wraps(change)
    def record(*arguments: Any) -> None:
        try:
            _carry_out(lambda progress: change(progress, *arguments))
        except Exception as error:  # not a lesson's concern, whatever it is
            print(f"(Not recorded in your progress: {' '.join(str(error).split())})")

    return record


def _carry_out(change: Callable[[Progress], None]) -> None:
    path = progress_file()
    with disk_errors_explained(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        try:  # two lessons may be open, each with a kernel that records
            held = FileLock(path.with_suffix(".lock")).acquire(timeout=SECONDS_FOR_LOCK)
        except Timeout as error:
            raise CourseError(
                f"{path} has been held by another notebook for {SECONDS_FOR_LOCK} seconds: run "
                "this again when that one has come to rest."
            ) from error
        with held:
            if path in _written and not path.exists():
                print(
                    f"(Your progress in {path} is gone, and begins anew; the notebooks are as "
                    "they were.)"
                )
            progress = _readable(path)
            change(progress)
            with atomic_path(path) as temporary:
                temporary.write_text(json.dumps(progress, indent=1) + "\n", encoding="utf-8")
            _written.add(path)


def _readable(path: Path) -> Progress:
    """Progress as it stands; a damaged file is put aside first, and that is told."""
    try:
        return read_progress()
    except DamagedProgressError:
        names = (f"{path.stem}-damaged-{k}{path.suffix}" for k in itertools.count(1))
        aside = next(path.with_name(name) for name in names if not path.with_name(name).exists())
        path.rename(aside)
        print(
            f"(Your progress was damaged: it is kept as {aside}, and a new record begins; the "
            "notebooks are as they were.)"
        )
        return _empty()


@_recorded
def record_check(
    progress: Progress, exercise_id: str, passed: bool, mistake: str | None = None
) -> None:
    """Record a check: `record_check(exercise_id, passed, mistake)`, the last a name or None."""
    entry = progress["exercises"].setdefault(exercise_id, {})
    entry["tries"] = entry.get("tries", 0) + 1
    if passed:
        now = datetime.datetime.now(datetime.UTC)
        entry.setdefault("passed", now.isoformat(timespec="seconds"))
    if mistake is not None and mistake not in entry.get("mistakes", []):
        entry.setdefault("mistakes", []).append(mistake)


@_recorded
def record_hint(progress: Progress, exercise_id: str, shown: int) -> None:
    """Record how many hints have been shown: `record_hint(exercise_id, shown)`."""
    entry = progress["exercises"].setdefault(exercise_id, {})
    entry["hints"] = max(shown, entry.get("hints", 0))


@_recorded
def record_solution(progress: Progress, exercise_id: str) -> None:
    """Record that a solution has been shown: `record_solution(exercise_id)`."""
    progress["exercises"].setdefault(exercise_id, {})["solution"] = True


@_recorded
def record_answer(progress: Progress, question_id: str, choice: str, right: bool) -> None:
    """Record an answer of a quiz: `record_answer(question_id, choice, right)`."""
    entry = progress["questions"].setdefault(question_id, {})
    entry.setdefault("choices", []).append(choice)
    if right:
        entry.setdefault("right_at", len(entry["choices"]))


@_recorded
def record_prediction(progress: Progress, question_id: str, choice: str) -> None:
    """Record a prediction: `record_prediction(question_id, choice)`."""
    progress["predictions"].setdefault(question_id, {})["choice"] = choice


@_recorded
def record_outcome(progress: Progress, question_id: str, key: str) -> None:
    """Record what came true of a prediction: `record_outcome(question_id, key)`.

    The first prediction met by a measurement is the one that counts: later ones know better.
    """
    entry = progress["predictions"].setdefault(question_id, {})
    if "choice" in entry and "first" not in entry:
        entry["first"] = entry["choice"]
    entry["measured"] = key


def predictions() -> dict[str, str]:
    """The learner's predictions: choices by question id; empty where unreadable."""
    try:
        kept = read_progress()["predictions"]
    except CourseError:
        return {}
    return {id: entry["choice"] for id, entry in kept.items() if "choice" in entry}

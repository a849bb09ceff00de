"""`check`, `hint` and `solution`: what a learner calls in an exercise."""

import zlib
from collections.abc import Callable
from typing import Any

from course_utils.teaching import progress
from course_utils.teaching.answer_trials import Failure, NotAnsweredError, failure_of, shows
from course_utils.teaching.exercise import Exercise, sentence_of
from course_utils.teaching.exercises import load_exercise
from course_utils.teaching.mistake import Mistake
from course_utils.teaching.solutions import solution_source
from course_utils.teaching.sources import show_code

_hints_shown: dict[str, int] = {}
_solutions_asked_for: set[str] = set()


def check(exercise_id: str, answer: Callable) -> None:
    """Say whether an answer works and, if not, what it does not do yet.

    One line names the first property that the answer lacks, and the smallest of the inputs tried
    that shows it. Where the answer does what many answers do that go wrong, a second line hints
    at it. What comes of it is kept in the learner's progress.

    Parameters
    ----------
    exercise_id : str
        As the exercise's heading has it: `"02-break-even"`.
    answer : callable
        Your function itself, not what it gives: `check("02-break-even", break_even_tasks)`.

    Raises
    ------
    CourseError
        If there is no such exercise (the nearest one is suggested).
    """
    exercise = load_exercise(exercise_id)
    try:
        failure = _first_failure(exercise, answer)
    except NotAnsweredError:
        print(
            f"Not answered yet: write {exercise.function}, then run this cell again "
            f'(hint("{exercise.id}") helps).'
        )
        return
    if failure is None:
        print(
            f"Passed: all {len(exercise.properties)} properties of {exercise.title} hold, "
            "on random inputs too."
        )
        progress.record_check(exercise.id, True)
        return
    print(f"Not yet: {failure.words}.")
    mistake = _recognised(exercise, answer) if failure.recognisable else None
    if mistake is not None:
        print(f"This looks familiar: {mistake.hint}")
    progress.record_check(exercise.id, False, mistake and mistake.name)


def hint(exercise_id: str) -> None:
    """Print the next hint for an exercise; each call goes one step further.

    Raises
    ------
    CourseError
        If there is no such exercise (the nearest one is suggested).
    """
    exercise = load_exercise(exercise_id)
    shown = _hints_shown.get(exercise.id, 0)
    if shown == len(exercise.hints):
        print(f'You have seen all {shown} hints; solution("{exercise.id}") shows one way to do it.')
        return
    example = exercise.example_sentence() if shown == 0 else ""
    example = f" For example, {example}." if example else ""
    print(f"Hint {shown + 1} of {len(exercise.hints)}: {exercise.hints[shown]}{example}")
    _hints_shown[exercise.id] = shown + 1
    progress.record_hint(exercise.id, shown + 1)


def solution(exercise_id: str) -> None:
    """Show one way to solve an exercise.

    While there are hints left to see it says so first, and shows the solution when asked again.

    Raises
    ------
    CourseError
        If there is no such exercise (the nearest one is suggested).
    """
    exercise = load_exercise(exercise_id)
    left = len(exercise.hints) - _hints_shown.get(exercise.id, 0)
    if left and exercise.id not in _solutions_asked_for:
        _solutions_asked_for.add(exercise.id)
        hints = "1 hint is" if left == 1 else f"{left} hints are"
        print(
            f'{hints} left, and hint("{exercise.id}") shows the next. '
            f'To see the solution now, run solution("{exercise.id}") once more.'
        )
        return
    show_code(solution_source(exercise))
    progress.record_solution(exercise.id)


def _first_failure(exercise: Exercise, answer: Any) -> Failure | None:
    """What an answer lacks (Failure), with the property's sentence; None if it lacks nothing."""
    if answer is ...:
        raise NotAnsweredError
    if not callable(answer):
        return Failure(
            f"{exercise.function} should be a function, got {type(answer).__name__}; "
            "hand over the function itself, without calling it",
            recognisable=False,
        )
    for prop in exercise.properties:
        failure = failure_of(prop, answer, _seed(exercise), exercise.seconds)
        if failure is not None:
            return failure._replace(words=f"{sentence_of(prop)}{failure.words}")
    return None


def _recognised(exercise: Exercise, answer: Callable) -> Mistake | None:
    """The first of the exercise's typical mistakes that the answer makes, or None."""
    for mistake in exercise.mistakes:
        shown = shows(mistake, answer, exercise, _seed(exercise))
        if shown is None:
            return None  # with the others it would be endless too, and the learner waits
        if shown:
            return mistake
    return None


def _seed(exercise: Exercise) -> int:
    return zlib.crc32(exercise.id.encode())

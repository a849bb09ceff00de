"""`check`, `hint` and `solution`: what a learner calls in an exercise."""

import difflib
import zlib

from course_utils.errors import CourseError
from course_utils.teaching.exercises import EXERCISES
from course_utils.teaching.running import NotAnsweredError, failure_of
from course_utils.teaching.solutions import solution_source
from course_utils.teaching.sources import show_code

_hints_shown = {}


def check(exercise_id, answer):
    """Say in one line whether an answer works and, if not, what it does not do yet.

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
    exercise = _find(exercise_id)
    try:
        print(_verdict(exercise, answer))
    except NotAnsweredError:
        print(
            f"Not answered yet: write {exercise.function}, then run this cell again "
            f'(hint("{exercise.id}") helps).'
        )


def hint(exercise_id):
    """Print the next hint for an exercise; each call goes one step further.

    Raises
    ------
    CourseError
        If there is no such exercise (the nearest one is suggested).
    """
    exercise = _find(exercise_id)
    shown = _hints_shown.get(exercise.id, 0)
    if shown == len(exercise.hints):
        print(f'You have seen all {shown} hints; solution("{exercise.id}") shows one way to do it.')
        return
    example = exercise.example_sentence() if shown == 0 else ""
    example = f" For example, {example}." if example else ""
    print(f"Hint {shown + 1} of {len(exercise.hints)}: {exercise.hints[shown]}{example}")
    _hints_shown[exercise.id] = shown + 1


def solution(exercise_id):
    """Show one way to solve an exercise: the code of the lesson's own text.

    Raises
    ------
    CourseError
        If there is no such exercise, or the lessons' texts are not installed.
    """
    show_code(solution_source(_find(exercise_id).id))


def _find(exercise_id):
    if exercise_id in EXERCISES:
        return EXERCISES[exercise_id]
    near = difflib.get_close_matches(str(exercise_id), EXERCISES, n=1, cutoff=0.4)
    advice = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(EXERCISES)}."
    raise CourseError(f"There is no exercise {exercise_id!r}: {advice}")


def _verdict(exercise, answer):
    if answer is ...:
        raise NotAnsweredError
    if not callable(answer):
        return (
            f"Not yet: {exercise.function} should be a function, got {type(answer).__name__}; "
            "hand over the function itself, without calling it."
        )
    seed = zlib.crc32(exercise.id.encode())
    for prop in exercise.properties:
        failure = failure_of(prop, answer, seed, exercise.seconds)
        if failure is not None:
            return f"Not yet: {prop.sentence}{failure}."
    return (
        f"Passed: all {len(exercise.properties)} properties of {exercise.title} hold, "
        "on random inputs too."
    )

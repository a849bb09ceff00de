"""The claims that the course puts to the test, as the lessons' cards list them.

A claim is turned into one or more conditions, each a difference that has to lie above a
threshold: `verdict` in `measuring.results` says what follows. All evidence comes from the stored
sweeps. A claim whose entry names no conditions is not measured yet.
"""

import difflib
from functools import cache, partial

from course_utils.claims.claim import Claim
from course_utils.errors import CourseError
from course_utils.lesson_folders import LessonFolder, lesson_folders


@cache
def claims() -> tuple[Claim, ...]:
    """All claims, lesson by lesson."""
    return tuple(
        _claim(lesson, entry)
        for lesson in lesson_folders()
        for entry in lesson.card.get("claims", [])
    )


def _claim(lesson: LessonFolder, entry: dict) -> Claim:
    return Claim(
        id=entry["id"],
        statement=entry["statement"],
        lesson=lesson.number,
        lessons=tuple(entry.get("lessons", [lesson.number])),
        test=entry.get("test", ""),
        conditions=partial(_margins, lesson, entry["conditions"])
        if "conditions" in entry
        else None,
        flips=entry.get("flips", ""),
        data=tuple(entry.get("data", ())),
    )


def _margins(lesson: LessonFolder, function: str) -> dict:
    return getattr(lesson.load("claims"), function)()


def by_id(claim_id: str) -> Claim:
    """The claim of this name.

    Raises
    ------
    CourseError
        If there is none.
    """
    known = {claim.id: claim for claim in claims()}
    if claim_id in known:
        return known[claim_id]
    near = difflib.get_close_matches(str(claim_id), known, n=1, cutoff=0)
    raise CourseError(f"There is no claim {claim_id!r}: did you mean {near[0]!r}?")

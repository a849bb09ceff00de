"""The claims that the course puts to the test, as the lessons' cards list them.

A claim is turned into one or more conditions, each a difference that has to lie above a
threshold: `verdict` in `measuring.results` says what follows. All evidence comes from the stored
sweeps. A claim whose entry names no conditions is not measured yet.
"""

from functools import cache
from typing import Any

from course_utils.claims.claim import Claim, Margins
from course_utils.lesson_folders import LessonFolder, lesson_folders
from course_utils.validation import one_of


@cache
def claims() -> tuple[Claim, ...]:
    """All claims, lesson by lesson."""
    return tuple(
        _claim(lesson, dict(entry))
        for lesson in lesson_folders()
        for entry in lesson.card.get("claims", [])
    )


def _claim(lesson: LessonFolder, entry: dict[str, Any]) -> Claim:
    """The claim of an entry; its conditions are a function of the lesson's module `claims`."""
    function = entry.pop("conditions", None)

    def conditions() -> Margins:
        return getattr(lesson.load("claims"), function)()

    lessons = tuple(entry.pop("lessons", [lesson.number]))
    data = tuple(entry.pop("data", ()))
    return Claim(
        lesson=lesson.number,
        lessons=lessons,
        conditions=conditions if function else None,
        data=data,
        **entry,
    )


def by_id(claim_id: str) -> Claim:
    """The claim of this name.

    Raises
    ------
    CourseError
        If there is none; the nearest is suggested.
    """
    known = {claim.id: claim for claim in claims()}
    return known[one_of(claim_id, "claim", known)]

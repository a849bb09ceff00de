"""The claims that the course puts to the test, as the lessons' cards list them."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from course_utils.claims.claim import Claim
from course_utils.lesson_folders import lesson_folders
from course_utils.measuring.conditions import conditions_of
from course_utils.validation import one_of


@cache
def claims() -> tuple[Claim, ...]:
    """All claims, lesson by lesson, those that were dropped too."""
    return tuple(
        claim_from(entry, lesson.number)
        for lesson in lesson_folders()
        for entry in lesson.card.get("claims", [])
    )


def claim_from(entry: Mapping[str, Any], lesson: str) -> Claim:
    """The claim of an entry in a lesson's card.

    Raises
    ------
    CourseError
        If one of its conditions is unsound.
    """
    rest = {key: value for key, value in entry.items() if key not in ("primary", "lessons")}
    lessons = tuple(entry.get("lessons", [lesson]))
    return Claim(lesson=lesson, lessons=lessons, primary=conditions_of(entry), **rest)


def by_id(claim_id: str) -> Claim:
    """The claim of this name.

    Raises
    ------
    CourseError
        If there is none; the nearest is suggested.
    """
    known = {claim.id: claim for claim in claims()}
    return known[one_of(claim_id, "claim", known)]

"""The claims are those of the lessons' cards, each with what it takes to judge it."""

import re

import pytest

from course_utils.claims.registry import by_id, claims
from course_utils.errors import CourseError
from course_utils.measuring import studies
from course_utils.paths import PROJECT_FOLDER

LIST = PROJECT_FOLDER.parent / "shared" / "CLAIMS.md"


def test_each_claim_stands_there_once():
    ids = [claim.id for claim in claims()]
    assert len(set(ids)) == len(ids) == 28


@pytest.mark.skipif(not LIST.exists(), reason="the list of claims is not part of the repository")
def test_the_claims_are_those_of_the_list():
    rows = re.findall(
        r"^\| ([a-z0-9-]+) \| (.*?) \|.*\| ([\d, ]+) \|$", LIST.read_text("utf-8"), re.M
    )
    listed = {name: (statement, tuple(lessons.split(", "))) for name, statement, lessons in rows}
    # Claims of the list that no lesson has are still to come.
    stated = {claim.id: (claim.statement, claim.lessons) for claim in claims() if not claim.dropped}
    assert {name for name in stated if stated[name] != listed.get(name)} == set()


@pytest.mark.parametrize("claim", claims(), ids=lambda claim: claim.id)
def test_a_claim_belongs_to_its_lesson_and_its_conditions_to_its_studies(claim):
    assert claim.lesson in claim.lessons
    assert {condition.study for condition in claim.primary} <= set(studies())
    assert not (claim.primary and claim.dropped)


def test_an_unknown_claim_is_told_with_the_nearest_name():
    with pytest.raises(CourseError, match="claim 'les-data' is unknown: did you mean 'less-data'"):
        by_id("les-data")
    with pytest.raises(CourseError, match="claim 3 is unknown: there are general-to-specific, "):
        by_id(3)

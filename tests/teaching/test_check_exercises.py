"""Every exercise: the stub is told, right answers pass, wrong ones fail for their reason.

The answers are in the modules `answers_*`, one for each exercise; a new one's are found there.
"""

import inspect
import re

import numpy as np
import pytest
import torch
from checking import EXERCISES, answers, stub, told, told_with_hint

from course_utils.teaching.exercise import sentence_of

RIGHT = answers("RIGHT")
WRONG = answers("WRONG")
# Where a message says which case failed, and does not begin with the first argument.
BEGINS = {"01-hook": "", "02-freeze": "", "03-unfreeze": "prefix = "}
# What has all the other properties has these: no wrong answer is left for them to reject.
LAST = ("the course's own function", "it agrees with the definition")


def names(answers):
    return [
        f"{id}-{getattr(answer, '__name__', 'partial').strip('<_>')}" for id, answer, *_ in answers
    ]


@pytest.fixture(scope="module")
def said():
    """What `check` says about an answer that was checked before: networks take a while."""
    return {}


@pytest.mark.parametrize(("exercise_id", "answer"), RIGHT, ids=names(RIGHT))
def test_a_right_answer_passes(capsys, exercise_id, answer):
    assert told(capsys, exercise_id, answer).startswith("Passed: all ")


@pytest.mark.parametrize("exercise_id", EXERCISES)
@pytest.mark.parametrize("answer", [stub, ...])
def test_a_stub_is_not_answered_yet(capsys, exercise_id, answer):
    function = EXERCISES[exercise_id].function
    assert told(capsys, exercise_id, answer) == (
        f"Not answered yet: write {function}, then run this cell again "
        f'(hint("{exercise_id}") helps).'
    )


@pytest.mark.parametrize(("exercise_id", "answer", "reason", "mistake"), WRONG, ids=names(WRONG))
def test_a_wrong_answer_is_told_why(capsys, said, exercise_id, answer, reason, mistake):
    message, hint = told_with_hint(capsys, exercise_id, answer)
    said[exercise_id, answer] = message
    assert message.startswith("Not yet: ")
    assert reason in message
    assert ("expected " in message and "got " in message) or "it raised " in message
    assert len(message) < 500  # what fails is small enough to read
    exercise = EXERCISES[exercise_id]
    first = next(iter(inspect.signature(exercise.reference).parameters))
    assert f", for {BEGINS.get(exercise_id, f'{first} = ')}" in message
    # Recognised as what it is, and as nothing else.
    named = {each.hint: each.name for each in exercise.mistakes}
    assert (named[hint] if hint else None) == mistake


@pytest.mark.parametrize("exercise_id", EXERCISES)
def test_an_exercise_has_hints_and_answers_enough(exercise_id):
    assert len(EXERCISES[exercise_id].hints) == 3
    assert len({answer for id, answer in RIGHT if id == exercise_id}) >= 2
    assert len({answer for id, answer, *_ in WRONG if id == exercise_id}) >= 3


@pytest.mark.parametrize("exercise_id", EXERCISES)
def test_typical_mistakes_are_recognised(exercise_id):
    own = EXERCISES[exercise_id].mistakes
    names = [mistake.name for mistake in own]
    assert len(names) == len(set(names)) >= 3
    assert len({mistake.hint for mistake in own}) == len(own)
    assert all(re.fullmatch(r"[a-z0-9-]+", name) for name in names)
    assert all(20 < len(each.hint) <= 300 and each.hint.endswith((".", "?")) for each in own)
    made = {mistake for id, *_, mistake in WRONG if id == exercise_id}
    assert made - {None} == set(names)


@pytest.mark.parametrize(("exercise_id", "answer"), RIGHT, ids=names(RIGHT))
def test_a_right_answer_makes_no_typical_mistake(exercise_id, answer):
    for mistake in EXERCISES[exercise_id].mistakes:
        for seed in range(3):
            assert not mistake.shown_by(answer, np.random.default_rng(seed), EXERCISES[exercise_id])


@pytest.mark.parametrize("exercise_id", EXERCISES)
def test_every_property_rejects_something(capsys, said, exercise_id):
    wrong = [(id, answer) for id, answer, *_ in WRONG if id == exercise_id]
    rejected = [said.get(each) or told(capsys, *each) for each in wrong]
    for prop in EXERCISES[exercise_id].properties:
        assert any(sentence_of(prop) in message for message in rejected) or any(
            words in sentence_of(prop) for words in LAST
        )


@pytest.mark.parametrize(("exercise_id", "answer"), dict(RIGHT).items(), ids=dict(RIGHT))
def test_checking_leaves_the_random_generators_as_they_were(capsys, exercise_id, answer):
    before = torch.get_rng_state(), np.random.get_state()[1]
    told(capsys, exercise_id, answer)
    assert torch.equal(torch.get_rng_state(), before[0])
    assert np.array_equal(np.random.get_state()[1], before[1])

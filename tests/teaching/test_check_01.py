"""Lesson 01's exercises: the stub is told, right answers pass, wrong ones fail for their reason."""

import answers_01_arrays
import answers_01_networks
import pytest
import torch
from checking import exercises_of, stub, told

EXERCISES = exercises_of("01")
RIGHT = answers_01_networks.RIGHT + answers_01_arrays.RIGHT
WRONG = answers_01_networks.WRONG + answers_01_arrays.WRONG


@pytest.mark.parametrize(("exercise_id", "answer"), RIGHT)
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


@pytest.mark.parametrize(("exercise_id", "answer", "reason"), WRONG)
def test_a_wrong_answer_is_told_why(capsys, exercise_id, answer, reason):
    message = told(capsys, exercise_id, answer)
    assert message.startswith("Not yet: ")
    assert reason in message
    assert "expected " in message or "it raised " in message
    assert len(message) < 500  # what fails is small enough to read


def test_every_property_rejects_something(capsys):
    rejected = " ".join(told(capsys, id, answer) for id, answer, _ in WRONG)
    for exercise in EXERCISES.values():
        for prop in exercise.properties:
            # What agrees with all the others agrees with the course's own function.
            assert prop.sentence in rejected or "the course's own function" in prop.sentence


@pytest.mark.parametrize("exercise_id", EXERCISES)
def test_three_hints_each_and_wrong_answers_enough(exercise_id):
    assert len(EXERCISES[exercise_id].hints) == 3
    assert sum(wrong[0] == exercise_id for wrong in WRONG) >= 3


def test_checking_leaves_torchs_generator_as_it_was(capsys):
    before = torch.get_rng_state()
    told(capsys, "01-hook", answers_01_networks.record_output)
    assert torch.equal(torch.get_rng_state(), before)

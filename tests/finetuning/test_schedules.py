"""Schedules refuse what makes no sense, and rates rise and fall as they say."""

import dataclasses
import json
import re

import numpy as np
import pytest

from course_utils import CourseError
from course_utils.finetuning import (
    Schedule,
    Stage,
    all_at_once,
    gradual_unfreezing,
    rate_at,
)

HEAD = {"head": 1e-3}

#: Each with words that name the field, and the value or the choices.
WRONG_STAGES = [
    ({"rates": {}}, "needs something to train"),
    ({"rates": ["head"]}, "needs something to train"),
    ({"rates": {"head": 1e-3, "conv5": 0}}, "'conv5'.* a number above 0, not 0"),
    ({"epochs": 0}, "epochs.*at least 1, not 0"),
    ({"warm_up": -0.1}, "warm_up.*not -0.1"),
    ({"warm_up": 1}, "warm_up must be below 1"),
    ({"decay": "step"}, "decay 'step' is unknown"),
    ({"patience": 0}, "patience.*, not 0"),
]


@pytest.mark.parametrize(("wrong", "told"), WRONG_STAGES)
def test_a_wrong_stage_is_told_in_a_sentence(wrong, told):
    with pytest.raises(CourseError, match=told) as caught:
        Stage(**({"rates": HEAD, "epochs": 1} | wrong))
    assert re.fullmatch(r"[^\n]+[.?]", str(caught.value))


WRONG_SCHEDULES = [
    *(({"stages": value}, "made of stages") for value in ((), None, [HEAD])),
    ({"optimizer": "rmsprop"}, "optimizer 'rmsprop' is unknown: there are adam, sgd"),
    ({"batch_size": 0}, "batch_size.*not 0"),
    ({"penalty": "l1"}, "penalty 'l1' is unknown: did you mean 'l2'"),
    ({"batch_norm": "on"}, "batch_norm 'on' is unknown"),
    ({"penalty": "l2", "strength": -1}, "strength.*at least 0, not -1"),
    ({"penalty": "l2", "head_strength": -1}, "head_strength.*at least 0, not -1"),
    ({"strength": 0.1}, 'strength needs a penalty: add penalty="l2"'),
    ({"head_strength": 0.1}, 'strength needs a penalty: add penalty="l2"'),
]


@pytest.mark.parametrize(("wrong", "told"), WRONG_SCHEDULES)
def test_a_wrong_schedule_is_told_in_a_sentence(wrong, told):
    with pytest.raises(CourseError, match=told) as caught:
        Schedule(**({"stages": (Stage(HEAD, 1),)} | wrong))
    assert re.fullmatch(r"[^\n]+[.?]", str(caught.value))


def test_a_schedule_is_plain_data_that_cannot_be_changed():
    rates = {"head": np.float64(1e-3), "conv5": 1}
    stage = Stage(rates, np.int64(3).item(), name="")
    rates["conv4"] = 1e-5
    schedule = Schedule(stage, penalty="l2-sp", strength=0.1)
    assert schedule.stages == (stage,)
    assert stage.name == "head + conv5"
    assert stage.rates == {"head": 1e-3, "conv5": 1.0}
    assert json.loads(json.dumps(dataclasses.asdict(schedule)))["stages"][0]["rates"] == stage.rates
    with pytest.raises(dataclasses.FrozenInstanceError):
        schedule.batch_size = 8


def expected_rate(step, steps, peak, warm_up, decay):
    """By looking the shape up in a table of its corners, or as a real part on the unit circle."""
    climb = np.interp(step + 1, [0, max(warm_up, 1e-9)], [0, peak])
    if step < warm_up:
        return climb
    turn = (step - warm_up) / (steps - warm_up)
    fall = {
        "constant": 1.0,
        "linear": np.interp(step, [warm_up, steps], [1, 0]),
        "cosine": np.sin((1 - turn) * np.pi / 2) ** 2,
    }
    return peak * fall[decay]


@pytest.mark.parametrize("decay", ["cosine", "linear", "constant"])
def test_rates_follow_their_formula(decay):
    random = np.random.default_rng(0)
    for _ in range(200):
        steps = int(random.integers(1, 300))
        warm_up = int(random.integers(0, steps + 1))
        peak = 10 ** random.uniform(-6, 0)
        rates = [rate_at(step, steps, peak, warm_up, decay) for step in range(steps)]
        expected = [expected_rate(step, steps, peak, warm_up, decay) for step in range(steps)]
        np.testing.assert_allclose(rates, expected, rtol=1e-9, atol=1e-12 * peak)
        assert min(rates) > 0 and max(rates) <= peak * (1 + 1e-15)
        assert (np.diff(rates[:warm_up]) > 0).all(), "it climbs"
        assert (np.diff(rates[warm_up:]) <= 0).all(), "it never climbs again"
        if 0 < warm_up < steps:  # no jump where the climb ends
            assert rates[warm_up - 1] == pytest.approx(peak) == rates[warm_up]


def test_all_at_once():
    schedule = all_at_once(1e-4, 5, ("conv5", "conv4"), head_rate=1e-2, optimizer="sgd")
    (stage,) = schedule.stages
    assert stage.rates == {"head": 1e-2, "conv5": 1e-4, "conv4": 1e-4}
    assert (stage.epochs, schedule.optimizer) == (5, "sgd")
    assert all_at_once(1e-4, 5).stages[0].rates == {"head": 1e-4, "base": 1e-4}
    assert all_at_once(1e-4, 5, "conv5").stages[0].rates == {"head": 1e-4, "conv5": 1e-4}


def test_gradual_unfreezing():
    """The whole base, in the end, takes in what learns already."""
    groups = ("conv5", "conv4", "base")
    schedule = gradual_unfreezing(1e-3, (4, 3, 2), groups, restore_best=False)
    assert [stage.epochs for stage in schedule.stages] == [4, 3, 2]
    learning = [{"head", "conv5"}, {"head", "conv5", "conv4"}, {"head", "base"}]
    assert [set(stage.rates) for stage in schedule.stages] == learning
    assert {rate for stage in schedule.stages for rate in stage.rates.values()} == {1e-3}
    assert not schedule.restore_best


@pytest.mark.parametrize("epochs", [(), (1, 2, 3), 3])
def test_gradual_unfreezing_counts_its_stages(epochs):
    with pytest.raises(CourseError, match="2 groups has as many stages"):
        gradual_unfreezing(1e-3, epochs, ("conv5", "conv4"))

"""Plans foretell what a larger table would show, and look at validation pictures alone."""

import json
import re
from dataclasses import replace

import numpy as np
import pytest

from course_utils import cli
from course_utils.errors import CourseError
from course_utils.measuring.conditions import Condition
from course_utils.measuring.intervals import Components, crossed_estimate
from course_utils.measuring.planning import (
    MOST_DRAWS,
    MOST_PICTURES,
    half_width_range,
    needed,
    plan,
    power,
    read_pilot,
)
from course_utils.measuring.sweeps import run_sweep
from making.simulation import Noise, found, paired_cells

#: A draw's variance, a picture's, and the rest's, in squares of fractions.
DRAWS_MATTER = Components(0.035**2, 0.01, 0.05)
PICTURES_MATTER = Components(0.01**2, 0.2, 0.1)
CONDITION = Condition(
    "frozen over scratch", "pilot", "arm == 'frozen'", 0.05, 20, rivals=("arm == 'scratch'",)
)


def test_enough_is_enough():
    need = needed(DRAWS_MATTER, 0.05, 10, 1000)
    assert (need.short, need.draws, need.pictures) == ("nothing", 10, 1000)
    assert str(need) == "nothing is short"


@pytest.mark.parametrize("half_width", [0.008, 0.01, 0.02])
@pytest.mark.parametrize("parts", [DRAWS_MATTER, PICTURES_MATTER])
def test_what_would_do_does_and_less_does_not(parts, half_width):
    need = needed(parts, half_width, 10, 300)
    assert parts.half_width(10, 300) > half_width
    assert parts.half_width(need.draws, need.pictures) <= half_width
    if need.short != "test pictures":
        assert parts.half_width(need.draws - 1, need.pictures) > half_width
    if need.short != "draws":
        assert parts.half_width(need.draws, need.pictures - 1) > half_width


def test_it_is_said_what_is_short():
    assert needed(DRAWS_MATTER, 0.02, 10, 3000).short == "draws"
    assert needed(PICTURES_MATTER, 0.04, 10, 300).short == "test pictures"
    either = needed(Components(0.02**2, 0.1, 0.1), 0.035, 10, 400)
    assert re.fullmatch(
        r"test pictures are short, [\d,]+ test pictures \(or \d+ draws\) would do", str(either)
    )
    other = int(either.instead.split()[0])
    assert Components(0.02**2, 0.1, 0.1).half_width(other, 400) <= 0.035
    assert needed(PICTURES_MATTER, 0.005, 10, 300).short == "draws and test pictures"
    hopeless = needed(DRAWS_MATTER, 0.001, 10, 300)
    assert hopeless.draws is None and hopeless.pictures is None
    assert f"not even {MOST_DRAWS} draws and {MOST_PICTURES:,} test pictures" in str(hopeless)
    assert re.fullmatch(
        r"draws are short, \d+ draws would do", str(needed(DRAWS_MATTER, 0.02, 10, 3000))
    )


@pytest.mark.parametrize("effect", [0.0, 0.05, 0.1])
def test_power_is_what_a_simulation_finds(effect):
    noise = Noise(10, 1000, 0.035, 0.3)
    random = np.random.default_rng(0)
    tables = [crossed_estimate(paired_cells(noise, effect, random)) for _ in range(60)]
    parts = Components(*np.mean([[*vars(t.components).values()] for t in tables], axis=0))
    told = power(parts, effect, 0.05, noise.draws, noise.pictures)
    assert told == pytest.approx(found(noise, effect, 0.05, 1, 300), abs=0.1)


def test_without_noise_every_effect_that_matters_is_found():
    assert power(Components(0, 0, 0), 0.06, 0.05, 10, 100) == 1
    assert power(Components(0, 0, 0), 0.04, 0.05, 10, 100) == 0


@pytest.fixture
def pilot(tmp_path):
    """Two arms, four draws, on 300 validation pictures; frozen is 20 points better."""
    path = tmp_path / "pilot.jsonl"

    def run(arm, draw, **_):
        random = np.random.default_rng([draw, len(arm)])
        share = {"frozen": 0.7, "scratch": 0.5}[arm] + random.normal(0, 0.02)
        easy = np.random.default_rng(0).random(300)
        return {"correct": easy + random.normal(0, 0.1, 300) < share, "seconds": 30.0}

    trials = [
        {"arm": arm, "draw": draw, "part": "validation", "dataset": "x", "labels_per_class": 5}
        for draw in range(4)
        for arm in ("frozen", "scratch")
    ]
    run_sweep(trials, run, path)
    return path


def test_a_plan_says_what_a_condition_needs_and_costs(pilot):
    found = plan(CONDITION, read_pilot(pilot), n_pictures=2000)
    assert (found.n_draws, found.n_pictures, found.pilot.n_draws) == (20, 2000, 4)
    assert found.minutes_per_draw == pytest.approx(1.0)
    assert found.need.short == "nothing"
    first, twice = (line.split() for line in str(found).splitlines()[3:5])
    assert (first[0], first[1], first[-1]) == ("20", "2,000", "20")
    assert (twice[0], twice[1], twice[-1]) == ("40", "2,000", "40")
    assert "For ± 5 points: 20 draws and 2,000 test pictures will do." in str(found)


def test_a_plan_shows_the_size_that_would_do(pilot):
    found = plan(replace(CONDITION, difference_that_matters=0.01), read_pilot(pilot), 80)
    size = f"{found.need.draws:5d}  {found.need.pictures:13,d}  "
    assert any(line.startswith(size) for line in str(found).splitlines())


@pytest.mark.parametrize("seed", range(3))
def test_the_true_width_lies_in_the_range_that_a_pilot_gives(seed):
    """In about 80 of a hundred pilots: here of 60, with room for chance."""
    noise, random = Noise(6, 150, 0.03, 0.3), np.random.default_rng(seed)
    larger = [
        crossed_estimate(paired_cells(Noise(20, 1000, 0.03, 0.3), 0.0, random)).half_width()
        for _ in range(60)
    ]
    true, held = np.mean(larger), 0
    for _ in range(60):
        low, high = half_width_range(crossed_estimate(paired_cells(noise, 0.0, random)), 20, 1000)
        held += low <= true <= high
    assert 0.65 <= held / 60 <= 0.95


def test_a_plan_for_several_conditions_is_judged_more_strictly(pilot):
    alone, four = (plan(CONDITION, read_pilot(pilot), 100, k) for k in (1, 4))
    assert (alone.confidence, four.confidence) == pytest.approx((0.95, 0.9875))
    assert "at 98.75 % confidence" in str(four)
    assert alone.need.pictures < four.need.pictures


def test_a_pilot_on_test_pictures_is_refused(pilot):
    rows = read_pilot(pilot)
    for part in ("test", None):
        with pytest.raises(CourseError, match="A pilot is measured on validation data"):
            plan(CONDITION, rows.assign(part=part), 1000)
    with pytest.raises(CourseError, match="The pilot has no records"):
        plan(CONDITION, rows.iloc[:0], 1000)


def test_a_pilot_that_can_tell_nothing_is_refused(pilot):
    rows = read_pilot(pilot)
    with pytest.raises(CourseError, match="of at least three draws"):
        plan(CONDITION, rows[rows.draw < 2], 1000)
    by_share = Condition("x", "p", "arm == 'frozen'", 0.05, measure="validation_accuracy")
    with pytest.raises(CourseError, match="which pictures each draw named correctly"):
        plan(by_share, rows, 1000)


# The command.


def command(capsys, *arguments):
    status = cli.main(["plan", *map(str, arguments)])
    return status, *capsys.readouterr()


def test_the_command_plans_a_comparison(pilot, capsys):
    arms = ("--arm", "arm == 'frozen'", "--rival", "arm == 'scratch'", "--where", "draw < 9")
    status, told, _ = command(capsys, pilot, "--pictures", 80, *arms, "--difference", 0.05)
    assert status == 0
    assert told.startswith("arm == 'frozen' over arm == 'scratch'\npilot: 4 draws, 300 validation")
    assert "short" in told


def test_the_command_plans_a_claims_conditions(pilot, capsys, monkeypatch):
    from course_utils.claims import registry
    from course_utils.claims.claim import Claim

    claim = Claim("x", "so", "02", ("02",), (CONDITION, CONDITION))
    monkeypatch.setattr(registry, "by_id", lambda name: claim)
    status, told, _ = command(capsys, pilot, "--pictures", 2000, "--claim", "x")
    assert status == 0 and told.count("at 97.5 % confidence") == 2


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--claim", "less-data"), "has no primary conditions yet"),
        (("--claim", "les-data"), "did you mean 'less-data'"),
        (("--arm", "arm == 'frozen'"), "name both"),
        (("--arm", "arm = 3", "--rival", "arm == 'scratch'"), "can't be answered by the records"),
        (("--arm", "arm == 'forzen'", "--rival", "arm == 'scratch'"), "No record of the pilot"),
        (
            ("--arm", "x", "--rival", "y", "--difference", "2"),
            "--difference must be .* at most 0.5",
        ),
        (("--arm", "x", "--rival", "y", "--draws", "1"), "--draws must be .* at least 2"),
    ],
)
def test_the_command_tells_a_mistake(pilot, capsys, arguments, told):
    status, _, error = command(capsys, pilot, "--pictures", 100, *arguments)
    assert status == 1 and re.search(told, error)


def test_a_pilot_that_is_not_there(tmp_path, capsys):
    status, _, error = command(capsys, tmp_path / "no", "--pictures", 9, "--arm", "draw < 3")
    assert status == 1 and "There is no pilot" in error


def test_answers_of_a_pilot_stay_packed(pilot):
    first = json.loads(pilot.read_text().splitlines()[0])
    assert first["measured"]["correct"]["of"] == 300

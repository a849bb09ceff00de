"""What is read out of the sweeps of lesson 05: choosing, gains, losses."""

import numpy as np
import pytest

from course_utils.errors import CourseError
from course_utils.lessons.lesson_05 import findings as measured
from course_utils.lessons.lesson_05.adaptation import methods_of
from course_utils.measuring.results import compare, paired_difference
from course_utils.measuring.sweeps import SEEDS

SHIFT = measured.SHIFTS[0]


def candidate(score, test, step=10):
    return {measured.HEADLINE: score, "oracle": test, "test": test, "step": step}


def test_the_best_score_is_chosen_whatever_it_is_worth():
    good, liked = candidate(0.4, 0.9), candidate(0.8, 0.2)
    assert measured.chosen([good, liked]) is liked
    assert measured.chosen([good, liked], "oracle") is good


def test_of_equal_scores_the_longest_training_is_chosen():
    early, late = candidate(0.5, 0.9, step=10), candidate(0.5, 0.1, step=20)
    assert measured.chosen([late, early]) is late
    assert measured.chosen([early, late]) is late


@pytest.mark.parametrize("method", methods_of(SHIFT))
def test_the_oracle_is_never_behind_on_what_it_sees(method):
    for seed in SEEDS:
        found = measured.candidates(SHIFT, method, seed)
        assert measured.chosen(found, "oracle")["oracle"] == max(c["oracle"] for c in found)
        assert measured.chosen(found)["oracle"] <= measured.chosen(found, "oracle")["oracle"]


def test_every_weight_and_look_is_a_candidate():
    found = measured.candidates(SHIFT, "DANN", 0)
    weights = methods_of(SHIFT)["DANN"]
    assert {c["weight"] for c in found} == set(weights)
    assert len(found) == len(weights) * len({c["step"] for c in found})


def test_a_gain_is_paired_with_source_only():
    own, plain = (measured.accuracy(SHIFT, method) for method in ("DANN", "source only"))
    gain = measured.gain(SHIFT, "DANN")
    assert np.array_equal(gain.values, paired_difference(own, plain).values)
    assert measured.gain(SHIFT, "source only").mean == 0


def test_losses_are_the_gains_below_zero():
    found = {(shift, method) for shift, method, _ in measured.losses()}
    for shift in measured.SHIFTS:
        for method in methods_of(shift):
            hurt = method != "source only" and compare(measured.gain(shift, method)) == "below"
            assert ((shift, method) in found) == hurt


def test_the_table_has_a_row_a_method_with_what_was_selected_and_the_oracles():
    shifts = measured.SHIFTS[:2]
    header, _, *rows = measured.methods_table(shifts).splitlines()
    assert all(shift in header for shift in shifts)
    assert [row.split(" | ")[0].strip("| ") for row in rows] == list(methods_of(shifts[0]))
    dann = next(row for row in rows if "DANN" in row)
    assert measured.accuracy(shifts[0], "DANN").percent() in dann
    assert f"({100 * measured.accuracy(shifts[0], 'DANN', 'oracle').mean:.1f})" in dann


def test_choosing_by_the_oracle_costs_nothing():
    assert np.array_equal(
        measured.cost_of_choosing("oracle", (SHIFT,)).values, np.zeros(len(SEEDS))
    )


def test_what_was_not_measured_is_said_to_be_missing():
    with pytest.raises(CourseError, match="no trial"):
        measured.candidates(SHIFT, "no such method", 0)

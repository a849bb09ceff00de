"""Choosing among the stored candidates of lesson 05, and what the choice gains."""

import numpy as np
import pandas as pd
import pytest

from course_utils.adaptation import SELECTORS
from course_utils.lessons.lesson_05 import selection
from course_utils.lessons.lesson_05.adaptation import END_TO_END, NAME, ON_FEATURES, methods_of
from course_utils.measuring import paired_difference, records, result_of


def candidate(score, test, step=10):
    return {selection.HEADLINE: score, "oracle": test, "test": test, "step": step}


EARLY, LATE = candidate(0.5, 0.9, step=10), candidate(0.5, 0.1, step=20)


@pytest.fixture(scope="module")
def stored():
    """The candidates of the comparison of all methods."""
    return selection.candidates(records(NAME).query("study == 'methods'"))


def test_the_best_score_is_chosen_whatever_it_is_worth():
    good, liked = candidate(0.4, 0.9), candidate(0.8, 0.2)
    assert selection.chosen([good, liked]) is liked
    assert selection.chosen([good, liked], "oracle") is good


@pytest.mark.parametrize("found", [[EARLY, LATE], [LATE, EARLY]])
def test_of_equal_scores_the_longest_training_is_chosen(found):
    assert selection.chosen(found) is LATE
    taken = selection.select(pd.DataFrame(found).assign(draw=0), within=["draw"])
    assert taken.to_dict("records") == [LATE | {"draw": 0}]


def test_every_weight_and_look_is_a_candidate(stored):
    shift = END_TO_END[0]
    found = stored.query("shift == @shift and method == 'DANN' and draw == 0")
    weights = methods_of(shift)["DANN"]
    assert set(found["weight"]) == set(weights)
    assert len(found) == len(weights) * found["step"].nunique()


@pytest.mark.parametrize("selector", [*SELECTORS, "oracle"])
def test_the_table_is_chosen_from_as_each_list_is(stored, selector):
    groups = stored.groupby(["shift", "method", "draw"])
    taken = selection.select(stored, selector)
    assert len(taken) == groups.ngroups
    for row in taken.to_dict("records"):
        own = groups.get_group((row["shift"], row["method"], row["draw"])).to_dict("records")
        best = selection.chosen(own, selector)
        assert (row["weight"], row["step"]) == (best["weight"], best["step"])


def test_a_gain_is_paired_with_source_only(stored):
    rows = selection.select(stored).query("shift == @END_TO_END[0]")
    dann, plain = (
        result_of(rows[rows["method"] == name], "test") for name in ("DANN", "source only")
    )
    gain = selection.gain_of(rows, "DANN")
    assert np.array_equal(gain.values, paired_difference(dann, plain).values)
    assert selection.gain_of(rows, "source only").mean == 0


def test_the_table_has_a_row_a_method_with_what_was_selected_and_the_oracles(stored):
    shifts = [END_TO_END[0], ON_FEATURES[0]]
    header, _, *rows = selection.methods_table(stored, shifts).splitlines()
    assert all(shift in header for shift in shifts)
    names = [row.split(" | ")[0].strip("| ") for row in rows]
    assert names == list(dict.fromkeys(name for shift in shifts for name in methods_of(shift)))
    (dann,) = (row for row in rows if row.startswith("| DANN "))
    found = stored[(stored["shift"] == shifts[0]) & (stored["method"] == "DANN")]
    taken = (selection.select(found, by) for by in (selection.HEADLINE, "oracle"))
    own, best = (result_of(rows, "test") for rows in taken)
    assert f"{own.percent()} ({100 * best.mean:.1f})" in dann

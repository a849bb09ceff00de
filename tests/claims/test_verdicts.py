"""The words follow from the numbers by rule, whatever the numbers are."""

import itertools

import numpy as np
import pytest
from scipy import stats

from course_utils.claims.verdicts import verdict_of, what_is_short, word_of
from course_utils.errors import CourseError
from course_utils.measuring.intervals import confidence_of, crossed_estimate, draws_estimate
from making.simulation import Noise, false_alarms, found, paired_cells, words_table

WORDS = ("supported", "contradicted", "no difference that matters", "undecided")


@pytest.mark.parametrize(
    ("mean", "half_width", "word"),
    [
        (0.06, 0.05, "supported"),
        (0.05, 0.04, "supported"),
        (0.049, 0.04, "undecided"),  # above zero, but perhaps too small to matter
        (0.06, 0.06, "undecided"),  # holds zero
        (0.03, 0.02, "no difference that matters"),  # above zero, and surely too small to matter
        (0.0, 0.05, "no difference that matters"),
        (0.0, 0.051, "undecided"),
        (-0.06, 0.05, "contradicted"),
        (-0.049, 0.04, "undecided"),
        (-0.03, 0.02, "no difference that matters"),
        (-0.2, 0.3, "undecided"),
    ],
)
def test_the_word_for_a_condition(mean, half_width, word):
    assert word_of(mean, mean - half_width, mean + half_width, 0.05) == word


@pytest.mark.parametrize("seed", range(300))
def test_every_interval_has_one_word_and_its_mirror_image_the_opposite(seed):
    random = np.random.default_rng(seed)
    mean, half_width, matters = random.normal(0, 0.05), *random.exponential(0.05, 2)
    word = word_of(mean, mean - half_width, mean + half_width, matters)
    mirrored = word_of(-mean, -mean - half_width, -mean + half_width, matters)
    opposite = {"supported": "contradicted", "contradicted": "supported"}
    assert word in WORDS and mirrored == opposite.get(word, word)
    if mean - half_width <= 0 <= mean + half_width:
        assert word in ("no difference that matters", "undecided"), "holds zero: neither yes nor no"
    if half_width > matters:
        assert word != "no difference that matters", "within noise is never told as no"


@pytest.mark.parametrize("n", [1, 2, 3, 4])
def test_the_verdict_of_all_words(n):
    for words in itertools.product(WORDS, repeat=n):
        supported = words.count("supported")
        against = words.count("contradicted") + words.count("no difference that matters")
        if supported == n:
            right = "holds"
        elif against == n:
            right = "does not hold"
        elif supported and against:
            right = "depends"
        else:
            right = "undecided so far"
        assert verdict_of(words) == right


def test_no_condition_no_verdict():
    with pytest.raises(CourseError, match="at least one primary condition"):
        verdict_of([])


def test_several_conditions_share_one_in_twenty():
    assert [confidence_of(k) for k in (1, 2, 4)] == pytest.approx([0.95, 0.975, 0.9875])


# What is short.


@pytest.mark.parametrize("seed", range(6))
def test_what_would_do_gives_another_word_if_the_mean_stays(seed):
    random = np.random.default_rng(seed)
    noise = Noise(6, 200, 0.035, 0.3)
    estimate = crossed_estimate(paired_cells(noise, 0.03, random))
    while word_of(estimate.mean, *estimate.interval(), 0.05) != "undecided":
        estimate = crossed_estimate(paired_cells(noise, 0.03, random))
    told = what_is_short(estimate, 0.05, 0.95)
    numbers = [int(w.replace(",", "")) for w in told.split() if w[0].isdigit()]
    if "not even" in told:
        return
    draws = numbers[0] if "draws would" in told or " draws and" in told else noise.draws
    pictures = numbers[-1] if "pictures would" in told else noise.pictures
    half_width = estimate.components.half_width(draws, pictures)
    low, high = estimate.mean - half_width, estimate.mean + half_width
    almost = word_of(estimate.mean, low + 1e-9, high - 1e-9, 0.05)
    assert almost != "undecided"


def test_a_mean_at_the_smallest_difference_is_told_as_too_close():
    cells = np.zeros((10, 400))
    cells[:, ::2] = np.random.default_rng(0).choice([0.0, 0.19], size=(10, 200))
    estimate = crossed_estimate(cells)
    told = what_is_short(estimate, abs(estimate.mean) * 1.0001, 0.95)
    assert told.endswith("the difference lies too close to the smallest that matters")


def test_more_draws_are_told_with_what_they_cost():
    estimate = crossed_estimate(
        paired_cells(Noise(4, 3000, 0.03, 0.1), 0.02, np.random.default_rng(1))
    )
    told = what_is_short(estimate, 0.01, 0.95, minutes_per_draw=2.0)
    draws = int(told.split()[3])
    assert told == f"draws are short, {draws} draws would do, about {2 * (draws - 4)} more minutes"
    assert "minutes" not in what_is_short(estimate, 0.01, 0.95)


def test_draws_alone_and_two_sets_of_pictures_are_told_in_shares():
    values = draws_estimate([0.1, -0.05, 0.2, 0.05])
    assert what_is_short(values, 0.05, 0.95).startswith("draws are short, about ")
    cells = crossed_estimate(paired_cells(Noise(5, 50, 0.05, 0.3), 0.1, np.random.default_rng(0)))
    both = what_is_short(cells.minus(cells), 0.05, 0.95)
    assert both.startswith("draws and test pictures are short, about ")
    assert "not even 100 times" in what_is_short(cells.minus(cells), 0.0001, 0.95)


# How often the words err; the whole tables are in making/records/simulation-*.md.


@pytest.mark.parametrize("conditions", [1, 4])
def test_false_alarms_are_at_most_one_in_twenty(conditions):
    alarms = false_alarms(Noise(10, 250, 0.035, 0.3), conditions, claims=400, seed=1)
    # If 5 % were the truth, 400 claims would stay below this in 999 cases of 1,000.
    assert 400 * alarms <= stats.binom.ppf(0.999, 400, 0.05)


@pytest.mark.parametrize(
    ("noise", "effect", "matters"),
    [(Noise(10, 3000, 0.03, 0.1), 0.04, 0.02), (Noise(10, 1000, 0.049, 0.3), 0.1, 0.05)],
)
def test_an_effect_that_matters_is_found_in_four_cases_of_five(noise, effect, matters):
    assert found(noise, effect, matters, n_conditions=1, repeats=300, seed=1) >= 0.8


def test_the_words_on_claims_whose_truth_is_known():
    rows = {row.split(" | ")[0][2:]: row for row in words_table().splitlines()[4:]}
    verdicts = {name: row.rstrip(" |").split(" | ")[-1] for name, row in rows.items()}
    assert verdicts["large gain everywhere"] == "holds"
    assert verdicts["harm everywhere"] == "does not hold"
    assert verdicts["gain here, harm there"] == "depends"
    assert verdicts["no effect, measured badly"] == "undecided so far"

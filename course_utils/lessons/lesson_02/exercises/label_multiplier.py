"""### 3. The horizontal gap

Write `label_multiplier`: for each number of labels `n`, how many times more labels the other
curve needs to reach this curve's accuracy at `n`. Read the other curve by straight lines in the
logarithm of the labels; use its running maximum; `nan` where it never gets there.
"""

import math

import numpy as np

from course_utils.measuring import label_multiplier as course
from course_utils.teaching.exercise import Exercise, expect
from course_utils.teaching.mistake import Mistake, fails_only, in_every_case


# A lesson's lines are shorter than the package's.
# fmt: off
def label_multiplier(labels_per_class, accuracy, other_accuracy):
    """How many times more labels the other curve needs, at each number of labels."""
    labels = np.asarray(labels_per_class, dtype=float)
    other = np.maximum.accumulate(other_accuracy)
    needed = []
    for height in accuracy:
        reached = np.flatnonzero(other >= height)
        if len(reached) == 0:
            needed.append(np.nan)
        elif reached[0] == 0:
            needed.append(labels[0])
        else:
            around = slice(reached[0] - 1, reached[0] + 1)
            needed.append(
                np.exp(np.interp(height, other[around], np.log(labels[around])))
            )
    return np.array(needed) / labels
# fmt: on


CURVES = ("labels_per_class", "accuracy", "other_accuracy")


def _labels(random, size):
    return 4 + np.cumsum(random.integers(1, 20, size))


def equal_curves(answer, random):
    """two equal curves that rise have a multiplier of 1 everywhere"""
    for size in (2, 3, 6):
        labels = _labels(random, size)
        curve = np.sort(random.uniform(0.1, 0.9, size))
        expect(answer, CURVES, (labels, curve, curve.copy()), np.ones(size))


def never_reached(answer, random):
    """it is nan where the other curve never gets there"""
    for size in (1, 2, 5):
        labels = _labels(random, size)
        curve = np.sort(random.uniform(0.5, 0.9, size))
        expect(answer, CURVES, (labels, curve, curve - 0.45), np.full(size, np.nan))


def _shifted(random, least, most):
    """Labels, two curves and a factor: the second needs `factor` times the labels.

    Both rise with the logarithm of the labels, so that the multiplier is known exactly.
    """
    for size in (2, 3, 6):
        labels, factor = _labels(random, size), random.uniform(least, most)
        yield labels, *(0.1 + 0.12 * np.log(each) for each in (labels, labels / factor)), factor


def delayed_curve(answer, random):
    """a curve that is late by a factor needs that many times the labels, read by straight lines in
    log(labels)
    """
    for labels, curve, delayed, factor in _shifted(random, 1.1, 3.0):
        needed = np.where(labels * factor <= labels[-1], factor, np.nan)
        expect(answer, CURVES, (labels, curve, delayed), needed)


def better_curve(answer, random):
    """where the other curve is there from its first point on, it is the smallest number of labels
    divided by this one
    """
    for labels, curve, earlier, factor in _shifted(random, 0.3, 0.9):
        needed = np.maximum(factor, labels[0] / labels)
        expect(answer, CURVES, (labels, curve, earlier), needed)


def dip_in_the_other(answer, random):
    """a dip in the other curve does not count: its running maximum does"""
    for _ in range(5):
        labels = _labels(random, 4)
        low, high = 0.4, 0.8
        other = np.array([0.2, low, random.uniform(0.1, 0.35), high])
        accuracy = np.sort(random.uniform(low + 0.01, high - 0.01, 4))
        # The running maximum is still `low` at the third point and `high` at the fourth.
        share = (accuracy - low) / (high - low)
        needed = labels[2] * (labels[3] / labels[2]) ** share
        expect(answer, CURVES, (labels, accuracy, other), needed / labels)


def any_curves(answer, random):
    """it agrees with the course's own function on any two curves"""
    for size in (1, 2, 3, 4, 6, 8):
        labels = _labels(random, size)
        curves = random.uniform(0.1, 0.9, (2, size)).round(3)
        expect(answer, CURVES, (labels, *curves), course.label_multiplier(labels, *curves))


def _curves(random, end=0.6):
    """Two curves that rise, the other one later: its end is below the end of this one."""
    for size in (3, 4, 6):
        rising = (np.linspace(*ends, size) for ends in ((0.2, 0.8), (0.1, end)))
        noisy = (curve + random.uniform(-0.03, 0.03, size).round(3) for curve in rising)
        yield 5 + np.cumsum(random.integers(2, 20, size)), *noisy


def trusts_a_dip(random):
    """You are right while the other curve rises, and go wrong where it dips. What it has reached
    once it has reached, whatever comes after: how high has it been so far, at each of its points?
    """
    # The other curve falls in its middle below heights that it had, and then ends highest.
    for labels, _, _ in _curves(random):
        other = np.array([0.1, 0.5, random.uniform(0.15, 0.25), 0.9])
        accuracy = np.append(random.uniform(0.25, 0.45, 2), random.uniform(0.52, 0.88, 2))
        yield np.append(labels[:3], labels[-1] + 9), accuracy, other


def _out_of_reach(random):
    return _curves(random, end=0.4)


def _within_reach(random):
    return _curves(random, end=0.9)


# In the cases the other curve rises, and needs no running maximum.


def straight_in_labels(labels, accuracy, other):
    """You join the points by straight lines over the number of labels. Learning curves are drawn
    here over its logarithm, and there a straight line is another one: in which of the two do you
    interpolate?
    """
    return np.interp(accuracy, other, labels, right=np.nan) / labels


def measured_points_only(labels, accuracy, other, back=0):
    """You always answer with one of the numbers of labels that were measured. A height between two
    points is reached somewhere between them: how can you read the curve there?
    """
    reached = np.searchsorted(other, accuracy)
    needed = labels[np.clip(reached - back, 0, len(labels) - 1)]
    return np.where(reached < len(labels), needed, np.nan) / labels


@in_every_case
def claims_the_unknown(answer, labels, accuracy, other):
    """All is well while the other curve gets there. Where it never does, you still give an answer;
    np.interp, for one, repeats its last value. What do the measurements say about a height that
    none of them reaches?
    """
    expected = label_multiplier(labels, accuracy, other)
    got, known = np.asarray(answer(labels, accuracy, other), float), ~np.isnan(expected)
    return np.allclose(got[known], expected[known]) and not np.isnan(got[~known]).any()


def vertical_gap(labels, accuracy, other):
    """You compare two accuracies at the same number of labels: that is the vertical gap. The
    multiplier is the horizontal one. Draw both curves, start on this one, and walk sideways: what
    do you read off where you meet the other?
    """
    return accuracy / other


def not_divided(labels, *curves):
    """You give how many labels the other curve needs. The multiplier says how many times more that
    is than this curve had: two equal curves should give 1.
    """
    return labels * label_multiplier(labels, *curves)


def upside_down(*curves):
    """Your numbers are the right ones turned over. If the other curve needs 40 labels for what this
    one does with 10, should the multiplier be above 1 or below it?
    """
    return 1 / label_multiplier(*curves)


EXERCISE = Exercise(
    reference=label_multiplier,
    title="the label multiplier",
    properties=[
        equal_curves,
        never_reached,
        delayed_curve,
        better_curve,
        dip_in_the_other,
        any_curves,
    ],
    cases=_curves,
    mistakes=[
        Mistake(
            (
                vertical_gap,
                lambda labels, accuracy, other: other / accuracy,
                lambda labels, accuracy, other: accuracy - other,
            )
        ),
        Mistake(not_divided),
        Mistake(upside_down),
        Mistake(straight_in_labels),
        Mistake((measured_points_only, lambda *curves: measured_points_only(*curves, back=1))),
        Mistake(claims_the_unknown, cases=_out_of_reach),
        Mistake(fails_only(trusts_a_dip, elsewhere=_within_reach)),
    ],
    hints=[
        "The gap is horizontal: take the height of one curve at n labels, walk along the other "
        "curve to where it first reaches that height, and read off its number of labels.",
        "np.maximum.accumulate(other_accuracy) never falls, so each height is reached once; the "
        "first point that is high enough and the one before it enclose the crossing.",
        "np.exp(np.interp(height, [lower, higher], np.log([labels_before, labels_after]))) is the "
        "number of labels needed; treat `reached at the first point` and `never reached` apart, "
        "and divide by n at the end.",
    ],
    example=(([10, 100], [0.5, 0.7], [0.3, 0.5]), [10.0, math.nan]),
)

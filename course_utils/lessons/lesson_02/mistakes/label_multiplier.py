"""Typical mistakes in 02-label-multiplier: how the other curve is read, and what is divided."""

import numpy as np

from course_utils.teaching.mistake import Mistake, does_as, either


def _labels(random, size):
    return 5 + np.cumsum(random.integers(2, 20, size))


def _curve(random, size, low=0.2, high=0.8):
    """Accuracies that rise from about `low` to about `high`: array of shape (size,)."""
    return np.linspace(low, high, size) + random.uniform(-0.03, 0.03, size).round(3)


def _rising(random):
    """Two curves that rise, the other one later: its end is below the end of this one."""
    for size in (3, 4, 6):
        yield _labels(random, size), _curve(random, size), _curve(random, size, 0.1, 0.6)


def _within_reach(random):
    """Two curves that rise, where the other one gets everywhere: it ends higher."""
    for size in (3, 4, 6):
        yield _labels(random, size), _curve(random, size), _curve(random, size, 0.1, 0.9)


def _with_a_dip(random):
    """The other curve falls in its middle below heights that it had, and then ends highest."""
    for _ in range(3):
        other = np.array([0.1, 0.5, random.uniform(0.15, 0.25), 0.9])
        accuracy = np.append(random.uniform(0.25, 0.45, 2), random.uniform(0.52, 0.88, 2))
        yield _labels(random, 4), accuracy, other


def _out_of_reach(random):
    """The other curve ends below heights of this one."""
    for size in (2, 3, 5):
        yield _labels(random, size), _curve(random, size), _curve(random, size, 0.1, 0.4)


def _read(labels, accuracy, other, between=np.interp):
    """Labels that the other curve needs, read between (labels before, labels after) in logs."""
    heights, logs = np.maximum.accumulate(other), np.log(labels)
    needed = [np.nan] * len(accuracy)
    for k, height in enumerate(accuracy):
        reached = np.flatnonzero(heights >= height)
        if reached.size:
            pair = slice(max(reached[0] - 1, 0), reached[0] + 1)
            needed[k] = np.exp(between(height, heights[pair], logs[pair]))
    return np.array(needed)


def _multiplier(labels, accuracy, other):
    return _read(labels, accuracy, other) / labels


def _straight_in_labels(height, heights, logs):
    return np.log(np.interp(height, heights, np.exp(logs)))


def _first_point_that_is_there(height, heights, logs):
    return logs[-1]


def _last_point_before(height, heights, logs):
    return logs[0]


def _acts_as(multiplier):
    return does_as(multiplier, _rising)


def _read_with(between):
    return _acts_as(lambda n, a, o: _read(n, a, o, between) / n)


def _right_unless(cases, wrong_there):
    """Right on curves that rise and get everywhere; on the cases, `wrong_there(got, right)`."""
    right = does_as(_multiplier, _within_reach)

    def shown_by(answer, random):
        return right(answer, random) and all(
            wrong_there(np.asarray(answer(*map(np.copy, case)), float), _multiplier(*case))
            for case in cases(random)
        )

    return shown_by


def _differs(got, expected):
    return got.shape == expected.shape and not np.allclose(got, expected, equal_nan=True)


def _claims_the_unknown(got, expected):
    known = ~np.isnan(expected)
    return (
        got.shape == expected.shape
        and np.allclose(got[known], expected[known])
        and not np.isnan(got[~known]).any()
    )


MISTAKES = (
    Mistake(
        name="vertical-gap",
        hint="You compare two accuracies at the same number of labels: that is the vertical gap. "
        "The multiplier is the horizontal one. Draw both curves, start on this one, and walk "
        "sideways: what do you read off where you meet the other?",
        shown_by=either(
            _acts_as(lambda n, a, o: np.divide(a, o)),
            _acts_as(lambda n, a, o: np.divide(o, a)),
            _acts_as(lambda n, a, o: np.subtract(a, o)),
        ),
    ),
    Mistake(
        name="not-divided",
        hint="You give how many labels the other curve needs. The multiplier says how many times "
        "more that is than this curve had: two equal curves should give 1.",
        shown_by=_acts_as(_read),
    ),
    Mistake(
        name="upside-down",
        hint="Your numbers are the right ones turned over. If the other curve needs 40 labels for "
        "what this one does with 10, should the multiplier be above 1 or below it?",
        shown_by=_acts_as(lambda n, a, o: n / _read(n, a, o)),
    ),
    Mistake(
        name="straight-in-labels",
        hint="You join the points by straight lines over the number of labels. Learning curves are "
        "drawn here over its logarithm, and there a straight line is another one: in which of the "
        "two do you interpolate?",
        shown_by=_read_with(_straight_in_labels),
    ),
    Mistake(
        name="measured-points-only",
        hint="You always answer with one of the numbers of labels that were measured. A height "
        "between two points is reached somewhere between them: how can you read the curve there?",
        shown_by=either(_read_with(_first_point_that_is_there), _read_with(_last_point_before)),
    ),
    Mistake(
        name="claims-the-unknown",
        hint="All is well while the other curve gets there. Where it never does, you still give an "
        "answer; np.interp, for one, repeats its last value. What do the measurements say about a "
        "height that none of them reaches?",
        shown_by=_right_unless(_out_of_reach, _claims_the_unknown),
    ),
    Mistake(
        name="trusts-a-dip",
        hint="You are right while the other curve rises, and go wrong where it dips. What it "
        "has reached once it has reached, whatever comes after: how high has it been so "
        "far, at each of its points?",
        shown_by=_right_unless(_with_a_dip, _differs),
    ),
)

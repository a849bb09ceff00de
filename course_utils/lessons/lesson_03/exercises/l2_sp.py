"""Exercise 03-l2-sp: the penalty that holds weights near where they started."""

import numpy as np

from course_utils.teaching.exercise import Exercise, Property, expect

ARGUMENTS = ("weights", "start", "strength")

#: Shapes of the arrays, few and small first.
SHAPES = (((1,), (1,)), ((2,), (1, 2)), ((2, 2), (2,), (1,)), ((2, 1, 3), (3,), (3, 2), (2,)))


def _expect(answer, weights, start, strength, expected):
    expect(answer, ARGUMENTS, (weights, start, strength), expected)


def _arrays(random, shapes):
    """Arrays of weights that are not near 0, one for each shape."""
    return [random.uniform(1.0, 3.0, shape).round(1) for shape in shapes]


def _strength(random):
    return round(random.uniform(0.2, 4.0), 1)


def start_is_free(answer, random):
    for shapes in SHAPES:
        start = _arrays(random, shapes)
        _expect(answer, [each.copy() for each in start], start, _strength(random), 0.0)


def half_the_strength(answer, random):
    for strength in (1, 3, _strength(random)):
        start = _arrays(random, [(1,)])
        _expect(answer, [start[0] + 1], start, strength, strength / 2)


def grows_with_the_square(answer, random):
    for distance in (2, -2, 3):
        # With a strength of 2, half of it is 1: only the square is left to go wrong.
        start = _arrays(random, [(1,)])
        _expect(answer, [start[0] + distance], start, 2, distance**2)


def weights_add_up(answer, random):
    for shape in ((2,), (3,), (2, 3)):
        start, strength = _arrays(random, [shape]), _strength(random)
        _expect(answer, [start[0] + 1], start, strength, strength / 2 * start[0].size)


def arrays_add_up(answer, random):
    for shapes in SHAPES:
        start, strength = _arrays(random, shapes), _strength(random)
        expected = strength / 2 * sum(each.size for each in start)
        _expect(answer, [each + 1 for each in start], start, strength, expected)


def any_arrays(answer, random):
    for shapes in (*SHAPES, ((5, 4), (4,), (4, 3), (3,))):
        weights, start = (
            [random.normal(size=shape).round(1) for shape in shapes] for _ in range(2)
        )
        strength = _strength(random)
        _expect(answer, weights, start, strength, _l2_sp(weights, start, strength))


def _l2_sp(weights, start, strength):
    """Li, Grandvalet and Davoine 2018, arXiv:1802.01483: the term that holds the base."""
    pairs = zip(weights, start, strict=True)
    return strength / 2 * sum(float(np.sum((after - before) ** 2)) for after, before in pairs)


L2_SP = Exercise(
    id="03-l2-sp",
    title="the L2-SP penalty",
    function="l2_sp",
    properties=(
        Property(
            "weights that are where they started cost nothing, however far from 0 they are",
            start_is_free,
        ),
        Property("a single weight that moved by 1 costs strength / 2", half_the_strength),
        Property(
            "a weight that moved twice as far costs four times as much: the distance is squared",
            grows_with_the_square,
        ),
        Property("the weights of an array are added up, not averaged", weights_add_up),
        Property("every array counts, whatever its shape", arrays_add_up),
        Property("it agrees with the definition on any weights", any_arrays),
    ),
    hints=(
        "Plain L2 pulls every weight towards 0; this one pulls it towards its own start. What "
        "takes the place of the weight in the formula?",
        "zip(weights, start) goes through the arrays in pairs; np.sum((after - before) ** 2) is "
        "what one pair adds, whatever its shape.",
        "Add up over all pairs, and multiply once at the end: strength / 2 * sum(np.sum((after - "
        "before) ** 2) for after, before in zip(weights, start)).",
    ),
    example=(
        (list(np.array([[1.0, 2.0], [3.0, 4.0]])), list(np.array([[1.0, 1.0], [3.0, 2.0]])), 0.1),
        0.25,
    ),
)

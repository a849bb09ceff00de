"""### 4. A leash to the start

Plain L2 pulls weights towards zero and away from all that was learnt in pretraining; L2-SP pulls
them back to where they started. Write it for two lists of NumPy arrays: `strength / 2` times the
sum, over all the arrays, of the squared differences between `weights` and `start`.
"""

from functools import partial

import numpy as np

from course_utils.teaching.exercise import Exercise, expect
from course_utils.teaching.mistake import Mistake, changes_inputs, fails_only


def l2_sp(weights, start, strength):
    """The penalty on the distance of the weights from their start."""
    squares = [np.sum((now - then) ** 2) for now, then in zip(weights, start)]
    return strength / 2 * sum(squares)


#: Shapes of the arrays, few and small first.
SHAPES = (((1,), (1,)), ((2,), (1, 2)), ((2, 2), (2,), (1,)), ((2, 1, 3), (3,), (3, 2), (2,)))


def _expect(answer, weights, start, strength, expected):
    expect(answer, ("weights", "start", "strength"), (weights, start, strength), expected)


def _arrays(random, shapes):
    """Arrays of weights that are not near 0, one for each shape."""
    return [random.uniform(1.0, 3.0, shape).round(1) for shape in shapes]


def _strength(random):
    return round(random.uniform(0.2, 4.0), 1)


def start_is_free(answer, random):
    """weights that are where they started cost nothing, however far from 0 they are"""
    for shapes in SHAPES:
        start = _arrays(random, shapes)
        _expect(answer, [each.copy() for each in start], start, _strength(random), 0.0)


def half_the_strength(answer, random):
    """a single weight that moved by 1 costs strength / 2"""
    for strength in (1, 3, _strength(random)):
        start = _arrays(random, [(1,)])
        _expect(answer, [start[0] + 1], start, strength, strength / 2)


def grows_with_the_square(answer, random):
    """a weight that moved twice as far costs four times as much: the distance is squared"""
    for distance in (2, -2, 3):
        # With a strength of 2, half of it is 1: only the square is left to go wrong.
        start = _arrays(random, [(1,)])
        _expect(answer, [start[0] + distance], start, 2, distance**2)


def weights_add_up(answer, random):
    """the weights of an array are added up, not averaged"""
    for shape in ((2,), (3,), (2, 3)):
        start, strength = _arrays(random, [shape]), _strength(random)
        _expect(answer, [start[0] + 1], start, strength, strength / 2 * start[0].size)


def arrays_add_up(answer, random):
    """every array counts, whatever its shape"""
    for shapes in SHAPES:
        start, strength = _arrays(random, shapes), _strength(random)
        expected = strength / 2 * sum(each.size for each in start)
        _expect(answer, [each + 1 for each in start], start, strength, expected)


def any_arrays(answer, random):
    """it agrees with the definition on any weights"""
    for shapes in (*SHAPES, ((5, 4), (4,), (4, 3), (3,))):
        weights, start = (
            [random.normal(size=shape).round(1) for shape in shapes] for _ in range(2)
        )
        strength = _strength(random)
        _expect(answer, weights, start, strength, l2_sp(weights, start, strength))


def _drawn(random, shapes):
    weights, start = ([random.normal(1.0, 1.0, shape) for shape in shapes] for _ in range(2))
    return weights, start, round(random.uniform(2.3, 4.0), 2)


def _cases(random):
    """Several arrays, no two lists of one size; in each some array has more than one axis."""
    for shapes in (((3,), (2, 2)), ((2, 3), (3,), (4,)), ((4, 2), (5,), (2, 1, 3), (3,))):
        yield _drawn(random, shapes)


def _of_one_shape(random):
    """All arrays of a list fit into one; of several axes, too."""
    for shape in ((1,), (3,), (2, 3), (2, 1, 3)):
        for number in (1, 2, 4):
            yield _drawn(random, [shape] * number)


def _one_axis(random):
    for sizes in ((3,), (2, 4), (5, 3, 2)):
        yield _drawn(random, [(size,) for size in sizes])


def first_axis_only(random):
    """You are right for arrays of one axis, and not for tables. Python's own sum, and @, go along
    one axis and leave the other standing: what adds up all the numbers of an array?
    """
    for shape in ((2, 2), (2, 3), (4, 3)):
        yield _drawn(random, [shape])


def _penalty(weights, start, strength, term=np.square, add=np.sum, together=sum):
    """The definition, with a place to go wrong in each of its steps."""
    pairs = zip(weights, start)
    return strength / 2 * together([add(term(after - before)) for after, before in pairs])


def plain_l2(weights, start, strength):
    """This is plain L2: it pulls every weight to zero, and away from what pretraining left there.
    L2-SP has the leash tied elsewhere: where does `start` come in?
    """
    return l2_sp(weights, [0 * each for each in weights], strength)


def difference_of_squares(weights, start, strength):
    """You square first and take the difference then. A weight that went from 1 to -1 would cost
    nothing, and one that shrank would even be paid: in which order do the two belong?
    """
    return plain_l2(weights, start, strength) - plain_l2(start, weights, strength)


def square_of_the_sum(weights, start, strength):
    """You add up the differences and square their sum. A weight that went up and one that went down
    then cancel out. Which comes first, the square or the sum?
    """
    moved = sum(np.sum(now - then) for now, then in zip(weights, start))
    return strength / 2 * moved**2


def not_squared(weights, start, strength, term=np.asarray):
    """Your differences go in without being squared. With their signs they cancel; as plain
    distances, a weight twice as far away costs twice as much. How much should it cost?
    """
    return _penalty(weights, start, strength, term=term)


def root_taken(weights, start, strength):
    """There is a root in yours: np.linalg.norm, for one, gives a length, which is the root of a sum
    of squares. What does the definition add up?
    """
    return _penalty(weights, start, strength, together=lambda sums: np.sqrt(sum(sums)))


def no_half(weights, start, strength):
    """You are off by a factor of two, everywhere. Read again what stands before the sum; it is
    there so that it cancels the 2 when the square is differentiated.
    """
    return 2 * l2_sp(weights, start, strength)


def mean_for_sum(weights, start, strength):
    """You take a mean somewhere, over the weights or over the arrays. Then a weight counts for
    less, the more others there are beside it: what does the definition ask for?
    """
    return l2_sp(weights, start, strength) / sum(each.size for each in weights)


def one_array_only(weights, start, strength):
    """Only one of the arrays counts in yours, the first or the last. Where does your return stand,
    and does each round of the loop add to what was there before?
    """
    return l2_sp(weights[:1], start[:1], strength)


def one_for_each_array(weights, start, strength):
    """You have the penalty of each array by itself, in a list. An optimizer wants one number for
    the whole network: what is left to do?
    """
    return [l2_sp([now], [then], strength) for now, then in zip(weights, start)]


EXERCISE = Exercise(
    reference=l2_sp,
    title="the L2-SP penalty",
    properties=[
        start_is_free,
        half_the_strength,
        grows_with_the_square,
        weights_add_up,
        arrays_add_up,
        any_arrays,
    ],
    cases=_cases,
    mistakes=[
        Mistake(
            changes_inputs(),
            "Your penalty is right, but an array that you were given is another one afterwards: "
            "the network's own weights, or its start. An operator like -= writes into the array "
            "itself.",
            name="changed-in-place",
        ),
        Mistake(plain_l2),
        Mistake(difference_of_squares),
        Mistake(
            (
                square_of_the_sum,
                partial(_penalty, term=np.asarray, add=lambda moved: np.sum(moved) ** 2),
            )
        ),
        Mistake((not_squared, partial(not_squared, term=np.abs))),
        Mistake((root_taken, partial(_penalty, add=lambda squares: np.sqrt(squares.sum())))),
        Mistake(no_half),
        Mistake(
            (
                mean_for_sum,
                partial(_penalty, add=np.mean),
                partial(_penalty, together=np.mean),
                partial(_penalty, add=np.mean, together=np.mean),
            )
        ),
        Mistake((one_array_only, lambda now, then, strength: l2_sp(now[-1:], then[-1:], strength))),
        Mistake(one_for_each_array),
        Mistake(
            fails_only(where=_cases, elsewhere=_of_one_shape),
            "You are right while all arrays have one shape: you seem to make a single array of "
            "each list. The weights of two layers seldom fit together; how do you take them in "
            "pairs?",
            name="arrays-of-one-shape",
        ),
        Mistake(fails_only(first_axis_only, elsewhere=_one_axis)),
    ],
    hints=[
        "Plain L2 pulls every weight towards 0; this one pulls it towards its own start. What "
        "takes the place of the weight in the formula?",
        "zip(weights, start) goes through the arrays in pairs; np.sum((after - before) ** 2) is "
        "what one pair adds, whatever its shape.",
        "Add up over all pairs, and multiply once at the end: strength / 2 * sum(np.sum((after - "
        "before) ** 2) for after, before in zip(weights, start)).",
    ],
    example=(
        (list(np.array([[1.0, 2.0], [3.0, 4.0]])), list(np.array([[1.0, 1.0], [3.0, 2.0]])), 0.1),
        0.25,
    ),
)

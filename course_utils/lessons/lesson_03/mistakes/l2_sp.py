"""Typical mistakes in 03-l2-sp."""

import numpy as np

from course_utils.teaching.mistake import (
    Mistake,
    changes_though_right,
    does_as,
    either,
    fails_only,
)

#: Several arrays, no two lists of one size; in each some array has more than one axis.
SHAPES = (((3,), (2, 2)), ((2, 3), (3,), (4,)), ((4, 2), (5,), (2, 1, 3), (3,)))


def _drawn(random, shapes):
    weights, start = ([random.normal(1.0, 1.0, shape) for shape in shapes] for _ in range(2))
    return weights, start, round(random.uniform(2.3, 4.0), 2)


def _cases(random):
    for shapes in SHAPES:
        yield _drawn(random, shapes)


def _of_one_shape(random):
    """All arrays of a list fit into one; of several axes, too."""
    for shape in ((1,), (3,), (2, 3), (2, 1, 3)):
        for number in (1, 2, 4):
            yield _drawn(random, [shape] * number)


def _one_axis(random):
    for sizes in ((3,), (2, 4), (5, 3, 2)):
        yield _drawn(random, [(size,) for size in sizes])


def _two_axes(random):
    for shape in ((2, 2), (2, 3), (4, 3)):
        yield _drawn(random, [shape])


def _l2_sp(weights, start, strength, half=2, term=np.square, add=np.sum, together=sum):
    """The definition, with a place to go wrong in each of its steps."""
    pairs = zip(weights, start, strict=True)
    return strength / half * together([add(term(after - before)) for after, before in pairs])


def _as(**wrong):
    return does_as(lambda *arguments: _l2_sp(*arguments, **wrong), _cases)


def _plain_l2(weights, start, strength):
    return _l2_sp(weights, [np.zeros_like(each) for each in weights], strength)


def _difference_of_squares(weights, start, strength):
    return _plain_l2(weights, start, strength) - _plain_l2(start, weights, strength)


def _mean_of_all(weights, start, strength):
    return _l2_sp(weights, start, strength) / sum(each.size for each in weights)


def _root_of_all(weights, start, strength):
    return strength / 2 * np.sqrt(_l2_sp(weights, start, 2))


MISTAKES = (
    Mistake(
        name="changed-in-place",
        hint="Your penalty is right, but an array that you were given is another one afterwards: "
        "the network's own weights, or its start. An operator like -= writes into the array "
        "itself.",
        shown_by=changes_though_right(_l2_sp, _cases),
    ),
    Mistake(
        name="plain-l2",
        hint="This is plain L2: it pulls every weight to zero, and away from what pretraining "
        "left there. L2-SP has the leash tied elsewhere: where does `start` come in?",
        shown_by=does_as(_plain_l2, _cases),
    ),
    Mistake(
        name="difference-of-squares",
        hint="You square first and take the difference then. A weight that went from 1 to -1 "
        "would cost nothing, and one that shrank would even be paid: in which order do the two "
        "belong?",
        shown_by=does_as(_difference_of_squares, _cases),
    ),
    Mistake(
        name="square-of-the-sum",
        hint="You add up the differences and square their sum. A weight that went up and one that "
        "went down then cancel out. Which comes first, the square or the sum?",
        shown_by=either(
            _as(term=np.asarray, add=lambda moved: np.sum(moved) ** 2),
            _as(term=np.asarray, together=lambda sums: sum(sums) ** 2),
        ),
    ),
    Mistake(
        name="not-squared",
        hint="Your differences go in without being squared. With their signs they cancel; as "
        "plain distances, a weight twice as far away costs twice as much. How much should it cost?",
        shown_by=either(_as(term=np.asarray), _as(term=np.abs)),
    ),
    Mistake(
        name="root-taken",
        hint="There is a root in yours: np.linalg.norm, for one, gives a length, which is the "
        "root of a sum of squares. What does the definition add up?",
        shown_by=either(
            _as(add=lambda squares: np.sqrt(squares.sum())), does_as(_root_of_all, _cases)
        ),
    ),
    Mistake(
        name="no-half",
        hint="You are off by a factor of two, everywhere. Read again what stands before the sum; "
        "it is there so that it cancels the 2 when the square is differentiated.",
        shown_by=_as(half=1),
    ),
    Mistake(
        name="mean-for-sum",
        hint="You take a mean somewhere, over the weights or over the arrays. Then a weight counts "
        "for less, the more others there are beside it: what does the definition ask for?",
        shown_by=either(
            _as(add=np.mean),
            _as(together=np.mean),
            _as(add=np.mean, together=np.mean),
            does_as(_mean_of_all, _cases),
        ),
    ),
    Mistake(
        name="one-array-only",
        hint="Only one of the arrays counts in yours, the first or the last. Where does your "
        "return stand, and does each round of the loop add to what was there before?",
        shown_by=either(
            _as(together=lambda sums: sums[0]),
            _as(together=lambda sums: sums[-1]),
        ),
    ),
    Mistake(
        name="one-for-each-array",
        hint="You have the penalty of each array by itself, in a list. An optimizer wants one "
        "number for the whole network: what is left to do?",
        shown_by=_as(together=np.asarray),
    ),
    Mistake(
        name="arrays-of-one-shape",
        hint="You are right while all arrays have one shape: you seem to make a single array of "
        "each list. The weights of two layers seldom fit together; how do you take them in pairs?",
        shown_by=fails_only(_l2_sp, where=_cases, elsewhere=_of_one_shape),
    ),
    Mistake(
        name="first-axis-only",
        hint="You are right for arrays of one axis, and not for tables. Python's own sum, and @, "
        "go along one axis and leave the other standing: what adds up all the numbers of an array?",
        shown_by=fails_only(_l2_sp, where=_two_axes, elsewhere=_one_axis),
    ),
)

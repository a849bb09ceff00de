"""### 2. The price of flattening

How many weights, biases included, does the recipe's head have on a map of `height` by `width` by
`channels`, pooled or flattened?
"""

from functools import partial, wraps

from course_utils.teaching.answer_values import describe
from course_utils.teaching.exercise import Exercise, Mismatch, call, expect, in_words
from course_utils.teaching.mistake import Mistake, returns_nothing


def head_weights(height, width, channels, n_classes, pooled):
    """Weights of Dense(128) and Dense(n_classes) on a pooled or a flattened map."""
    inputs = channels if pooled else height * width * channels
    return (inputs + 1) * 128 + (128 + 1) * n_classes


SHAPE = ("height", "width", "channels", "n_classes", "pooled")


def _sizes(random, least=1):
    """Height, width, channels and classes, small ones first."""
    for most in (4, 10, 100):
        yield tuple(int(size) for size in random.integers(least, most, 4))


def one_more_class(answer, random):
    """one more class adds 128 weights and a bias"""
    for height, width, channels, n_classes in _sizes(random):
        for pooled in (True, False):
            arguments = (height, width, channels, n_classes, pooled)
            more = (height, width, channels, n_classes + 1, pooled)
            given = in_words(SHAPE, arguments)
            weights = call(answer, arguments, given)
            try:
                added = call(answer, more, given) - weights
            except TypeError as error:
                raise Mismatch(given, "a number", describe(weights)) from error
            if added != 129:
                raise Mismatch(given, "129 more for one more class", f"{added} more")


def smallest_head(answer, random):
    """every unit of both layers has a bias"""
    expect(answer, SHAPE, (1, 1, 1, 1, True), 128 + 128 + 128 + 1)


def pooled_head(answer, random):
    """after pooling, the height and width of the map do not matter"""
    for sizes in _sizes(random):
        expect(answer, SHAPE, (*sizes, True), head_weights(*sizes, pooled=True))


def flattened_head(answer, random):
    """without pooling, every position of the map has weights of its own"""
    for sizes in _sizes(random):
        expect(answer, SHAPE, (*sizes, False), head_weights(*sizes, pooled=False))


def _shapes(random):
    """Arguments with no size of 1."""
    for sizes in _sizes(random, least=2):
        yield from ((*sizes, True), (*sizes, False))


def forgets_biases(h, w, c, k, pooled, first=0, last=0):
    """The weights between units are all there, and some biases are missing. Every unit of a Dense
    layer has one number that no input is multiplied with: have you counted it in both layers?
    """
    inputs = c if pooled else h * w * c
    return (inputs + first) * 128 + (128 + last) * k


def _flattened_to(inputs):
    """The count if a flattened map had `inputs` of (height, width, channels)."""

    @wraps(inputs)
    def wrong(h, w, c, k, pooled):
        return head_weights(1, 1, c if pooled else inputs(h, w, c), k, True)

    return wrong


def pooled_and_flattened_swapped(h, w, c, k, pooled):
    """Both numbers are right, each for the other case. Which of the two leaves one number for each
    channel, and what does pooled=True stand for?
    """
    return head_weights(h, w, c, k, not pooled)


@_flattened_to
def one_side_of_the_map(h, w, c):
    """Pooled is right, flattened is too small. Draw a map of 2 rows and 3 columns: how many
    positions does it have, and how many numbers stand at each?
    """
    return h * w


def ignores_pooled(h, w, c, k, _):
    """Pooled or flattened, you give the same number, and it is right for one of the two. Take a map
    of 2 by 2 with 3 channels: how many numbers reach the first Dense layer if you pool it, and how
    many if you flatten it?
    """
    return head_weights(h, w, c, k, True)


def leaves_out_a_layer(h, w, c, k, pooled, units=None, bias=1):
    """You count one Dense layer, and this head has two, one behind the other. What goes into each
    of them, and what comes out?
    """
    inputs = c if pooled else h * w * c
    return (inputs + bias) * (units or k)


EXERCISE = Exercise(
    reference=head_weights,
    title="the weights of the head",
    properties=[one_more_class, smallest_head, pooled_head, flattened_head],
    cases=_shapes,
    mistakes=[
        Mistake(returns_nothing),
        Mistake(
            (forgets_biases, partial(forgets_biases, first=1), partial(forgets_biases, last=1))
        ),
        Mistake(pooled_and_flattened_swapped),
        Mistake((ignores_pooled, lambda h, w, c, k, _: head_weights(h, w, c, k, False))),
        Mistake(
            (
                one_side_of_the_map,
                _flattened_to(lambda h, w, c: (h + w) * c),
                _flattened_to(lambda h, w, c: h * c),
                _flattened_to(lambda h, w, c: h + w + c),
            )
        ),
        Mistake(
            (
                leaves_out_a_layer,
                partial(leaves_out_a_layer, bias=0),
                partial(leaves_out_a_layer, units=128),
                partial(leaves_out_a_layer, units=128, bias=0),
            )
        ),
    ],
    hints=[
        "A Dense layer has one weight for each pair of an input and a unit, and one bias for "
        "each unit.",
        "Both heads differ in one number only: how many inputs the first Dense layer has.",
        "Pooling leaves `channels` inputs, flattening `height * width * channels`; "
        "Dense(128) then has (inputs + 1) * 128 weights, and Dense(n_classes) follows the same "
        "rule with 128 inputs.",
    ],
    example=((2, 2, 2048, 10, True), 263_562),
)

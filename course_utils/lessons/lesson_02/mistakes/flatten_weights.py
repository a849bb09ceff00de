"""Typical mistakes in 02-flatten-weights: biases, layers, and what pooling leaves."""

from course_utils.teaching.mistake import Mistake, does_as, either

UNITS = 128


def _shapes(random):
    """Arguments (height, width, channels, n_classes, pooled) with no size of 1."""
    for most in (4, 10, 100):
        sizes = [int(size) for size in random.integers(2, most, 4)]
        yield *sizes, True
        yield *sizes, False


def _inputs(height, width, channels, pooled):
    return channels if pooled else height * width * channels


def _without(first_bias, last_bias):
    """The count with or without the biases of the two layers."""

    def weights(height, width, channels, n_classes, pooled):
        inputs = _inputs(height, width, channels, pooled)
        return (inputs + first_bias) * UNITS + (UNITS + last_bias) * n_classes

    return does_as(weights, _shapes)


def _with_inputs(inputs):
    """The count if the first layer had other inputs: `inputs` of (height, width, channels)."""

    def weights(height, width, channels, n_classes, pooled):
        first = inputs(height, width, channels, pooled)
        return (first + 1) * UNITS + (UNITS + 1) * n_classes

    return does_as(weights, _shapes)


def _single_layer(bias):
    """The count if the head were one layer, and the first layer's alone."""

    def straight(height, width, channels, n_classes, pooled):
        return (_inputs(height, width, channels, pooled) + bias) * n_classes

    def first(height, width, channels, n_classes, pooled):
        return (_inputs(height, width, channels, pooled) + bias) * UNITS

    return does_as(straight, _shapes), does_as(first, _shapes)


MISTAKES = (
    Mistake(
        name="returns-nothing",
        hint="Your function gives None. If it prints its result you see the number and the "
        "program does not: how does a function hand a value on?",
        shown_by=does_as(lambda *shape: None, _shapes),
    ),
    Mistake(
        name="forgets-biases",
        hint="The weights between units are all there, and some biases are missing. Every unit "
        "of a Dense layer has one number that no input is multiplied with: have you counted it in "
        "both layers?",
        shown_by=either(_without(0, 0), _without(0, 1), _without(1, 0)),
    ),
    Mistake(
        name="pooled-and-flattened-swapped",
        hint="Both numbers are right, each for the other case. Which of the two leaves one number "
        "for each channel, and what does pooled=True stand for?",
        shown_by=_with_inputs(lambda h, w, c, pooled: _inputs(h, w, c, not pooled)),
    ),
    Mistake(
        name="ignores-pooled",
        hint="Pooled or flattened, you give the same number, and it is right for one of the two. "
        "Take a map of 2 by 2 with 3 channels: how many numbers reach the first Dense layer if "
        "you pool it, and how many if you flatten it?",
        shown_by=either(
            _with_inputs(lambda h, w, c, pooled: c), _with_inputs(lambda h, w, c, pooled: h * w * c)
        ),
    ),
    Mistake(
        name="one-side-of-the-map",
        hint="Pooled is right, flattened is too small. Draw a map of 2 rows and 3 columns: how "
        "many positions does it have, and how many numbers stand at each?",
        shown_by=either(
            _with_inputs(lambda h, w, c, pooled: c if pooled else h * w),
            _with_inputs(lambda h, w, c, pooled: c if pooled else (h + w) * c),
            _with_inputs(lambda h, w, c, pooled: c if pooled else h * c),
            _with_inputs(lambda h, w, c, pooled: c if pooled else h + w + c),
        ),
    ),
    Mistake(
        name="leaves-out-a-layer",
        hint="You count one Dense layer, and this head has two, one behind the other. What goes "
        "into each of them, and what comes out?",
        shown_by=either(*_single_layer(1), *_single_layer(0)),
    ),
)

"""Exercise 05-adabn: BatchNorm with the target's statistics in place of the source's."""

import numpy as np

from course_utils.teaching.exercise import (
    Exercise,
    Mismatch,
    Property,
    brief,
    call,
    expect,
    in_words,
    same,
)

ARGUMENTS = ("activations", "mean", "variance", "scale", "shift", "eps")

#: Images, channels, rows, columns: what is printed with a failure is small first.
SIZES = ((2, 1, 1, 2), (3, 2, 1, 2), (2, 2, 2, 2))

#: An eps that drowns in the variances, and that torch's own layer takes: it refuses 0.
TINY = 1e-9


def _plain(channels, eps=TINY):
    """Source statistics, scale and shift that change nothing, and eps."""
    return np.zeros(channels), np.ones(channels), np.ones(channels), np.zeros(channels), eps


def _trained(random, channels, eps=TINY):
    """What a layer that learnt something holds."""
    mean, shift = random.uniform(2, 5, (2, channels)).round(1)
    variance, scale = random.uniform(2, 4, (2, channels)).round(1)
    return mean, variance, scale, shift, eps


def _activations(random, shape):
    """Numbers that all differ, far enough for an eps that should not be there to drown."""
    return random.permutation(np.prod(shape)).reshape(shape) * 20.0


def _levels(random, groups, each):
    """Numbers in groups, all those of one above all those of another: (groups, each)."""
    levels = np.arange(groups * each).reshape(groups, each) * 20.0
    return random.permutation(random.permuted(levels, axis=1))


def _expect(answer, activations, layer):
    arguments = (activations, *layer)
    expect(answer, ARGUMENTS, arguments, _target_batch_norm(*arguments))


def shape_is_kept(answer, random):
    for shape in SIZES:
        arguments = (_activations(random, shape), *_plain(shape[1]))
        given = in_words(ARGUMENTS, arguments)
        got = np.shape(call(answer, arguments, given))
        if got != shape:
            raise Mismatch(given, f"an array of shape {shape}", f"the shape {got}")


def source_plays_no_part(answer, random):
    for shape in SIZES:
        activations = _activations(random, shape)
        _, _, *rest = _plain(shape[1])
        outputs = []
        for _ in range(2):
            mean, variance, *_ = _trained(random, shape[1])
            arguments = (activations, mean, variance, *rest)
            given = in_words(ARGUMENTS, arguments)
            outputs.append(call(answer, arguments, given))
        if not same(*outputs):
            raise Mismatch(given, "the same as with any other mean and variance", "something else")


def mean_is_zero(answer, random):
    for shape in SIZES:
        arguments = (_activations(random, shape), *_plain(shape[1]))
        given = in_words(ARGUMENTS, arguments)
        means = np.mean(call(answer, arguments, given), axis=(0, 2, 3))
        if not same(np.zeros(shape[1]), means):
            raise Mismatch(given, f"channels of mean {'0' if len(means) == 1 else '0 each'}", means)


def _expect_order(answer, activations, axis, brighter):
    """Means of the output over `axis` have to be in the order of those of the activations."""
    arguments = (activations, *_plain(activations.shape[1]))
    given = in_words(ARGUMENTS, arguments)
    before = np.argsort(activations.mean(axis=axis).ravel())
    means = np.mean(call(answer, arguments, given), axis=axis).ravel()
    if not (np.diff(means[before]) > 1e-6).all():
        raise Mismatch(given, f"a larger mean for each {brighter}", f"means of {brief(means)}")


def images_stay_different(answer, random):
    for n, rows, columns in ((2, 1, 2), (2, 2, 1), (3, 2, 2)):
        images = _levels(random, n, rows * columns)
        activations = images.reshape(n, 1, rows, columns)
        _expect_order(answer, activations, (1, 2, 3), "brighter image")


def positions_stay_different(answer, random):
    for n, rows, columns in ((2, 1, 2), (2, 2, 1), (3, 2, 2)):
        positions = _levels(random, rows * columns, n)
        activations = positions.T.reshape(n, 1, rows, columns)
        _expect_order(answer, activations, (0, 1), "brighter position")


def variance_divides_by_all(answer, random):
    for shape in ((2, 1, 1, 1), (4, 1, 1, 1), (2, 2, 1, 2)):
        _expect(answer, _activations(random, shape), _plain(shape[1]))


def scale_and_shift(answer, random):
    # As many rows or columns as channels: a wrong axis is no error there.
    for shape in ((2, 1, 1, 1), (1, 2, 1, 2), (1, 2, 2, 1), (2, 3, 3, 3)):
        _expect(answer, _activations(random, shape), _trained(random, shape[1]))


def constant_channel(answer, random):
    for shape in SIZES:
        level = random.integers(1, 5, (1, shape[1], 1, 1)) * 1.0
        activations = np.tile(level, (shape[0], 1, *shape[2:]))
        _expect(answer, activations, _trained(random, shape[1], eps=1e-5))


def eps_is_within_the_root(answer, random):
    for shape in ((2, 1, 1, 1), *SIZES):
        _expect(answer, _activations(random, shape) / 20, _plain(shape[1], eps=0.5))


def any_activations(answer, random):
    for shape in (*SIZES, (6, 5, 4, 3), (3, 4, 4, 4)):
        activations = random.normal(1.0, 2.0, shape).round(2)
        _expect(answer, activations, _trained(random, shape[1], eps=0.01))


def _target_batch_norm(activations, mean, variance, scale, shift, eps):
    """Li et al. 2016, arXiv:1603.04779, algorithm 1; BatchNorm as in arXiv:1502.03167."""
    channels_last = np.moveaxis(activations, 1, -1)
    values = channels_last.reshape(-1, activations.shape[1])
    spread = np.sqrt(values.var(axis=0) + eps)
    return np.moveaxis((channels_last - values.mean(axis=0)) / spread * scale + shift, -1, 1)


ADABN = Exercise(
    id="05-adabn",
    title="adaptive BatchNorm",
    function="target_batch_norm",
    properties=(
        Property("the output has the shape of the activations", shape_is_kept),
        Property(
            "the mean and the variance that were measured on the source play no part any more",
            source_plays_no_part,
        ),
        Property(
            "with scale 1 and shift 0, each channel has a mean of 0 over all images and positions",
            mean_is_zero,
        ),
        Property(
            "the statistics are those of all images together, so that a bright image stays "
            "brighter than a dark one",
            images_stay_different,
        ),
        Property(
            "the statistics are those of all positions together: what is bright at one place "
            "stays so",
            positions_stay_different,
        ),
        Property(
            "the variance is the mean of the squares, divided by n and not by n - 1, and its "
            "root is what divides",
            variance_divides_by_all,
        ),
        Property(
            "each channel is then multiplied by its own scale and moved by its own shift, both "
            "as they were learnt",
            scale_and_shift,
        ),
        Property(
            "a channel that is the same everywhere comes out as its shift: eps keeps 0 / 0 away",
            constant_channel,
        ),
        Property("eps is added to the variance, before the root is taken", eps_is_within_the_root),
        Property("it agrees with the definition on any activations", any_activations),
    ),
    hints=(
        "Of the five things the layer holds, two were measured on the source and are replaced by "
        "what you measure on the target; the other three stay.",
        "A channel has one mean over images, rows and columns: activations.mean(axis=(0, 2, 3), "
        "keepdims=True) has the shape (1, channels, 1, 1) and lines up by itself; "
        "activations.var(…) takes the same arguments.",
        "scale and shift lie along one axis only: scale[:, None, None] gives them the two that "
        "are missing. Then (activations - own_mean) / np.sqrt(own_variance + eps) * … + ….",
    ),
    example=(
        ([[[[1.0]]], [[[3.0]]]], [0.0], [1.0], [10.0], [5.0], TINY),
        [[[[-5.0]]], [[[15.0]]]],
    ),
)

"""### 3. Let BatchNorm see the target

A layer of BatchNorm holds a `mean` and a `variance` for each channel, measured on the source, a
`scale` and a `shift` that it learnt, and `eps`. Write `target_batch_norm` in NumPy: what the layer
puts out for target `activations` of shape (images, channels, rows, columns) once their own mean and
variance take the place of the source's. So two of its arguments are there to be left alone.

Divide the variance by the number of values, as BatchNorm does in training. PyTorch *keeps* the one
over n - 1, but with thousands of values to a channel you would not notice.
"""

import numpy as np

from course_utils.teaching.answer_values import describe, same
from course_utils.teaching.exercise import Exercise, Mismatch, call, expect, in_words
from course_utils.teaching.mistake import Mistake, changes_inputs


def target_batch_norm(activations, mean, variance, scale, shift, eps):
    """BatchNorm's output by the target's own statistics."""
    own_mean = activations.mean(axis=(0, 2, 3), keepdims=True)
    own_variance = activations.var(axis=(0, 2, 3), keepdims=True)
    normalised = (activations - own_mean) / np.sqrt(own_variance + eps)
    return scale[:, None, None] * normalised + shift[:, None, None]


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
    expect(answer, ARGUMENTS, arguments, target_batch_norm(*arguments))


def shape_is_kept(answer, random):
    """the output has the shape of the activations"""
    for shape in SIZES:
        arguments = (_activations(random, shape), *_plain(shape[1]))
        given = in_words(ARGUMENTS, arguments)
        got = np.shape(call(answer, arguments, given))
        if got != shape:
            raise Mismatch(given, f"an array of shape {shape}", f"the shape {got}")


def source_plays_no_part(answer, random):
    """the mean and the variance that were measured on the source play no part any more"""
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
    """with scale 1 and shift 0, each channel has a mean of 0 over all images and positions"""
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
        raise Mismatch(given, f"a larger mean for each {brighter}", f"means of {describe(means)}")


def images_stay_different(answer, random):
    """the statistics are those of all images together, so that a bright image stays brighter than
    a dark one"""
    for n, rows, columns in ((2, 1, 2), (2, 2, 1), (3, 2, 2)):
        images = _levels(random, n, rows * columns)
        activations = images.reshape(n, 1, rows, columns)
        _expect_order(answer, activations, (1, 2, 3), "brighter image")


def positions_stay_different(answer, random):
    """the statistics are those of all positions together: what is bright at one place stays so"""
    for n, rows, columns in ((2, 1, 2), (2, 2, 1), (3, 2, 2)):
        positions = _levels(random, rows * columns, n)
        activations = positions.T.reshape(n, 1, rows, columns)
        _expect_order(answer, activations, (0, 1), "brighter position")


def variance_divides_by_all(answer, random):
    """the variance is the mean of the squares, divided by n and not by n - 1, and its root is
    what divides"""
    for shape in ((2, 1, 1, 1), (4, 1, 1, 1), (2, 2, 1, 2)):
        _expect(answer, _activations(random, shape), _plain(shape[1]))


def scale_and_shift(answer, random):
    """each channel is then multiplied by its own scale and moved by its own shift, both as they
    were learnt"""
    # As many rows or columns as channels: a wrong axis is no error there.
    for shape in ((2, 1, 1, 1), (1, 2, 1, 2), (1, 2, 2, 1), (2, 3, 3, 3)):
        _expect(answer, _activations(random, shape), _trained(random, shape[1]))


def constant_channel(answer, random):
    """a channel that is the same everywhere comes out as its shift: eps keeps 0 / 0 away"""
    for shape in SIZES:
        level = random.integers(1, 5, (1, shape[1], 1, 1)) * 1.0
        activations = np.tile(level, (shape[0], 1, *shape[2:]))
        _expect(answer, activations, _trained(random, shape[1], eps=1e-5))


def eps_is_within_the_root(answer, random):
    """eps is added to the variance, before the root is taken"""
    for shape in ((2, 1, 1, 1), *SIZES):
        _expect(answer, _activations(random, shape) / 20, _plain(shape[1], eps=0.5))


def any_activations(answer, random):
    """it agrees with the definition on any activations"""
    for shape in (*SIZES, (6, 5, 4, 3), (3, 4, 4, 4)):
        activations = random.normal(1.0, 2.0, shape).round(2)
        _expect(answer, activations, _trained(random, shape[1], eps=0.01))


# Li et al. 2016, arXiv:1603.04779, algorithm 1; BatchNorm as in arXiv:1502.03167.
CHANNELS = (0, 2, 3)


def _cases(random):
    """In some of the shapes, a wrong axis fits by chance."""
    for shape in ((3, 2, 1, 3), (2, 3, 2, 3), (4, 2, 2, 2), (2, 4, 3, 2)):
        mean, shift = random.uniform(2, 5, (2, shape[1]))
        variance, scale = random.uniform(2, 4, (2, shape[1]))
        activations = random.normal(1.0, 3.0, shape)
        yield activations, mean, variance, scale, shift, random.uniform(0.01, 0.1)


def _upright(values):
    return np.reshape(values, (-1, 1, 1))


def _normalised(activations, eps, axis=CHANNELS, ddof=0):
    spread = activations.var(axis=axis, keepdims=True, ddof=ddof)
    return (activations - activations.mean(axis=axis, keepdims=True)) / np.sqrt(spread + eps)


def _batch_norm(own_mean=True, own_variance=True, **statistics):
    """BatchNorm that keeps some of the source's statistics, or takes its own in another way."""

    def wrong(activations, mean, variance, scale, shift, eps):
        if own_mean and own_variance:
            plain = _normalised(activations, eps, **statistics)
        else:
            mean = activations.mean(axis=CHANNELS) if own_mean else mean
            variance = activations.var(axis=CHANNELS) if own_variance else variance
            plain = (activations - _upright(mean)) / np.sqrt(_upright(variance) + eps)
        return _upright(scale) * plain + _upright(shift)

    return wrong


def along_columns(activations, mean, variance, scale, shift, eps):
    """NumPy lines shapes up from the last axis: a vector with a number for each channel meets the
    columns there, as an error or, worse, unnoticed. How do you make it stand along the channels'
    axis?
    """
    return scale * _normalised(activations, eps) + shift


def _statistics_along_columns(activations, mean, variance, scale, shift, eps):
    mean, variance = activations.mean(axis=CHANNELS), activations.var(axis=CHANNELS)
    return scale * (activations - mean) / np.sqrt(variance + eps) + shift


def variance_for_its_root(activations, mean, variance, scale, shift, eps):
    """You seem to divide by the variance, which is in squared units. What has the units of the
    activations, so that they come out with none?
    """
    root = np.sqrt(activations.var(axis=CHANNELS, keepdims=True) + eps)
    return _upright(scale) * _normalised(activations, eps) / root + _upright(shift)


def not_rescaled(activations, mean, variance, scale, shift, eps):
    """Normalised as it should be, and then handed on: the layer also learnt two things that have
    nothing to do with either domain's statistics. What happens to them?
    """
    return _normalised(activations, eps)


def source_statistics(activations, mean, variance, scale, shift, eps):
    """You still use what was measured on the source, its mean, its variance or both. The point is
    to let the target speak for itself: which two arguments does that leave unused?
    """
    return _batch_norm(own_mean=False, own_variance=False)(
        activations, mean, variance, scale, shift, eps
    )


def all_channels_together(activations, mean, variance, scale, shift, eps):
    """You seem to take one mean and one variance of all numbers at once. Each channel looks for
    something else: how many means should there be, and over which axes?
    """
    return _batch_norm(axis=None)(activations, mean, variance, scale, shift, eps)


def each_image_by_itself(activations, mean, variance, scale, shift, eps):
    """You seem to give every image statistics of its own, so that a dark image comes out like a
    bright one. BatchNorm measures the whole batch: which axis is missing from your mean?
    """
    return _batch_norm(axis=(2, 3))(activations, mean, variance, scale, shift, eps)


def over_n_less_one(activations, mean, variance, scale, shift, eps):
    """Your variance seems to be the one over n - 1, which PyTorch keeps for later. What does
    BatchNorm itself divide by while it trains?
    """
    return _batch_norm(ddof=1)(activations, mean, variance, scale, shift, eps)


EXERCISE = Exercise(
    reference=target_batch_norm,
    title="adaptive BatchNorm",
    properties=[
        shape_is_kept,
        source_plays_no_part,
        mean_is_zero,
        images_stay_different,
        positions_stay_different,
        variance_divides_by_all,
        scale_and_shift,
        constant_channel,
        eps_is_within_the_root,
        any_activations,
    ],
    cases=_cases,
    mistakes=[
        Mistake((source_statistics, _batch_norm(own_variance=False), _batch_norm(own_mean=False))),
        Mistake(all_channels_together),
        Mistake(each_image_by_itself),
        Mistake((along_columns, _statistics_along_columns)),
        Mistake(over_n_less_one),
        Mistake(variance_for_its_root),
        Mistake(not_rescaled),
        Mistake(
            changes_inputs(),
            "You changed an array that you were given: an operation such as -= writes into the "
            "caller's own activations, which would then be gone. What gives you a new array?",
            name="changed-in-place",
        ),
    ],
    hints=[
        "Of the five things the layer holds, two were measured on the source and are replaced by "
        "what you measure on the target; the other three stay.",
        "A channel has one mean over images, rows and columns: activations.mean(axis=(0, 2, 3), "
        "keepdims=True) has the shape (1, channels, 1, 1) and lines up by itself; "
        "activations.var(…) takes the same arguments.",
        "scale and shift lie along one axis only: scale[:, None, None] gives them the two that "
        "are missing. Then (activations - own_mean) / np.sqrt(own_variance + eps) * … + ….",
    ],
    example=(
        ([[[[1.0]]], [[[3.0]]]], [0.0], [1.0], [10.0], [5.0], TINY),
        [[[[-5.0]]], [[[15.0]]]],
    ),
)

"""Typical mistakes in 05-adabn."""

import numpy as np

from course_utils.teaching.mistake import Mistake, changes_inputs, does_as, either

CHANNELS = (0, 2, 3)

#: Images, channels, rows, columns; in some, a wrong axis fits by chance.
SHAPES = ((3, 2, 1, 3), (2, 3, 2, 3), (4, 2, 2, 2), (2, 4, 3, 2))


def _cases(random):
    for shape in SHAPES:
        mean, shift = random.uniform(2, 5, (2, shape[1]))
        variance, scale = random.uniform(2, 4, (2, shape[1]))
        activations = random.normal(1.0, 3.0, shape)
        yield activations, mean, variance, scale, shift, random.uniform(0.01, 0.1)


def _upright(values):
    return values[:, None, None]


def _normalised(activations, eps, axis=CHANNELS, ddof=0):
    spread = activations.var(axis=axis, keepdims=True, ddof=ddof)
    return (activations - activations.mean(axis=axis, keepdims=True)) / np.sqrt(spread + eps)


def _of(axis=CHANNELS, ddof=0):
    """BatchNorm with statistics of its own, over other axes or with another divisor."""

    def imitation(activations, mean, variance, scale, shift, eps):
        plain = _normalised(activations, eps, axis, ddof)
        return _upright(scale) * plain + _upright(shift)

    return imitation


def _with_source(own_mean, own_variance):
    """BatchNorm in which none or one of the source's statistics is replaced."""

    def imitation(activations, mean, variance, scale, shift, eps):
        mean = activations.mean(axis=CHANNELS) if own_mean else mean
        variance = activations.var(axis=CHANNELS) if own_variance else variance
        plain = (activations - _upright(mean)) / np.sqrt(_upright(variance) + eps)
        return _upright(scale) * plain + _upright(shift)

    return imitation


def _scale_along_columns(activations, mean, variance, scale, shift, eps):
    return scale * _normalised(activations, eps) + shift


def _all_along_columns(activations, mean, variance, scale, shift, eps):
    mean, variance = activations.mean(axis=CHANNELS), activations.var(axis=CHANNELS)
    return scale * (activations - mean) / np.sqrt(variance + eps) + shift


def _not_rescaled(activations, mean, variance, scale, shift, eps):
    return _normalised(activations, eps)


def _by_variance(activations, mean, variance, scale, shift, eps):
    root = np.sqrt(activations.var(axis=CHANNELS, keepdims=True) + eps)
    return _upright(scale) * _normalised(activations, eps) / root + _upright(shift)


def _acts_as(*imitations):
    return either(*(does_as(imitation, _cases) for imitation in imitations))


MISTAKES = (
    Mistake(
        name="source-statistics",
        hint="You still use what was measured on the source, its mean, its variance or both. The "
        "point is to let the target speak for itself: which two arguments does that leave unused?",
        shown_by=_acts_as(*(_with_source(*own) for own in ((0, 0), (1, 0), (0, 1)))),
    ),
    Mistake(
        name="all-channels-together",
        hint="You seem to take one mean and one variance of all numbers at once. Each channel "
        "looks for something else: how many means should there be, and over which axes?",
        shown_by=_acts_as(_of(axis=None)),
    ),
    Mistake(
        name="each-image-by-itself",
        hint="You seem to give every image statistics of its own, so that a dark image comes out "
        "like a bright one. BatchNorm measures the whole batch: which axis is missing from your "
        "mean?",
        shown_by=_acts_as(_of(axis=(2, 3))),
    ),
    Mistake(
        name="along-columns",
        hint="NumPy lines shapes up from the last axis: a vector with a number for each channel "
        "meets the columns there, as an error or, worse, unnoticed. How do you make it stand "
        "along the channels' axis?",
        shown_by=_acts_as(_scale_along_columns, _all_along_columns),
    ),
    Mistake(
        name="over-n-less-one",
        hint="Your variance seems to be the one over n - 1, which PyTorch keeps for later. What "
        "does BatchNorm itself divide by while it trains?",
        shown_by=_acts_as(_of(ddof=1)),
    ),
    Mistake(
        name="variance-for-its-root",
        hint="You seem to divide by the variance, which is in squared units. What has the units "
        "of the activations, so that they come out with none?",
        shown_by=_acts_as(_by_variance),
    ),
    Mistake(
        name="not-rescaled",
        hint="Normalised as it should be, and then handed on: the layer also learnt two things "
        "that have nothing to do with either domain's statistics. What happens to them?",
        shown_by=_acts_as(_not_rescaled),
    ),
    Mistake(
        name="changed-in-place",
        hint="You changed an array that you were given: an operation such as -= writes into the "
        "caller's own activations, which would then be gone. What gives you a new array?",
        shown_by=changes_inputs(_cases),
    ),
)

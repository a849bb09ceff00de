"""Right and wrong answers to 05-adabn and 05-selector."""

import numpy as np


def _root(variance, eps):
    return np.sqrt(variance + eps)


def target_batch_norm(
    activations, mean, variance, scale, shift, eps, axis=(0, 2, 3), ddof=0, root=_root, own=None
):
    """The right answer, with a place to go wrong in each of its steps."""
    statistics = own or (lambda x, mean, variance: _statistics(x, axis, ddof))
    mean, variance = statistics(activations, mean, variance)
    normalised = (activations - mean) / root(variance, eps)
    return scale[:, None, None] * normalised + shift[:, None, None]


def _statistics(activations, axis, ddof=0):
    kept = {"axis": axis, "keepdims": True}
    return activations.mean(**kept), activations.var(**kept, ddof=ddof)


def _by_channel(activations, mean, variance, scale, shift, eps):
    output = np.empty(activations.shape)
    for k in range(activations.shape[1]):
        values = activations[:, k]
        deviations = (values - values.mean()) / (values.var() + eps) ** 0.5
        output[:, k] = scale[k] * deviations + shift[k]
    return output


def _mean_only(activations, mean, variance):
    return _statistics(activations, (0, 2, 3))[0], variance[:, None, None]


def _variance_only(activations, mean, variance):
    return mean[:, None, None], _statistics(activations, (0, 2, 3))[1]


def _from_the_source(activations, mean, variance):
    return mean[:, None, None], variance[:, None, None]


def _half_and_half(activations, mean, variance):
    own = _statistics(activations, (0, 2, 3))
    return (own[0] + mean[:, None, None]) / 2, (own[1] + variance[:, None, None]) / 2


def _along_columns(activations, mean, variance, scale, shift, eps):
    own_mean, own_variance = _statistics(activations, (0, 2, 3))
    return scale * (activations - own_mean) / _root(own_variance, eps) + shift


def _shift_before_scale(activations, mean, variance, scale, shift, eps):
    plain = target_batch_norm(
        activations, mean, variance, np.ones_like(scale), np.zeros_like(shift), eps
    )
    return scale[:, None, None] * (plain + shift[:, None, None])


def _to_the_source(activations, mean, variance, scale, shift, eps):
    """Target moved to the source's mean and variance: the recolouring, not the layer."""
    own_mean, own_variance = _statistics(activations, (0, 2, 3))
    plain = (activations - own_mean) / _root(own_variance, eps)
    return plain * np.sqrt(variance)[:, None, None] + mean[:, None, None]


def _in_place(activations, *layer):
    output = target_batch_norm(activations, *layer)
    activations -= activations.mean()
    return output


def _with(**wrong):
    return lambda *arguments: target_batch_norm(*arguments, **wrong)


def importance_weighted_accuracy(correct, p_target, weight=lambda p: p / (1 - p), by=None):
    """The right answer, with a place to go wrong in each of its steps."""
    weights = weight(p_target)
    whole = weights.sum() if by is None else by(weights, correct)
    return (weights * correct).sum() / whole


def _by_average(correct, p_target):
    return np.average(correct, weights=1 / (1 / np.maximum(p_target, 1e-12) - 1))


def _weighted(**wrong):
    return lambda *arguments: importance_weighted_accuracy(*arguments, **wrong)


def _likely_ones_only(correct, p_target):
    return correct[p_target > 0.5].mean()


# An exercise may leave open how: each of these is right.
RIGHT = [
    ("05-adabn", target_batch_norm),
    ("05-adabn", _by_channel),
    ("05-selector", importance_weighted_accuracy),
    ("05-selector", _by_average),
]

# Each: the exercise, a wrong answer, and words of what it is told.
WRONG = [
    (
        "05-adabn",
        lambda activations, *layer: activations.mean(axis=(0, 2, 3)),
        "the output has the shape of the activations",
    ),
    ("05-adabn", lambda *arguments: None, "the output has the shape of the activations"),
    ("05-adabn", _in_place, "one of them changed in place", "changed-in-place"),
    (
        "05-adabn",
        _with(own=_from_the_source),
        "measured on the source play no part",
        "source-statistics",
    ),
    ("05-adabn", _with(own=_mean_only), "measured on the source play no part", "source-statistics"),
    (
        "05-adabn",
        _with(own=_variance_only),
        "measured on the source play no part",
        "source-statistics",
    ),
    ("05-adabn", _with(own=_half_and_half), "measured on the source play no part"),
    ("05-adabn", _to_the_source, "measured on the source play no part"),
    ("05-adabn", _with(axis=None), "each channel has a mean of 0", "all-channels-together"),
    ("05-adabn", lambda activations, *layer: activations, "each channel has a mean of 0"),
    (
        "05-adabn",
        _with(axis=(2, 3)),
        "the statistics are those of all images together",
        "each-image-by-itself",
    ),
    ("05-adabn", _with(axis=0), "the statistics are those of all positions together"),
    ("05-adabn", _with(axis=(0, 2)), "the statistics are those of all positions together"),
    ("05-adabn", _with(axis=(0, 3)), "the statistics are those of all positions together"),
    ("05-adabn", _with(axis=(1, 2, 3)), "each channel has a mean of 0"),
    ("05-adabn", _with(ddof=1), "divided by n and not by n - 1", "over-n-less-one"),
    (
        "05-adabn",
        _with(root=lambda variance, eps: variance + eps),
        "its root is what divides",
        "variance-for-its-root",
    ),
    (
        "05-adabn",
        _along_columns,
        "each channel is then multiplied by its own scale",
        "along-columns",
    ),
    ("05-adabn", _shift_before_scale, "each channel is then multiplied by its own scale"),
    (
        "05-adabn",
        lambda activations, mean, variance, scale, shift, eps: target_batch_norm(
            activations, mean, variance, np.ones_like(scale), np.zeros_like(shift), eps
        ),
        "each channel is then multiplied by its own scale",
        "not-rescaled",
    ),
    ("05-adabn", _with(root=lambda variance, eps: np.sqrt(variance)), "eps keeps 0 / 0 away"),
    (
        "05-adabn",
        _with(root=lambda variance, eps: np.sqrt(variance) + eps),
        "eps is added to the variance, before the root",
    ),
    (
        "05-adabn",
        _with(root=lambda variance, eps: np.sqrt(variance + 1e-5)),
        "eps is added to the variance, before the root",
    ),
    (
        "05-selector",
        _weighted(by=lambda weights, correct: len(weights)),
        "it is the plain accuracy",
        "not-by-the-weights",
    ),
    (
        "05-selector",
        _weighted(by=lambda weights, correct: weights[correct].sum()),
        "it is the plain accuracy",
    ),
    (
        "05-selector",
        _weighted(by=lambda weights, correct: 1),
        "it is the plain accuracy",
        "not-by-the-weights",
    ),
    ("05-selector", _likely_ones_only, "it is the plain accuracy", "a-threshold"),
    (
        "05-selector",
        lambda correct, p_target: correct * p_target,
        "it is the plain accuracy",
    ),
    (
        "05-selector",
        lambda correct, p_target: correct.mean(),
        "an image that looks like the target counts more",
        "plain-accuracy",
    ),
    (
        "05-selector",
        _weighted(weight=lambda p: (1 - p) / np.maximum(p, 1e-12)),
        "an image that looks like the target counts more",
        "upside-down",
    ),
    (
        "05-selector",
        _weighted(by=lambda weights, correct: weights.max() * len(weights)),
        "it is 1 if every image is right",
    ),
    (
        "05-selector",
        _weighted(weight=lambda p: 1 / (1 - p)),
        "certainly not like the target",
        "numerator-left-out",
    ),
    ("05-selector", _weighted(weight=lambda p: np.exp(p)), "certainly not like the target"),
    ("05-selector", _weighted(weight=lambda p: p), "its odds, p / (1 - p)", "probability-for-odds"),
    ("05-selector", _weighted(weight=lambda p: (p / (1 - p)) ** 2), "its odds, p / (1 - p)"),
    ("05-selector", lambda correct, p_target: None, "it is the plain accuracy"),
]

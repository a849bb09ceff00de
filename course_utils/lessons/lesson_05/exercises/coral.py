"""Exercise 05-coral: the distance between two domains' covariances, as a loss."""

import numpy as np

from course_utils.lessons.lesson_05.exercises.tensors import (
    TOLERANCE,
    call_on_tensors,
    expect_gradient,
    shown,
)
from course_utils.teaching.exercise import Exercise, Mismatch, Property, same

ARGUMENTS = ("source", "target")

#: Source images, target images, features: what is printed with a failure is small first.
SIZES = ((3, 3, 1), (3, 4, 2), (5, 4, 3))


def _sample(random, n, d):
    return random.uniform(-4.0, 4.0, (n, d)).round(1)


def _loss(answer, source, target):
    got, _, given = call_on_tensors(answer, ARGUMENTS, (source, target), ())
    return got, given


def _expect(answer, source, target, expected):
    got, given = _loss(answer, source, target)
    if not same(expected, got, TOLERANCE):
        raise Mismatch(given, expected, shown(got))


def _along(direction, positions):
    """Images that lie on a line: (len(positions), len(direction))."""
    return np.outer(positions, direction)


def same_images(answer, random):
    for n, _, d in SIZES:
        source = _sample(random, n, d)
        _expect(answer, source, random.permutation(source), 0.0)


def moved_together(answer, random):
    for n, m, d in SIZES:
        source, target = _sample(random, n, d), _sample(random, m + 1, d)
        before, _ = _loss(answer, source, target)
        shift = random.integers(2, 6, d)
        for name, moved in (
            ("source", (source + shift, target)),
            ("target", (source, target - shift)),
        ):
            after, given = _loss(answer, *moved)
            if not same(before, after, TOLERANCE):
                raise Mismatch(given, f"{shown(before)}, as before {name} was moved", shown(after))


def sizes_do_not_matter(answer, random):
    # Over n - 1, the variance of both is 1: 2 / 2 and 4 / 4.
    few, more = [-1, 0, 1], [-1, -1, 0, 1, 1]
    for d in (1, 2, 3):
        direction = random.integers(1, 4, d) * random.choice([-1, 1], d)
        _expect(answer, _along(direction, few), _along(direction, more), 0.0)
        _expect(answer, _along(direction, more), _along(direction, few), 0.0)


def covariances_count(answer, random):
    for n in (3, 4, 5):
        column = np.linspace(-1, 1, n).round(1) * int(random.integers(1, 4))
        source, target = _along([1, 1], column), _along([1, -1], column)
        got, given = _loss(answer, source, target)
        if not got > TOLERANCE:
            raise Mismatch(given, "more than 0", shown(got))


def distance_is_squared(answer, random):
    for n, m, d in SIZES:
        source, target = _sample(random, n, d), _sample(random, m, d) / 2
        once, _ = _loss(answer, source, target)
        twice, given = _loss(answer, 2 * source, 2 * target)
        expected = 16 * float(once)
        if not same(expected, twice, TOLERANCE):
            told = f"{expected:.6g}, 16 times what half these features cost"
            raise Mismatch(given, told, shown(twice))


def mean_over_entries(answer, random):
    for d in (1, 2, 3):
        # All entries of the source's covariance are size squared, all of the target's 0.
        size = int(random.integers(1, 4))
        source = _along([size] * d, [-1, 0, 1])
        _expect(answer, source, np.zeros((3, d)), size**4 / 4)


def gradient_reaches_both(answer, random):
    for n, m, d in SIZES:
        # Half as wide: both covariances have something to move.
        arrays = _sample(random, n, d), _sample(random, m, d) / 2
        loss, leaves, given = call_on_tensors(answer, ARGUMENTS, arrays, (), requires_grad=True)
        for name, expected, tensor in zip(ARGUMENTS, _gradients(*arrays), leaves, strict=True):
            expect_gradient(given, f"the gradient for {name}", expected, loss, tensor)


def any_samples(answer, random):
    for n, m, d in (*SIZES, (2, 2, 2), (12, 20, 7)):
        source, target = _sample(random, n, d), _sample(random, m, d)
        difference = _covariance(source) - _covariance(target)
        _expect(answer, source, target, np.sum(difference**2) / (4 * d**2))


def _covariance(sample):
    return np.cov(sample, rowvar=False).reshape(sample.shape[1], sample.shape[1])


def _gradients(source, target):
    """Sun and Saenko 2016, arXiv:1607.01719, equations 4 and 5: for source and for target."""
    difference = _covariance(source) - _covariance(target)
    d = source.shape[1]
    for sample, sign in ((source, 1), (target, -1)):
        centred = sample - sample.mean(axis=0)
        yield sign * centred @ difference / (d**2 * (len(sample) - 1))


CORAL = Exercise(
    id="05-coral",
    title="the CORAL loss",
    function="coral_loss",
    properties=(
        Property(
            "the same images in another order have the same covariance, and the loss is 0",
            same_images,
        ),
        Property(
            "moving all images of a domain by the same amount costs nothing: each domain is "
            "centred on its own mean",
            moved_together,
        ),
        Property(
            "a covariance divides by n - 1, each domain by its own: -1, 0, 1 vary as much as "
            "-1, -1, 0, 1, 1",
            sizes_do_not_matter,
        ),
        Property(
            "features that vary together in one domain and against each other in the other are "
            "told apart: the whole matrices are compared, not only variances",
            covariances_count,
        ),
        Property(
            "twice the features cost sixteen times as much: a covariance grows with the square, "
            "and its distance is squared again",
            distance_is_squared,
        ),
        Property(
            "the squared differences of all d × d entries are added up and divided by 4 d²",
            mean_over_entries,
        ),
        Property(
            "the gradient reaches the features of both domains: torch computes it all, and "
            "nothing is detached",
            gradient_reaches_both,
        ),
        Property("it agrees with the definition on any samples", any_samples),
    ),
    hints=(
        "Three steps: take each domain's mean off its own features, make a (d, d) covariance of "
        "each, and compare the two matrices entry by entry. All in torch, so that the loss can "
        "be trained on.",
        "With rows as images, centred = source - source.mean(dim=0), and the covariance is "
        "centred.T @ centred / (len(source) - 1).",
        "The squared Frobenius distance is (difference ** 2).sum(); divide it by "
        "4 * source.shape[1] ** 2.",
    ),
    example=(([[-1, -1], [0, 0], [1, 1]], [[-1, 1], [0, 0], [1, -1]]), 0.5),
)

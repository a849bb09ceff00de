"""### 1. Covariances side by side

Write `coral_loss` for two tensors of features, a row for each image: the squared Frobenius distance
of the two domains' covariances, divided by `4 * d**2` for `d` features. Each covariance is centred
on its own domain's mean and divided by the number of that domain's images less one; the batches
may differ in size. It is to be trained on, so the gradient has to reach both.
"""

import numpy as np
import torch

from course_utils.lessons.lesson_05.exercises._tensors import (
    call_on_tensors,
    expect_gradient,
    leaf,
    same_tensors,
)
from course_utils.teaching.answer_values import describe
from course_utils.teaching.exercise import Exercise, Mismatch
from course_utils.teaching.mistake import Mistake, in_every_case


def coral_loss(source, target):
    """Squared distance of the covariances of (n, d) and (m, d) features, over 4 d²."""
    covariances = []
    for features in (source, target):
        centred = features - features.mean(dim=0)
        covariances.append(centred.T @ centred / (len(features) - 1))
    difference = covariances[0] - covariances[1]
    return (difference**2).sum() / (4 * source.shape[1] ** 2)


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
    if not same_tensors(expected, got):
        raise Mismatch(given, expected, describe(got))


def _along(direction, positions):
    """Images that lie on a line: (len(positions), len(direction))."""
    return np.outer(positions, direction)


def same_images(answer, random):
    """the same images in another order have the same covariance, and the loss is 0"""
    for n, _, d in SIZES:
        source = _sample(random, n, d)
        _expect(answer, source, random.permutation(source), 0.0)


def moved_together(answer, random):
    """moving all images of a domain by the same amount costs nothing: each domain is centred on
    its own mean"""
    for n, m, d in SIZES:
        source, target = _sample(random, n, d), _sample(random, m + 1, d)
        before, _ = _loss(answer, source, target)
        shift = random.integers(2, 6, d)
        for name, moved in (
            ("source", (source + shift, target)),
            ("target", (source, target - shift)),
        ):
            after, given = _loss(answer, *moved)
            if not same_tensors(before, after):
                wanted = f"{describe(before)}, as before {name} was moved"
                raise Mismatch(given, wanted, describe(after))


def sizes_do_not_matter(answer, random):
    """a covariance divides by n - 1, each domain by its own: -1, 0, 1 vary as much as
    -1, -1, 0, 1, 1"""
    # Over n - 1, the variance of both is 1: 2 / 2 and 4 / 4.
    few, more = [-1, 0, 1], [-1, -1, 0, 1, 1]
    for d in (1, 2, 3):
        direction = random.integers(1, 4, d) * random.choice([-1, 1], d)
        _expect(answer, _along(direction, few), _along(direction, more), 0.0)
        _expect(answer, _along(direction, more), _along(direction, few), 0.0)


def covariances_count(answer, random):
    """features that vary together in one domain and against each other in the other are told
    apart: the whole matrices are compared, not only variances"""
    for n in (3, 4, 5):
        column = np.linspace(-1, 1, n).round(1) * int(random.integers(1, 4))
        got, given = _loss(answer, _along([1, 1], column), _along([1, -1], column))
        if not got > 1e-4:
            raise Mismatch(given, "more than 0", describe(got))


def distance_is_squared(answer, random):
    """twice the features cost sixteen times as much: a covariance grows with the square, and its
    distance is squared again"""
    for n, m, d in SIZES:
        source, target = _sample(random, n, d), _sample(random, m, d) / 2
        once, _ = _loss(answer, source, target)
        twice, given = _loss(answer, 2 * source, 2 * target)
        expected = 16 * float(once)
        if not same_tensors(expected, twice):
            told = f"{expected:.6g}, 16 times what half these features cost"
            raise Mismatch(given, told, describe(twice))


def mean_over_entries(answer, random):
    """the squared differences of all d × d entries are added up and divided by 4 d²"""
    for d in (1, 2, 3):
        # All entries of the source's covariance are size squared, all of the target's 0.
        size = int(random.integers(1, 4))
        _expect(answer, _along([size] * d, [-1, 0, 1]), np.zeros((3, d)), size**4 / 4)


def gradient_reaches_both(answer, random):
    """the gradient reaches the features of both domains: torch computes it all, and nothing is
    detached"""
    for n, m, d in SIZES:
        # Half as wide: both covariances have something to move.
        arrays = _sample(random, n, d), _sample(random, m, d) / 2
        loss, leaves, given = call_on_tensors(answer, ARGUMENTS, arrays, (), requires_grad=True)
        own = [leaf(array, requires_grad=True) for array in arrays]
        gradients = torch.autograd.grad(coral_loss(*own), own)
        for name, expected, tensor in zip(ARGUMENTS, gradients, leaves, strict=True):
            expect_gradient(given, f"the gradient for {name}", expected.numpy(), loss, tensor)


def any_samples(answer, random):
    """it agrees with the definition on any samples"""
    for n, m, d in (*SIZES, (2, 2, 2), (12, 20, 7)):
        arrays = _sample(random, n, d), _sample(random, m, d)
        _expect(answer, *arrays, float(coral_loss(*map(torch.tensor, arrays))))


def _cases(random, sizes=((3, 4, 2), (6, 4, 3), (5, 9, 4))):
    """Features as arrays: for each domain images of another spread and another mean."""
    for n, m, d in sizes:
        yield random.uniform(-4, 4, (n, d)) + 1, random.uniform(-2, 2, (m, d)) - 2


def _value(answer, arrays):
    return answer(*map(leaf, arrays))


def _wrong_loss(source, target, centre=lambda x: x.mean(axis=0), less=1, distance=np.square):
    """CORAL in NumPy, with a place to go wrong in each of its steps."""
    covariances = [(x - centre(x)).T @ (x - centre(x)) / (len(x) - less) for x in (source, target)]
    return distance(covariances[0] - covariances[1]).sum() / (4 * source.shape[1] ** 2)


def _does_as(answer, arrays, **wrong):
    """Whether it gives the same as a wrong loss, as near as float32 gets."""
    return same_tensors(_wrong_loss(*arrays, **wrong), _value(answer, arrays))


@in_every_case
def not_centred(answer, *arrays):
    """Your matrices look like products of the features as they are. What has to happen to a
    domain's features first, so that the product tells how they vary, not how large they are?
    """
    return _does_as(answer, arrays, centre=lambda x: 0)


@in_every_case
def over_n(answer, *arrays):
    """You seem to divide each covariance by the number of its images. The mean was estimated from
    the same images, which makes the spread look too small: what does the exercise divide by to make
    up for it?
    """
    return _does_as(answer, arrays, less=0)


@in_every_case
def norm_not_squared(answer, *arrays):
    """You seem to have the distance between the two matrices itself, with a root in it. Read once
    more which power of it the loss asks for, and whether the function you call has taken the root.
    """
    return _does_as(answer, arrays, distance=np.linalg.norm)


@in_every_case
def images_for_features(answer, source, target):
    """You seem to compare images with images: your matrices have a row for each image, so that two
    batches of different sizes do not fit. Which of the two axes should be gone once a covariance of
    features is made?
    """
    # Compares (n, n) matrices: no such of two sizes, and an image's place in its batch counts.
    pairs = (source, target), (np.roll(source, 1, axis=0), target), (2 * source, 2 * target)
    if len(source) != len(target):
        return _raises(answer, pairs[0])
    once, moved, twice = (float(_value(answer, pair)) for pair in pairs)
    return not same_tensors(once, moved) and same_tensors(16 * once, twice)


def _equal_or_not(random):
    yield from _cases(random, ((3, 3, 2), (5, 5, 3), (6, 6, 2)))
    yield from _cases(random)


def _raises(answer, arrays):
    try:
        _value(answer, arrays)
    except RuntimeError:
        return True
    return False


@in_every_case
def another_factor(answer, source, target):
    """Your loss is in step with the right one and off by a factor that depends on the number of
    features alone, so the covariances are fine. Look at what you divide by at the end, and whether
    a mean has divided already.
    """
    # With d features, the loss is always the same multiple of the right one, and not 1.
    pairs = [(source, target), (source[1:], target), (source, 3 * target[1:])]
    if not all(_gradients_reach(answer, pair) for pair in pairs):
        return False
    shares = [float(_value(answer, pair)) / _wrong_loss(*pair) for pair in pairs]
    is_one = same_tensors(1.0, shares[0]) and source.shape[1] > 2  # 4 d² and d⁴ meet at 2
    return shares[0] > 0 and same_tensors([shares[0]] * 3, shares) and not is_one


@in_every_case
def cut_from_the_graph(answer, source, target):
    """The number is right, but nothing can be learnt from it: on the way from the features to the
    loss torch lost track of one domain or of both. Do you leave torch somewhere, make a new tensor,
    or detach one?
    """
    # The right number, which a gradient does not lead back from to both domains.
    right = same_tensors(_wrong_loss(source, target), _value(answer, (source, target)))
    return right and not _gradients_reach(answer, (source, target))


@in_every_case
def changed_in_place(answer, source, target):
    """The number is right, but you changed the features that you were given: an operation such as
    -= writes into the caller's own tensor, which the classifier uses too. What gives you a new one?
    """
    # The right number, after which the features are no longer what they were.
    tensors = leaf(source), leaf(target)
    right = same_tensors(_wrong_loss(source, target), answer(*tensors))
    return right and not all(map(same_tensors, (source, target), tensors))


def _gradients_reach(answer, arrays):
    leaves = [leaf(array, requires_grad=True) for array in arrays]
    try:
        gradients = torch.autograd.grad(answer(*leaves), leaves, allow_unused=True)
    except (RuntimeError, TypeError, AttributeError):  # no tensor, or one without a graph
        return False
    return all(gradient is not None for gradient in gradients)


EXERCISE = Exercise(
    reference=coral_loss,
    title="the CORAL loss",
    properties=[
        same_images,
        moved_together,
        sizes_do_not_matter,
        covariances_count,
        distance_is_squared,
        mean_over_entries,
        gradient_reaches_both,
        any_samples,
    ],
    cases=_cases,
    mistakes=[
        Mistake(images_for_features, cases=_equal_or_not),
        Mistake(not_centred),
        Mistake(over_n),
        Mistake(norm_not_squared),
        Mistake(another_factor),
        Mistake(changed_in_place),
        Mistake(cut_from_the_graph),
    ],
    hints=[
        "Three steps: take each domain's mean off its own features, make a (d, d) covariance of "
        "each, and compare the two matrices entry by entry. All in torch, so that the loss can "
        "be trained on.",
        "With rows as images, centred = source - source.mean(dim=0), and the covariance is "
        "centred.T @ centred / (len(source) - 1).",
        "The squared Frobenius distance is (difference ** 2).sum(); divide it by "
        "4 * source.shape[1] ** 2.",
    ],
    example=(([[-1, -1], [0, 0], [1, 1]], [[-1, 1], [0, 0], [1, -1]]), 0.5),
)

"""Typical mistakes in 05-coral."""

import numpy as np

from course_utils.lessons.lesson_05.exercises.tensors import TOLERANCE, leaf
from course_utils.teaching.answer_values import same
from course_utils.teaching.mistake import Mistake

#: Source images, target images, features.
SIZES = ((3, 4, 2), (6, 4, 3), (5, 9, 4))


def _samples(random, sizes=SIZES):
    for n, m, d in sizes:
        yield random.uniform(-4, 4, (n, d)) + 1, random.uniform(-2, 2, (m, d)) - 2


def _loss(source, target, centre=lambda x: x.mean(axis=0), less=1, distance=np.square):
    """CORAL in NumPy, with a place to go wrong in each of its steps."""
    covariances = [(x - centre(x)).T @ (x - centre(x)) / (len(x) - less) for x in (source, target)]
    return distance(covariances[0] - covariances[1]).sum() / (4 * source.shape[1] ** 2)


def _does_as(imitation):
    """Like `does_as`, for an imitation in NumPy of what the answer does with tensors."""

    def shown_by(answer, random):
        return all(
            same(imitation(*arrays), _value(answer, arrays), TOLERANCE)
            for arrays in _samples(random)
        )

    return shown_by


def _value(answer, arrays):
    return answer(*map(leaf, arrays))


def _not_centred(source, target):
    return _loss(source, target, centre=lambda x: 0)


def _over_n(source, target):
    return _loss(source, target, less=0)


def _not_squared(source, target):
    return _loss(source, target, distance=np.linalg.norm)


def images_for_features(answer, random):
    """Compares (n, n) matrices: no such of two sizes, and an image's place in its batch counts."""
    for source, target in _samples(random, ((3, 3, 2), (5, 5, 3), (6, 6, 2))):
        pairs = (source, target), (np.roll(source, 1, axis=0), target), (2 * source, 2 * target)
        once, moved, twice = (float(_value(answer, pair)) for pair in pairs)
        if same(once, moved, TOLERANCE) or not same(16 * once, twice, TOLERANCE):
            return False
    return all(_raises(answer, arrays) for arrays in _samples(random))


def _raises(answer, arrays):
    try:
        _value(answer, arrays)
    except RuntimeError:
        return True
    return False


def another_factor(answer, random):
    """With d features, the loss is always the same multiple of the right one, and not 1."""
    factors = []
    if not all(_gradients_reach(answer, arrays) for arrays in _samples(random)):
        return False
    for d in (2, 3, 4):
        sizes = ((3, 4, d), (6, 4, d), (5, 9, d))
        shares = [float(_value(answer, pair)) / _loss(*pair) for pair in _samples(random, sizes)]
        if not shares[0] > 0 or not same([shares[0]] * 3, shares, TOLERANCE):
            return False
        factors.append(shares[0])
    return not same([1.0] * 3, factors, TOLERANCE)


def cut_off(answer, random):
    """The right number, which a gradient does not lead back from to both domains."""
    for arrays in _samples(random):
        if not same(_loss(*arrays), _value(answer, arrays), TOLERANCE):
            return False
        if _gradients_reach(answer, arrays):
            return False
    return True


def changed_in_place(answer, random):
    """The right number, after which the features are no longer what they were."""
    for arrays in _samples(random):
        tensors = [leaf(array) for array in arrays]
        if not same(_loss(*arrays), answer(*tensors), TOLERANCE):
            return False
        if all(same(array, each, TOLERANCE) for array, each in zip(arrays, tensors, strict=True)):
            return False
    return True


def _gradients_reach(answer, arrays):
    import torch

    leaves = [leaf(array, requires_grad=True) for array in arrays]
    try:
        gradients = torch.autograd.grad(answer(*leaves), leaves, allow_unused=True)
    except (RuntimeError, TypeError, AttributeError):  # no tensor, or one without a graph
        return False
    return all(gradient is not None for gradient in gradients)


MISTAKES = (
    Mistake(
        name="images-for-features",
        hint="You seem to compare images with images: your matrices have a row for each image, "
        "so that two batches of different sizes do not fit. Which of the two axes should be gone "
        "once a covariance of features is made?",
        shown_by=images_for_features,
    ),
    Mistake(
        name="not-centred",
        hint="Your matrices look like products of the features as they are. What has to happen "
        "to a domain's features first, so that the product tells how they vary, not how large "
        "they are?",
        shown_by=_does_as(_not_centred),
    ),
    Mistake(
        name="over-n",
        hint="You seem to divide each covariance by the number of its images. The mean was "
        "estimated from the same images, which makes the spread look too small: what does the "
        "exercise divide by to make up for it?",
        shown_by=_does_as(_over_n),
    ),
    Mistake(
        name="norm-not-squared",
        hint="You seem to have the distance between the two matrices itself, with a root in it. "
        "Read once more which power of it the loss asks for, and whether the function you call "
        "has taken the root.",
        shown_by=_does_as(_not_squared),
    ),
    Mistake(
        name="another-factor",
        hint="Your loss is in step with the right one and off by a factor that depends on the "
        "number of features alone, so the covariances are fine. Look at what you divide by at the "
        "end, and whether a mean has divided already.",
        shown_by=another_factor,
    ),
    Mistake(
        name="changed-in-place",
        hint="The number is right, but you changed the features that you were given: an "
        "operation such as -= writes into the caller's own tensor, which the classifier uses too. "
        "What gives you a new one?",
        shown_by=changed_in_place,
    ),
    Mistake(
        name="cut-from-the-graph",
        hint="The number is right, but nothing can be learnt from it: on the way from the "
        "features to the loss torch lost track of one domain or of both. Do you leave torch "
        "somewhere, make a new tensor, or detach one?",
        shown_by=cut_off,
    ),
)

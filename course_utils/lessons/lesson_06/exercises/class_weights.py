"""### 5. When the target lacks classes

Your source knows more classes than the target has, and nobody labelled the target. `probabilities`
holds what the source's classifier predicts for the target's images, a row for each image and a column
for each source class. Write `class_weights`, as in partial adversarial adaptation (PADA): for each
source class the mean of its probability over the images, divided by the largest of these means.

Source images of a class that the target seems to lack then weigh little, in the classifier's loss and
in the discriminator's, and nothing forces the target to look like them.
"""  # noqa: E501

import numpy as np

from course_utils.teaching.answer_values import describe, same
from course_utils.teaching.exercise import Exercise, Mismatch, call, expect, in_words
from course_utils.teaching.mistake import Mistake, changes_inputs, in_every_case


def class_weights(probabilities):
    """A weight for each source class; that of the likeliest is 1."""
    means = probabilities.mean(axis=0)
    return means / means.max()


ARGUMENTS = ("probabilities",)

#: Target images, source classes: what is printed with a failure is small first.
SIZES = ((1, 2), (2, 3), (4, 2), (5, 4))


def _probabilities(random, n, classes):
    """Rows that add up to 1, in tenths: shape (n, classes)."""
    return random.multinomial(10, random.dirichlet(np.ones(classes), n)) / 10


def _expect(answer, probabilities):
    expect(answer, ARGUMENTS, (probabilities,), class_weights(probabilities))


def one_for_each_class(answer, random):
    """there is one weight for each source class: the mean is taken over images"""
    for n, classes in SIZES:
        arguments = (_probabilities(random, n, classes),)
        given = in_words(ARGUMENTS, arguments)
        got = call(answer, arguments, given)
        if np.shape(got) != (classes,):
            shape = "" if got is None else f" of shape {np.shape(got)}"
            told = describe(got) + shape
            raise Mismatch(given, f"an array of shape ({classes},)", told)


def largest_is_one(answer, random):
    """the largest weight is 1: the means are divided by the largest, not by their sum"""
    for n, classes in SIZES:
        arguments = (_probabilities(random, n, classes),)
        given = in_words(ARGUMENTS, arguments)
        got = call(answer, arguments, given)
        if not same(1.0, np.max(got)):
            raise Mismatch(given, "weights of which the largest is 1", describe(got))


def absent_weighs_nothing(answer, random):
    """a source class that no target image resembles weighs 0, wherever it stands"""
    for n, classes in SIZES:
        probabilities = _probabilities(random, n, classes)
        position = int(random.integers(classes + 1))
        arguments = (np.insert(probabilities, position, 0.0, axis=1),)
        given = in_words(ARGUMENTS, arguments)
        got = call(answer, arguments, given)
        if not same(0.0, got[position]):
            told = f"weight 0 for the class at position {position}"
            raise Mismatch(given, told, describe(got))


def shares_of_certain_predictions(answer, random):
    """where every prediction is certain, a class with half as many images as the commonest weighs
    1/2, one with a third 1/3"""
    for classes in (2, 3, 4):
        # Of one class one image, of another two, and so on.
        sizes = random.permutation(np.arange(1, classes + 1))
        labels = random.permutation(np.repeat(np.arange(classes), sizes))
        expect(answer, ARGUMENTS, (np.eye(classes)[labels],), sizes / classes)


def unsure_predictions_count(answer, random):
    """an unsure prediction counts for several classes, for each by its probability: the likeliest
    alone is not counted"""
    for n in (1, 2, 3):
        # The likeliest class is the same for every image.
        likely = random.integers(6, 9, n) / 10
        _expect(answer, np.column_stack([likely, 1 - likely]).round(1))


def any_predictions(answer, random):
    """it agrees with the definition on any predictions"""
    for n, classes in (*SIZES, (3, 3), (20, 5), (50, 10)):
        share = random.dirichlet(np.full(classes, 0.5), n)
        _expect(answer, random.multinomial(100, share) / 100)


def _cases(random):
    """Predictions of which several are unsure, and no two classes have the same mean."""
    for n, classes in ((3, 3), (4, 3), (6, 4), (15, 5)):  # where n is classes, a wrong axis fits
        tilt = random.permutation(np.arange(1.0, classes + 1))
        yield (random.dirichlet(tilt, n),)


def mean_over_classes(probabilities):
    """You average over the classes of an image, which gives a number for each image, and the same
    one every time. You want a number for each class: which axis should the mean run along?
    """
    return class_weights(probabilities.T)


def shares_for_weights(probabilities):
    """Your weights add up to 1, as shares do. In a loss they would make every source image count
    for little, even those of the commonest class: which weight should that class have, so that it
    counts in full?
    """
    return probabilities.mean(axis=0)


def likeliest_class_only(probabilities):
    """You seem to count for each image its likeliest class alone. Of an image that is torn between
    two classes you then hear only half: what else does its row say?
    """
    return class_weights(_certain(probabilities))


def _certain(probabilities):
    return np.eye(probabilities.shape[1])[probabilities.argmax(axis=1)]


@in_every_case
def upside_down(answer, probabilities):
    """Your weights are largest for the classes that the target seems to lack. Those source images
    are the ones that should not pull at the features: which way round do the weights go?
    """
    # The larger a class's mean, the smaller its weight.
    order = np.argsort(probabilities.mean(axis=0))
    weights = np.asarray(answer(probabilities.copy()), dtype=float)
    return weights.shape == order.shape and bool((np.diff(weights[order]) < 0).all())


def largest_for_mean(probabilities):
    """You seem to take the largest probability that a class gets from any image. A single image
    could then make a class look common: what do all of them say together?
    """
    return probabilities.max(axis=0) / probabilities.max()


def from_zero_to_one(probabilities):
    """You stretch the weights so that the rarest class gets 0, though some target images may
    resemble it. Only a class of which nothing is seen should weigh 0: does your formula keep the
    proportions of the means?
    """
    means = probabilities.mean(axis=0)
    return (means - means.min()) / (means.max() - means.min())


EXERCISE = Exercise(
    reference=class_weights,
    title="the weights of source classes",
    properties=[
        one_for_each_class,
        largest_is_one,
        absent_weighs_nothing,
        shares_of_certain_predictions,
        unsure_predictions_count,
        any_predictions,
    ],
    cases=_cases,
    mistakes=[
        Mistake((mean_over_classes, lambda p: p.mean(axis=1), lambda p: p.sum(axis=1))),
        Mistake(shares_for_weights),
        Mistake((likeliest_class_only, lambda p: _certain(p).mean(axis=0))),
        Mistake(upside_down),
        Mistake((largest_for_mean, lambda p: p.max(axis=0))),
        Mistake(from_zero_to_one),
        Mistake(
            changes_inputs(),
            "You changed an array that you were given: an operation such as /= writes into the "
            "caller's own predictions. What gives you a new array?",
            name="changed-in-place",
        ),
    ],
    hints=[
        "Ask what share of the target's images the source's classifier would give to each of its "
        "own classes. No label is needed for that, only its predictions.",
        "probabilities has a row for each image and a column for each class: the mean down the "
        "columns is probabilities.mean(axis=0), whole rows and no argmax.",
        "Divide by the largest: means / means.max(). The commonest class keeps its full weight "
        "in the loss, and the others less.",
    ],
    example=(([[0.8, 0.2, 0.0], [0.4, 0.4, 0.2]],), [1.0, 0.5, 1 / 6]),
)

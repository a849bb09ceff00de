"""Exercise 06-class-weights: which of the source's classes the target seems to have."""

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

ARGUMENTS = ("probabilities",)

#: Target images, source classes: what is printed with a failure is small first.
SIZES = ((1, 2), (2, 3), (4, 2), (5, 4))


def _probabilities(random, n, classes):
    """Rows that add up to 1, in tenths: shape (n, classes)."""
    return random.multinomial(10, random.dirichlet(np.ones(classes), n)) / 10


def _expect(answer, probabilities):
    expect(answer, ARGUMENTS, (probabilities,), _class_weights(probabilities))


def one_for_each_class(answer, random):
    for n, classes in SIZES:
        arguments = (_probabilities(random, n, classes),)
        given = in_words(ARGUMENTS, arguments)
        got = call(answer, arguments, given)
        if np.shape(got) != (classes,):
            shape = "" if got is None else f" of shape {np.shape(got)}"
            told = brief(got) + shape
            raise Mismatch(given, f"an array of shape ({classes},)", told)


def largest_is_one(answer, random):
    for n, classes in SIZES:
        arguments = (_probabilities(random, n, classes),)
        given = in_words(ARGUMENTS, arguments)
        got = call(answer, arguments, given)
        if not same(1.0, np.max(got)):
            raise Mismatch(given, "weights of which the largest is 1", brief(got))


def absent_weighs_nothing(answer, random):
    for n, classes in SIZES:
        probabilities = _probabilities(random, n, classes)
        position = int(random.integers(classes + 1))
        arguments = (np.insert(probabilities, position, 0.0, axis=1),)
        given = in_words(ARGUMENTS, arguments)
        got = call(answer, arguments, given)
        if not same(0.0, got[position]):
            told = f"weight 0 for the class at position {position}"
            raise Mismatch(given, told, brief(got))


def shares_of_certain_predictions(answer, random):
    for classes in (2, 3, 4):
        # Of one class one image, of another two, and so on.
        sizes = random.permutation(np.arange(1, classes + 1))
        labels = random.permutation(np.repeat(np.arange(classes), sizes))
        expect(answer, ARGUMENTS, (np.eye(classes)[labels],), sizes / classes)


def unsure_predictions_count(answer, random):
    for n in (1, 2, 3):
        # The likeliest class is the same for every image.
        likely = random.integers(6, 9, n) / 10
        _expect(answer, np.column_stack([likely, 1 - likely]).round(1))


def any_predictions(answer, random):
    for n, classes in (*SIZES, (3, 3), (20, 5), (50, 10)):
        share = random.dirichlet(np.full(classes, 0.5), n)
        _expect(answer, random.multinomial(100, share) / 100)


def _class_weights(probabilities):
    """Cao et al. 2018, arXiv:1808.04205, equation 1, divided by the largest as they do."""
    means = np.mean(probabilities, axis=0)
    return means / means.max()


CLASS_WEIGHTS = Exercise(
    id="06-class-weights",
    title="the weights of source classes",
    function="class_weights",
    properties=(
        Property(
            "there is one weight for each source class: the mean is taken over images",
            one_for_each_class,
        ),
        Property(
            "the largest weight is 1: the means are divided by the largest, not by their sum",
            largest_is_one,
        ),
        Property(
            "a source class that no target image resembles weighs 0, wherever it stands",
            absent_weighs_nothing,
        ),
        Property(
            "where every prediction is certain, a class with half as many images as the "
            "commonest weighs 1/2, one with a third 1/3",
            shares_of_certain_predictions,
        ),
        Property(
            "an unsure prediction counts for several classes, for each by its probability: "
            "the likeliest alone is not counted",
            unsure_predictions_count,
        ),
        Property("it agrees with the definition on any predictions", any_predictions),
    ),
    hints=(
        "Ask what share of the target's images the source's classifier would give to each of its "
        "own classes. No label is needed for that, only its predictions.",
        "probabilities has a row for each image and a column for each class: the mean down the "
        "columns is probabilities.mean(axis=0), whole rows and no argmax.",
        "Divide by the largest: means / means.max(). The commonest class keeps its full weight "
        "in the loss, and the others less.",
    ),
    example=(([[0.8, 0.2, 0.0], [0.4, 0.4, 0.2]],), [1.0, 0.5, 1 / 6]),
)

"""Right and wrong answers to 03-freeze-boundary."""

import itertools

import numpy as np


def freeze_boundary(trainable):
    return trainable.index(True) if True in trainable else len(trainable)


def _by_taking_while(trainable):
    return len(list(itertools.takewhile(lambda trains: not trains, trainable)))


def _last(trainable):
    return max([i for i, trains in enumerate(trainable) if trains], default=len(trainable))


def _frozen_below(trainable):
    below = []
    for number, trains in enumerate(trainable):
        if trains:
            break
        below.append(number)
    return below


def _ends_without_a_find(trainable):
    for number, trains in enumerate(trainable):
        if trains:
            return number


def _one_below(trainable):
    first = trainable.index(True) if True in trainable else len(trainable)
    return max(0, first - 1)


def _number_that_trains(trainable):
    return int(np.sum(trainable))


# An exercise may leave open how: each of these is right.
RIGHT = [freeze_boundary, _by_taking_while]

# Each: a wrong answer, words of what it is told, and the mistake that it makes, if any.
WRONG = [
    (lambda trainable: trainable.index(True), "it raised ValueError", "none-trains"),
    (
        lambda trainable: [*trainable, True].index(True) if any(trainable) else 0,
        "if no layer trains, all of them can be run once",
        "none-trains",
    ),
    (
        lambda trainable: min(freeze_boundary(trainable) + 1, len(trainable)),
        "that one itself does not",
        "trainable-one-too",
    ),
    (
        lambda trainable: freeze_boundary(trainable) - any(trainable),
        "that one itself does not",
        "one-too-few",
    ),
    (
        lambda trainable: trainable.count(False),
        "its input changes with every step",
        "every-frozen-layer",
    ),
    (
        lambda trainable: _by_taking_while(trainable[::-1]),
        "the frozen layers below the first trainable one count",
        "from-the-output",
    ),
    (_last, "the one nearest to the input decides", "last-for-first"),
    (_frozen_below, "if no layer trains", "gives-the-layers"),
    (_ends_without_a_find, "if no layer trains", "none-trains"),
    (_one_below, "if no layer trains", "one-too-few"),
    (_number_that_trains, "if no layer trains", "counts-what-trains"),
]

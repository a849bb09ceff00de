"""Typical mistakes in 00-accuracy: what is counted, and what it is divided by."""

from collections import Counter
from functools import partial

import numpy as np

from course_utils.teaching.mistake import Mistake, does_as, either


def _cases(random):
    """Some answers right and some wrong; one class is answered in vain, and one is never."""
    for n, classes in ((7, 3), (9, 4), (11, 5), (13, 4)):
        labels = random.integers(0, classes, n)
        answers = np.where(random.random(n) < 0.6, labels, random.integers(0, classes, n))
        yield np.append(answers, [classes, 0]), np.append(labels, [0, classes + 1])


def _with_all_right(random):
    yield from _cases(random)
    labels = random.integers(0, 4, 6)
    yield labels.copy(), labels


def _right(answers, labels):
    return np.mean(answers == labels)


def _rounded(answers, labels, digits):
    return np.round(_right(answers, labels), digits)


def _found_somewhere(answers, labels):
    """Share of the answers that find a label of their class, each label found once."""
    return sum((Counter(answers.tolist()) & Counter(labels.tolist())).values()) / len(labels)


def _mean_over_classes(answers, labels):
    return np.mean([_right(answers[labels == k], k) for k in np.unique(labels)])


def _mean_over_answered_classes(answers, labels):
    return np.mean([_right(labels[answers == k], k) for k in np.unique(answers)])


def _acts_as(*imitations):
    return either(*(does_as(imitation, _cases) for imitation in imitations))


_ACCURACY = (
    Mistake(
        name="returns-nothing",
        hint="Your function gives None. If it prints its number you see it and the program does "
        "not: how does a function hand a value on?",
        shown_by=_acts_as(lambda a, y: None),
    ),
    Mistake(
        name="count-for-share",
        hint="You give how many answers are right. Ten of them are excellent among ten pictures "
        "and poor among a thousand: what has the number to be divided by?",
        shown_by=_acts_as(lambda a, y: np.sum(a == y)),
    ),
    Mistake(
        name="percent-for-share",
        hint="Your number is the right one in percent. Here a share is asked for, from 0 to 1: "
        "what is all of it, 100 or 1?",
        shown_by=_acts_as(
            lambda a, y: 100 * _right(a, y), lambda a, y: np.round(100 * _right(a, y))
        ),
    ),
    Mistake(
        name="rounded",
        hint="You round. That loses nothing you would miss in a sentence, but the function's "
        "number is worked with further: who should round, and when?",
        shown_by=_acts_as(*(partial(_rounded, digits=digits) for digits in range(1, 5))),
    ),
    Mistake(
        name="wrong-ones-counted",
        hint="You look at the answers that are wrong: what you give grows as the answers get "
        "worse. Is it == or != that tells a right answer?",
        shown_by=_acts_as(lambda a, y: 1 - _right(a, y), lambda a, y: np.sum(a != y)),
    ),
    Mistake(
        name="all-or-nothing",
        hint="A single wrong answer, and nothing is left. That is what becomes of comparing whole "
        "arrays at once (np.array_equal, all), or of dividing with //. How do you give credit for "
        "each answer on its own?",
        shown_by=either(
            does_as(np.array_equal, _with_all_right),
            does_as(lambda a, y: float(np.array_equal(a, y)), _with_all_right),
        ),
    ),
    Mistake(
        name="not-yet-averaged",
        hint="You have a verdict on each picture, which is the hard part. What makes one number "
        "of them all?",
        shown_by=_acts_as(lambda a, y: a == y),
    ),
    Mistake(
        name="order-ignored",
        hint="You seem to compare which classes occur, or how often, and not at which picture: "
        "with sorted, a set or `in`, the order is gone. If two answers change places, are they "
        "still as right as before?",
        shown_by=_acts_as(
            lambda a, y: _right(np.sort(a), np.sort(y)),
            _found_somewhere,
            lambda a, y: np.mean(np.isin(a, y)),
            lambda a, y: np.mean(np.isin(y, a)),
            lambda a, y: len(set(a) & set(y)) / len(set(y)),
            lambda a, y: len(set(a) & set(y)) / len(set(a) | set(y)),
        ),
    ),
    Mistake(
        name="mean-over-classes",
        hint="You take the share within each class first and then the mean over classes. That "
        "is a measure of its own, balanced accuracy, in which a rare class weighs as much as a "
        "common one. In the accuracy, what is it that weighs the same?",
        shown_by=_acts_as(_mean_over_classes, _mean_over_answered_classes),
    ),
    Mistake(
        name="divided-by-classes",
        hint="You divide by the number of classes. The right answers were counted among "
        "pictures: of what are they a share?",
        shown_by=_acts_as(
            lambda a, y: np.sum(a == y) / len(np.unique(y)),
            lambda a, y: np.sum(a == y) / (np.max(y) + 1),
            lambda a, y: np.sum(a == y) / np.max(y),
        ),
    ),
    Mistake(
        name="numbers-for-names",
        hint="You subtract class numbers. They are names, not amounts: taking class 4 for "
        "class 5 is no better than taking it for class 9. What can you ask of two names?",
        shown_by=_acts_as(
            lambda a, y: np.mean(np.abs(a - y)),
            lambda a, y: 1 - np.mean(np.abs(a - y)),
            lambda a, y: np.mean(a - y),
            lambda a, y: np.mean(y - a),
            lambda a, y: np.mean((a - y) ** 2),
        ),
    ),
)

MISTAKES = {"00-accuracy": _ACCURACY}

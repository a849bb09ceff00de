"""### The first one

Both bars above are an **accuracy**: the share of pictures for which the answer is the label. Write
`accuracy(answers, labels)` for two arrays of class numbers; it gives a number from 0 to 1.
"""

import numbers
from collections import Counter
from functools import partial

import numpy as np

from course_utils.teaching.exercise import Exercise, Mismatch, call, expect, in_words
from course_utils.teaching.mistake import Mistake, returns_nothing


def accuracy(answers, labels):
    """The share of answers that are right, from 0 to 1."""
    return (answers == labels).mean()


ARGUMENTS = ("answers", "labels")

#: Pictures and classes: what is printed with a failure is small first.
SIZES = ((1, 2), (2, 2), (3, 2), (4, 3), (6, 3))


def _labels(random, n, classes):
    return random.integers(0, classes, n)


def _wrong(random, labels, classes):
    """For each label a class that is another one."""
    return (labels + random.integers(1, classes, len(labels))) % classes


def _is_share(value):
    """Whether a value is one number from 0 to 1; a truth value is no number."""
    if isinstance(value, list | tuple) or np.ndim(value):
        return False
    value = np.asarray(value).item()
    is_number = isinstance(value, numbers.Real) and not isinstance(value, bool)
    return is_number and 0 <= float(value) <= 1


def share_from_0_to_1(answer, random):
    """it is one number for all pictures together, from 0 to 1"""
    for n, classes in SIZES:
        labels = _labels(random, n, classes)
        for answers, share in ((labels.copy(), 1), (_wrong(random, labels, classes), 0)):
            given = in_words(ARGUMENTS, (answers, labels))
            got = call(answer, (answers, labels), given)
            if not _is_share(got):
                raise Mismatch(given, share, got)


def all_right(answer, random):
    """it is 1 where every answer is right"""
    for n, classes in SIZES:
        labels = _labels(random, n, classes)
        expect(answer, ARGUMENTS, (labels.copy(), labels), 1.0)


def same_classes_at_other_pictures(answer, random):
    """an answer counts as right only if it is the label of the same picture"""
    for classes in (2, 3, 5):
        labels = random.permutation(classes)
        # Each class is answered once, as often as it occurs, and never where it occurs.
        expect(answer, ARGUMENTS, (np.roll(labels, 1), labels), 0.0)


def k_of_n(answer, random):
    """each right answer adds the same: k right answers among n pictures give k / n"""
    for n in (2, 3, 5):
        for right in {1, n - 1}:
            # Of one class, so that a mean over classes is the same: the next property is on those.
            labels = np.full(n, random.integers(4))
            answers = _wrong(random, labels, 4)
            kept = random.permutation(n)[:right]
            answers[kept] = labels[kept]
            expect(answer, ARGUMENTS, (answers, labels), right / n)


def rare_class_counts_by_its_pictures(answer, random):
    """each picture counts the same, whether its class is common or rare"""
    for common in (2, 3, 9):
        labels = random.permutation(np.array([0] * common + [1]))
        # All pictures of the common class are right, and the single one of the rare class is not.
        expect(answer, ARGUMENTS, (np.zeros_like(labels), labels), common / (common + 1))


def any_answers(answer, random):
    """it agrees with the definition on any answers"""
    for n, classes in (*SIZES, (20, 4), (97, 10)):
        arguments = _labels(random, n, classes), _labels(random, n, classes)
        expect(answer, ARGUMENTS, arguments, accuracy(*arguments))


def _cases(random):
    """Some answers right and some wrong; one class is answered in vain, and one is never."""
    for n, classes in ((7, 3), (9, 4), (11, 5), (13, 4)):
        labels = _labels(random, n, classes)
        answers = np.where(random.random(n) < 0.6, labels, _labels(random, n, classes))
        yield np.append(answers, [classes, 0]), np.append(labels, [0, classes + 1])


def _with_all_right(random):
    yield from _cases(random)
    labels = _labels(random, 6, 4)
    yield labels.copy(), labels


def _found_somewhere(answers, labels):
    """Share of the answers that find a label of their class, each label found once."""
    return sum((Counter(answers.tolist()) & Counter(labels.tolist())).values()) / len(labels)


def mean_over_classes(answers, labels):
    """You take the share within each class first and then the mean over classes. That is a measure
    of its own, balanced accuracy, in which a rare class weighs as much as a common one. In the
    accuracy, what is it that weighs the same?
    """
    return np.mean([accuracy(answers[labels == k], k) for k in np.unique(labels)])


def count_for_share(a, y):
    """You give how many answers are right. Ten of them are excellent among ten pictures and poor
    among a thousand: what has the number to be divided by?
    """
    return np.sum(a == y)


def percent_for_share(a, y):
    """Your number is the right one in percent. Here a share is asked for, from 0 to 1: what is all
    of it, 100 or 1?
    """
    return 100 * accuracy(a, y)


def wrong_ones_counted(a, y):
    """You look at the answers that are wrong: what you give grows as the answers get worse. Is it
    == or != that tells a right answer?
    """
    return 1 - accuracy(a, y)


def not_yet_averaged(a, y):
    """You have a verdict on each picture, which is the hard part. What makes one number of them
    all?
    """
    return a == y


def order_ignored(a, y):
    """You seem to compare which classes occur, or how often, and not at which picture: with sorted,
    a set or `in`, the order is gone. If two answers change places, are they still as right as
    before?
    """
    return accuracy(np.sort(a), np.sort(y))


def divided_by_classes(a, y):
    """You divide by the number of classes. The right answers were counted among pictures: of what
    are they a share?
    """
    return np.sum(a == y) / len(np.unique(y))


def numbers_for_names(a, y):
    """You subtract class numbers. They are names, not amounts: taking class 4 for class 5 is no
    better than taking it for class 9. What can you ask of two names?
    """
    return np.mean(np.abs(a - y))


def rounded(a, y, digits=1):
    """You round. That loses nothing you would miss in a sentence, but the function's number is
    worked with further: who should round, and when?
    """
    return np.round(accuracy(a, y), digits)


def all_or_nothing(a, y):
    """A single wrong answer, and nothing is left. That is what becomes of comparing whole arrays at
    once (np.array_equal, all), or of dividing with //. How do you give credit for each answer on
    its own?
    """
    return np.array_equal(a, y)


EXERCISE = Exercise(
    reference=accuracy,
    title="the accuracy",
    properties=[
        share_from_0_to_1,
        all_right,
        same_classes_at_other_pictures,
        k_of_n,
        rare_class_counts_by_its_pictures,
        any_answers,
    ],
    cases=_cases,
    mistakes=[
        Mistake(returns_nothing),
        Mistake(count_for_share),
        Mistake((percent_for_share, lambda a, y: np.round(100 * accuracy(a, y)))),
        Mistake((rounded, *(partial(rounded, digits=digits) for digits in (2, 3, 4)))),
        Mistake((wrong_ones_counted, lambda a, y: np.sum(a != y))),
        Mistake((all_or_nothing, lambda a, y: float(np.array_equal(a, y))), cases=_with_all_right),
        Mistake(not_yet_averaged),
        Mistake(
            (
                order_ignored,
                _found_somewhere,
                lambda a, y: np.mean(np.isin(a, y)),
                lambda a, y: np.mean(np.isin(y, a)),
                lambda a, y: len(set(a) & set(y)) / len(set(y)),
                lambda a, y: len(set(a) & set(y)) / len(set(a) | set(y)),
            )
        ),
        Mistake((mean_over_classes, lambda a, y: mean_over_classes(y, a))),
        Mistake(
            (
                divided_by_classes,
                lambda a, y: np.sum(a == y) / (np.max(y) + 1),
                lambda a, y: np.sum(a == y) / np.max(y),
            )
        ),
        Mistake(
            (
                numbers_for_names,
                lambda a, y: 1 - np.mean(np.abs(a - y)),
                lambda a, y: np.mean(a - y),
                lambda a, y: np.mean(y - a),
                lambda a, y: np.mean((a - y) ** 2),
            )
        ),
    ],
    hints=[
        "Go through the pictures one at a time: is the answer its label? Then ask which share of "
        "the pictures got a yes.",
        "answers == labels compares two arrays picture by picture: you get an array of True and "
        "False, as long as they are.",
        "In a mean, NumPy counts True as 1 and False as 0: the mean of that array is the share of "
        "its Trues.",
    ],
    example=((np.array([0, 1, 2, 2]), np.array([0, 1, 1, 2])), 0.75),
)

"""Right and wrong answers to 00-accuracy."""

import numpy as np
from references_00 import OWN
from sklearn.metrics import balanced_accuracy_score


def _by_loop(answers, labels):
    right = 0
    for answer, label in zip(answers, labels, strict=True):
        if answer == label:
            right += 1
    return right / len(labels)


def _count(answers, labels):
    return sum(answer == label for answer, label in zip(answers, labels, strict=True))


def _integer_division(answers, labels):
    return _count(answers, labels) // len(labels)


def _changes_its_input(answers, labels):
    answers -= labels
    return np.mean(answers == 0)


_SHARE = "one number for all pictures together, from 0 to 1"


_ALL_RIGHT = "it is 1 where every answer is right"


_SAME_PICTURE = "only if it is the label of the same picture"


_EACH = "k right answers among n pictures give k / n"


_RARE = "whether its class is common or rare"

# An exercise may leave open how: each of these is right.
RIGHT = [
    lambda answers, labels: (answers == labels).mean(),
    _by_loop,
    lambda answers, labels: 1 - np.count_nonzero(answers - labels) / len(labels),
    OWN["00-accuracy"],
]

# Each: a wrong answer, words of what it is told, and the mistake that it makes, if any.
WRONG = [
    (lambda a, y: (a == y).sum(), _SHARE, "count-for-share"),
    (lambda a, y: 100 * (a == y).mean(), _SHARE, "percent-for-share"),
    (lambda a, y: round((a == y).mean(), 2), _EACH, "rounded"),
    (lambda a, y: float(f"{(a == y).mean():.1f}"), _EACH, "rounded"),
    (lambda a, y: (a != y).mean(), _ALL_RIGHT, "wrong-ones-counted"),
    (lambda a, y: np.count_nonzero(a - y), _SHARE, "wrong-ones-counted"),
    (lambda a, y: (a == y).all(), _SHARE, "all-or-nothing"),
    (_integer_division, _EACH, "all-or-nothing"),
    (lambda a, y: a == y, _SHARE, "not-yet-averaged"),
    (lambda a, y: (np.sort(a) == sorted(y)).mean(), _SAME_PICTURE, "order-ignored"),
    (lambda a, y: balanced_accuracy_score(y, a), _RARE, "mean-over-classes"),
    (lambda a, y: (a == y).sum() / len(set(y)), _SHARE, "divided-by-classes"),
    (lambda a, y: (a == y).sum() / (y.max() + 1), _SHARE, "divided-by-classes"),
    (lambda a, y: np.abs(a - y).mean(), _SHARE, "numbers-for-names"),
    (lambda a, y: 1 - np.abs(a - y).mean(), _SHARE, "numbers-for-names"),
    (lambda a, y: (a - y).mean(), _SHARE, "numbers-for-names"),
    (lambda a, y: 0, _ALL_RIGHT),
    (lambda a, y: 1, _SAME_PICTURE),
    (lambda a, y: False, _SHARE),
    (lambda a, y: print((a == y).mean()), _SHARE, "returns-nothing"),
    (lambda a, y: 0.5, _ALL_RIGHT),
    (lambda a, y: (a == y)[:-1].mean() if len(y) > 1 else 1.0, _EACH),
    (_changes_its_input, "one of them changed in place"),
]

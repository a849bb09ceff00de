"""Right and wrong answers to the exercise of lesson 00, as a learner might write them."""

from collections import Counter

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


def _same_counts(answers, labels):
    """Answers that find a label of their class somewhere."""
    return sum((Counter(answers.tolist()) & Counter(labels.tolist())).values()) / len(labels)


def _overlap(answers, labels):
    return len(set(answers) & set(labels)) / len(set(labels))


def _by_class(answers, labels):
    shares = []
    for k in set(labels):
        shares.append((answers[labels == k] == k).mean())
    return sum(shares) / len(shares)


def _changes_its_input(answers, labels):
    answers -= labels
    return np.mean(answers == 0)


RIGHT = [
    ("00-accuracy", lambda answers, labels: (answers == labels).mean()),
    ("00-accuracy", _by_loop),
    ("00-accuracy", lambda answers, labels: 1 - np.count_nonzero(answers - labels) / len(labels)),
    *OWN.items(),
]

_SHARE = "one number for all pictures together, from 0 to 1"
_ALL_RIGHT = "it is 1 where every answer is right"
_SAME_PICTURE = "only if it is the label of the same picture"
_EACH = "k right answers among n pictures give k / n"
_RARE = "whether its class is common or rare"

# Each: the exercise, a wrong answer, words of what it is told, and the mistake that it makes.
WRONG = [
    ("00-accuracy", lambda a, y: (a == y).sum(), _SHARE, "count-for-share"),
    ("00-accuracy", _count, _SHARE, "count-for-share"),
    ("00-accuracy", lambda a, y: 100 * (a == y).mean(), _SHARE, "percent-for-share"),
    ("00-accuracy", lambda a, y: round(100 * np.mean(a == y)), _SHARE, "percent-for-share"),
    ("00-accuracy", lambda a, y: round((a == y).mean(), 2), _EACH, "rounded"),
    ("00-accuracy", lambda a, y: float(f"{(a == y).mean():.1f}"), _EACH, "rounded"),
    ("00-accuracy", lambda a, y: (a != y).mean(), _ALL_RIGHT, "wrong-ones-counted"),
    ("00-accuracy", lambda a, y: np.count_nonzero(a - y), _SHARE, "wrong-ones-counted"),
    ("00-accuracy", lambda a, y: (a == y).all(), _SHARE, "all-or-nothing"),
    ("00-accuracy", lambda a, y: a.tolist() == y.tolist(), _SHARE, "all-or-nothing"),
    ("00-accuracy", _integer_division, _EACH, "all-or-nothing"),
    ("00-accuracy", lambda a, y: 1.0 if (a == y).all() else 0.0, _EACH, "all-or-nothing"),
    ("00-accuracy", lambda a, y: a == y, _SHARE, "not-yet-averaged"),
    ("00-accuracy", lambda a, y: list(a == y), _SHARE, "not-yet-averaged"),
    ("00-accuracy", lambda a, y: (np.sort(a) == sorted(y)).mean(), _SAME_PICTURE, "order-ignored"),
    ("00-accuracy", lambda a, y: np.mean([k in y for k in a]), _SAME_PICTURE, "order-ignored"),
    ("00-accuracy", _same_counts, _SAME_PICTURE, "order-ignored"),
    ("00-accuracy", _overlap, _SAME_PICTURE, "order-ignored"),
    ("00-accuracy", lambda a, y: balanced_accuracy_score(y, a), _RARE, "mean-over-classes"),
    ("00-accuracy", _by_class, _RARE, "mean-over-classes"),
    ("00-accuracy", lambda a, y: (a == y).sum() / len(set(y)), _SHARE, "divided-by-classes"),
    ("00-accuracy", lambda a, y: (a == y).sum() / (y.max() + 1), _SHARE, "divided-by-classes"),
    ("00-accuracy", lambda a, y: np.abs(a - y).mean(), _SHARE, "numbers-for-names"),
    ("00-accuracy", lambda a, y: 1 - np.abs(a - y).mean(), _SHARE, "numbers-for-names"),
    ("00-accuracy", lambda a, y: (a - y).mean(), _SHARE, "numbers-for-names"),
    ("00-accuracy", lambda a, y: 0, _ALL_RIGHT),
    ("00-accuracy", lambda a, y: 1, _SAME_PICTURE),
    ("00-accuracy", lambda a, y: False, _SHARE),
    ("00-accuracy", lambda a, y: print((a == y).mean()), _SHARE, "returns-nothing"),
    ("00-accuracy", lambda a, y: 0.5, _ALL_RIGHT),
    ("00-accuracy", lambda a, y: (a == y)[:-1].mean() if len(y) > 1 else 1.0, _EACH),
    ("00-accuracy", _changes_its_input, "one of them changed in place"),
]

"""### 4. Choose without target labels

You have labelled source images that were held out. `correct` says of each whether it was classified
rightly, and `p_target` how likely a domain classifier thinks it is that the image comes from the
target: 0 or more, and less than 1. Write `importance_weighted_accuracy`: the average of `correct`,
each image weighted by `p / (1 - p)`, and divided by the sum of all weights.

By Bayes' rule the weight is the target's density over the source's at that image, up to a factor:
how many images of each domain the classifier saw. Why need you not know it?
"""

import numpy as np

from course_utils.teaching.exercise import Exercise, Mismatch, call, expect, in_words
from course_utils.teaching.mistake import Mistake


def importance_weighted_accuracy(correct, p_target):
    """Source accuracy in which an image counts as much as it looks like the target."""
    weights = p_target / (1 - p_target)
    return np.average(correct, weights=weights)


ARGUMENTS = ("correct", "p_target")

#: Odds that give short probabilities: 0.2, 1/3, 0.5, 2/3, 0.75, 0.8.
ODDS = np.array([0.25, 0.5, 1, 2, 3, 4])


def _mixed(random, n):
    """Some right and some wrong, at least one of each: shape (n,)."""
    correct = random.random(n) < 0.5
    correct[:2] = True, False
    return random.permutation(correct)


def _probabilities(odds):
    return odds / (1 + odds)


def no_image_stands_out(answer, random):
    """where every image is equally likely to be of the target, whatever that probability, it is
    the plain accuracy"""
    for n, p in ((2, 0.5), (3, 0.2), (3, 0.8), (5, 0.6), (7, 0.25)):
        correct = _mixed(random, n)
        expect(answer, ARGUMENTS, (correct, np.full(n, p)), correct.mean())


def target_like_counts_more(answer, random):
    """an image that looks like the target counts more than one that does not"""
    for n in (1, 2, 3):
        # As many right as wrong; the right ones are those like the target, then the others.
        likely = np.repeat([True, False], n)
        p_target = np.where(likely, 0.8, 0.2)
        for correct, told in ((likely, "more"), (~likely, "less")):
            given = in_words(ARGUMENTS, (correct, p_target))
            got = call(answer, (correct, p_target), given)
            above = told == "more"
            try:
                right = got > 0.5 if above else got < 0.5
            except TypeError as error:
                raise Mismatch(given, "a number", got) from error
            if not right:
                raise Mismatch(given, f"{told} than the plain accuracy 0.5", got)


def from_nothing_to_all(answer, random):
    """it is 1 if every image is right and 0 if none is: the weights are divided by their own sum,
    that of right and wrong images"""
    for n in (2, 3, 6):
        p_target = _probabilities(random.choice(ODDS, n, replace=False))
        expect(answer, ARGUMENTS, (np.ones(n, dtype=bool), p_target), 1.0)
        expect(answer, ARGUMENTS, (np.zeros(n, dtype=bool), p_target), 0.0)


def certain_source_is_left_out(answer, random):
    """an image that is certainly not like the target does not count at all"""
    for n in (2, 3, 5):
        correct = _mixed(random, n)
        more = np.append(correct, [True, True])
        p_target = np.append(np.full(n, 0.5), [0.0, 0.0])
        expect(answer, ARGUMENTS, (more, p_target), correct.mean())


def odds_count(answer, random):
    """an image counts by its odds, p / (1 - p), which are the ratio of the two densities, and not
    by p itself"""
    for odds in (3, 4, 1.5):
        for correct in ([True, False], [False, True]):
            # One image is as likely of either domain and counts once, the other `odds` times.
            arguments = np.array(correct), _probabilities(np.array([1.0, odds]))
            expect(answer, ARGUMENTS, arguments, np.dot(correct, [1, odds]) / (1 + odds))


def any_images(answer, random):
    """it agrees with the definition on any images"""
    for n in (2, 3, 5, 8, 100):
        correct = _mixed(random, n)
        p_target = random.uniform(0.05, 0.95, n).round(2)
        expected = importance_weighted_accuracy(correct, p_target)
        expect(answer, ARGUMENTS, (correct, p_target), expected)


def _cases(random):
    """Right and wrong images of every likelihood, some of them beyond one half."""
    for n in (4, 5, 9, 30):
        correct = random.permutation(np.arange(n) < n // 2 + 1)
        yield correct, random.permutation(np.linspace(0.1, 0.85, n))


def not_by_the_weights(correct, p):
    """You weight each image, and then do not divide by the sum of the weights. Try images that are
    all classified rightly: an average of them has to be 1.
    """
    return np.mean(p / (1 - p) * correct)


def probability_for_odds(correct, p):
    """You seem to weight by p itself. But a weight should tell how many times denser the target is
    than the source at an image, and p says how likely one of the two is: how do you make a ratio of
    that?
    """
    return np.average(correct, weights=p)


def upside_down(correct, p):
    """Your weights look upside down: what resembles the source counts most. You want to know how
    the model would do on the target, so whose density belongs on top?
    """
    return np.average(correct, weights=(1 - p) / p)


def numerator_left_out(correct, p):
    """You divide by the source's probability, and the target's is missing on top: an image that is
    certainly from the source would still count. What should its weight be?
    """
    return np.average(correct, weights=1 / (1 - p))


def a_threshold(correct, p):
    """You seem to keep the images that look more like the target than like the source, and to drop
    the others. The weights are to be gradual: every image counts, the more so the more it looks
    like the target.
    """
    return correct[p > 0.5].mean()


def plain_accuracy(correct, p):
    """That is the plain accuracy on the source, in which p_target plays no part. Which of these
    images tell you most about the target?
    """
    return np.mean(correct)


EXERCISE = Exercise(
    reference=importance_weighted_accuracy,
    title="the importance-weighted accuracy",
    properties=[
        no_image_stands_out,
        from_nothing_to_all,
        target_like_counts_more,
        certain_source_is_left_out,
        odds_count,
        any_images,
    ],
    cases=_cases,
    mistakes=[
        Mistake((not_by_the_weights, lambda correct, p: np.sum(p / (1 - p) * correct))),
        Mistake(probability_for_odds),
        Mistake((upside_down, lambda correct, p: np.average(correct, weights=1 - p))),
        Mistake(numerator_left_out),
        Mistake((a_threshold, lambda correct, p: np.mean(correct * (p > 0.5)))),
        Mistake(plain_accuracy),
    ],
    hints=[
        "You look for an average of `correct` in which each image has a weight of its own. The "
        "weight says how many times denser the target is than the source where the image lies.",
        "By Bayes' rule that is p_target / (1 - p_target), times a number that is the same for "
        "all images. Does that number matter once the weights are divided by their sum?",
        "weights = p_target / (1 - p_target); then (weights * correct).sum() / weights.sum(), "
        "which NumPy calls np.average(correct, weights=weights).",
    ],
    example=(([True, False], [0.75, 0.5]), 0.75),
)

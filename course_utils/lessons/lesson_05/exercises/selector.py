"""Exercise 05-selector: source accuracy, weighted by how much each image looks like the target."""

import numpy as np

from course_utils.teaching.exercise import Exercise, Mismatch, Property, call, expect, in_words

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
    for n, p in ((2, 0.5), (3, 0.2), (3, 0.8), (5, 0.6), (7, 0.25)):
        correct = _mixed(random, n)
        expect(answer, ARGUMENTS, (correct, np.full(n, p)), correct.mean())


def target_like_counts_more(answer, random):
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
    for n in (2, 3, 6):
        p_target = _probabilities(random.choice(ODDS, n, replace=False))
        expect(answer, ARGUMENTS, (np.ones(n, dtype=bool), p_target), 1.0)
        expect(answer, ARGUMENTS, (np.zeros(n, dtype=bool), p_target), 0.0)


def certain_source_is_left_out(answer, random):
    for n in (2, 3, 5):
        correct = _mixed(random, n)
        more = np.append(correct, [True, True])
        p_target = np.append(np.full(n, 0.5), [0.0, 0.0])
        expect(answer, ARGUMENTS, (more, p_target), correct.mean())


def odds_count(answer, random):
    for odds in (3, 4, 1.5):
        for correct in ([True, False], [False, True]):
            # One image is as likely of either domain and counts once, the other `odds` times.
            arguments = np.array(correct), _probabilities(np.array([1.0, odds]))
            expect(answer, ARGUMENTS, arguments, np.dot(correct, [1, odds]) / (1 + odds))


def any_images(answer, random):
    for n in (2, 3, 5, 8, 100):
        correct = _mixed(random, n)
        p_target = random.uniform(0.05, 0.95, n).round(2)
        weights = p_target / (1 - p_target)
        expect(answer, ARGUMENTS, (correct, p_target), np.average(correct, weights=weights))


SELECTOR = Exercise(
    id="05-selector",
    title="the importance-weighted accuracy",
    function="importance_weighted_accuracy",
    properties=(
        Property(
            "where every image is equally likely to be of the target, whatever that probability, "
            "it is the plain accuracy",
            no_image_stands_out,
        ),
        Property(
            "it is 1 if every image is right and 0 if none is: the weights are divided by their "
            "own sum, that of right and wrong images",
            from_nothing_to_all,
        ),
        Property(
            "an image that looks like the target counts more than one that does not",
            target_like_counts_more,
        ),
        Property(
            "an image that is certainly not like the target does not count at all",
            certain_source_is_left_out,
        ),
        Property(
            "an image counts by its odds, p / (1 - p), which are the ratio of the two densities, "
            "and not by p itself",
            odds_count,
        ),
        Property("it agrees with the definition on any images", any_images),
    ),
    hints=(
        "You look for an average of `correct` in which each image has a weight of its own. The "
        "weight says how many times denser the target is than the source where the image lies.",
        "By Bayes' rule that is p_target / (1 - p_target), times a number that is the same for "
        "all images. Does that number matter once the weights are divided by their sum?",
        "weights = p_target / (1 - p_target); then (weights * correct).sum() / weights.sum(), "
        "which NumPy calls np.average(correct, weights=weights).",
    ),
    example=(([True, False], [0.75, 0.5]), 0.75),
)

"""The exercise of lesson 00: the share of answers that are right."""

import numbers

import numpy as np

from course_utils.teaching.exercise import (
    Exercise,
    Mismatch,
    Property,
    call,
    expect,
    in_words,
)

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
    return is_number and 0 <= value <= 1


def share_from_0_to_1(answer, random):
    for n, classes in SIZES:
        labels = _labels(random, n, classes)
        for answers, share in ((labels.copy(), 1), (_wrong(random, labels, classes), 0)):
            given = in_words(ARGUMENTS, (answers, labels))
            got = call(answer, (answers, labels), given)
            if not _is_share(got):
                raise Mismatch(given, share, got)


def all_right(answer, random):
    for n, classes in SIZES:
        labels = _labels(random, n, classes)
        expect(answer, ARGUMENTS, (labels.copy(), labels), 1.0)


def same_classes_at_other_pictures(answer, random):
    for classes in (2, 3, 5):
        labels = random.permutation(classes)
        # Each class is answered once, as often as it occurs, and never where it occurs.
        expect(answer, ARGUMENTS, (np.roll(labels, 1), labels), 0.0)


def k_of_n(answer, random):
    for n in (2, 3, 5):
        for right in {1, n - 1}:
            # Of one class, so that a mean over classes is the same: the next property is on those.
            labels = np.full(n, random.integers(4))
            answers = _wrong(random, labels, 4)
            kept = random.permutation(n)[:right]
            answers[kept] = labels[kept]
            expect(answer, ARGUMENTS, (answers, labels), right / n)


def rare_class_counts_by_its_pictures(answer, random):
    for common in (2, 3, 9):
        labels = random.permutation(np.array([0] * common + [1]))
        # All pictures of the common class are right, and the single one of the rare class is not.
        expect(answer, ARGUMENTS, (np.zeros_like(labels), labels), common / (common + 1))


def any_answers(answer, random):
    for n, classes in (*SIZES, (20, 4), (97, 10)):
        labels, answers = _labels(random, n, classes), _labels(random, n, classes)
        right = sum(one == other for one, other in zip(answers, labels, strict=True))
        expect(answer, ARGUMENTS, (answers, labels), right / n)


ACCURACY = Exercise(
    id="00-accuracy",
    title="the accuracy",
    function="accuracy",
    properties=(
        Property("it is one number for all pictures together, from 0 to 1", share_from_0_to_1),
        Property("it is 1 where every answer is right", all_right),
        Property(
            "an answer counts as right only if it is the label of the same picture",
            same_classes_at_other_pictures,
        ),
        Property(
            "each right answer adds the same: k right answers among n pictures give k / n",
            k_of_n,
        ),
        Property(
            "each picture counts the same, whether its class is common or rare",
            rare_class_counts_by_its_pictures,
        ),
        Property("it agrees with the definition on any answers", any_answers),
    ),
    hints=(
        "Go through the pictures one at a time: is the answer its label? Then ask which share of "
        "the pictures got a yes.",
        "answers == labels compares two arrays picture by picture: you get an array of True and "
        "False, as long as they are.",
        "In a mean, NumPy counts True as 1 and False as 0: the mean of that array is the share of "
        "its Trues.",
    ),
    example=((np.array([0, 1, 2, 2]), np.array([0, 1, 1, 2])), 0.75),
)

EXERCISES = (ACCURACY,)

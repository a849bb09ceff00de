"""Exercise 06-leep: how well a source's own predictions tell the target's classes apart."""

import math

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

ARGUMENTS = ("source_probabilities", "labels")

#: Images, source classes, target classes: what is printed with a failure is small first.
SIZES = ((2, 2, 2), (3, 2, 2), (4, 3, 2), (6, 3, 4))


def _probabilities(random, n, classes):
    """Rows that add up to 1, in tenths, none of them 0: shape (n, classes)."""
    return np.array([_row(random, classes) for _ in range(n)])


def _row(random, classes):
    """One class is the likeliest."""
    while True:
        share = random.dirichlet(np.ones(classes))
        tenths = 1 + random.multinomial(10 - classes, share)
        if (tenths == tenths.max()).sum() == 1:
            return tenths / 10


def _labels(random, n, classes):
    """Labels of which each occurs: shape (n,)."""
    return random.permutation(np.append(np.arange(classes), random.integers(classes, size=n))[:n])


def _cases(random):
    for n, source_classes, target_classes in SIZES:
        yield _probabilities(random, n, source_classes), _labels(random, n, target_classes)


def _score(answer, *arguments):
    given = in_words(ARGUMENTS, arguments)
    return call(answer, arguments, given), given


def classes_are_names(answer, random):
    for probabilities, labels in _cases(random):
        before, _ = _score(answer, probabilities, labels)
        numbers = random.permutation(5)[: labels.max() + 1]
        numbers[-1] += 5  # so that some number is surely left out
        columns = np.roll(np.arange(probabilities.shape[1]), 1)
        after, given = _score(answer, probabilities[:, columns], numbers[labels])
        if not same(before, after):
            told = f"{brief(before)}, as with the classes numbered otherwise"
            raise Mismatch(given, told, brief(after))


def single_number(answer, random):
    for arguments in _cases(random):
        got, given = _score(answer, *arguments)
        try:
            right = np.ndim(got) == 0 and got <= 1e-9
        except TypeError as error:
            raise Mismatch(given, "a number", brief(got)) from error
        if not right:
            raise Mismatch(given, "a number that is not above 0", brief(got))


def single_target_class(answer, random):
    for n, classes, _ in SIZES:
        probabilities = np.eye(classes)[_labels(random, n, classes)]
        expect(answer, ARGUMENTS, (probabilities, np.zeros(n, dtype=int)), 0.0)


def images_twice(answer, random):
    for probabilities, labels in _cases(random):
        once, _ = _score(answer, probabilities, labels)
        twice, given = _score(answer, np.tile(probabilities, (2, 1)), np.tile(labels, 2))
        if not same(once, twice):
            told = f"{brief(once)}, as with each image once"
            raise Mismatch(given, told, brief(twice))


def source_tells_nothing(answer, random):
    for n, classes in ((3, 2), (4, 2), (3, 3)):
        # Of each source class n images, the first of them of one target class, all others not.
        order = random.permutation(n * classes)
        probabilities = np.eye(classes)[order % classes]
        labels = (order >= classes).astype(int)
        entropy = -sum(share * math.log(share) for share in (1 / n, (n - 1) / n))
        expect(answer, ARGUMENTS, (probabilities, labels), -entropy)


def unsure_predictions_count(answer, random):
    for each in (1, 2, 3):
        # The first source class is the likeliest of every image, whichever its target class.
        rows = np.array([[0.9, 0.1], [0.6, 0.4]])[random.permutation(2)]
        labels = np.repeat([0, 1], each)
        got, given = _score(answer, rows[labels], labels)
        if not got > -math.log(2) + 1e-6:
            told = "more than -0.693147, which is what a source that tells nothing gets"
            raise Mismatch(given, told, brief(got))


def log_of_the_average(answer, random):
    for n, source_classes in ((2, 2), (4, 2), (5, 3)):
        arguments = _probabilities(random, n, source_classes), _labels(random, n, 2)
        expect(answer, ARGUMENTS, arguments, _leep(*arguments))


def source_class_of_no_image(answer, random):
    for probabilities, labels in _cases(random):
        position = int(random.integers(probabilities.shape[1] + 1))
        arguments = np.insert(probabilities, position, 0.0, axis=1), labels
        expect(answer, ARGUMENTS, arguments, _leep(*arguments))


def any_images(answer, random):
    for n, source_classes, target_classes in (*SIZES, (20, 4, 5), (60, 10, 4)):
        share = random.dirichlet(np.full(source_classes, 0.5), n)
        probabilities = random.multinomial(100, share) / 100
        labels = _labels(random, n, target_classes)
        expect(answer, ARGUMENTS, (probabilities, labels), _leep(probabilities, labels))


def _leep(source_probabilities, labels):
    """Nguyen et al. 2020, arXiv:2002.12462, equations 1 and 2."""
    joint = np.array([source_probabilities[labels == y].sum(axis=0) for y in np.unique(labels)])
    used = joint.sum(axis=0) > 0
    conditional = joint[:, used] / joint[:, used].sum(axis=0)
    expected = source_probabilities[:, used] @ conditional.T
    positions = np.searchsorted(np.unique(labels), labels)
    return float(np.log(expected[np.arange(len(labels)), positions]).mean())


LEEP = Exercise(
    id="06-leep",
    title="the score LEEP",
    function="leep",
    properties=(
        Property(
            "the classes' numbers are only names: those of the target may have gaps, and have "
            "nothing to do with the source's columns",
            classes_are_names,
        ),
        Property(
            "it is a single number and never above 0: a mean of logarithms of probabilities",
            single_number,
        ),
        Property(
            "with a single target class there is nothing to get wrong, and the score is 0: for "
            "each source class, the chances of the target's classes add up to 1",
            single_target_class,
        ),
        Property("each image twice changes nothing: the score is a mean over images", images_twice),
        Property(
            "where every source class holds the target's classes in the same proportions, the "
            "score is minus the entropy of the labels, in nats (the natural logarithm)",
            source_tells_nothing,
        ),
        Property(
            "a prediction counts with its whole row, not only with its likeliest class, when "
            "chances are counted and when they are used",
            unsure_predictions_count,
        ),
        Property(
            "an image's chances are averaged over the source classes by its own row first, and "
            "only then is the logarithm taken",
            log_of_the_average,
        ),
        Property(
            "a source class that is predicted for no image at all plays no part: 0 / 0 is kept "
            "away",
            source_class_of_no_image,
        ),
        Property("it agrees with the definition on any images", any_images),
    ),
    hints=(
        "First a table: for each target class y and source class z, add up column z over the "
        "images of label y. Read down a column, it says what the source means by z in the "
        "target's terms.",
        "Divide each column of the table by its sum: that is P(y | z). An image's chance of its "
        "own label is then row of the image times row of the label: (θ * P[y]).sum(). What of a "
        "column whose sum is 0?",
        "one_hot = labels[:, None] == np.unique(labels); joint = one_hot.T @ source_probabilities; "
        "drop columns where joint.sum(axis=0) is 0, there and in source_probabilities; the score "
        "is the mean of np.log((source_probabilities @ conditional.T)[one_hot]).",
    ),
    example=(([[1.0, 0.0], [0.5, 0.5]], [0, 1]), math.log(2 / 3)),
)

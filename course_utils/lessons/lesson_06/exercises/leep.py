"""### 2. A score without training

`source_probabilities` holds what a source's own classifier says of n target images: a row for each
image, a column for each *source* class, each row with sum 1. `labels` are the images' *target*
labels: whole numbers from 0 on, of which some may be missing. Write `leep`, in nats:

* P(y, z) is the mean over all n images of column z, where an image whose label is not y counts as 0;
* P(y | z) is P(y, z) divided by its sum over y: what the source means by z, in the target's terms;
* an image's chance of its own label y is the sum over z of P(y | z) times its probability of z;
* the score is the mean over images of the natural logarithm of that chance.

A source class with probability 0 for every image plays no part.
"""  # noqa: E501

import math

import numpy as np

from course_utils.teaching.answer_values import describe, same
from course_utils.teaching.exercise import Exercise, Mismatch, call, expect, in_words
from course_utils.teaching.mistake import Mistake, Recogniser, fails_only, is_right


def leep(source_probabilities, labels):
    """The log expected empirical prediction: 0 at best."""
    one_hot = labels[:, np.newaxis] == np.unique(labels)
    joint = one_hot.T @ source_probabilities
    used = joint.sum(axis=0) > 0
    conditional = joint[:, used] / joint[:, used].sum(axis=0)
    chances = source_probabilities[:, used] @ conditional.T
    return np.log(chances[one_hot]).mean()


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


def _small(random):
    for n, source_classes, target_classes in SIZES:
        yield _probabilities(random, n, source_classes), _labels(random, n, target_classes)


def _score(answer, *arguments):
    given = in_words(ARGUMENTS, arguments)
    return call(answer, arguments, given), given


def classes_are_names(answer, random):
    """the classes' numbers are only names: those of the target may have gaps, and have nothing to
    do with the source's columns"""
    for probabilities, labels in _small(random):
        before, _ = _score(answer, probabilities, labels)
        numbers = random.permutation(5)[: labels.max() + 1]
        numbers[-1] += 5  # so that some number is surely left out
        columns = np.roll(np.arange(probabilities.shape[1]), 1)
        after, given = _score(answer, probabilities[:, columns], numbers[labels])
        if not same(before, after):
            told = f"{describe(before)}, as with the classes numbered otherwise"
            raise Mismatch(given, told, describe(after))


def single_number(answer, random):
    """it is a single number and never above 0: a mean of logarithms of probabilities"""
    for arguments in _small(random):
        got, given = _score(answer, *arguments)
        try:
            right = np.ndim(got) == 0 and got <= 1e-9
        except TypeError as error:
            raise Mismatch(given, "a number", describe(got)) from error
        if not right:
            raise Mismatch(given, "a number that is not above 0", describe(got))


def single_target_class(answer, random):
    """with a single target class there is nothing to get wrong, and the score is 0: for each
    source class, the chances of the target's classes add up to 1"""
    for n, classes, _ in SIZES:
        probabilities = np.eye(classes)[_labels(random, n, classes)]
        expect(answer, ARGUMENTS, (probabilities, np.zeros(n, dtype=int)), 0.0)


def images_twice(answer, random):
    """each image twice changes nothing: the score is a mean over images"""
    for probabilities, labels in _small(random):
        once, _ = _score(answer, probabilities, labels)
        twice, given = _score(answer, np.tile(probabilities, (2, 1)), np.tile(labels, 2))
        if not same(once, twice):
            told = f"{describe(once)}, as with each image once"
            raise Mismatch(given, told, describe(twice))


def source_tells_nothing(answer, random):
    """where every source class holds the target's classes in the same proportions, the score is
    minus the entropy of the labels, in nats (the natural logarithm)"""
    for n, classes in ((3, 2), (4, 2), (3, 3)):
        # Of each source class n images, the first of them of one target class, all others not.
        order = random.permutation(n * classes)
        probabilities = np.eye(classes)[order % classes]
        labels = (order >= classes).astype(int)
        entropy = -sum(share * math.log(share) for share in (1 / n, (n - 1) / n))
        expect(answer, ARGUMENTS, (probabilities, labels), -entropy)


def unsure_predictions_count(answer, random):
    """a prediction counts with its whole row, not only with its likeliest class, when chances are
    counted and when they are used"""
    for each in (1, 2, 3):
        # The first source class is the likeliest of every image, whichever its target class.
        rows = np.array([[0.9, 0.1], [0.6, 0.4]])[random.permutation(2)]
        labels = np.repeat([0, 1], each)
        got, given = _score(answer, rows[labels], labels)
        if not got > -math.log(2) + 1e-6:
            told = "more than -0.693147, which is what a source that tells nothing gets"
            raise Mismatch(given, told, describe(got))


def log_of_the_average(answer, random):
    """an image's chances are averaged over the source classes by its own row first, and only then
    is the logarithm taken"""
    for n, source_classes in ((2, 2), (4, 2), (5, 3)):
        arguments = _probabilities(random, n, source_classes), _labels(random, n, 2)
        expect(answer, ARGUMENTS, arguments, leep(*arguments))


def source_class_of_no_image(answer, random):
    """a source class that is predicted for no image at all plays no part: 0 / 0 is kept away"""
    for probabilities, labels in _small(random):
        position = int(random.integers(probabilities.shape[1] + 1))
        arguments = np.insert(probabilities, position, 0.0, axis=1), labels
        expect(answer, ARGUMENTS, arguments, leep(*arguments))


def any_images(answer, random):
    """it agrees with the definition on any images"""
    for n, source_classes, target_classes in (*SIZES, (20, 4, 5), (60, 10, 4)):
        share = random.dirichlet(np.full(source_classes, 0.5), n)
        probabilities = random.multinomial(100, share) / 100
        labels = _labels(random, n, target_classes)
        expect(answer, ARGUMENTS, (probabilities, labels), leep(probabilities, labels))


def _cases(random):
    """Rows in which nothing is 0, and labels of which each occurs."""
    for n, source_classes, target_classes in ((5, 3, 2), (8, 4, 3), (12, 5, 4)):
        rows = random.dirichlet(np.ones(source_classes), n) * 0.9 + 0.1 / source_classes
        labels = random.permutation(np.arange(n) % target_classes)
        yield rows, labels


def labels_without_gaps(random):
    """You are right while the labels are 0, 1, 2 and so on, and fail once some number is missing.
    How many rows does your table have, and does a label always name its own row?
    """
    # The same, in which the target's labels leave out 0 and others.
    for rows, labels in _cases(random):
        yield rows, 2 * labels + 1


def _with_an_unused_class(random):
    for rows, labels in _cases(random):
        yield np.insert(rows, random.integers(rows.shape[1] + 1), 0.0, axis=1), labels


def _wrong(log=np.log, mean=np.mean, counted=np.asarray, used=np.asarray, axis=0):
    """An answer with a place to go wrong in each of its steps; for labels without gaps."""

    def wrong(rows, labels):
        joint = _joint(counted(rows), labels)
        with np.errstate(all="ignore"):
            sums = joint.sum(axis=axis, keepdims=True)
            conditional = np.where(sums > 0, joint / sums, 0.0)
            return mean(log((used(rows) * conditional[labels]).sum(axis=1)))

    return wrong


def _joint(rows, labels):
    """Sums of the rows of each label: (target classes, source classes)."""
    return np.eye(labels.max() + 1)[labels].T @ rows


def _certain(rows):
    return np.eye(rows.shape[1])[rows.argmax(axis=1)]


def log_before_the_average(rows, labels):
    """You take the logarithm of every entry and average afterwards. An average of logarithms is not
    the logarithm of an average: which of the two is an image's chance of its own label?
    """
    joint = _joint(rows, labels)
    return (rows * np.log(joint / joint.sum(axis=0))[labels]).sum(axis=1).mean()


def joint_for_conditional(rows, labels):
    """You seem to use the joint table P(y, z) itself. A source class that is rarely predicted then
    counts for little, and the chances are too small: what turns it into chances *given* z?
    """
    joint = _joint(rows, labels) / len(rows)
    return np.log((rows * joint[labels]).sum(axis=1)).mean()


def _zero_by_zero(answer, random, cases, reference):
    """Right where each source class is used, and not a number where one is not."""
    right = all(is_right(answer, reference, case) for case in cases(random))
    return right and all(np.isnan(answer(*case)) for case in _with_an_unused_class(random))


def likeliest_class_only(source_probabilities, labels):
    """You seem to let only the likeliest source class of an image speak. An unsure row says more
    than that: LEEP lets all its probabilities take part, in the table and in the chances.
    """
    return _wrong(counted=_certain)(source_probabilities, labels)


def given_the_target_class(source_probabilities, labels):
    """Your table is divided along the other axis: it tells P(z | y), what the source says of a
    target class. You need it the other way round, so which sums should be 1?
    """
    return _wrong(axis=1)(source_probabilities, labels)


def another_logarithm(source_probabilities, labels):
    """Your score is right but for its unit: it is in bits, or in powers of ten. Nats belong to
    which logarithm?
    """
    return _wrong(log=np.log2)(source_probabilities, labels)


def sum_for_mean(source_probabilities, labels):
    """Your score grows with the number of images, so that a larger target would look worse. What
    should the same images twice give?
    """
    return _wrong(mean=np.sum)(source_probabilities, labels)


EXERCISE = Exercise(
    reference=leep,
    title="the score LEEP",
    properties=[
        classes_are_names,
        single_number,
        single_target_class,
        images_twice,
        source_tells_nothing,
        unsure_predictions_count,
        log_of_the_average,
        source_class_of_no_image,
        any_images,
    ],
    cases=_cases,
    mistakes=[
        Mistake(
            (likeliest_class_only, _wrong(used=_certain), _wrong(counted=_certain, used=_certain))
        ),
        Mistake(given_the_target_class),
        Mistake(joint_for_conditional),
        Mistake(log_before_the_average),
        Mistake((another_logarithm, _wrong(log=np.log10))),
        Mistake(sum_for_mean),
        Mistake(fails_only(labels_without_gaps)),
        Mistake(
            Recogniser(_zero_by_zero),
            "All is well until a source class has probability 0 for every image: its column has "
            "the sum 0, and one division makes the whole score nan. What part should such a class"
            " play?",
            name="zero-by-zero",
        ),
    ],
    hints=[
        "First a table: for each target class y and source class z, add up column z over the "
        "images of label y. Read down a column, it says what the source means by z in the "
        "target's terms.",
        "Divide each column of the table by its sum: that is P(y | z). An image's chance of its "
        "own label is then row of the image times row of the label: (θ * P[y]).sum(). What of a "
        "column whose sum is 0?",
        "one_hot = labels[:, None] == np.unique(labels); joint = one_hot.T @ source_probabilities; "
        "drop columns where joint.sum(axis=0) is 0, there and in source_probabilities; the score "
        "is the mean of np.log((source_probabilities @ conditional.T)[one_hot]).",
    ],
    example=(([[1.0, 0.0], [0.5, 0.5]], [0, 1]), math.log(2 / 3)),
)

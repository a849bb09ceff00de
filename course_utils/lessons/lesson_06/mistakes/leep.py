"""Typical mistakes in 06-leep."""

import numpy as np

from course_utils.teaching.mistake import Mistake, does_as, either, fails_only

#: Images, source classes, target classes.
SIZES = ((5, 3, 2), (8, 4, 3), (12, 5, 4))


def _cases(random):
    """Rows in which nothing is 0, and labels of which each occurs."""
    for n, source_classes, target_classes in SIZES:
        rows = random.dirichlet(np.ones(source_classes), n) * 0.9 + 0.1 / source_classes
        labels = random.permutation(np.arange(n) % target_classes)
        yield rows, labels


def _with_gaps(random):
    """The same, in which the target's labels leave out 0 and others."""
    for rows, labels in _cases(random):
        yield rows, 2 * labels + 1


def _with_an_unused_class(random):
    for rows, labels in _cases(random):
        yield np.insert(rows, random.integers(rows.shape[1] + 1), 0.0, axis=1), labels


def _joint(rows, labels):
    """Sums of the rows of each label: (target classes, source classes)."""
    return np.array([rows[labels == y].sum(axis=0) for y in np.unique(labels)])


def _of_own_label(table, labels):
    """For each image the row of the table that belongs to its label."""
    return table[np.searchsorted(np.unique(labels), labels)]


def _leep(rows, labels, log=np.log, mean=np.mean, counted=np.asarray, used=np.asarray, axis=0):
    """The definition, with a place to go wrong in each of its steps."""
    joint = _joint(counted(rows), labels)
    with np.errstate(all="ignore"):
        sums = joint.sum(axis=axis, keepdims=True)
        conditional = np.where(sums > 0, joint / sums, 0.0)
        chances = (used(rows) * _of_own_label(conditional, labels)).sum(axis=1)
        return mean(log(chances))


def _certain(rows):
    return np.eye(rows.shape[1])[rows.argmax(axis=1)]


def _log_inside(rows, labels):
    joint = _joint(rows, labels)
    logs = np.log(_of_own_label(joint / joint.sum(axis=0), labels))
    return (rows * logs).sum(axis=1).mean()


def _joint_for_conditional(rows, labels):
    joint = _joint(rows, labels) / len(rows)
    return np.log((rows * _of_own_label(joint, labels)).sum(axis=1)).mean()


def _undivided_zero(answer, random):
    """Right where each source class is used, and not a number where one is not."""
    right = all(
        np.isclose(answer(rows.copy(), labels), _leep(rows, labels), rtol=0, atol=1e-6)
        for rows, labels in _cases(random)
    )
    return right and all(np.isnan(answer(*case)) for case in _with_an_unused_class(random))


def _as(**wrong):
    return does_as(lambda *arguments: _leep(*arguments, **wrong), _cases)


MISTAKES = (
    Mistake(
        name="likeliest-class-only",
        hint="You seem to let only the likeliest source class of an image speak. An unsure row "
        "says more than that: LEEP lets all its probabilities take part, in the table and in the "
        "chances.",
        shown_by=either(
            _as(counted=_certain), _as(used=_certain), _as(counted=_certain, used=_certain)
        ),
    ),
    Mistake(
        name="given-the-target-class",
        hint="Your table is divided along the other axis: it tells P(z | y), what the source "
        "says of a target class. You need it the other way round, so which sums should be 1?",
        shown_by=_as(axis=1),
    ),
    Mistake(
        name="joint-for-conditional",
        hint="You seem to use the joint table P(y, z) itself. A source class that is rarely "
        "predicted then counts for little, and the chances are too small: what turns it into "
        "chances *given* z?",
        shown_by=does_as(_joint_for_conditional, _cases),
    ),
    Mistake(
        name="log-before-the-average",
        hint="You take the logarithm of every entry and average afterwards. An average of "
        "logarithms is not the logarithm of an average: which of the two is an image's chance of "
        "its own label?",
        shown_by=does_as(_log_inside, _cases),
    ),
    Mistake(
        name="another-logarithm",
        hint="Your score is right but for its unit: it is in bits, or in powers of ten. Nats "
        "belong to which logarithm?",
        shown_by=either(_as(log=np.log2), _as(log=np.log10)),
    ),
    Mistake(
        name="sum-for-mean",
        hint="Your score grows with the number of images, so that a larger target would look "
        "worse. What should the same images twice give?",
        shown_by=_as(mean=np.sum),
    ),
    Mistake(
        name="labels-without-gaps",
        hint="You are right while the labels are 0, 1, 2 and so on, and fail once some number is "
        "missing. How many rows does your table have, and does a label always name its own row?",
        shown_by=fails_only(_leep, where=_with_gaps, elsewhere=_cases),
    ),
    Mistake(
        name="zero-by-zero",
        hint="All is well until a source class has probability 0 for every image: its column has "
        "the sum 0, and one division makes the whole score nan. What part should such a class "
        "play?",
        shown_by=_undivided_zero,
    ),
)

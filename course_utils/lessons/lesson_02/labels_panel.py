"""What `explore_labels` shows of one set at one number of labels: pictures and their words."""

from typing import NamedTuple

from course_utils.lessons.lesson_02.labels_pictures import (
    BARS_WIDTH,
    CURVES_WIDTH,
    HEIGHT,
    LOOKS,
    bars_picture,
    curves_picture,
)
from course_utils.teaching.panel_frame import figure_of, framed

#: The arms whose difference is told: the pretrained one, and what it is held against.
PRETRAINED, SCRATCH, RANDOM = "frozen", "small", "random-frozen"


class LabelledSet(NamedTuple):
    """What was measured on one set.

    Attributes
    ----------
    name : str
    classes : int
    curves : dict of str to dict of int to Result
        Test accuracy by the arms of `labels_pictures.LOOKS`, then by labels per class.
    """

    name: str
    classes: int
    curves: dict

    def numbers(self):
        """Labels per class at which every arm was measured (list of int)."""
        return sorted(set.intersection(*map(set, self.curves.values())))

    def guessing(self):
        """The accuracy of answers drawn at random, each class as likely as the others."""
        return 1 / self.classes

    def at(self, labels):
        """Each arm's Result at one number of labels (dict by arm)."""
        return {arm: curve[labels] for arm, curve in self.curves.items()}


class Words(NamedTuple):
    """What is said: over the pictures, and below each of them (str)."""

    headline: str
    finding: str
    bars: str
    curves: str


def words(measured, labels):
    """What was measured, who is ahead, and what belongs to each picture.

    Parameters
    ----------
    measured : LabelledSet
    labels : int
        One of its numbers.

    Returns
    -------
    Words
    """
    results = measured.at(labels)
    seeds = len(results[PRETRAINED].values)
    return Words(
        f"{measured.name.capitalize()}: {labels} labelled pictures of each of "
        f"{measured.classes} classes, {labels * measured.classes:,} in all. "
        f"Numbers: test accuracy in percent, mean of {seeds} seeds ± 95 % interval.",
        _held_against(results, SCRATCH, "the small network from scratch"),
        _held_against(results, RANDOM, "the same frozen network with random weights"),
        f"The frame is at {labels} labelled pictures per class; upright bars: 95 % intervals.",
    )


def panel(measured, labels):
    """The two pictures with their words (str, HTML); parameters as in `words`."""
    said = words(measured, labels)
    guessing = measured.guessing()
    curves = {
        arm: {n: curve[n] for n in measured.numbers()} for arm, curve in measured.curves.items()
    }
    alts = _descriptions(measured, labels, said)
    figures = (
        figure_of(
            f"Accuracy with {labels} labelled pictures per class",
            bars_picture(measured.at(labels), guessing),
            (BARS_WIDTH, HEIGHT),
            alts[0],
            said.bars,
        ),
        figure_of(
            "Test accuracy (%) against labels",
            curves_picture(curves, labels, guessing),
            (CURVES_WIDTH, HEIGHT),
            alts[1],
            said.curves,
        ),
    )
    return framed("labels-panel", said.headline, said.finding, figures)


def _held_against(results, rival, name):
    """Whether the pretrained network is ahead of a rival (str): the differences decide."""
    from course_utils.measuring import compare, paired_difference

    difference = paired_difference(results[PRETRAINED], results[rival])
    side, apart = compare(difference), difference.percent()
    if side == "within noise":
        return (
            "Within noise: no difference can be seen between the pretrained network and "
            f"{name} ({apart} points)."
        )
    place = "ahead of" if side == "above" else "behind"
    return f"The pretrained network is {apart.removeprefix('-')} points {place} {name}."


def _descriptions(measured, labels, said):
    """The two pictures for those who cannot see them (list of str)."""
    guessing = f"{100 * measured.guessing():.1f}"
    bars = "; ".join(
        f"{LOOKS[arm].said()} {result.percent()}" for arm, result in measured.at(labels).items()
    )
    numbers = measured.numbers()
    curves = "; ".join(
        f"{LOOKS[arm].said()} " + ", ".join(f"{100 * curve[n].mean:.1f}" for n in numbers)
        for arm, curve in measured.curves.items()
    )
    return [
        f"Bars of test accuracy in percent, {measured.name}, {labels} labelled pictures per class: "
        f"{bars}. A dashed line at guessing, {guessing}. {said.finding} {said.bars}",
        f"Curves of test accuracy in percent against labelled pictures per class, {measured.name}, "
        f"at {', '.join(map(str, numbers))}: {curves}. A dashed line at guessing, {guessing}. "
        f"{said.curves}",
    ]

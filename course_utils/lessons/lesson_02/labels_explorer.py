"""`explore_labels`: choose how many labels there are, and see what pretraining is worth then.

No arm is told from the others by its colour alone: its bar has a name beside it and a filling of
its own, its curve has marks and dashes of its own.
"""

from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patheffects import withStroke

from course_utils.assets import read_manifest
from course_utils.datasets.materials import PHOTOGRAPHS
from course_utils.lessons.lesson_02.learning_curves import LABELS_PER_CLASS, curve_of
from course_utils.measuring import Result, compare, paired_difference
from course_utils.teaching.explorers import Explorer, Panel, Picture, offer, slider, svg

#: What the slider calls the sets.
TITLES = {"materials": "materials (patches)", "clothing": "clothing (photos)"}

#: Each arm's name in two lines, and how its bar and its curve are drawn.
LOOKS: dict[str, tuple[str, dict[str, Any], dict[str, Any]]] = {
    "small": (
        "small network,\nfrom scratch",
        {"color": "white", "edgecolor": "#D55E00", "hatch": "///"},
        {"color": "#D55E00", "linestyle": "--", "marker": "s"},
    ),
    "random-frozen": (
        "frozen ResNet50,\nrandom weights",
        {"color": "white", "edgecolor": "#333333"},
        {"color": "#333333", "linestyle": ":", "marker": "o", "markerfacecolor": "white"},
    ),
    "frozen": (
        "frozen ResNet50,\npretrained",
        {"color": "#0072B2", "edgecolor": "#0072B2"},
        {"color": "#0072B2", "linestyle": "-", "marker": "o"},
    ),
}
NAMES = {arm: name.replace("\n", " ") for arm, (name, _, _) in LOOKS.items()}

#: The pretrained arm's rivals, and what the sentence calls them.
RIVALS = {
    "small": "the small network from scratch",
    "random-frozen": "the same frozen network with random weights",
}
BARS_SIZE, CURVES_SIZE = (430, 286), (400, 286)  # of the pictures, in pixels


@dataclass(frozen=True)
class LabelledSet:
    """What was measured on one set.

    Attributes
    ----------
    name : str
    classes : int
    curves : dict of str to dict of int to Result
        Test accuracy by the arms of `LOOKS`, then by labels per class: the same for every arm.
    """

    name: str
    classes: int
    curves: dict[str, dict[int, Result]]

    def numbers(self) -> list[int]:
        """Labels per class at which the arms were measured."""
        return sorted(self.curves["frozen"])

    def results(self, labels: int) -> dict[str, Result]:
        """Each arm's test accuracy at one number of labels per class."""
        return {arm: curve[labels] for arm, curve in self.curves.items()}

    def guessing(self) -> float:
        """The accuracy of answers drawn at random, in percent."""
        return 100 / self.classes


def stored_set(name: str) -> LabelledSet:
    """What is stored of one set's learning curves.

    Parameters
    ----------
    name : str
        A key of `learning_curves.LABELS_PER_CLASS`.
    """
    curves = {arm: curve_of(name, arm) for arm in LOOKS}
    # The classes are known from what the set is made or fetched by: no picture is read.
    classes = PHOTOGRAPHS if name == "materials" else read_manifest()[name].classes
    return LabelledSet(name, len(classes), curves)


class LabelsExplorer(Explorer):
    """The panel that `explore_labels` gives.

    Parameters
    ----------
    sets : dict of str to LabelledSet
        What there is to choose from, by name, the first shown first.

    Attributes
    ----------
    pictures_of, labels : ipywidgets.SelectionSlider
        The name of a set, and a number of labelled pictures per class stored for it.
    pictures : ipywidgets.HTML
        Two pictures and their words.
    """

    def __init__(self, sets: dict[str, LabelledSet]):
        self._sets = sets
        # A slider rather than a list, so that the arrow keys work alike on both.
        names = [(TITLES.get(name, name), name) for name in sets]
        self.pictures_of = slider("Pictures", names, room="9em")
        self.labels = slider("Labels per class", self._chosen().numbers(), room="9em")
        controls = [self.pictures_of, self.labels]
        super().__init__(controls, lambda: panel(self._chosen(), self.labels.value), self._offer)

    def _chosen(self) -> LabelledSet:
        return self._sets[self.pictures_of.value]

    def _offer(self) -> None:
        """Offer the numbers stored for the chosen set, and stay near the old one."""
        numbers, old = self._chosen().numbers(), self.labels.value
        offer(self.labels, numbers, min(numbers, key=lambda n: abs(np.log(n / old))))


def explore_labels() -> LabelsExplorer:
    """See what a pretrained network is worth as labelled pictures become many.

    For each number of labelled pictures per class stand side by side the test accuracies of a
    small network trained from scratch, of a frozen ResNet50 with random weights and of the
    pretrained one, with 95 % intervals and a line at guessing, and the learning curves that they
    are taken from. Above them is one sentence on who is ahead, which the paired differences
    decide. All numbers are stored measurements (`python -m course_utils run learning-curves`
    repeats them): nothing is trained and nothing fetched. The sliders follow the arrow keys.

    Returns
    -------
    LabelsExplorer
        A widget; as the last line of a cell it shows itself. Where no widget can be shown, in
        HTML made by nbconvert for one, the pictures of the first choice stand in for it.

    Raises
    ------
    CourseError
        If the stored measurements or the catalog of data sets are damaged.
    """
    return LabelsExplorer({name: stored_set(name) for name in LABELS_PER_CLASS})


def panel(measured: LabelledSet, labels: int) -> Panel:
    """What is shown of one set at one of its numbers of labels per class."""
    results = measured.results(labels)
    finding, beside_random = (_held_against(results, rival) for rival in RIVALS)
    ends = f"The frame is at {labels} labelled pictures per class; upright bars: 95 % intervals."
    guessing = f"A dashed line at guessing, {measured.guessing():.1f}."
    bars_alt = (
        f"Bars of test accuracy in percent, {measured.name}, {labels} labelled pictures per class: "
        + "; ".join(f"{NAMES[arm]} {result.percent()}" for arm, result in results.items())
        + f". {guessing} {finding} {beside_random}"
    )
    curves_alt = (
        f"Curves of test accuracy in percent against labelled pictures per class, {measured.name}, "
        f"at {', '.join(map(str, measured.numbers()))}: "
        + "; ".join(f"{NAMES[arm]} {_means(curve)}" for arm, curve in measured.curves.items())
        + f". {guessing} {ends}"
    )
    given = {"measured": measured, "labels": labels}
    bars = svg(partial(draw_bars, **given), BARS_SIZE, margins=(124, 44, 104, 28))
    curves = svg(partial(draw_curves, **given), CURVES_SIZE, margins=(40, 44, 10, 80))
    title = f"Accuracy with {labels} labelled pictures per class"
    curves_title = "Test accuracy (%) against labels"
    return Panel(
        "labels-panel",
        f"{measured.name.capitalize()}: {labels} labelled pictures of each of "
        f"{measured.classes} classes, {labels * measured.classes:,} in all. Numbers: test accuracy "
        f"in percent, mean of {len(results['frozen'].values)} draws ± 95 % interval.",
        finding,
        (
            Picture(title, bars, "svg+xml", BARS_SIZE, bars_alt, beside_random),
            Picture(curves_title, curves, "svg+xml", CURVES_SIZE, curves_alt, ends),
        ),
    )


def _means(curve: dict[int, Result]) -> str:
    return ", ".join(f"{100 * result.mean:.1f}" for result in curve.values())


def _held_against(results: dict[str, Result], rival: str) -> str:
    """Whether the pretrained network is ahead of a rival, as the paired differences have it."""
    difference = paired_difference(results["frozen"], results[rival])
    side, points = compare(difference), difference.percent()
    if side == "undecided":
        return (
            "Undecided: the stored draws do not tell the pretrained network and "
            f"{RIVALS[rival]} apart ({points} points)."
        )
    place = "ahead of" if side == "above" else "behind"
    return f"The pretrained network is {points.removeprefix('-')} points {place} {RIVALS[rival]}."


def draw_bars(axes: Axes, measured: LabelledSet, labels: int) -> None:
    """A bar for each arm, with the 95 % interval of its mean, and a line at guessing."""
    for place, (arm, result) in enumerate(measured.results(labels).items()):
        middle, half = 100 * result.mean, 100 * result.half_width
        axes.barh(place, middle, 0.6, linewidth=1.5, **LOOKS[arm][1])
        halo = [withStroke(linewidth=5, foreground="white")]  # seen on a filled bar, too
        low, high = middle - half, middle + half
        axes.plot([low, high], [place] * 2, "-", color="#333333", path_effects=halo)
        words: dict[str, Any] = {"va": "center", "fontweight": "bold", "backgroundcolor": "white"}
        axes.text(min(high, 100) + 3, place, result.percent(), **words)
    _guessing(axes.axvline, measured)
    axes.text(measured.guessing(), -0.55, f"guessing: {measured.guessing():.1f}", ha="left")
    axes.set_yticks(range(len(LOOKS)), [name for name, _, _ in LOOKS.values()])
    axes.set(xlim=(0, 100), xlabel="test accuracy (%)", ylim=(2.5, -0.5))
    axes.grid(axis="y", visible=False)


def draw_curves(axes: Axes, measured: LabelledSet, labels: int) -> None:
    """Test accuracy against labelled pictures per class, with a frame at the chosen number."""
    numbers = measured.numbers()
    for shift, (arm, curve) in zip((0.97, 1, 1.03), measured.curves.items(), strict=True):
        places = [shift * n for n in curve]  # marks of two arms may share a height
        means = [100 * result.mean for result in curve.values()]
        halves = [100 * result.half_width for result in curve.values()]
        axes.errorbar(places, means, halves, capsize=0, label=NAMES[arm], **LOOKS[arm][2])
    _guessing(axes.axhline, measured, label="guessing")
    frame = {"facecolor": "none", "edgecolor": "#333333", "clip_on": False, "gid": "decoration"}
    axes.axvspan(labels / 1.15, labels * 1.15, **frame)
    axes.set(xscale="log", xlabel="labelled pictures per class (logarithmic axis)", ylim=(0, 100))
    axes.set_xticks(numbers, [str(n) for n in numbers])
    axes.minorticks_off()
    axes.get_xticklabels()[numbers.index(labels)].set_fontweight("bold")
    above = {"loc": "lower left", "bbox_to_anchor": (-0.02, 1), "borderaxespad": 0.2}
    handles, names = axes.get_legend_handles_labels()  # guessing comes last
    axes.legend(handles[1:] + handles[:1], names[1:] + names[:1], handlelength=4, **above)


def _guessing(line, measured: LabelledSet, **more) -> None:
    line(measured.guessing(), color="#333333", linestyle=(0, (5, 4)), linewidth=1.2, **more)

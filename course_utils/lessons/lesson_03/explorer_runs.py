"""The stored fine-tuning runs that `explore_fine_tuning` replays, sorted by what was chosen."""

from collections import defaultdict
from typing import NamedTuple

import numpy as np

from course_utils.errors import CourseError

#: What may be unfrozen, from the least to the most.
DEPTHS = ("head", "conv5", "conv4", "conv3", "conv2", "all")
#: The seeds that are shown: those that the rates were tuned on are not among them.
SEEDS = (0, 1, 2, 3, 4)

#: The positions in a point of a curve.
STEP, LOSS, ACCURACY = 0, 1, 2

#: The sets of photographs of things, as those that the shipped network learned from.
_NEAR = ("objects", "clothing")


class Setting(NamedTuple):
    """One choice of the three controls.

    Attributes
    ----------
    target : str
        `"set/domain"`.
    depth : str
        One of `DEPTHS`.
    rate : float
        The learning rate.
    """

    target: str
    depth: str
    rate: float


class Runs(dict):
    """For each stored `Setting`, what each seed measured: a dict by seed, in their order.

    Attributes
    ----------
    labels : int
        Labelled images per class.
    """

    labels = 0

    def targets(self):
        """The stored targets, those near what the network knows first (list of str)."""
        return sorted({setting.target for setting in self}, key=lambda each: (far(each), each))

    def depths(self, target):
        """The stored depths of a target, from the least to the most (list of str)."""
        stored = {setting.depth for setting in self if setting.target == target}
        return sorted(stored, key=DEPTHS.index)

    def nearest_depth(self, target, depth):
        """A depth itself if it is stored, else the next lesser one; at the least the first."""
        depths = self.depths(target)
        lesser = [each for each in depths if DEPTHS.index(each) <= DEPTHS.index(depth)]
        return lesser[-1] if lesser else depths[0]

    def rates(self, target, depth):
        """The stored learning rates of a target and a depth, rising (list of float)."""
        return sorted(setting.rate for setting in self if setting[:2] == (target, depth))

    def best(self, target, depth):
        """The setting with the highest mean validation accuracy, or None if none is stored."""
        settings = [Setting(target, depth, rate) for rate in self.rates(target, depth)]
        return max(settings, key=lambda each: self.mean(each, "validation_accuracy"), default=None)

    def reference(self, target):
        """What the others are held against: the head alone, after its probe, at its best rate.

        A Setting, or None if no head alone is stored.
        """
        return self.best(target, "head")

    def mean(self, setting, metric):
        """A metric's mean over the seeds (float)."""
        return float(np.mean([measured[metric] for measured in self[setting].values()]))

    def of_target(self, target):
        """What all seeds of all settings of a target measured (list of dict)."""
        return [
            run for key, seeds in self.items() if key.target == target for run in seeds.values()
        ]


def sorted_runs(records):
    """Sort the records of a sweep.

    Parameters
    ----------
    records : list of dict
        Records as `course_utils.measuring.sweeps.read_records` gives them. Of them, those of
        the study `"rates"` that start from the pretrained weights, and of `SEEDS`, are kept.

    Returns
    -------
    Runs

    Raises
    ------
    CourseError
        If none is left, or one lacks what is shown of it.
    """
    found = defaultdict(dict)
    labels = 0
    for record in records:
        trial, measured = record["trial"], record["measured"]
        kept = trial.get("study") == "rates" and trial.get("start") == "pretrained"
        if not kept or trial["seed"] not in SEEDS:
            continue
        missing = {"validation_accuracy", "test_accuracy", "agreement", "drift", "curve"}
        missing -= set(measured)
        if missing or not measured["curve"]:
            raise CourseError(
                f"The run {trial} has no {', '.join(sorted(missing)) or 'points in its curve'}: "
                "run the sweep again with what is in the course now."
            )
        found[Setting(trial["target"], trial["depth"], trial["learning_rate"])][trial["seed"]] = (
            measured
        )
        labels = trial["n"]
    if not found:
        raise CourseError(
            f"None of the {len(records)} stored runs is one to show: the study is to be 'rates', "
            f"the start 'pretrained' and the seed one of {', '.join(map(str, SEEDS))}; "
            "`python -m course_utils run fine-tuning --store` makes such runs."
        )
    runs = Runs({key: dict(sorted(seeds.items())) for key, seeds in found.items()})
    runs.labels = labels
    return runs


def far(target):
    """Whether a target (`"set/domain"`) is unlike what the shipped network learned from."""
    return target.split("/")[0] not in _NEAR


def points(run, column):
    """One column of a run's curve.

    Parameters
    ----------
    run : dict
        What one seed measured.
    column : {LOSS, ACCURACY}

    Returns
    -------
    steps : array of int, shape (points,)
    values : array of float, shape (points,)
        NaN where the value was no finite number.
    """
    steps = np.array([point[STEP] for point in run["curve"]])
    values = np.array([point[column] for point in run["curve"]], dtype=float)  # None becomes NaN
    return steps, np.where(np.isfinite(values), values, np.nan)


def mean_points(seeds, column):
    """The mean of the seeds at the steps that all of them have.

    Parameters
    ----------
    seeds : dict of int to dict
    column : {LOSS, ACCURACY}

    Returns
    -------
    steps : array of int, shape (points,)
    values : array of float, shape (points,)
        NaN where a seed's value was no finite number: a mean of the others would flatter.
    """
    curves = [dict(zip(*points(run, column), strict=True)) for run in seeds.values()]
    steps = sorted(set.intersection(*map(set, curves)))
    return np.array(steps), np.array([np.mean([curve[s] for curve in curves]) for s in steps])


def guessing_loss(target):
    """The cross-entropy of giving every class the same probability: ln(number of classes).

    Parameters
    ----------
    target : str
        `"set/domain"`; the domains of a set have the same classes.

    Returns
    -------
    float
        NaN for a set that the sweep doesn't know: its losses alone can't tell how many classes
        it has, and any number in place of that would accuse trainings that went well.
    """
    from course_utils.lessons.lesson_03.claims import CHANCE

    chances = {known.split("/")[0]: chance for known, chance in CHANCE.items()}
    return -float(np.log(chances.get(target.split("/")[0], np.nan)))


def probe_accuracies(runs, setting):
    """Validation accuracy of the probe that each seed of a setting began with.

    It isn't recorded for the images that the curves are drawn from. In its place stands the
    first point of the head alone at its smallest stored rate, which has hardly left the probe.

    Returns
    -------
    array of float, shape (seeds,), or None
        None where the head alone isn't stored for one of the seeds.
    """
    rates = runs.rates(setting.target, "head")
    head = runs[Setting(setting.target, "head", rates[0])] if rates else {}
    if not head.keys() >= runs[setting].keys():
        return None
    return np.array([points(head[seed], ACCURACY)[1][0] for seed in runs[setting]])

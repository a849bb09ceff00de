"""The stored fine-tuning runs that `explore_fine_tuning` replays, sorted by what was chosen."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from course_utils.lessons.lesson_03.fine_tuning import NEAR
from course_utils.lessons.lesson_03.stored_runs import CHANCE
from course_utils.measuring import Result, paired_difference, result_of
from course_utils.measuring.sweeps import SEEDS
from course_utils.validation import require

#: What may be unfrozen, from the least to the most.
DEPTHS = ("head", "conv5", "conv4", "conv3", "conv2", "all")
_AGAIN = "run `python -m course_utils run fine-tuning --store` again."


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


@dataclass(frozen=True)
class Run:
    """What was measured at one setting with each of `SEEDS`; NaN where it was no finite number.

    Attributes
    ----------
    steps : array of int, shape (points,)
        The training steps at which all seeds were looked at.
    losses : array of float, shape (seeds, points)
        Training loss.
    accuracies : array of float, shape (seeds, points)
        Validation accuracy, as a fraction.
    validation, test, agreement : Result
        Accuracies at the end, and agreement with the source network.
    drift : dict of str to array of float, shape (seeds,)
        By group of layers, how far the weights moved, in percent of their length.
    """

    steps: np.ndarray
    losses: np.ndarray
    accuracies: np.ndarray
    validation: Result
    test: Result
    agreement: Result
    drift: dict[str, np.ndarray]

    def last_loss(self) -> float:
        """The mean loss after the last step; NaN where a seed's was no number."""
        return float(self.losses[:, -1].mean())


class Runs(dict[Setting, Run]):
    """Every stored setting's run."""

    def targets(self) -> list[str]:
        """The stored targets, those near what the network knows first."""
        return sorted({each.target for each in self}, key=lambda name: (name not in NEAR, name))

    def depths(self) -> list[str]:
        """The depths that are stored for every target, from the least to the most."""
        pairs = {setting[:2] for setting in self}
        return [d for d in DEPTHS if all((target, d) in pairs for target in self.targets())]

    def rates(self, target: str, depth: str) -> list[float]:
        """The stored learning rates of a target and a depth, rising."""
        return sorted(setting.rate for setting in self if setting[:2] == (target, depth))

    def best(self, target: str, depth: str) -> Setting:
        """The setting with the highest mean validation accuracy."""
        settings = [Setting(target, depth, rate) for rate in self.rates(target, depth)]
        return max(settings, key=lambda setting: self[setting].validation.mean)

    def reference(self, target: str) -> Setting:
        """What the others are held against: the head alone, after its probe, at its best rate."""
        return self.best(target, "head")

    def lead(self, setting: Setting) -> Result:
        """Test accuracy minus that of the reference, paired by seed."""
        return paired_difference(self[setting].test, self[self.reference(setting.target)].test)

    def probe_accuracy(self, target: str) -> float:
        """Mean validation accuracy of the probe that every training of a target began with.

        It isn't recorded for the images that the curves are drawn from. In its place stands the
        first point of the head alone at its smallest rate, which has hardly left the probe.
        """
        first = Setting(target, "head", self.rates(target, "head")[0])
        return float(self[first].accuracies[:, 0].mean())

    def of_target(self, target: str) -> list[Run]:
        """The runs of all settings of a target."""
        return [run for setting, run in self.items() if setting.target == target]


def sorted_runs(trials: pd.DataFrame) -> Runs:
    """Sort the trials of a sweep.

    Parameters
    ----------
    trials : pandas.DataFrame
        As `records("fine-tuning")` gives them. Of them, those of the study `"rates"` that start
        from the pretrained weights, and of `SEEDS`, are kept.

    Raises
    ------
    CourseError
        If a setting lacks a seed, a trial lacks what is shown of it, or no depth beside the head
        alone is stored for every target.
    """
    runs = Runs()
    if len(trials):
        kept = trials.query("study == 'rates' and start == 'pretrained' and draw in @SEEDS")
        for setting, rows in kept.groupby(["dataset", "depth", "learning_rate"]):
            runs[Setting(*setting)] = _run(rows.sort_values("draw"))
    depths = runs.depths()
    usable = len(runs) > 0 and "head" in depths and len(depths) > 1
    require(usable, f"No fine-tuning run is there to show: {_AGAIN}")
    return runs


def _run(rows: pd.DataFrame) -> Run:
    """What one setting's seeds measured, put together."""
    shown = ("curve", "validation_accuracy", "test_accuracy", "agreement")
    require(
        len(rows) == len(SEEDS) and bool(rows[list(shown)].notna().all(axis=None)),
        f"A stored fine-tuning run lacks a seed or one of {', '.join(shown)}: {_AGAIN}",
    )
    curves = [{step: values for step, *values in curve} for curve in rows["curve"]]
    steps = sorted(set.intersection(*map(set, curves)))
    losses, accuracies = np.moveaxis(_finite([[curve[s] for s in steps] for curve in curves]), 2, 0)
    validation, test, agreement = (result_of(rows, measure) for measure in shown[1:])
    drift = {
        str(name).removeprefix("drift_"): 100 * _finite(rows[name])
        for name in sorted(rows.filter(like="drift_"))
    }
    return Run(np.array(steps), losses, accuracies, validation, test, agreement, drift)


def _finite(values: ArrayLike) -> np.ndarray:
    """Numbers as an array, NaN in place of None and infinity."""
    array = np.array(values, dtype=float)
    return np.where(np.isfinite(array), array, np.nan)


def guessing_loss(target: str) -> float:
    """The cross-entropy of giving every class the same probability: ln(number of classes)."""
    return -float(np.log(CHANCE[target]))

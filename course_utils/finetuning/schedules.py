"""A fine-tuning schedule as data: what is unfrozen when, how fast it learns, and when to stop."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from course_utils.validation import number, one_of, require, whole_number

HEAD = "head"
#: In place of a layer's name: every layer of the base.
WHOLE_BASE = "base"

DECAYS = ("cosine", "linear", "constant")
OPTIMIZERS = ("adam", "sgd")
PENALTIES = (None, "l2", "l2-sp")
BATCH_NORMS = ("frozen", "trained")


@dataclass(frozen=True)
class Stage:
    """One stage of a schedule.

    Attributes
    ----------
    rates : dict of str to float
        What learns, and its learning rate at the peak. Keys: `"head"`; `"base"` for the whole
        base; or the name of a layer or the beginning of some, up to an underscore: `"conv5"` is
        the last stage of a ResNet50, `"conv5_block3"` its last block. Where two fit a layer the
        longer one counts. What is not named is frozen. Different rates for different depths are
        "discriminative" ones (Howard and Ruder 2018, arXiv:1801.06146, section 3.2).
    epochs : int
        Passes over the training images, at most.
    warm_up : float
        Share of the steps in which the rates climb to their peaks, in a straight line.
    decay : {"cosine", "linear", "constant"}
        How they fall to zero in the rest of the stage, if they do.
    patience : int or None
        Stop the stage after so many epochs in a row without a better validation result; None:
        run all epochs.
    name : str
        For the history; by default what is unfrozen.
    """

    rates: Mapping[str, float]
    epochs: int
    warm_up: float = 0.0
    decay: str = "cosine"
    patience: int | None = None
    name: str = ""

    def __post_init__(self) -> None:
        require(
            isinstance(self.rates, Mapping) and bool(self.rates),
            'A stage needs something to train: rates={"head": 1e-3} trains the head alone.',
        )
        # Python's own numbers, which JSON can hold, in place of NumPy's.
        rates = {
            str(group): number(rate, f"The learning rate of {group!r}, which is to learn,", above=0)
            for group, rate in self.rates.items()
        }
        object.__setattr__(self, "rates", rates)
        object.__setattr__(self, "epochs", whole_number(self.epochs, "epochs", 1))
        share = number(self.warm_up, "warm_up", at_least=0, at_most=1)
        require(share < 1, "warm_up must be below 1, so that something of the stage is left.")
        one_of(self.decay, "The decay", DECAYS)
        if self.patience is not None:
            whole_number(self.patience, "patience", 1)
        if not self.name:
            object.__setattr__(self, "name", " + ".join(self.rates))


@dataclass(frozen=True)
class Schedule:
    """Stages in their order, and what they share.

    Attributes
    ----------
    stages : tuple of Stage
    optimizer : {"adam", "sgd"}
        Adam, or stochastic gradient descent with momentum 0.9. It starts anew in each stage.
    batch_size : int
    penalty : {None, "l2", "l2-sp"}
        Added to the loss for the trained kernels of the base: their squared distance from zero
        or, L2-SP, from where they started (Li et al. 2018, arXiv:1802.01483).
    strength, head_strength : float
        The penalty's factors alpha, for the base, and beta, for the head, which is always drawn
        to zero; half of them multiplies the squares.
    batch_norm : {"frozen", "trained"}
        Frozen: BatchNorm keeps the statistics, scales and shifts that it came with. Trained:
        unfrozen BatchNorm normalises by the batch and moves its statistics. Lesson 03 shows
        what that does.
    restore_best : bool
        After each stage go back to the weights that did best on validation data; the run ends
        with the best of all its stages. Otherwise what was reached last is kept.
    """

    stages: tuple[Stage, ...]
    optimizer: str = "adam"
    batch_size: int = 32
    penalty: str | None = None
    strength: float = 0.0
    head_strength: float = 0.0
    batch_norm: str = "frozen"
    restore_best: bool = True

    def __post_init__(self) -> None:
        several = isinstance(self.stages, Iterable)
        stages = tuple(self.stages) if several else (self.stages,)
        require(
            bool(stages) and all(isinstance(stage, Stage) for stage in stages),
            "A schedule is made of stages: Schedule([Stage(...), Stage(...)]).",
        )
        object.__setattr__(self, "stages", stages)
        one_of(self.optimizer, "The optimizer", OPTIMIZERS)
        whole_number(self.batch_size, "batch_size", 1)
        one_of(self.penalty, "The penalty", PENALTIES)
        number(self.strength, "strength", at_least=0)
        number(self.head_strength, "head_strength", at_least=0)
        require(
            self.penalty is not None or not (self.strength or self.head_strength),
            'A strength needs a penalty: add penalty="l2" or penalty="l2-sp".',
        )
        one_of(self.batch_norm, "The batch_norm", BATCH_NORMS)


def rate_at(step: int, steps: int, peak: float, warm_up: int = 0, decay: str = "cosine") -> float:
    """The learning rate at one step: a straight climb, then the fall.

    Parameters
    ----------
    step : int
        From 0.
    steps : int
        The number of steps of the whole stage.
    peak : float
    warm_up : int
        Steps of the climb: step k has `peak * (k + 1) / warm_up`, so that none is wasted.
    decay : {"cosine", "linear", "constant"}
        Half a cosine (Loshchilov and Hutter 2017, arXiv:1608.03983, without restarts).

    Returns
    -------
    float
    """
    if step < warm_up:
        return peak * (step + 1) / warm_up
    done = (step - warm_up) / (steps - warm_up)
    if decay == "cosine":
        return peak * 0.5 * (1 + math.cos(math.pi * done))
    return peak * (1 - done) if decay == "linear" else peak

"""A fine-tuning schedule as data: what is unfrozen when, how fast it learns, and when to stop."""

import math
import numbers
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field

from course_utils.errors import CourseError

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

    def __post_init__(self):
        if not isinstance(self.rates, Mapping) or not self.rates:
            raise CourseError(
                'A stage needs something to train: rates={"head": 1e-3} trains the head alone.'
            )
        for group, rate in self.rates.items():
            if not (_is_number(rate) and 0 < rate < math.inf):
                raise CourseError(
                    f"The learning rate of {group!r} must be a number above zero, not {rate!r}; "
                    "leave out what is to stay frozen."
                )
        # Python's own numbers, which JSON can hold, in place of NumPy's.
        rates = {str(group): float(rate) for group, rate in self.rates.items()}
        object.__setattr__(self, "rates", rates)
        _require(_is_count(self.epochs), "epochs", self.epochs, "a whole number, 1 up")
        share = _is_number(self.warm_up) and 0 <= self.warm_up < 1
        _require(share, "warm_up", self.warm_up, "a number from 0 up to, not including, 1")
        _require(self.decay in DECAYS, "decay", self.decay, _choices(DECAYS))
        known = self.patience is None or _is_count(self.patience)
        _require(known, "patience", self.patience, "a whole number, 1 up, or None")
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
    names: tuple[str, ...] = field(init=False, repr=False, compare=False, default=())

    def __post_init__(self):
        several = isinstance(self.stages, Iterable)
        stages = tuple(self.stages) if several else (self.stages,)
        if not stages or not all(isinstance(stage, Stage) for stage in stages):
            raise CourseError("A schedule is made of stages: Schedule([Stage(...), Stage(...)]).")
        object.__setattr__(self, "stages", stages)
        object.__setattr__(self, "names", tuple(stage.name for stage in stages))
        _require(self.optimizer in OPTIMIZERS, "optimizer", self.optimizer, _choices(OPTIMIZERS))
        size = self.batch_size
        _require(_is_count(size), "batch_size", size, "a whole number, 1 up")
        _require(self.penalty in PENALTIES, "penalty", self.penalty, _choices(PENALTIES))
        for name in ("strength", "head_strength"):
            value = getattr(self, name)
            _require(_is_number(value) and 0 <= value < math.inf, name, value, "a number, 0 up")
        if self.penalty is None and (self.strength or self.head_strength):
            raise CourseError('A strength needs a penalty: add penalty="l2" or penalty="l2-sp".')
        kinds = _choices(BATCH_NORMS)
        _require(self.batch_norm in BATCH_NORMS, "batch_norm", self.batch_norm, kinds)

    def description(self):
        """The schedule as plain data, which JSON can hold."""
        plain = asdict(self)
        del plain["names"]
        return plain


def rate_at(step, steps, peak, warm_up=0, decay="cosine"):
    """The learning rate at one step: a straight climb, then the fall.

    Parameters
    ----------
    step : int
        From 0.
    steps : int
        Of the whole stage.
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


def _is_number(value):
    return isinstance(value, numbers.Real) and not isinstance(value, bool)


def _is_count(value):
    return isinstance(value, numbers.Integral) and not isinstance(value, bool) and value >= 1


def _require(condition, name, value, wanted):
    if not condition:
        raise CourseError(f"{name} must be {wanted}, not {value!r}.")


def _choices(names):
    return f"one of {', '.join(map(repr, names))}"

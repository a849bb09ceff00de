"""The learning-rate range test: raise the rate step by step, and watch the loss."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from course_utils.datasets.dataset import Dataset
from course_utils.finetuning.activations import Activations, Views
from course_utils.finetuning.fine_tuning import FineTuner, default_preprocess
from course_utils.finetuning.penalties import penalty_arguments
from course_utils.finetuning.recipes import names_of
from course_utils.finetuning.schedules import Schedule, Stage
from course_utils.finetuning.weights import arrays_of, assign
from course_utils.validation import number, require, whole_number

#: Of the running mean of the loss, which else shows the batches and not the rate.
SMOOTHING = 0.8
#: The test ends when the smoothed loss is so many times its lowest.
BLOWN_UP = 3.0


@dataclass(frozen=True, eq=False)
class RangeTest:
    """What a range test found.

    Attributes
    ----------
    rates : array of float, shape (steps,)
    losses : array of float, shape (steps,)
        Smoothed, one a step.
    suggestion : float
        The rate at which the loss fell fastest.
    """

    rates: np.ndarray
    losses: np.ndarray
    suggestion: float

    def plot(self) -> Any:
        """Loss against learning rate, with the suggestion marked (matplotlib.figure.Figure)."""
        import matplotlib.pyplot as plt

        figure, axes = plt.subplots(layout="constrained")
        axes.plot(self.rates, self.losses)
        axes.axvline(self.suggestion, linestyle="--", color="0.4", label="falls fastest")
        axes.set(xscale="log", xlabel="learning rate", ylabel="training loss (nats), smoothed")
        axes.legend()
        return figure


def learning_rate_range_test(
    base: Any,
    head: Any,
    dataset: Dataset,
    groups: str | Sequence[str],
    *,
    low: float = 1e-6,
    high: float = 1e-1,
    steps: int = 50,
    seed: int = 0,
    preprocess: Callable[[np.ndarray], np.ndarray] | None = None,
    **options: Any,
) -> RangeTest:
    """Train for some steps while the rate climbs from `low` to `high`, and go back to the start.

    Smith 2017 (arXiv:1506.01186), section 3.3. It costs one short training run, and tells the
    order of magnitude; choose on validation data if you can afford it.

    Parameters
    ----------
    base, head : as in `fine_tune`. Their weights are what they were when this returns.
    dataset : Dataset
        Training images.
    groups : sequence of str
        What learns, as `Stage.rates` names it.
    low, high : float
        Learning rates, of all groups alike.
    steps, seed : int
    preprocess : callable, optional
        As in `fine_tune`.
    **options
        Options of `Schedule`, other than `restore_best`: there is nothing to restore. The losses
        are those without the penalty, as in a `History`.

    Returns
    -------
    RangeTest

    Raises
    ------
    CourseError
        If the rates are no range, there are fewer than ten steps, `restore_best` is given, or
        in the cases of `fine_tune`.
    """
    low = number(low, "low", above=0)
    high = number(high, "high", above=low)
    steps, seed = whole_number(steps, "steps", 10), whole_number(seed, "seed")
    require(
        "restore_best" not in options,
        "A range test ends with the weights that it began with: leave out restore_best.",
    )
    tuner, groups = FineTuner(base, head), names_of(groups)
    schedule = Schedule((Stage(dict.fromkeys(groups, low), 1),), restore_best=False, **options)
    tuner.checked_parts((dataset, None), schedule)
    below, compiled = tuner.steps(schedule.stages[0], schedule)
    prepare = preprocess or default_preprocess()
    tuner.check_image_size(dataset.images, prepare)
    views = Views(dataset.images, None, 1, seed)
    inputs = Activations(below, dataset, views, prepare, None, "float32")
    variables = base.variables + head.variables  # with the state of random generators
    before = arrays_of(variables)
    start = {id(variable): value for variable, value in zip(variables, before, strict=True)}
    penalty = penalty_arguments(schedule, compiled.variables, start)
    random = np.random.default_rng(seed)
    rates, losses, mean = np.geomspace(low, high, steps), [], 0.0
    try:
        for step, rate in enumerate(rates):
            positions = random.choice(len(inputs), min(schedule.batch_size, len(inputs)), False)
            rates_now = {group: float(rate) for group in groups}
            loss, _ = compiled.train(*inputs.batch(positions), rates_now, **penalty)
            mean = SMOOTHING * mean + (1 - SMOOTHING) * loss
            losses.append(mean / (1 - SMOOTHING ** (step + 1)))  # unbiased from the first step on
            if not np.isfinite(loss) or losses[-1] > BLOWN_UP * min(losses):
                break
    finally:
        assign(variables, before)
    kept = np.isfinite(losses)
    rates, losses = rates[: len(losses)][kept], np.array(losses)[kept]
    require(
        len(losses) >= 2, f"The loss is not finite even at the rate {low:g}: choose a lower `low`."
    )
    slopes = np.gradient(losses, np.log(rates))
    return RangeTest(rates, losses, float(rates[int(np.argmin(slopes))]))

"""What `fine_tune` did, epoch by epoch."""

import itertools
from dataclasses import dataclass, field
from typing import Any

import numpy as np


@dataclass
class History:
    """The record of one run.

    Attributes
    ----------
    epochs : list of dict
        For each epoch: `stage` (its name) and `stage_number` (from 0), `epoch` (counted through
        all stages, from 0), `steps` (done so far), `loss` and `accuracy` on the training images
        while they were trained on,
        `validation_loss` and `validation_accuracy` after it (absent without validation data),
        `rates` (at its last step), `drift` (by depth: how far the weights have moved, relative to
        their length at the start), `seconds`.
    best : int or None
        The epoch whose weights the run ended with, if validation data chose one.
    diverged : bool
        Whether the loss ceased to be a finite number, which ends a stage.
    """

    epochs: list[dict[str, Any]] = field(default_factory=list)
    best: int | None = None
    diverged: bool = False

    @property
    def seconds(self) -> float:
        """Time for training and validation, without what was read from the cache."""
        return sum(epoch["seconds"] for epoch in self.epochs)

    def column(self, name: str) -> np.ndarray:
        """One measurement of every epoch: array of float; `nan` where there is none."""
        return np.array([epoch.get(name, np.nan) for epoch in self.epochs], dtype=float)

    def plot(self) -> Any:
        """Accuracy and loss along the run, with its stages marked, and the weights' drift.

        Returns
        -------
        matplotlib.figure.Figure
        """
        import matplotlib.pyplot as plt

        figure, (left, middle, right) = plt.subplots(1, 3, figsize=(10, 3.1), layout="constrained")
        steps = self.column("steps")
        for axes, name, scale in ((left, "accuracy", 100), (middle, "loss", 1)):
            axes.plot(steps, scale * self.column(name), "o-", label="training")
            axes.plot(steps, scale * self.column(f"validation_{name}"), "s--", label="validation")
            for one, other in itertools.pairwise(self.epochs):
                if one["stage_number"] < other["stage_number"]:
                    axes.axvline(one["steps"], color="0.4", linewidth=1, linestyle=":")
        left.set(xlabel="step", ylabel="accuracy (%)")
        middle.set(xlabel="step", ylabel="loss (nats)")
        left.legend()
        drift = self.epochs[-1]["drift"] if self.epochs else {}
        right.bar(list(drift), [100 * value for value in drift.values()])
        right.set(xlabel="depth", ylabel="weights moved (% of their length)")
        return figure

"""`adapt`: the loop that feeds a method with batches of both domains."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch
from torch.optim.lr_scheduler import LinearLR
from tqdm import tqdm

from course_utils.adaptation.algorithm import Algorithm
from course_utils.adaptation.inputs import as_inputs
from course_utils.datasets.batches import shuffled_batches
from course_utils.validation import class_labels, require, whole_number

#: The learning rate falls linearly, in the end to this share of what it was.
LAST_RATE = 0.02


@dataclass
class AdaptationHistory:
    """The record of one run.

    Attributes
    ----------
    steps : list of dict
        What `update` returned at each step.
    looks : list of tuple
        For each call of `look`: the number of steps done, and what it returned.
    """

    steps: list[dict[str, float]] = field(default_factory=list)
    looks: list[tuple[int, Any]] = field(default_factory=list)

    def column(self, name: str) -> np.ndarray:
        """One measurement of every step: array of float; `nan` where there is none."""
        return np.array([step.get(name, np.nan) for step in self.steps], dtype=float)


def adapt(
    algorithm: Algorithm,
    source: tuple[Any, Any],
    target: Any,
    steps: int,
    batch_size: int = 64,
    seed: int = 0,
    every: int | None = None,
    look: Callable[[Algorithm, int], Any] | None = None,
    progress: bool = False,
) -> AdaptationHistory:
    """Train an adaptation method, at a learning rate that falls linearly (`LAST_RATE`).

    Parameters
    ----------
    algorithm : Algorithm
        Its network is trained in place.
    source : tuple
        Inputs, as `as_inputs` takes them, and labels: whole numbers, shape (n,).
    target : array or tensor
        Inputs alone.
    steps : int
        Number of updates.
    batch_size : int
        Inputs of each domain in a batch.
    seed : int
        Decides the order of the inputs. Each domain has a random stream of its own, so that two
        methods, or two targets, meet the same source batches.
    every : int, optional
        After so many steps, again and again, `look` is called.
    look : function, optional
        Takes the algorithm and the number of steps done; what it returns is kept.
    progress : bool
        Show a progress bar on the error stream.

    Returns
    -------
    AdaptationHistory

    Raises
    ------
    CourseError
        If labels and inputs do not fit the network or each other, `steps` or `every` is below 1,
        `batch_size` below 2, or the loss ceases to be a finite number.
    """
    _check(source, target, every, look)
    steps, batch_size = whole_number(steps, "steps", 1), whole_number(batch_size, "batch_size", 2)
    inputs, target = as_inputs(source[0]), as_inputs(target)
    n_classes = algorithm.network.n_classes
    labels = torch.from_numpy(class_labels(source[1], "source labels", len(inputs), n_classes))
    Algorithm.check_inputs(inputs, target)
    history = AdaptationHistory()
    # BatchNorm's running averages, by which prediction normalises, lag behind moving weights: at
    # a rate that falls to almost nothing they catch up.
    optimizer = getattr(algorithm, "optimizer", None)
    slower = optimizer and LinearLR(optimizer, 1.0, LAST_RATE, total_iters=steps)
    source_batches = shuffled_batches(len(inputs), batch_size, (seed, 0))
    target_batches = shuffled_batches(len(target), batch_size, (seed, 1))
    for step in tqdm(range(steps), "steps", disable=not progress, ascii=True):
        algorithm.progress = step / max(steps - 1, 1)
        drawn = next(source_batches)
        batch = (inputs[drawn], labels[drawn])
        history.steps.append(algorithm.update(batch, target[next(target_batches)]))
        if slower:
            slower.step()
        if every and look and (step + 1) % every == 0:
            history.looks.append((step + 1, look(algorithm, step + 1)))
    return history


def _check(source, target, every, look):
    require(
        isinstance(source, (tuple, list)) and len(source) == 2,
        "The source must be a pair: its inputs and its labels.",
    )
    require(
        not isinstance(target, (tuple, list)),
        "The target must be inputs alone: no method may see its labels.",
    )
    require(
        every is None or (every >= 1 and look is not None),
        "`every` must be at least 1, and needs `look`, a function to call.",
    )

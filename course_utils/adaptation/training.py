"""`adapt`: the loop that feeds a method with batches of both domains."""

from dataclasses import dataclass, field

import numpy as np
import torch
from torch.optim.lr_scheduler import LinearLR
from tqdm import tqdm

from course_utils.adaptation.inputs import as_inputs, as_labels
from course_utils.errors import CourseError

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

    steps: list = field(default_factory=list)
    looks: list = field(default_factory=list)

    def column(self, name):
        """One measurement of every step: array of float; `nan` where there is none."""
        return np.array([step.get(name, np.nan) for step in self.steps], dtype=float)


def adapt(
    algorithm,
    source,
    target,
    steps,
    batch_size=64,
    seed=0,
    every=None,
    look=None,
    progress=False,
):
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
        Of the order of the inputs. Each domain has a random stream of its own, so that two
        methods, or two targets, meet the same source batches.
    every : int, optional
        After so many steps, again and again, `look` is called.
    look : function, optional
        Of the algorithm and the number of steps done; what it returns is kept.
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
    _check(source, target, steps, batch_size, every, look)
    inputs, target = as_inputs(source[0]), as_inputs(target)
    labels = as_labels(source[1], len(inputs), algorithm.network.n_classes)
    if inputs.shape[1:] != target.shape[1:]:
        raise CourseError(
            f"A source input has shape {tuple(inputs.shape[1:])}, a target input "
            f"{tuple(target.shape[1:])}: make them with the same size or the same base."
        )
    history = AdaptationHistory()
    # BatchNorm's running averages, by which prediction normalises, lag behind moving weights: at
    # a rate that falls to almost nothing they catch up.
    optimizer = getattr(algorithm, "optimizer", None)
    slower = optimizer and LinearLR(optimizer, 1.0, LAST_RATE, total_iters=steps)
    source_batches = endless_batches(len(inputs), batch_size, (seed, 0))
    target_batches = endless_batches(len(target), batch_size, (seed, 1))
    for step in tqdm(range(steps), "steps", disable=not progress, ascii=True):
        algorithm.progress = step / max(steps - 1, 1)
        drawn = next(source_batches)
        batch = (inputs[drawn], labels[drawn])
        history.steps.append(algorithm.update(batch, target[next(target_batches)]))
        if slower:
            slower.step()
        if every and (step + 1) % every == 0:
            history.looks.append((step + 1, look(algorithm, step + 1)))
    return history


def endless_batches(n, batch_size, seed):
    """Indices of batches, for ever: tensors of `batch_size` out of one shuffle after another.

    No example comes again before all others came, save within the batch where one shuffle ends
    and the next begins.
    """
    random = np.random.default_rng(seed)
    waiting = np.empty(0, dtype=np.int64)
    while True:
        while len(waiting) < batch_size:
            waiting = np.concatenate([waiting, random.permutation(n)])
        yield torch.from_numpy(waiting[:batch_size].copy())
        waiting = waiting[batch_size:]


def _check(source, target, steps, batch_size, every, look):
    if not isinstance(source, (tuple, list)) or len(source) != 2:
        raise CourseError("The source must be a pair: its inputs and its labels.")
    if isinstance(target, (tuple, list)):
        raise CourseError("The target must be inputs alone: no method may see its labels.")
    if steps < 1 or batch_size < 2:
        raise CourseError(
            f"steps must be at least 1 and batch_size at least 2, not {steps} and {batch_size}."
        )
    if every is not None and (every < 1 or look is None):
        raise CourseError("`every` must be at least 1, and needs `look`, a function to call.")

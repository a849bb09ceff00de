"""One run of a schedule: its loop over stages and epochs, and its state."""

import time
from collections.abc import Callable
from typing import Any

import numpy as np
from tqdm import tqdm

from course_utils.datasets.dataset import Dataset
from course_utils.finetuning.checkpoints import Checkpoint
from course_utils.finetuning.groups import depth_groups
from course_utils.finetuning.history import History
from course_utils.finetuning.penalties import penalty_arguments
from course_utils.finetuning.schedules import Schedule, rate_at
from course_utils.finetuning.weights import arrays_of, assign, relative_distance

EVALUATION_BATCH = 128


class Run:
    """One run of a schedule: where it is, and what it has found.

    Parameters
    ----------
    tuner : FineTuner
    schedule : Schedule
    trained : list of keras.Variable
        Every variable that some stage of the schedule changes.
    seed : int
    checkpoint : Checkpoint
    parts : dict of str to Dataset
        `"training"`, and `"validation"` if there is such data.
    activations : callable
        From the frozen part of the base and a Dataset to its `Activations`.
    """

    def __init__(
        self,
        tuner: Any,
        schedule: Schedule,
        trained: list[Any],
        seed: int,
        checkpoint: Checkpoint,
        parts: dict[str, Dataset],
        activations: Callable,
    ) -> None:
        self.tuner, self.schedule, self.trained = tuner, schedule, trained
        self.seed, self.checkpoint = seed, checkpoint
        self.parts, self.activations = parts, activations
        self.history, self.finished, self.waited = History(), 0, 0
        self.best, self.stage_best = None, None  # (score, epoch) of the run, of the stage
        every = tuner.base.variables + tuner.head.variables
        self.random_state = [variable for variable in every if "seed_generator" in variable.path]
        self.start = self._starting_weights()
        # To go back to, as long as there is nothing better.
        self.best_weights = self.stage_weights = self.start
        self.start_of = {id(v): start for v, start in zip(trained, self.start, strict=True)}
        self.depths = {
            name: [variable for variable in own if id(variable) in self.start_of]
            for name, own in depth_groups(tuner.base).items()
        }

    def _starting_weights(self):
        stored = self.checkpoint.load("start")
        if stored is None:
            groups = {"weights": arrays_of(self.trained), "random": arrays_of(self.random_state)}
            self.checkpoint.save("start", groups, {})
            return groups["weights"]
        assign(self.random_state, stored[0]["random"])
        return stored[0]["weights"]

    def go(self, progress: bool, after_epoch: Callable | None = None) -> History:
        """Run what is left of the schedule."""
        self.after_epoch = after_epoch
        resumed = self._resume()
        total = sum(stage.epochs for stage in self.schedule.stages)
        with tqdm(
            total=total, desc="epochs", unit="epoch", disable=not progress, ascii=True
        ) as bar:
            for number, stage in enumerate(self.schedule.stages):
                if number < self.finished:
                    bar.update(stage.epochs)
                    continue
                self._run_stage(number, stage, bar, resumed)
                resumed = None
        return self.history

    def _run_stage(self, number, stage, bar, resumed):
        below, steps = self.tuner.steps(stage, self.schedule)
        self.inputs = {name: self.activations(below, part) for name, part in self.parts.items()}
        self.others = {}
        steps.reset()
        first = 0
        if resumed:
            groups, facts = resumed
            assign(steps.optimizer_variables(), groups["optimizer"])
            first = facts["epoch"] + 1
            bar.update(first)
        else:
            self.waited, self.stage_best = 0, None
        for epoch in range(first, stage.epochs):
            if epoch and self._is_over(stage):
                break
            self._run_epoch(number, stage, epoch, below, steps)
            bar.update()
            self._save(number, epoch, steps)
        if self.schedule.restore_best:
            last = number + 1 == len(self.schedule.stages)
            assign(self.trained, self.best_weights if last else self.stage_weights)
            best = self.best if last else self.stage_best
            self.history.best = best[1] if best else self.history.best
        self.finished = number + 1
        self._save(number, stage.epochs, steps)

    def _is_over(self, stage):
        lost = not np.isfinite(self.history.epochs[-1]["loss"])
        return lost or (stage.patience is not None and self.waited >= stage.patience)

    def _run_epoch(self, number, stage, epoch, below, steps):
        started = time.perf_counter()
        inputs, size = self.inputs["training"], self.schedule.batch_size
        order = np.random.default_rng([self.seed, number, epoch]).permutation(len(inputs))
        per_epoch = -(-len(inputs) // size)
        every = stage.epochs * per_epoch
        warm_up = round(stage.warm_up * every)
        losses, correct = 0.0, 0
        penalty = penalty_arguments(self.schedule, steps.variables, self.start_of)
        for batch in range(per_epoch):
            positions = order[batch * size : (batch + 1) * size]
            step = epoch * per_epoch + batch
            rates = {
                group: rate_at(step, every, peak, warm_up, stage.decay)
                for group, peak in stage.rates.items()
            }
            loss, right = steps.train(*inputs.batch(positions, epoch), rates, **penalty)
            losses, correct = losses + loss * len(positions), correct + right
            if not np.isfinite(loss):
                self.history.diverged = True
                break
        done = self.history.epochs[-1]["steps"] if self.history.epochs else 0
        record = {
            "stage": stage.name,
            "stage_number": number,
            "epoch": len(self.history.epochs),
            "steps": done + batch + 1,
            "loss": losses / len(inputs),
            "accuracy": correct / len(inputs),
            "rates": rates,
        }
        if "validation" in self.inputs:
            record |= self._validate(steps)
        record["drift"] = {
            name: relative_distance(own, [self.start_of[id(variable)] for variable in own])
            for name, own in self.depths.items()
        }
        record["seconds"] = time.perf_counter() - started
        self.history.epochs.append(record)
        self._judge(record)
        if self.after_epoch is not None:
            self.after_epoch(record, lambda dataset: self._outputs(below, steps, dataset))

    def _outputs(self, below, steps, dataset):
        """The network's outputs for any dataset, as it is now: array (n, classes)."""
        if id(dataset) not in self.others:
            self.others[id(dataset)] = self.activations(below, dataset), dataset
        inputs = self.others[id(dataset)][0]
        batches = np.array_split(np.arange(len(inputs)), -(-len(inputs) // EVALUATION_BATCH))
        return np.concatenate([steps.evaluate(*inputs.batch(b))[2].numpy() for b in batches])

    def _validate(self, steps):
        inputs = self.inputs["validation"]
        loss, correct = 0.0, 0
        for start in range(0, len(inputs), EVALUATION_BATCH):
            positions = np.arange(start, min(start + EVALUATION_BATCH, len(inputs)))
            batch_loss, batch_correct, _ = steps.evaluate(*inputs.batch(positions))
            loss += float(batch_loss) * len(positions)
            correct += int(batch_correct)
        return {
            "validation_loss": loss / len(inputs),
            "validation_accuracy": correct / len(inputs),
        }

    def _judge(self, record):
        """Keep the weights if they are the best so far; of equal accuracies the lower loss wins."""
        if "validation_loss" not in record:
            return
        loss = record["validation_loss"]
        self.waited += 1
        if not np.isfinite(loss):  # never the best, not even if there is nothing else
            self.history.diverged = True
            return
        score = (record["validation_accuracy"], -loss)
        if self.stage_best is None or score > tuple(self.stage_best[0]):
            self.waited = 0
            self.stage_best = (score, record["epoch"])
            if self.schedule.restore_best:
                self.stage_weights = arrays_of(self.trained)
            if self.best is None or score > tuple(self.best[0]):
                self.best, self.best_weights = self.stage_best, self.stage_weights

    def _save(self, number, epoch, steps):
        """Write the state behind an epoch; `epoch` is the stage's number of epochs at its end."""
        if self.checkpoint.folder is None:
            return
        groups = {
            "weights": arrays_of(self.trained),
            "optimizer": arrays_of(steps.optimizer_variables()),
            "random": arrays_of(self.random_state),
        }
        if self.schedule.restore_best:
            groups |= {"best": self.best_weights, "stage best": self.stage_weights}
        facts = {
            "finished": self.finished,
            "stage": number,
            "epoch": epoch,
            "waited": self.waited,
            "best": self.best,
            "stage_best": self.stage_best,
            "history": vars(self.history),
        }
        self.checkpoint.save("state", groups, facts)

    def _resume(self):
        """The stored state, if its stage is to be gone on with; what concerns no stage is set."""
        stored = self.checkpoint.load("state")
        if stored is None:
            if self.checkpoint.folder is not None:
                assign(self.trained, self.start)
            return None
        groups, facts = stored
        self.history = History(**facts["history"])
        self.finished, self.waited = facts["finished"], facts["waited"]
        self.best, self.stage_best = facts["best"], facts["stage_best"]
        if self.schedule.restore_best:
            self.best_weights, self.stage_weights = groups["best"], groups["stage best"]
        assign(self.trained, groups["weights"])
        assign(self.random_state, groups["random"])
        return stored if facts["stage"] == self.finished else None

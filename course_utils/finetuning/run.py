"""One run of a schedule: its loop over stages and epochs, and its state."""

import time

import numpy as np
from tqdm import tqdm

from course_utils.finetuning.groups import depth_groups
from course_utils.finetuning.history import History
from course_utils.finetuning.penalties import drawn_to
from course_utils.finetuning.schedules import rate_at
from course_utils.finetuning.weights import (
    Frozen,
    arrays_of,
    is_random_state,
    listed,
    numbered,
    squares,
)

EVALUATION_BATCH = 128


class Run:
    """One run of a schedule: where it is, and what it has found."""

    def __init__(self, tuner, schedule, trained, seed, checkpoint, parts, activations):
        self.tuner, self.schedule, self.trained = tuner, schedule, trained
        self.seed, self.checkpoint = seed, checkpoint
        self.parts, self.activations = parts, activations
        self.history, self.finished, self.waited = History(), 0, 0
        self.best, self.stage_best = None, None  # (score, epoch) of the run, of the stage
        every = tuner.base.variables + tuner.head.variables
        self.random_state = [variable for variable in every if is_random_state(variable)]
        self.start = self._starting_weights()
        # To go back to, as long as there is nothing better.
        self.best_weights = self.stage_weights = self.start
        self.begun = {id(v): start for v, start in zip(trained, self.start, strict=True)}
        self.depths = {
            name: [(v, self.begun[id(v)]) for v in own if id(v) in self.begun]
            for name, own in depth_groups(tuner.base).items()
        }

    def _starting_weights(self):
        stored = self.checkpoint.load("start")
        if stored is None:
            start = arrays_of(self.trained)
            drawn = numbered("r", arrays_of(self.random_state))
            self.checkpoint.save("start", numbered("w", start) | drawn, {})
            return start
        self._assign(listed("r", stored[0]), self.random_state)
        return listed("w", stored[0])

    def go(self, progress, after_epoch=None):
        """Run what is left of the schedule (History)."""
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
                self._run_stage(number, stage, bar, resumed if resumed else None)
                resumed = None
        return self.history

    def _run_stage(self, number, stage, bar, resumed):
        below, steps = self.tuner.steps(stage, self.schedule)
        self.inputs = {name: self.activations(below, part) for name, part in self.parts.items()}
        self.others = {}
        guard = Frozen(self.tuner, steps)
        steps.reset()
        first = 0
        if resumed:
            first = self._set_state(resumed, steps)
            bar.update(first)
        else:
            self.waited, self.stage_best = 0, None
        for epoch in range(first, stage.epochs):
            if epoch and self._is_over(stage):
                break
            self._run_epoch(number, stage, epoch, below, steps)
            bar.update()
            self._save(number, epoch, steps)
        guard.check()
        if self.schedule.restore_best:
            last = number + 1 == len(self.schedule.stages)
            self._assign(self.best_weights if last else self.stage_weights)
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
        losses, correct, gradient = 0.0, 0, {}
        drawn = drawn_to(self.schedule, steps.variables, self.begun)
        for batch in range(per_epoch):
            positions = order[batch * size : (batch + 1) * size]
            step = epoch * per_epoch + batch
            rates = {
                group: rate_at(step, every, peak, warm_up, stage.decay)
                for group, peak in stage.rates.items()
            }
            loss, right, norms = steps.train(
                *inputs.batch(positions, epoch), rates, **drawn, measure=batch == 0
            )
            losses, correct = losses + loss * len(positions), correct + right
            gradient = norms or gradient
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
            "gradient": gradient,
        }
        if "validation" in self.inputs:
            record |= self._validate(steps)
        record["drift"] = self._drift()
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
        """Keep the weights if they are the best so far; equal accuracies are told by loss."""
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

    def _drift(self):
        """Distance of each depth's weights from their start, relative to their length there."""
        drift = {}
        for name, pairs in self.depths.items():
            moved = sum(squares(variable.numpy() - start) for variable, start in pairs)
            length = sum(squares(start) for _, start in pairs)
            drift[name] = float(np.sqrt(moved / length)) if length else 0.0
        return drift

    def _assign(self, values, variables=None):
        """Set variables, by default those that the schedule trains."""
        chosen = self.trained if variables is None else variables
        for variable, value in zip(chosen, values, strict=True):
            variable.assign(value)

    def _save(self, number, epoch, steps):
        """Write the state behind an epoch; `epoch` is the stage's number of epochs at its end."""
        if self.checkpoint.folder is None:
            return
        groups = {
            "w": arrays_of(self.trained),
            "o": arrays_of(steps.optimizer_variables()),
            "r": arrays_of(self.random_state),
        }
        if self.schedule.restore_best:
            groups |= {"b": self.best_weights, "s": self.stage_weights}
        arrays = {k: v for letter, own in groups.items() for k, v in numbered(letter, own).items()}
        facts = {
            "finished": self.finished,
            "stage": number,
            "epoch": epoch,
            "waited": self.waited,
            "best": self.best,
            "stage_best": self.stage_best,
            "history": vars(self.history),
        }
        self.checkpoint.save("state", arrays, facts)

    def _resume(self):
        """The stored state, if its stage is to be gone on with; what concerns no stage is set."""
        stored = self.checkpoint.load("state")
        if stored is None:
            if self.checkpoint.folder is not None:
                self._assign(self.start)
            return None
        arrays, facts = stored
        self.history = History(**facts["history"])
        self.finished, self.waited = facts["finished"], facts["waited"]
        self.best, self.stage_best = facts["best"], facts["stage_best"]
        if self.schedule.restore_best:
            self.best_weights, self.stage_weights = listed("b", arrays), listed("s", arrays)
        self._assign(listed("w", arrays))
        self._assign(listed("r", arrays), self.random_state)
        return stored if facts["stage"] == self.finished else None

    def _set_state(self, stored, steps):
        """Give the optimizers their state back; the epoch to go on with."""
        arrays, facts = stored
        for variable, value in zip(steps.optimizer_variables(), listed("o", arrays), strict=True):
            variable.assign(value)
        return facts["epoch"] + 1

"""Runs of `fine_tune` that are killed: run by `test_resuming.py`.

`killed_runs.py FOLDER` makes a run that is never killed, in FOLDER/whole, and one in
FOLDER/killed that is killed, by the signal that nothing can catch, in the middle of each epoch,
while the state behind it is written, and after it. Each process is a fork of one that has
imported the framework and run nothing with it, so that ten of them take seconds.
"""

import json
import os
import signal
import sys
from pathlib import Path

import keras
import numpy as np
from forked import in_a_process
from keras import layers
from small_residual import SIZE, Bench, drawn, pooled_head, without_seconds

from course_utils.finetuning import Schedule, Stage
from course_utils.finetuning import checkpoints as module
from course_utils.finetuning.steps import Steps

SCHEDULE = Schedule(
    (Stage({"head": 1e-2}, 2), Stage({"head": 1e-2, "conv3": 1e-2}, 2, warm_up=0.3)),
    batch_size=16,
    penalty="l2-sp",
    strength=0.01,
)
#: What each process in turn dies at: the so-manieth call, in this process, of a training step,
#: or of writing a file, before or after it is put in place.
MOMENTS = [
    ("saved", 1),  # the description is there, the starting weights are not
    ("step", 2),  # in the middle of the first epoch
    ("write", 1),  # with the state behind it half in place
    ("saved", 1),  # after the first epoch
    ("step", 2),
    ("saved", 1),  # after the second, before the stage is closed
    ("saved", 1),  # between the stages
    ("step", 2),
    ("saved", 1),  # after the third
    ("saved", 1),  # after the fourth
    ("saved", 1),  # at the very end
]


def die_at(kind, count):
    """Have this process killed at the `count`-th call of what `kind` says."""
    left = [count]

    def now():
        left[0] -= 1
        if left[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    if kind == "step":
        train = Steps.train

        def step(*arguments, **options):
            now()
            return train(*arguments, **options)

        Steps.train = step
        return
    atomic_path = module.atomic_path

    class Dying:
        def __init__(self, path):
            self.inner = atomic_path(path)

        def __enter__(self):
            self.temporary = self.inner.__enter__()
            return self.temporary

        def __exit__(self, *error):
            if kind == "write":
                now()
            result = self.inner.__exit__(*error)
            if kind == "saved":
                now()
            return result

    module.atomic_path = Dying


def finish(folder, name):
    inputs = keras.Input((SIZE, SIZE, 3))
    x = layers.Conv2D(4, 3, 2, activation="relu", name="conv2")(inputs)
    base = drawn(keras.Model(inputs, layers.Conv2D(6, 3, name="conv3")(x)), 0)
    head = pooled_head(layers.Dropout(0.3, seed=1), layers.Dense(4))
    history, weights = Bench(base, head).run(SCHEDULE, folder=folder / name)
    np.savez(folder / f"{name}.npz", *weights)
    text = json.dumps([without_seconds(history)[:2], history.diverged])
    (folder / f"{name}.json").write_text(text)


def end_of(work):
    """Do some work in a process of its own; give how that ended."""
    return os.waitstatus_to_exitcode(os.waitpid(in_a_process(work), 0)[1])


def main(folder):
    ends = [end_of(lambda: finish(folder, "whole"))]
    for kind, count in MOMENTS:

        def killed(kind=kind, count=count):
            die_at(kind, count)
            finish(folder, "killed")

        ends.append(end_of(killed))
    ends.append(end_of(lambda: finish(folder, "killed")))
    print(json.dumps(ends))


if __name__ == "__main__":
    main(Path(sys.argv[1]))

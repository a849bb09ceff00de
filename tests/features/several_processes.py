"""Processes that compute the same features: run by `test_killed_and_concurrent.py`.

`kill FOLDER` kills one process after another at random moments; `race FOLDER` starts several
at once. Each batch that is begun leaves a line in FOLDER/begun. This imports no framework, and
starts processes by `fork`, so that the kills take a second.
"""

import os
import random
import signal
import sys
import time
from pathlib import Path

import numpy as np
from forked import in_a_process

from course_utils.features.cache import clear_cache, fetch_or_compute

KEY, ROWS, BATCH = "feed", 200, 4
EXPECTED = np.random.default_rng(5).normal(size=(ROWS, 7)).astype(np.float32)


def compute(folder, seconds):
    def batches():
        for start in range(0, ROWS, BATCH):
            with (folder / "begun").open("a") as log:
                log.write(f"{os.getpid()} {start}\n")
            time.sleep(seconds)
            yield EXPECTED[start : start + BATCH]

    return fetch_or_compute(KEY, ROWS, batches)


def kill(folder, times=20):
    """Kill `times` processes at random moments; after each, what is there is whole."""
    randomly = random.Random(0)
    for _ in range(times):
        process = in_a_process(lambda: compute(folder, 0.001))
        time.sleep(randomly.uniform(0.001, 0.08))
        os.kill(process, signal.SIGKILL)
        os.waitpid(process, 0)
        if randomly.random() < 0.2:
            check(compute(folder, 0))
            clear_cache()
    check(compute(folder, 0))


def check(array):
    np.testing.assert_array_equal(array, EXPECTED)


def race(folder, processes=3):
    """Several at once."""
    started = [in_a_process(lambda: check(compute(folder, 0.001))) for _ in range(processes)]
    results = [os.waitpid(process, 0)[1] for process in started]
    assert results == [0] * processes


if __name__ == "__main__":
    {"kill": kill, "race": race}[sys.argv[1]](Path(sys.argv[2]))

"""Of several processes that want the same features one computes, and the others read."""

import subprocess
import sys

import numpy as np

PROCESS = """
import os, sys, time
import numpy as np
from course_utils.features.cache import fetch_or_compute

def batches():
    for start in range(0, 40, 4):
        with open(sys.argv[1], "a") as log:
            log.write(f"{os.getpid()}\\n")
        time.sleep(0.05)
        yield np.full((4, 7), start)

np.save(sys.argv[2], fetch_or_compute("feed", 40, batches))
"""


def test_of_several_processes_one_computes(tmp_path):
    log, results = tmp_path / "log", [tmp_path / f"{number}.npy" for number in range(3)]
    commands = [[sys.executable, "-c", PROCESS, str(log), str(path)] for path in results]
    for process in [subprocess.Popen(command) for command in commands]:
        assert process.wait(timeout=120) == 0
    begun = log.read_text().split()
    assert len(begun) == 10 and len(set(begun)) == 1, "each batch once, all by the same process"
    for path in results:
        np.testing.assert_array_equal(np.load(path)[:, 0], np.repeat(np.arange(0, 40, 4), 4))

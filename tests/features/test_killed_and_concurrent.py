"""Kills at random moments leave nothing wrong, and of processes that want the same one computes."""

import collections
import sys
from pathlib import Path

import pytest
from forked import run_script

from course_utils.features.cache import list_entries

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="starts processes by fork")

SCRIPT = Path(__file__).with_name("several_processes.py")
BATCHES = 50


def begun_by(what, folder):
    """Run the script; give, for each batch that was begun, the processes that began it."""
    run_script(SCRIPT, what, folder, timeout=120)
    begun = collections.defaultdict(list)
    for line in (folder / "begun").read_text().splitlines():
        process, start = map(int, line.split())
        begun[start].append(process)
    return begun


def test_kills_at_random_moments(tmp_path):
    begun = begun_by("kill", tmp_path)
    assert len(begun) == BATCHES
    assert len({process for processes in begun.values() for process in processes}) > 5
    (entry,) = list_entries()
    assert entry.complete


def test_of_several_processes_one_computes(tmp_path):
    begun = begun_by("race", tmp_path)
    assert len(begun) == BATCHES
    (one,) = {tuple(processes) for processes in begun.values()}
    assert len(one) == 1, "each batch once, and all by the same process"

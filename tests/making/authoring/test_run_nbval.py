"""making/authoring/run_nbval.py: the outer time limit, and what it leaves behind."""

import sys
import time
from pathlib import Path

import psutil
import pytest

from making.authoring import run_nbval as runner


def test_the_exit_status_is_the_childs():
    assert runner.run_limited([sys.executable, "-c", "raise SystemExit(5)"], 60) == 5


def test_a_stalled_child_is_ended_together_with_what_it_started(tmp_path):
    grandchild_id = tmp_path / "id"
    # Like a kernel, the grandchild is in a session of its own.
    code = (
        "import pathlib, subprocess, sys, time\n"
        "sleep = [sys.executable, '-c', 'import time; time.sleep(120)']\n"
        "child = subprocess.Popen(sleep, start_new_session=True)\n"
        f"pathlib.Path({str(grandchild_id)!r}).write_text(str(child.pid))\n"
        "time.sleep(120)"
    )
    start = time.monotonic()
    assert runner.run_limited([sys.executable, "-c", code], 2) is None
    assert time.monotonic() - start < 60
    grandchild = int(grandchild_id.read_text())
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline and _runs(grandchild):
        time.sleep(0.05)
    assert not _runs(grandchild)


def _runs(process_id):
    try:
        return psutil.Process(process_id).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def test_outputs_are_compared_and_time_is_limited():
    command = runner.nbval_command([Path("a.ipynb")])
    assert {"--nbval", "--nbval-current-env", "--nbval-cell-timeout=180"} <= set(command)
    assert "--nbval-lax" not in command
    assert command[-1] == "a.ipynb"


def test_a_timeout_is_told_in_one_sentence(monkeypatch, capsys):
    monkeypatch.setattr(runner, "run_limited", lambda command, seconds: None)
    assert runner.main(["a.ipynb", "--seconds", "7"]) == 1
    assert "not done after 7 s" in capsys.readouterr().err


BOTH = ["-n", "2", "--dist", "loadscope"]


@pytest.mark.parametrize(
    ("cores", "free", "found"), [(4, 7e9, []), (4, 9e9, BOTH), (2, 9e9, []), (None, 9e9, [])]
)
def test_two_notebooks_run_side_by_side_where_there_is_room(monkeypatch, cores, free, found):
    monkeypatch.setattr(runner.os, "cpu_count", lambda: cores)
    memory = type("Memory", (), {"available": free})
    monkeypatch.setattr(runner.psutil, "virtual_memory", lambda: memory)
    assert runner.side_by_side() == found


def test_no_notebooks_is_a_failure(capsys, tmp_path):
    assert runner.main([], tmp_path) == 1
    assert "make notebooks" in capsys.readouterr().err

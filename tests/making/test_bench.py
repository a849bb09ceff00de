"""The benches compare like with like, and say so when they don't."""

import json
import time

import pytest

from making.bench import __main__ as command
from making.bench import bench


def sides(slow_seconds, plain_accuracy, fast_accuracy):
    turns = []

    def side(name, seconds, accuracy):
        def run():
            turns.append(name)
            time.sleep(seconds)
            return lambda: accuracy

        return run

    plain = side("plain", slow_seconds, plain_accuracy)
    return plain, side("fast", 0.01, fast_accuracy), turns


def test_the_sides_take_turns_and_the_ratio_is_of_medians():
    plain, fast, turns = sides(0.05, 0.8, 0.803)
    found = bench.take_turns(plain, fast, rounds=3)
    assert turns == ["plain", "fast"] * 3
    assert found["ratio"] == found["seconds"]["plain"] / found["seconds"]["fast"] > 1
    assert found["same_accuracy"]


def test_other_accuracies_do_not_count_as_the_same_work():
    plain, fast, _ = sides(0.01, 0.8, 0.79)
    assert not bench.take_turns(plain, fast, rounds=1)["same_accuracy"]


@pytest.mark.parametrize(("fast", "counts"), [(0.9, True), (0.798, True), (0.7, False)])
def test_where_better_counts_only_a_loss_of_accuracy_does_not(fast, counts):
    plain, quick, _ = sides(0.01, 0.8, fast)
    assert bench.take_turns(plain, quick, rounds=1, better_counts=True)["same_accuracy"] == counts


def test_a_ratio_that_does_not_count_is_not_written(tmp_path, monkeypatch, capsys):
    found = {
        "ratio": 3.14159,
        "seconds": {"plain": 3.0, "fast": 1.0},
        "accuracy": {"plain": 0.8, "fast": 0.8},
        "same_accuracy": True,
    }
    benches = {
        "good": (lambda rounds: found, 1),
        "bad": (lambda rounds: found | {"same_accuracy": False}, 1),
    }
    monkeypatch.setattr(command, "BENCHES", benches)
    monkeypatch.setattr(command, "PROJECT_FOLDER", tmp_path)
    (tmp_path / "build").mkdir()
    (tmp_path / "build" / "bench.json").write_text('{"bad": 9.0, "of another issue": 2.0}')
    assert command.main([]) == 1
    written = json.loads((tmp_path / "build" / "bench.json").read_text())
    assert written == {"good": 3.14, "of another issue": 2.0}
    assert "NOT THE SAME" in capsys.readouterr().out

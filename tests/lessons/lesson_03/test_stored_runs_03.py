"""What lesson 03 reads of its stored runs: accuracies at the rate, depth and labels asked for."""

import numpy as np
import pytest

from course_utils.errors import CourseError
from course_utils.lessons.lesson_03 import stored_runs as measured
from course_utils.lessons.lesson_03.fine_tuning import (
    DEPTH_RATE,
    DEPTH_TARGETS,
    NOISY,
    NUMBERS,
    STORED,
    TARGETS,
    N,
    best_rate,
)
from course_utils.lessons.lesson_03.networks import load_splits
from course_utils.measuring.sweeps import SEEDS, read_records


def by_hand(**wanted):
    """Test accuracies of the stored trials with these settings, seed by seed."""
    found = {
        record["trial"]["seed"]: record["measured"]["test_accuracy"]
        for record in read_records(STORED)
        if wanted.items() <= record["trial"].items()
    }
    return [found[seed] for seed in SEEDS]


@pytest.mark.parametrize("target", TARGETS)
def test_the_best_rate_is_measured_at_one_number_of_labels_alone(target):
    wanted = {"study": "rates", "target": target, "start": "pretrained", "depth": "all"}
    expected = by_hand(**wanted, learning_rate=best_rate(target))
    assert measured.at_best_rate(target, "all").values.tolist() == expected
    for n in set(NUMBERS) - {N}:
        with pytest.raises(CourseError, match="No stored trial"):
            measured.at_best_rate(target, "all", n)


@pytest.mark.parametrize("n", NUMBERS)
@pytest.mark.parametrize("target", DEPTH_TARGETS)
def test_at_the_common_rate_every_number_of_labels_is_its_own(target, n):
    study = "rates" if n == N and target not in NOISY else "depths"
    wanted = {"target": target, "start": "pretrained", "n": n, "learning_rate": DEPTH_RATE}
    expected = by_hand(study=study, depth="all", **wanted)
    assert measured.at_common_rate(target, "all", n).values.tolist() == expected
    frozen = by_hand(study="frozen", target=target, n=n)
    assert measured.at_common_rate(target, "head", n).values.tolist() == frozen
    assert measured.at_best_rate(target, "head", n).values.tolist() == frozen


def test_retained_accuracy_is_counted_above_guessing():
    target = "objects/photo"
    clean = measured.by_way(target, "frozen").values - 0.1
    left = measured.corrupted(target, "frozen").values - 0.1
    assert np.allclose(measured.retained(target, "frozen").values, left / clean)


def test_chance_is_one_over_the_number_of_classes():
    for target, chance in measured.CHANCE.items():
        assert chance == pytest.approx(1 / len(load_splits(target).train.class_names))

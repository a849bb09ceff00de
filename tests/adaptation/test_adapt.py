"""The loop: what it feeds, what it records, and that each domain keeps its own random order."""

import numpy as np
import pytest
import torch

from course_utils import CourseError
from course_utils.adaptation import MMD, adapt, feature_network
from course_utils.datasets.batches import shuffled_batches

RANDOM = np.random.default_rng(0)
INPUTS = RANDOM.normal(size=(30, 5))
LABELS = np.arange(30) % 3
TARGET = RANDOM.normal(size=(50, 5)) + 1


class Recorder:
    """Stands in for an algorithm and keeps what it is given."""

    def __init__(self, n_classes=3):
        self.network = feature_network(5, n_classes)
        self.seen, self.progress = [], None

    def update(self, source_batch, target_batch):
        self.seen.append((*source_batch, target_batch, self.progress))
        return {"step": float(len(self.seen))} | ({"odd": 1.0} if len(self.seen) % 2 else {})


def recorded(steps=7, target=TARGET, source=(INPUTS, LABELS), **options):
    recorder = Recorder()
    history = adapt(recorder, source, target, steps, **options)
    return recorder.seen, history


@pytest.mark.parametrize("batch_size", [2, 7, 30, 64, 100])
def test_batches_have_the_size_asked_for_and_labels_that_belong_to_them(batch_size):
    place = {tuple(row): k for k, row in enumerate(INPUTS.astype(np.float32).tolist())}
    for inputs, labels, target, _ in recorded(batch_size=batch_size)[0]:
        assert len(inputs) == len(labels) == len(target) == batch_size
        assert [LABELS[place[tuple(row)]] for row in inputs.tolist()] == labels.tolist()


@pytest.mark.parametrize("target", [TARGET[:9], TARGET[:, ::-1].copy(), TARGET * 0])
def test_another_target_leaves_the_source_batches_as_they_are(target):
    for one, other in zip(recorded()[0], recorded(target=target)[0], strict=True):
        assert torch.equal(one[0], other[0]) and torch.equal(one[1], other[1])


def test_the_seed_decides_the_order():
    (first, *_), (again, *_), (other, *_) = (recorded(seed=seed)[0] for seed in (0, 0, 1))
    assert torch.equal(first[0], again[0]) and torch.equal(first[2], again[2])
    assert not torch.equal(first[0], other[0]) and not torch.equal(first[2], other[2])
    assert not np.array_equal(*(next(shuffled_batches(50, 64, (0, domain))) for domain in (0, 1)))


@pytest.mark.parametrize("steps", [1, 2, 11])
def test_progress_runs_from_0_to_1(steps):
    progress = [one[3] for one in recorded(steps)[0]]
    assert np.allclose(progress, np.linspace(0, 1, steps))


def test_the_history_holds_every_step():
    history = recorded(steps=4)[1]
    assert history.column("step").tolist() == [1, 2, 3, 4]
    assert np.array_equal(history.column("odd"), [1, np.nan, 1, np.nan], equal_nan=True)


@pytest.mark.parametrize(("steps", "every", "expected"), [(10, 3, [3, 6, 9]), (4, 1, [1, 2, 3, 4])])
def test_look_is_called_in_time(steps, every, expected):
    calls = []

    def look(algorithm, step):
        calls.append(step)
        return len(algorithm.seen)

    history = recorded(steps, every=every, look=look)[1]
    assert calls == expected
    assert history.looks == [(step, step) for step in expected]


def test_looking_changes_nothing():
    def run(**options):
        algorithm = MMD(feature_network(5, 3))
        adapt(algorithm, (INPUTS, LABELS), TARGET, 12, **options)
        return algorithm.predict(TARGET)

    looking = run(every=2, look=lambda algorithm, step: algorithm.predict(TARGET))
    assert np.array_equal(run(), looking)


def test_the_progress_bar_is_shown_only_on_request(capsys):
    recorded(progress=False)
    assert capsys.readouterr().err == ""
    recorded(progress=True)
    assert "7/7" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"source": (INPUTS, LABELS + 1)}, "labels run to 3, but there are 3 classes"),
        ({"source": INPUTS}, "a pair"),
        ({"source": (INPUTS[:0], LABELS[:0])}, "no inputs"),
        ({"target": TARGET[:0]}, "no inputs"),
        ({"target": (TARGET, LABELS)}, "no method may see its labels"),
        ({"target": TARGET[:, :4]}, r"shape \(5,\), a target input \(4,\)"),
        ({"target": np.where(TARGET > 2, np.nan, TARGET)}, "not finite"),
        ({"steps": 0}, "steps must be .* at least 1, not 0"),
        ({"batch_size": 1}, "batch_size must be .* at least 2, not 1"),
        ({"every": 2}, "needs `look`"),
        ({"every": 0, "look": print}, "at least 1"),
    ],
)
def test_mistakes_are_named_before_anything_is_trained(options, message):
    with pytest.raises(CourseError, match=message):
        recorded(**options)

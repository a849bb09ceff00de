"""Which weights a run ends with, when it stops, and what it says it did."""

import matplotlib.pyplot as plt
import numpy as np
import pytest
from small_residual import assert_same, values

from course_utils.finetuning import History, Schedule, Stage
from course_utils.finetuning.run import Run

HEAD = {"head": 1e-2}


@pytest.fixture
def scripted(bench, monkeypatch):
    """Give validation results as they are written down; gives the weights that each stands for."""

    def script(results):
        seen = []

        def validate(run, steps):
            seen.append(values(bench.base, bench.head))
            accuracy, loss = results[len(seen) - 1]
            return {"validation_accuracy": accuracy, "validation_loss": loss}

        monkeypatch.setattr(Run, "_validate", validate)
        return seen

    return script


def best_of(results):
    """The first of the best: by accuracy, then by loss; never one whose loss is no number."""
    finite = [n for n, (_, loss) in enumerate(results) if np.isfinite(loss)]
    return max(finite, key=lambda n: (results[n][0], -results[n][1], -n), default=None)


def drawn_results(random, count):
    accuracies = random.integers(1, 4, count) / 4  # with ties
    losses = random.integers(1, 4, count) / 8
    losses = np.where(random.random(count) < 0.2, np.nan, losses)
    return list(zip(accuracies.tolist(), losses.tolist(), strict=True))


@pytest.mark.parametrize("seed", range(4))
def test_a_run_ends_with_its_best_weights(bench, scripted, seed):
    results = drawn_results(np.random.default_rng(seed), 7)
    seen = scripted(results)
    stages = (Stage(HEAD, 3), Stage({"conv3": 1e-2}, 1), Stage({"head": 1e-3}, 3))
    start = values(bench.base, bench.head)
    history, weights = bench.run(Schedule(stages))
    best = best_of(results)
    assert history.best == best
    assert len(history.epochs) == 7
    assert_same(weights, start if best is None else seen[best])


def test_a_stage_goes_on_from_the_best_of_the_one_before(bench, scripted):
    """The rate of the second stage is next to nothing: it shows where it began."""
    seen = scripted([(0.5, 1.0), (0.9, 1.0), (0.3, 1.0), (0.1, 1.0)])
    bench.run(Schedule((Stage(HEAD, 3), Stage({"head": 1e-12}, 1)), "sgd"))
    for one, other in zip(seen[3], seen[1], strict=True):
        np.testing.assert_allclose(one, other, atol=1e-9)
    assert any((a != b).any() for a, b in zip(seen[2], seen[1], strict=True))


@pytest.mark.parametrize(("patience", "seed"), [(1, 0), (2, 1), (3, 2)])
@pytest.mark.parametrize("restore_best", [True, False])
def test_patience(bench, scripted, patience, seed, restore_best):
    results = drawn_results(np.random.default_rng(100 + seed), 12)
    seen = scripted(results)
    stage = Stage(HEAD, 12, patience=patience)
    start = values(bench.base, bench.head)
    history, weights = bench.run(Schedule(stage, restore_best=restore_best))
    since = [
        n - (-1 if best_of(results[: n + 1]) is None else best_of(results[: n + 1]))
        for n in range(12)
    ]
    expected = next((n + 1 for n in range(12) if since[n] >= patience), 12)
    assert len(history.epochs) == expected
    best = best_of(results[:expected])
    assert history.best == (best if restore_best else None)
    best_weights = start if best is None else seen[best]
    assert_same(weights, best_weights if restore_best else seen[-1])


def test_the_best_is_the_best_on_validation_data(bench):
    """Without a script: Keras' own evaluation of the final weights agrees with the history."""
    history, _ = bench.run(Schedule(Stage({"head": 0.05, "conv3": 0.05}, 5), batch_size=8))
    column = list(
        zip(history.column("validation_accuracy"), -history.column("validation_loss"), strict=True)
    )
    assert history.best == max(range(5), key=lambda n: column[n])
    assert bench.score() == pytest.approx(max(column), rel=1e-4)


@pytest.mark.parametrize("rate", [1e30, 1e38])
@pytest.mark.parametrize("optimizer", ["adam", "sgd"])
def test_a_huge_rate_ends_the_stage_and_leaves_no_nan(bench, rate, optimizer):
    stages = (
        Stage({"head": 1e-2}, 2, name="same"),
        Stage({"head": rate, "conv3": rate}, 4, decay="constant", name="same"),
        Stage({"head": 1e-2, "conv3": 1e-2}, 2, name="same"),
    )
    first = Schedule(stages[1:], optimizer, batch_size=8)
    history, weights = bench.run(first)
    assert history.diverged
    assert all(np.isfinite(array).all() for array in weights)
    losses = history.column("loss")
    assert len(losses) < 6 and not np.isfinite(losses[0])
    assert np.isfinite(losses[-2:]).all(), "the next stage begins from sound weights"
    assert history.column("steps")[0] < 6, "it was broken off"
    history, weights = bench.run(Schedule(stages, optimizer, batch_size=8))
    assert all(np.isfinite(array).all() for array in weights)
    assert history.best in (0, 1, len(history.epochs) - 2, len(history.epochs) - 1)


def test_with_nothing_sound_a_run_ends_where_it_began(bench):
    start = values(bench.base, bench.head)
    stage = Stage({"head": 1e38, "conv3": 1e38}, 3, decay="constant")
    history, weights = bench.run(Schedule(stage, "sgd", batch_size=8))
    assert history.best is None and history.diverged
    assert_same(weights, start)


def test_history(bench):
    stages = (Stage({"head": 1e-2}, 2, name="probe"), Stage({"head": 1e-2, "conv3": 1e-3}, 1))
    history, _ = bench.run(Schedule(stages, batch_size=10))
    assert [epoch["stage"] for epoch in history.epochs] == ["probe", "probe", "head + conv3"]
    np.testing.assert_array_equal(history.column("epoch"), [0, 1, 2])
    np.testing.assert_array_equal(history.column("steps"), [5, 10, 15])
    for name in ("loss", "accuracy", "validation_loss", "validation_accuracy"):
        assert np.isfinite(history.column(name)).all()
    assert set(history.epochs[0]["rates"]) == {"head"}
    assert 0 < history.epochs[1]["rates"]["head"] < history.epochs[0]["rates"]["head"] < 1e-2
    assert history.epochs[1]["drift"] == {"conv1": 0, "conv2": 0, "conv3": 0}
    assert history.epochs[2]["drift"]["conv3"] > 0
    assert history.seconds == pytest.approx(history.column("seconds").sum())
    assert np.isnan(history.column("temperature")).all()


def test_the_picture_of_a_history(bench):
    """Upright lines where another stage begins, whatever it is called."""
    stages = (Stage(HEAD, 2), Stage({"head": 1e-3}, 1), Stage({"head": 1e-3, "conv3": 1e-3}, 2))
    history, _ = bench.run(Schedule(stages, batch_size=14, restore_best=False), data=bench.data[0])
    assert [epoch["stage"] for epoch in history.epochs] == 3 * ["head"] + 2 * ["head + conv3"]
    assert [epoch["stage_number"] for epoch in history.epochs] == [0, 0, 1, 2, 2]
    assert np.isnan(history.column("validation_loss")).all(), "there was no validation data"
    figure = history.plot()
    assert [axes.get_xlabel() for axes in figure.axes] == ["step", "step", "depth"]
    units = [axes.get_ylabel().split(" (")[1] for axes in figure.axes]
    assert units == ["%)", "nats)", "% of their length)"]
    for axes in figure.axes[:2]:
        assert [line.get_xdata()[0] for line in axes.lines[2:]] == [6, 9]
    plt.close(figure)
    plt.close(History().plot())

"""Simulated studies have the noise that they are said to have, and their tables are kept."""

import re

import numpy as np
import pytest

from making import simulation
from making.simulation import (
    DIFFERING,
    LEANING,
    MADE_CLAIMS,
    PICTURES,
    RECORDS,
    SCATTERS,
    Noise,
    arm_cells,
    difference_of_differences,
    noises,
    paired_cells,
)


@pytest.mark.parametrize("leaning", LEANING)
@pytest.mark.parametrize("differing", DIFFERING)
@pytest.mark.parametrize("scatter", SCATTERS)
def test_a_study_has_the_noise_that_it_is_said_to_have(scatter, differing, leaning):
    random = np.random.default_rng(0)
    noise = Noise(400, 2000, scatter, differing, leaning)
    cells = paired_cells(noise, 0.03, random).astype(float)
    assert set(np.unique(cells)) <= {-1, 0, 1}
    # Where chance is to make few answers differ, the draws' effects alone make more differ.
    more = scatter if leaning == max(LEANING) else 0
    assert -0.02 < np.abs(cells).mean() - differing < 0.02 + more
    by_draw = cells.mean(axis=1)
    assert by_draw.mean() == pytest.approx(0.03, abs=4 * scatter / 20 + 0.02)
    rest = differing * (1 - leaning) / 2000
    assert by_draw.std() == pytest.approx(np.sqrt(scatter**2 + rest), rel=0.15)
    always = (np.abs(cells).mean(axis=0) == 1).mean()
    assert always == pytest.approx(differing * leaning, abs=0.02)


def test_the_true_mean_is_the_effect():
    random = np.random.default_rng(0)
    noise = Noise(10, 250, 0.035, 0.3)
    for draw, truth in ((paired_cells, 0.03), (difference_of_differences, 0.03), (arm_cells, 0.7)):
        means = [draw(noise, truth, random).mean() for _ in range(600)]
        assert np.mean(means) == pytest.approx(truth, abs=4 * np.std(means) / np.sqrt(600))


# The stored tables.


def rows_of(name):
    lines = (RECORDS / f"simulation-{name}.md").read_text("utf-8").splitlines()
    cells = [line.strip("| ").split(" | ") for line in lines if line.startswith("| ")]
    return [each for each in cells if re.match(r"\d", each[0])]


def share(text):
    return float(text.removesuffix(" %"))


def test_the_stored_coverage_is_between_93_and_97_percent():
    rows = rows_of("coverage")
    assert len(rows) == len(list(noises(LEANING))) + 2 * len(list(noises()))
    assert {int(row[1]) for row in rows} == set(PICTURES)
    assert all(93 <= share(row[5]) <= 97 for row in rows)


def test_the_stored_false_alarms_are_at_most_5_percent():
    rows = rows_of("alarms")
    assert len(rows) == len(list(noises()))
    assert all(share(cell) <= 5 for row in rows for cell in row[4:])


def test_the_stored_power_is_at_least_80_percent():
    rows = rows_of("power")
    assert len(rows) == 2 + len(list(noises()))
    assert all(share(row[6]) >= 80 for row in rows), "of claims with one condition"


def test_the_stored_words_are_those_that_follow_now():
    stored = (RECORDS / "simulation-words.md").read_text("utf-8")
    assert stored == simulation.words_table() + "\n", "run python -m making.simulation words"
    assert len(MADE_CLAIMS) == 10


def test_one_part_can_be_run_alone(tmp_path, monkeypatch):
    monkeypatch.setattr(simulation, "RECORDS", tmp_path)
    monkeypatch.setitem(simulation.PARTS, "coverage", lambda: simulation.coverage_tables(2))
    monkeypatch.setattr(simulation, "noises", lambda *_: [Noise(3, 20, 0.03, 0.3)])
    assert simulation.main(["coverage"]) == 0
    assert [path.name for path in tmp_path.iterdir()] == ["simulation-coverage.md"]

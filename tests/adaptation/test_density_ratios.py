"""Density ratios: near the truth where it is known, of strangers only, and clipped."""

import numpy as np
import pytest

from course_utils import CourseError
from course_utils.adaptation import density_ratios
from course_utils.adaptation.density_ratios import LARGEST_RATIO, density_ratio


@pytest.mark.parametrize(("n", "m"), [(400, 400), (600, 150), (150, 600)])
def test_the_ratio_of_two_normal_clouds(n, m):
    """For N(0, 1) and N(1, 1) the ratio is exp(x - 1/2), whatever the numbers of images."""
    random = np.random.default_rng([n, m])
    source, target = random.normal(size=(n, 3)), random.normal(size=(m, 3))
    target[:, 0] += 1
    log_ratio = np.log(density_ratio(source, target))
    truth = source[:, 0] - 0.5
    assert np.corrcoef(log_ratio, truth)[0, 1] > 0.9
    assert np.abs(log_ratio - truth).mean() < 0.35


def test_ratios_are_clipped_at_both_ends():
    random = np.random.default_rng(0)
    source, target = random.normal(size=(2, 400, 2)) * 0.1
    source[:4, 0] += 8  # a few source images among the target's, which are nowhere else
    ratio = density_ratio(source, target + np.array([8, 0]))
    assert np.allclose(ratio[:4], LARGEST_RATIO)
    assert np.allclose(ratio[4:], 1 / LARGEST_RATIO)


def test_no_image_is_weighed_by_a_classifier_that_saw_it(monkeypatch):
    """The rows a classifier is fitted on and those it weighs must be strangers."""
    source, target = np.arange(40.0)[:, np.newaxis], np.arange(100.0, 130.0)[:, np.newaxis]
    weighed = []

    def spy(source_half, target_half):
        assert len(source_half) == 20 and len(target_half) == 15
        fitted = {*source_half.ravel(), *target_half.ravel()}

        def ratios(features):
            assert not fitted & set(features.ravel())
            weighed.extend(features.ravel())
            return np.zeros((len(density_ratios._PENALTIES), len(features)))

        return ratios

    monkeypatch.setattr(density_ratios, "_log_ratios", spy)
    assert np.allclose(density_ratio(source, target), 1)
    assert sorted(weighed) == [*source.ravel(), *target.ravel()]


@pytest.mark.parametrize(("n", "m"), [(9, 50), (50, 9)])
def test_too_few_images_to_weigh(n, m):
    with pytest.raises(CourseError, match=f"are {n} of the source and {m} of the target"):
        density_ratio(np.ones((n, 2)), np.ones((m, 2)))

"""Contrast of colours is WCAG's: black on white is 21, #777777 just fails with 4.48."""

import pytest
from matplotlib.colors import to_rgb

from course_utils.teaching.contrast import contrast


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [("black", "white", 21), ("white", "white", 1), ("#777777", "white", 4.48),
     ("red", "white", 4.0), ("#0000FF", "black", 2.44)],
)  # fmt: skip
def test_contrast_is_wcags(one, other, expected):
    for pair in ((one, other), (other, one)):
        assert contrast(*map(to_rgb, pair)) == pytest.approx(expected, abs=0.005)

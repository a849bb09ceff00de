"""How many times the labels another learning curve needs."""

import numpy as np
import pytest

from course_utils.errors import CourseError
from course_utils.measuring.label_multiplier import label_multiplier


def test_a_multiplier_by_hand():
    # The other curve climbs from 0.2 at 10 labels to 0.6 at 1000: 0.4 lies half way, at 100.
    assert label_multiplier([10, 1000], [0.4, 0.6], [0.2, 0.6]) == pytest.approx([10, 1])


@pytest.mark.parametrize(
    ("labels", "accuracy", "other"),
    [
        ([5, 10], [0.5], [0.4, 0.5]),
        ([[5, 10]], [[0.5, 0.6]], [[0.5, 0.6]]),
        ([], [], []),
        ([10, 5], [0.5, 0.6], [0.5, 0.6]),
        ([0, 5], [0.5, 0.6], [0.5, 0.6]),
        ([5, 10], [0.5, np.nan], [0.5, 0.6]),
    ],
)
def test_what_is_no_curve_is_refused(labels, accuracy, other):
    with pytest.raises(CourseError):
        label_multiplier(labels, accuracy, other)

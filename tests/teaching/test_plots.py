"""Figures that several lessons draw."""

import numpy as np
import pytest

from course_utils import Result
from course_utils.teaching import plots


@pytest.mark.parametrize(
    ("shares", "whiskers"),
    [
        ({"a": np.float64(0.25), "b": 0.5}, []),
        ({"a": Result([0.2, 0.3]), "b": Result([0.4, 0.6])}, ["a", "b"]),
    ],
)
def test_share_bars_are_as_high_as_the_shares(shares, whiskers):
    figure = plots.share_bars(shares, guessing=0.1)
    (axes,) = figure.axes
    assert [bar.get_height() for bar in axes.patches] == pytest.approx([25, 50])
    drawn = [segment for lines in axes.collections for segment in lines.get_segments()]
    assert len(drawn) == len(whiskers)
    for segment, share in zip(drawn, shares.values(), strict=False):
        assert segment[:, 1] == pytest.approx([100 * end for end in share.interval])
    words = [text.get_text() for text in axes.texts]
    assert words == ["25", "50", "guessing"]
    assert axes.lines[-1].get_ydata()[0] == pytest.approx(10)

"""Which numbers after ≈ count as the same."""

import pytest

from making.authoring.nbval_tolerance import settle, settled


@pytest.mark.parametrize(
    ("stored", "got"),
    [
        ("≈ 83.4 %", "≈ 81.4 %"),
        ("≈ 83.4%", "≈ 85.4%"),
        ("≈ 9.5 %", "≈ 10.5 %"),
        ("≈  9.5 %", "≈ 10.5 %"),
        ("≈ -1.0 points", "≈ 0.9 points"),
        ("≈ −1.0 percentage points", "≈ 0.9 percentage points"),
        ("≈ 0.62", "≈ 0.649"),
        ("≈ 1,000 images", "≈ 1,050 images"),
        ("≈ 2.0e-3", "≈ 2.1e-3"),
        ("≈ 3 times", "≈ 4 times"),
        ("a ≈ 0.62, b ≈ 50 %", "a ≈ 0.63, b ≈ 51 %"),
    ],
)
def test_close_numbers_are_made_equal(stored, got):
    assert settled(got, stored) == stored


@pytest.mark.parametrize(
    ("stored", "got"),
    [
        ("≈ 83.4 %", "≈ 81.3 %"),
        ("≈ 83.4 %", "≈ 83.4"),
        ("≈ 83.4 %", "≈ 83.4 points"),
        ("≈ 0.62", "≈ 0.66"),
        ("≈ 3 times", "≈ 5 times"),
        ("≈ 3.0 times", "≈ 3.2 times"),
        ("83.4 %", "83.5 %"),
        ("≈ 0.62 of 10", "≈ 0.62 of 11"),
        ("≈ 0.62", "≈ nan"),
        ("≈ 0.62", "≈ 0.62 and ≈ 0.63"),
        ("a ≈ 0.62, b ≈ 50 %", "a ≈ 0.62, b ≈ 60 %"),
    ],
)
def test_all_else_stays_different(stored, got):
    assert settled(got, stored) != stored


def test_every_text_of_an_output_is_settled():
    def outputs(number):
        text = f"accuracy ≈ {number} %"
        return [
            {"output_type": "stream", "name": "stdout", "text": text},
            {
                "output_type": "display_data",
                "data": {"text/html": f"<b>{text}</b>", "text/plain": text, "image/png": text},
                "metadata": {},
            },
        ]

    got = outputs(80.5)
    settle(got, outputs(80.0))
    assert got[0]["text"] == "accuracy ≈ 80.0 %"
    assert got[1]["data"]["text/html"] == "<b>accuracy ≈ 80.0 %</b>"
    assert got[1]["data"]["text/plain"] == "accuracy ≈ 80.0 %"
    assert got[1]["data"]["image/png"] == "accuracy ≈ 80.5 %"

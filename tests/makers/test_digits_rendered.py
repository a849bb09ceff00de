"""The printed digits: every font has them, they vary, and they can be read."""

from pathlib import Path

import digits_rendered
import matplotlib
import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from course_utils.errors import CourseError


@pytest.fixture(scope="module")
def made():
    """Of every class one picture in each font, three times."""
    count = 3 * len(digits_rendered.FONTS)
    return {
        name: [digits_rendered.draw(name, number) for number in range(count)]
        for name in digits_rendered.CLASS_NAMES
    }


def test_pictures_have_their_form(made):
    for ones in made.values():
        for image, _ in ones:
            assert image.shape == (32, 32, 3) and image.dtype == np.uint8
            assert (image == image[:, :, :1]).all()


def test_strokes_are_light_on_dark_and_the_digit_is_large(made):
    for ones in made.values():
        for image, _ in ones:
            grey = image[:, :, 0].astype(float)
            border = np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]])
            assert np.median(border) < 128 < np.percentile(grey, 99)
            bright = grey > (np.median(border) + grey.max()) / 2
            assert 0.02 < bright.mean() < 0.6
            rows = np.flatnonzero(bright.any(axis=1))
            assert rows.max() - rows.min() > 12


@pytest.mark.parametrize("font", digits_rendered.FONTS)
def test_a_font_has_ten_different_digits(font):
    file = Path(matplotlib.get_data_path(), "fonts", "ttf", f"{font}.ttf")
    face = ImageFont.truetype(str(file), 40)

    def drawn(text):
        picture = Image.new("L", (80, 80))
        ImageDraw.Draw(picture).text((20, 10), text, font=face, fill=255)
        return picture.tobytes()

    digits = {drawn(name) for name in digits_rendered.CLASS_NAMES}
    # What a font draws in place of a sign it lacks is none of them.
    assert len(digits) == 10 and drawn("\uffff") not in digits


def test_every_font_draws_every_digit_and_is_its_group(made):
    fonts = list(digits_rendered.FONTS)
    for ones in made.values():
        groups = [one.group for one in ones]
        assert groups == [digits_rendered.FONTS[font] for font in fonts] * 3
    # A group is the name of a font itself, and an oblique face is with its upright face.
    assert set(digits_rendered.FONTS.values()) <= set(fonts)
    for font, group in digits_rendered.FONTS.items():
        assert font == group or font.startswith(group)


@pytest.mark.parametrize("name", digits_rendered.CLASS_NAMES)
def test_same_arguments_same_picture_and_each_argument_matters(name):
    first = digits_rendered.draw(name, 7).image
    digits_rendered._glyph.cache_clear()
    assert np.array_equal(first, digits_rendered.draw(name, 7).image)
    assert not np.array_equal(first, digits_rendered.draw(name, 7, seed=1).image)
    # The same font again, drawn differently.
    again = digits_rendered.draw(name, 7 + len(digits_rendered.FONTS)).image
    assert not np.array_equal(first, again)


def test_light_and_stroke_weight_vary(made):
    greys = np.stack([one.image[:, :, 0] for ones in made.values() for one in ones]).astype(float)
    ground = np.median(np.concatenate([greys[:, 0], greys[:, -1]], axis=1), axis=1)
    stroke = np.percentile(greys, 97, axis=(1, 2))
    assert np.ptp(ground) > 40 and np.ptp(stroke) > 60
    covered = ((greys - ground[:, None, None]) / (stroke - ground)[:, None, None] > 0.5).mean(
        (1, 2)
    )
    assert covered.max() > 2 * covered.min()


def test_digits_can_be_read_in_fonts_never_seen(made):
    from sklearn.svm import SVC

    fonts = sorted(set(digits_rendered.FONTS.values()))
    unseen = set(fonts[::5])
    labels, greys, is_unseen = [], [], []
    for name, ones in made.items():
        for image, group in ones:
            labels.append(name)
            greys.append(image[:, :, 0].ravel() / 255)
            is_unseen.append(group in unseen)
    labels, greys, is_unseen = np.array(labels), np.array(greys), np.array(is_unseen)
    model = SVC(C=10).fit(greys[~is_unseen], labels[~is_unseen])
    assert model.score(greys[is_unseen], labels[is_unseen]) > 0.4  # chance is 0.1


def test_a_missing_font_is_named(monkeypatch):
    digits_rendered._glyph.cache_clear()
    monkeypatch.setattr(Path, "is_file", lambda self: False)
    with pytest.raises(CourseError, match=r"DejaVuSans\.ttf is missing .* matplotlib"):
        digits_rendered.draw("0", 0)

"""`surfaces`: defects that show, light that is consistent, and groups that share no pixel."""

import itertools
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
import surfaces
from PIL import Image
from surfaces import defects, photographs
from surfaces.photographs import MATERIALS

from course_utils.datasets import webp
from course_utils.errors import CourseError

DEFECTS = surfaces.CLASS_NAMES[1:]
EACH = 2 * len(MATERIALS)  # pictures of every class that the tests look at


@pytest.fixture(scope="module")
def pictures():
    return {name: [surfaces.draw(name, k) for k in range(EACH)] for name in surfaces.CLASS_NAMES}


def without_its_defect(name, number):
    """The same draw with the defect left out, all random numbers as they were."""
    made = getattr(defects, name)

    def left_out(surface, *others):
        made(surface, *others)
        return surface

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(defects, name, left_out)
        return surfaces.draw(name, number)


@pytest.mark.parametrize("name", surfaces.CLASS_NAMES)
def test_shape_and_kind(pictures, name):
    for made in pictures[name]:
        assert made.image.shape == (surfaces.SIZE, surfaces.SIZE, 3)
        assert made.image.dtype == np.uint8
        assert 60 < made.image.max(axis=-1).mean() < 225  # neither black nor burnt out


@pytest.mark.parametrize("name", surfaces.CLASS_NAMES)
def test_a_pure_function_of_its_arguments(pictures, name):
    again = surfaces.draw(name, 3)  # without 0, 1 and 2 before it
    assert np.array_equal(again.image, pictures[name][3].image)
    assert again.group == pictures[name][3].group
    assert not np.array_equal(surfaces.draw(name, 3, seed=1).image, again.image)
    later = surfaces.draw(name, surfaces.PER_CLASS + 3)
    assert not np.array_equal(later.image, again.image)


def shares_a_pixel(first, second):
    """Whether two squares (left, top, side) overlap."""
    return all(
        first[k] < second[k] + second[2] and second[k] < first[k] + first[2] for k in range(2)
    )


@pytest.mark.parametrize("file", sorted({material.file for material in MATERIALS.values()}))
def test_groups_share_no_pixel(file):
    cells = [
        cell for material in MATERIALS.values() if material.file == file for cell in material.cells
    ]
    assert not any(shares_a_pixel(a, b) for a, b in itertools.combinations(cells, 2))
    width, height = photographs.read_photograph(file).size
    for left, top, side in cells:
        assert left >= 0 and top >= 0 and left + side <= width and top + side <= height


@pytest.mark.parametrize("number", range(len(MATERIALS)))
def test_a_patch_uses_only_the_pixels_of_its_cell(monkeypatch, number):
    before = surfaces.draw("dent", number).image
    material, cell = surfaces.source_cell(number)
    left, top, side = MATERIALS[material].cells[cell]
    read = photographs.read_photograph

    def all_else_white(file):
        photograph = read(file)
        box = (left, top, left + side, top + side)
        blank = Image.new("RGB", photograph.size, "white")
        blank.paste(photograph.crop(box), box)
        return blank

    monkeypatch.setattr(photographs, "read_photograph", all_else_white)
    assert np.array_equal(surfaces.draw("dent", number).image, before)


@pytest.mark.parametrize("seed", [0, 1])
def test_no_patch_reaches_beyond_its_cell(seed):
    """Pillow fills what lies outside with black: on a white photograph it would show."""
    white = Image.new("RGB", (1000, 1000), "white")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(photographs, "read_photograph", lambda file: white)
        for k, name in enumerate(list(MATERIALS) * 8):
            random = np.random.default_rng([seed, k])
            assert photographs.cut_patch(name, 0, 48, random).min() == 255


def test_the_material_does_not_tell_the_class(pictures):
    found = {
        name: Counter(made.group for made in made_ones) for name, made_ones in pictures.items()
    }
    assert all(groups == found["good"] for groups in found.values())
    cells = [surfaces.source_cell(number) for number in range(surfaces.PER_CLASS)]
    often = Counter(material for material, _ in cells)
    assert set(often.values()) == {surfaces.PER_CLASS // len(MATERIALS)}
    # The cells of a material take turns: their counts differ by one at most.
    for name, material in MATERIALS.items():
        counts = [cells.count((name, cell)) for cell in range(len(material.cells))]
        assert max(counts) - min(counts) <= 1


def test_brightness_and_contrast_tell_almost_nothing(pictures):
    from sklearn.model_selection import cross_val_score
    from sklearn.neighbors import KNeighborsClassifier

    made = [m.image for name in surfaces.CLASS_NAMES for m in pictures[name]]
    light = [(image.mean(), image.std()) for image in made]
    labels = np.repeat(np.arange(len(surfaces.CLASS_NAMES)), EACH)
    found = cross_val_score(KNeighborsClassifier(9), light, labels, cv=4).mean()
    assert found < 0.35  # chance is 0.17


@pytest.mark.parametrize("name", DEFECTS)
def test_every_defect_is_small_and_survives_compression(pictures, name):
    for number in range(len(MATERIALS)):
        made = pictures[name][number].image
        good = without_its_defect(name, number).image.astype(int)
        changed = np.abs(made - good).max(axis=-1)
        assert 0.003 < (changed > 8).mean() < 0.12
        kept = webp.decode(webp.encode(made, surfaces.QUALITY["photo"]))
        area = changed > 8
        lost = np.abs(kept.astype(float) - made).mean(axis=-1)[area].mean()
        assert lost < 0.5 * np.abs(made - good).mean(axis=-1)[area].mean()


@pytest.mark.parametrize("name", ["brick", "grass", "gravel", "lawn"])
def test_grey_photographs_stay_grey(pictures, name):
    for made_ones in pictures.values():
        for made in made_ones:
            if made.group.startswith(name):
                assert np.ptp(made.image, axis=-1).max() == 0


@pytest.mark.parametrize("azimuth", np.linspace(0, 2 * np.pi, 7))
@pytest.mark.parametrize("elevation", [0.4, 0.9])
def test_light_falls_from_where_the_lamp_is(azimuth, elevation):
    light = defects.Light(azimuth, elevation)
    rows, columns = np.mgrid[-30:31, -30:31]
    assert np.allclose(light.shade(np.full((61, 61), 5.0)), 1)
    bump = light.shade(3 * np.exp(-(rows**2 + columns**2) / 200))
    x, y = light.towards()
    side = columns * x + rows * y
    near = rows**2 + columns**2 < 400
    assert bump[near & (side > 4)].mean() > 1.02
    assert bump[near & (side < -4)].mean() < 0.98


def test_a_missing_photograph_is_named(monkeypatch):
    monkeypatch.setattr(Path, "is_file", lambda self: False)
    photographs.read_photograph.cache_clear()
    with pytest.raises(CourseError, match=r"brick\.png is missing .* scikit-image"):
        surfaces.draw("good", 0)


def test_every_photograph_has_its_line_in_the_card():
    from course_utils.paths import PROJECT_FOLDER

    card = PROJECT_FOLDER / "datasets" / "cards" / "surfaces.md"
    lines = card.read_text(encoding="utf-8").splitlines()
    for name, material in MATERIALS.items():
        file = material.file.rpartition("/")[2]
        assert any(line.startswith(f"| {name} |") and f"`{file}`" in line for line in lines)

"""The `materials` set: disjoint, repeatable, and not to be told apart by looking at grey levels."""

import hashlib
import itertools
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from course_utils import CourseError
from course_utils.datasets import load_dataset, materials
from course_utils.datasets.materials import COUNTS, PHOTOGRAPHS, source_squares


@pytest.fixture(scope="module")
def splits():
    return load_dataset("materials")


def test_shapes_counts_and_names(splits):
    assert len(splits.train.class_names) == 12
    for part, count in zip(splits, COUNTS.values(), strict=True):
        assert part.images.shape == (12 * count, 64, 64, 3)
        assert part.images.dtype == np.uint8
        assert part.labels.dtype == np.int64
        assert np.bincount(part.labels).tolist() == [count] * 12
        assert part.domain == "material"
        assert part.name == "materials"


def overlap(first, second):
    """Whether two rectangles share a pixel."""
    return max(first[0], second[0]) < min(first[2], second[2]) and max(first[1], second[1]) < min(
        first[3], second[3]
    )


@pytest.mark.parametrize("name", PHOTOGRAPHS)
def test_no_patch_shares_a_pixel_with_another_part(name):
    squares = {part: [square for square, _ in source_squares(name, part)] for part in COUNTS}
    for first, second in itertools.combinations(COUNTS, 2):
        assert not any(overlap(a, b) for a in squares[first] for b in squares[second])
    width, height = materials._read_grey(PHOTOGRAPHS[name].file).size
    for left, top, right, bottom in itertools.chain(*squares.values()):
        assert right - left == bottom - top
        assert left >= 0 and top >= 0 and right <= width and bottom <= height


def test_patches_use_only_the_pixels_of_their_square(monkeypatch):
    """Blacking out everything outside the test squares must leave the test patches as they are."""
    before = materials.load_materials(16).test.images
    read = materials._read_grey

    def only_the_test_rectangle(file):
        photograph = read(file)
        box = next(p.test for p in PHOTOGRAPHS.values() if p.file == file)
        dark = Image.new("L", photograph.size)
        dark.paste(photograph.crop(box), box)
        return dark

    # With fewer counts the dark rest is never searched for squares that are not flat.
    monkeypatch.setattr(materials, "_read_grey", only_the_test_rectangle)
    monkeypatch.setattr(materials, "COUNTS", {"train": 0, "validation": 0, "test": COUNTS["test"]})
    assert np.array_equal(materials.load_materials(16).test.images, before)


def test_the_same_on_every_call_and_machine(splits):
    found = [hashlib.sha256(part.images.tobytes()).hexdigest()[:16] for part in splits]
    assert found == ["1a88f29e66edbcfe", "f9ddc6fe74c30cbb", "944f510d5be0f384"]


def test_a_missing_photograph_is_named(monkeypatch):
    monkeypatch.setattr(Path, "is_file", lambda self: False)
    with pytest.raises(CourseError, match=r"brick\.png is missing .* scikit-image"):
        load_dataset("materials")


def test_every_photograph_has_its_line_in_the_card():
    card = Path(__file__).parents[2] / "datasets" / "cards" / "materials.md"
    text = card.read_text(encoding="utf-8")
    for name, photograph in PHOTOGRAPHS.items():
        assert any(
            line.startswith(f"| {name} |") and f"`{Path(photograph.file).name}`" in line
            for line in text.splitlines()
        )

"""Digits on photographs: the recipe, its dial, and that nothing crosses between parts."""

from pathlib import Path

import digits_on_photos
import numpy as np
import pytest
from digits_on_photos import BLOCKS, CLASS_NAMES, PER_CLASS, PHOTOGRAPHS
from sklearn import datasets

from course_utils.datasets.digits import load_digits
from course_utils.errors import CourseError


@pytest.fixture(scope="module")
def made():
    return {
        name: [digits_on_photos.draw(name, number) for number in range(PER_CLASS)]
        for name in CLASS_NAMES
    }


def random_pair(seed):
    random = np.random.default_rng(seed)
    return random.integers(0, 256, (2, 32, 32, 3), dtype=np.uint8)


def test_pictures_have_their_form(made):
    for ones in made.values():
        for image, _ in ones:
            assert image.shape == (32, 32, 3) and image.dtype == np.uint8


def test_every_group_names_a_digit_of_its_class_and_none_comes_twice(made):
    target = datasets.load_digits().target
    groups = [one.group for ones in made.values() for one in ones]
    assert len(set(groups)) == len(groups) == 10 * PER_CLASS
    for name, ones in made.items():
        for one in ones:
            assert target[int(one.group.removeprefix("digit-"))] == int(name)
    assert np.bincount(target).min() == PER_CLASS


def test_each_digit_keeps_the_part_it_has_in_digits():
    splits, levels = load_digits(size=8), datasets.load_digits().images
    for part in BLOCKS:
        of_set = {image[:, :, 0].tobytes() for image in getattr(splits, part).images}
        ours = [
            (levels[one.index].astype(np.int64) * 255 // 16).astype(np.uint8).tobytes()
            for ones in digits_on_photos.handwritten_digits().values()
            for one in ones
            if one.part == part
        ]
        assert len(ours) == len(of_set) and set(ours) == of_set


def test_a_group_tells_its_part():
    for ones in digits_on_photos.handwritten_digits().values():
        for digit in ones:
            assert digits_on_photos.part_of(f"digit-{digit.index}") == digit.part
    with pytest.raises(CourseError, match=r"no group 'digit-1797': .* to 'digit-1796'"):
        digits_on_photos.part_of("digit-1797")


def test_the_plain_digit_is_the_picture_of_the_set_digits():
    shown = load_digits(size=32)
    known = {part: {image.tobytes() for image in getattr(shown, part).images} for part in BLOCKS}
    for name in CLASS_NAMES:
        for number, digit in enumerate(digits_on_photos.handwritten_digits()[name][:10]):
            plain = digits_on_photos.draw(name, number, blend=0)
            assert plain.group == f"digit-{digit.index}"
            assert plain.image.tobytes() in known[digit.part]


@pytest.mark.parametrize("shape", [(300, 451), (512, 512), (427, 640), (1411, 1411), (161, 163)])
def test_blocks_of_the_parts_cover_a_photograph_and_share_no_pixel(shape):
    times, shares = np.zeros(shape, dtype=int), {}
    for part in BLOCKS:
        for left, top, right, bottom in digits_on_photos.blocks(shape, part):
            times[top:bottom, left:right] += 1
            shares[part] = shares.get(part, 0) + (right - left) * (bottom - top)
    assert (times == 1).all()
    for part, count in BLOCKS.items():
        assert shares[part] / times.size == pytest.approx(count / sum(BLOCKS.values()), abs=0.01)


@pytest.mark.parametrize("part", BLOCKS)
def test_a_patch_is_cut_from_the_blocks_of_its_part(part, monkeypatch):
    """Photographs that are white in the part's blocks and black elsewhere give white patches."""
    from PIL import Image

    def marked(file):
        pixels = np.zeros((427, 640, 3), dtype=np.uint8)
        for left, top, right, bottom in digits_on_photos.blocks((427, 640), part):
            pixels[top:bottom, left:right] = 255
        return Image.fromarray(pixels)

    monkeypatch.setattr(digits_on_photos, "_photograph", marked)
    for seed in range(100):
        assert digits_on_photos._patch(part, np.random.default_rng(seed)).min() == 255


@pytest.mark.parametrize("seed", range(20))
def test_blending_is_the_identity_at_0_and_the_absolute_difference_at_1(seed):
    digit, patch = random_pair(seed)
    assert np.array_equal(digits_on_photos.blend_into(digit, patch, 0), digit)
    full = np.abs(patch.astype(int) - digit.astype(int))
    assert np.array_equal(digits_on_photos.blend_into(digit, patch), full)


@pytest.mark.parametrize("seed", range(20))
def test_blending_is_continuous(seed):
    """A small turn of the dial moves no pixel by more than the patch times that turn."""
    digit, patch = random_pair(seed)
    dial = np.linspace(0, 1, 101)
    blended = np.stack([digits_on_photos.blend_into(digit, patch, b) for b in dial]).astype(int)
    assert np.abs(np.diff(blended, axis=0)).max() <= 255 / 100 + 1


def test_the_dial_leads_away_from_the_plain_digit():
    steps = np.linspace(0, 1, 6)
    for name in CLASS_NAMES:
        dialled = [digits_on_photos.draw(name, 3, blend=b).image.astype(float) for b in steps]
        distance = [np.abs(image - dialled[0]).mean() for image in dialled]
        assert distance[0] == 0 and (np.diff(distance) >= 0).all() and distance[-1] > 0


@pytest.mark.parametrize("name", CLASS_NAMES)
def test_same_arguments_same_picture_and_each_argument_matters(name):
    first, again = digits_on_photos.draw(name, 4), digits_on_photos.draw(name, 4)
    assert first.group == again.group and np.array_equal(first.image, again.image)
    count = len(digits_on_photos.handwritten_digits()[name])
    for other in (digits_on_photos.draw(name, 4 + count), digits_on_photos.draw(name, 4, seed=1)):
        assert other.group == first.group
        assert not np.array_equal(other.image, first.image)


def test_plain_pixels_read_digits_but_not_digits_on_photographs(made):
    """The gap that an adaptation lesson is about."""
    from sklearn.svm import SVC

    digits = [one for ones in digits_on_photos.handwritten_digits().values() for one in ones]
    target = datasets.load_digits().target

    def table(pairs):
        images, labels = zip(*pairs, strict=True)
        return np.stack(images).mean(axis=3).reshape(len(images), -1) / 255, np.array(labels)

    of_part = {name: [one for one in digits if one.part == name] for name in BLOCKS}
    model = SVC(C=10).fit(*table([(one.image, target[one.index]) for one in of_part["train"]]))
    plain = model.score(*table([(one.image, target[one.index]) for one in of_part["test"]]))
    on_photos = model.score(
        *table(
            (one.image, int(name))
            for name, ones in made.items()
            for one in ones
            if digits_on_photos.part_of(one.group) == "test"
        )
    )
    assert plain > 0.95 and 0.15 < on_photos < 0.6


def test_what_cannot_be_blended_is_named():
    with pytest.raises(CourseError, match=r"blended by 1\.5: choose a number from 0 to 1"):
        digits_on_photos.draw("1", 0, blend=1.5)
    with pytest.raises(CourseError, match=r"\(8, 8, 3\) does not fit .*\(9, 9, 3\)"):
        digits_on_photos.blend_into(np.zeros((8, 8, 3)), np.zeros((9, 9, 3)))


def test_a_missing_photograph_is_named(monkeypatch):
    digits_on_photos._photograph.cache_clear()
    monkeypatch.setattr(Path, "is_file", lambda self: False)
    with pytest.raises(CourseError, match=r"coffee\.png is missing .* scikit-image"):
        digits_on_photos._photograph("skimage/data/coffee.png")


def test_every_photograph_has_its_line_in_the_card():
    card = Path(__file__).parents[2] / "datasets" / "cards" / "digits-on-photos.md"
    text = card.read_text(encoding="utf-8")
    for file in PHOTOGRAPHS:
        assert any(
            line.startswith("| ") and f"`{Path(file).name}`" in line for line in text.splitlines()
        )

"""Every kind of image file comes out as red, green and blue, and only when it is asked for."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from course_utils import CourseError
from course_utils.datasets import decoding
from course_utils.datasets.decoding import FolderImages, decode


@pytest.fixture
def write(tmp_path):
    """`write(image, "x.png", **options)`: the path of the file."""

    def save(image, name, **options):
        path = tmp_path / name
        image.save(path, **options)
        return path

    return save


def middle(path, size=4):
    """The colour in the middle of a decoded file."""
    image = decode(path, size)
    assert image.shape == (size, size, 3) and image.dtype == np.uint8
    return image[size // 2, size // 2].tolist()


@pytest.mark.parametrize(
    ("mode", "stored", "shown"),
    [
        ("L", 77, [77, 77, 77]),
        ("1", 1, [255, 255, 255]),
        ("RGBA", (200, 0, 0, 0), [255, 255, 255]),
        ("LA", (10, 0), [255, 255, 255]),
        ("LA", (0, 51), [204, 204, 204]),  # a fifth of black on white
    ],
)
def test_other_kinds_of_colour(write, mode, stored, shown):
    assert middle(write(Image.new(mode, (6, 6), stored), "other.png")) == shown


def test_cmyk_is_converted(write):
    red = Image.new("CMYK", (8, 8), (0, 255, 255, 0))
    for name in ("cmyk.jpg", "cmyk.tif"):
        colour = middle(write(red, name))
        assert colour[0] > 230 and colour[1] < 40 and colour[2] < 40


def test_transparent_colour_of_a_palette(write):
    image = Image.new("P", (6, 6), 1)
    image.putpalette([0, 0, 0, 250, 20, 30])
    assert middle(write(image, "colours.png")) == [250, 20, 30]
    assert middle(write(image, "clear.png", transparency=1)) == [255, 255, 255]


@pytest.mark.parametrize(("level", "expected"), [(0, 0), (32_768, 128), (65_535, 255)])
def test_sixteen_bits_are_scaled(write, level, expected):
    image = Image.fromarray(np.full((6, 6), level, dtype=np.uint16))
    assert image.mode == "I;16"
    for name in ("deep.png", "deep.tif"):
        assert middle(write(image, name)) == [expected] * 3


def test_fractions(write):
    shares = Image.fromarray(np.full((6, 6), 0.5, dtype=np.float32))
    assert middle(write(shares, "shares.tif")) == [128] * 3
    ramp = Image.fromarray(np.linspace(-5, 1000, 36, dtype=np.float32).reshape(6, 6))
    decoded = decode(write(ramp, "ramp.tif"), 6)
    assert decoded.min() == 0 and decoded.max() == 255


@pytest.mark.parametrize("name", ["moving.gif", "moving.png", "moving.webp", "pages.tif"])
def test_the_first_frame_of_several(write, name):
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "lime", "blue")]
    path = write(frames[0], name, save_all=True, append_images=frames[1:])
    red, green, blue = middle(path)
    assert red > 240 and green < 15 and blue < 15


def test_turned_as_exif_says(write):
    image = Image.new("RGB", (8, 8), "black")
    image.paste("white", (0, 0, 8, 2))  # a white strip on top
    exif = Image.Exif()
    exif[0x0112] = 6  # to be shown after a quarter turn to the right
    decoded = decode(write(image, "turned.jpg", exif=exif, quality=95), 8)
    assert decoded[:, -1].min() > 180 and decoded[4, :5].max() < 80


@pytest.mark.filterwarnings("ignore:Corrupt EXIF data")
def test_damaged_exif_does_not_lose_the_picture(write):
    path = write(Image.new("RGB", (8, 8), "white"), "odd.jpg", exif=b"Exif\x00\x00II*\x00garbage")
    assert middle(path) == [255, 255, 255]


def test_the_middle_is_kept(write):
    image = Image.new("RGB", (30, 10), "red")
    image.paste("blue", (10, 0, 20, 10))
    assert (decode(write(image, "wide.png"), 10) == [0, 0, 255]).all()
    assert (decode(write(image.rotate(90, expand=True), "tall.png"), 10) == [0, 0, 255]).all()


def test_reducing_averages_what_it_leaves_out(write):
    """A board of single black and white pixels turns grey; taking every eighth would not."""
    board = (np.indices((64, 64)).sum(0) % 2 * 255).astype(np.uint8)
    decoded = decode(write(Image.fromarray(board), "board.png"), 8)
    assert decoded.min() > 110 and decoded.max() < 145


def test_large_jpeg_is_read_at_reduced_scale_with_the_same_result(write):
    ramp = np.linspace(0, 255, 1024).astype(np.uint8)
    picture = Image.fromarray(np.stack([np.add.outer(ramp // 2, ramp // 2)] * 3, axis=-1))
    path = write(picture, "large.jpg", quality=95)
    exact = np.asarray(picture.resize((32, 32), Image.Resampling.BOX)).astype(int)
    assert np.abs(decode(path, 32).astype(int) - exact).max() <= 6
    assert decoding.read_rgb(path, 32).size == (128, 128)


def test_more_pixels_than_is_safe(write, monkeypatch):
    path = write(Image.new("L", (100, 100)), "huge.png")
    monkeypatch.setattr(decoding, "MOST_PIXELS", 9_999)
    with pytest.raises(Image.DecompressionBombError, match="100 by 100"):
        decode(path, 8)


@pytest.fixture
def images(tmp_path, draw):
    return FolderImages([str(draw(tmp_path / f"{i}.png", i)) for i in range(20)], 6)


def test_images_behave_like_an_array(images):
    whole = np.asarray(images)
    assert whole.shape == images.shape == (20, 6, 6, 3)
    assert whole.dtype == images.dtype == np.uint8
    assert len(images) == 20 and images.ndim == 4
    mask = np.arange(20) % 3 == 0
    for index in (0, -1, np.int64(3), slice(2, 15, 3), slice(0, 0), [5, 5, 1], np.array([7]), mask):
        assert np.array_equal(images[index], whole[index])
    assert np.array_equal(np.stack(list(images)), whole)
    assert np.asarray(images, dtype=np.float32).dtype == np.float32
    assert np.array_equal(images.subset(np.array([9, 0, 4]))[:], whole[[9, 0, 4]])
    with pytest.raises(IndexError):
        images[20]


def test_fingerprints_follow_content_and_settings(images, tmp_path, monkeypatch):
    prints = [images.fingerprint(i) for i in range(20)]
    assert len(set(prints)) == 20 and {len(p) for p in prints} == {32}
    moved = tmp_path / "elsewhere.png"
    moved.write_bytes(Path(images.paths[3]).read_bytes())
    assert FolderImages([str(moved)], 6).fingerprint(0) == prints[3]
    assert FolderImages(images.paths, 7).fingerprint(3) != prints[3]
    Path(images.paths[3]).write_bytes(b"no picture: nothing is decoded for a fingerprint")
    assert images.fingerprint(3) != prints[3]
    monkeypatch.setattr(decoding, "DECODING_VERSION", -1)
    assert images.fingerprint(4) != prints[4]


def test_a_file_that_went_away_is_named(images):
    Path(images.paths[2]).unlink()
    for look in (images.__getitem__, images.fingerprint):
        with pytest.raises(CourseError, match=r"2\.png can no longer be read"):
            look(2)

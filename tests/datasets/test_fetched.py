"""Sets that lie on disk as arrays: lazily resized, cut the same way always, broken ones refused."""

import pickle
import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from course_utils import CourseError
from course_utils.datasets import decoding
from course_utils.datasets.fetched import ArrayImages, load_arrays
from course_utils.features.identity import identity_of_images

DIGITS = tuple(str(digit) for digit in range(10))
SHAPES = [(7, 7), (7, 7, 3), (6, 9), (12, 5, 3)]


def pixels(n, shape, seed):
    """Noise of shape (n, *shape), uint8."""
    return np.random.default_rng(seed).integers(0, 256, (n, *shape), dtype=np.uint8)


def eager(pictures, size):
    """The pictures resized one by one: by the shorter side, with the middle cut out."""
    resized = []
    for picture in pictures:
        height, width = picture.shape[:2]
        side = min(height, width)
        box = ((width - side) / 2, (height - side) / 2, (width + side) / 2, (height + side) / 2)
        image = Image.fromarray(picture).convert("RGB")
        resized.append(np.asarray(image.resize((size, size), Image.Resampling.BILINEAR, box=box)))
    return np.stack(resized)


def store(folder, **arrays):
    """Write `train_images=...` and the like as the files of a fetched set."""
    folder.mkdir(exist_ok=True)
    for name, array in arrays.items():
        np.save(folder / f"{name}.npy", array)
    return folder


def a_part(n, shape=(7, 7), classes=10, seed=0):
    return pixels(n, shape, seed), np.arange(n) % classes


def a_set(folder, n=200, validation=False):
    """A set of ten classes; gives its folder."""
    parts = {"train": n, "test": 40} | ({"validation": 30} if validation else {})
    for seed, (part, count) in enumerate(parts.items()):
        images, labels = a_part(count, seed=seed)
        store(folder, **{f"{part}_images": images, f"{part}_labels": labels})
    return folder


def load(folder, size=8, classes=DIGITS):
    return load_arrays(folder, classes, "digits", "mnist", size)


@pytest.mark.parametrize("size", [4, 7, 16])
@pytest.mark.parametrize("shape", SHAPES)
def test_lazy_images_equal_eager_ones(tmp_path, shape, size):
    pictures = pixels(30, shape, seed=1)
    np.save(tmp_path / "x.npy", pictures)
    images = ArrayImages(tmp_path / "x.npy", size)
    whole = eager(pictures, size)
    assert images.shape == whole.shape == (30, size, size, 3) and len(images) == 30
    assert images.dtype == np.uint8 and images.ndim == 4
    assert np.array_equal(np.asarray(images), whole)
    assert np.array_equal(np.stack(list(images)), whole)
    for index in (3, np.int64(-2)):
        assert np.array_equal(images[index], whole[index])
    for index in (np.array([7, 0, -1, 7]), [4], np.arange(30) % 3 == 0, slice(20, 2, -3)):
        assert np.array_equal(images[index], whole[index])
        subset = images.subset(index)
        assert isinstance(subset, ArrayImages)
        assert np.array_equal(np.asarray(subset), whole[index])
        assert np.array_equal(np.asarray(subset.subset(slice(None, None, -1))), whole[index][::-1])
    with pytest.raises(IndexError):
        images[30]


def test_images_travel_as_the_name_of_their_file(tmp_path):
    np.save(tmp_path / "x.npy", pixels(5000, (9, 9), seed=0))
    images = ArrayImages(tmp_path / "x.npy", 5).subset(np.array([4, 1]))
    sent = pickle.dumps(images)
    assert len(sent) < 1000
    assert np.array_equal(pickle.loads(sent)[:], images[:])


# What features depend on.


@pytest.fixture
def two(tmp_path):
    """Images of two files with the same pictures, the second one in reverse."""
    pictures = pixels(20, (7, 7, 3), seed=3)
    for name, content in {"x": pictures, "y": pictures[::-1]}.items():
        np.save(tmp_path / f"{name}.npy", content)
    return ArrayImages(tmp_path / "x.npy", 6), ArrayImages(tmp_path / "y.npy", 6)


def test_identity_follows_the_content_and_the_way_of_decoding(two, tmp_path, monkeypatch):
    images, reverse = two
    first = identity_of_images(images)
    assert identity_of_images(reverse.subset(slice(None, None, -1))) == first, "not the place"
    assert identity_of_images(pickle.loads(pickle.dumps(images))) == first
    assert identity_of_images(images.subset(slice(0, 19))) != first
    assert identity_of_images(reverse) != first
    assert identity_of_images(ArrayImages(images.path, 7)) != first
    changed = np.load(images.path)
    changed[5, 6, 6, 2] ^= 1
    np.save(tmp_path / "z.npy", changed)
    assert identity_of_images(ArrayImages(tmp_path / "z.npy", 6)) != first
    before = images.fingerprint(0)
    monkeypatch.setattr(decoding, "DECODING_VERSION", -1)
    assert images.fingerprint(0) != before


def test_identity_follows_the_shape_of_the_pictures(tmp_path):
    for name, shape in {"wide": (4, 9), "tall": (9, 4), "square": (6, 6)}.items():
        np.save(tmp_path / f"{name}.npy", np.arange(36, dtype=np.uint8).reshape(1, *shape))
    prints = {ArrayImages(path, 4).fingerprint(0) for path in tmp_path.iterdir()}
    assert len(prints) == 3 and {len(p) for p in prints} == {32}


# Whole sets.


def test_three_parts(tmp_path):
    splits = load(a_set(tmp_path / "mnist", validation=True))
    for part, n, seed in zip(splits, (200, 30, 40), (0, 2, 1), strict=True):
        images, labels = a_part(n, seed=seed)
        assert np.array_equal(np.asarray(part.images), eager(images, 8))
        assert np.array_equal(part.labels, labels) and part.labels.dtype == np.int64
        assert (part.class_names, part.domain, part.name) == (DIGITS, "digits", "mnist")
        drawn = part.per_class(2, seed=0)
        assert np.array_equal(drawn.images[0], drawn.images[:][0]) and len(drawn) == 20


def test_a_tenth_of_train_becomes_validation(tmp_path):
    train, validation, test = load(a_set(tmp_path / "mnist", n=215))
    images, labels = a_part(215)
    counts = np.bincount(labels)
    expected = np.ceil(counts / 10).astype(int)
    assert np.bincount(validation.labels).tolist() == expected.tolist()
    assert np.bincount(train.labels).tolist() == (counts - expected).tolist()
    assert len(test) == 40
    rows = np.concatenate([train.images.rows, validation.images.rows])
    assert sorted(rows.tolist()) == list(range(215))
    for part in (train, validation):
        assert np.array_equal(part.labels, labels[part.images.rows])
        assert np.array_equal(np.asarray(part.images), eager(images[part.images.rows], 8))


def test_the_cut_is_always_the_same(tmp_path):
    first, again = load(a_set(tmp_path / "a")), load(a_set(tmp_path / "b"), size=16)
    assert first.validation.images.rows.tolist() == again.validation.images.rows.tolist()
    pinned = "on every machine and in every process"
    assert first.validation.images.rows[::10].tolist() == [10, 180], pinned


def test_equal_pictures_stay_on_one_side(tmp_path):
    images, labels = a_part(100)
    images, labels = np.concatenate([images, images, images]), np.tile(labels, 3)
    test_images, test_labels = a_part(20, seed=5)
    parts = {"train_images": images, "train_labels": labels}
    parts |= {"test_images": test_images, "test_labels": test_labels}
    train, validation, _ = load(store(tmp_path / "x", **parts))
    assert not set(train.images.rows % 100) & set(validation.images.rows % 100)
    assert len(validation) == 30


# Broken sets.


def spoil(name, change):
    """A change of one array of a set."""

    def apply(folder):
        path = folder / f"{name}.npy"
        np.save(path, change(np.load(path)))

    return apply


def shorten(folder):
    path = folder / "train_images.npy"
    path.write_bytes(path.read_bytes()[:-1])


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda folder: (folder / "train_images.npy").unlink(), "train_images.npy is missing"),
        (lambda folder: (folder / "validation_labels.npy").unlink(), "labels.npy is missing"),
        (shorten, "train_images.npy cannot be read"),
        (spoil("train_images", lambda a: a.astype(int)), "The images are int64"),
        (spoil("train_images", lambda a: a[:-1]), "each of 199 examples, not 200"),
        (spoil("train_images", lambda a: a[:, 0]), "of shape (200, 7), not"),
        (spoil("train_images", lambda a: np.stack([a] * 2, 3)), "of shape (200, 7, 7, 2), not"),
        (spoil("train_labels", lambda a: a + 1), "labels run to 10, but there are 10 classes"),
        (spoil("test_labels", lambda a: a.astype(float)), "of type float64"),
        (spoil("test_labels", lambda a: np.minimum(a, 8)), "no image of the class '9'"),
    ],
)
def test_broken_sets_are_refused(tmp_path, change, expected):
    folder = a_set(tmp_path / "mnist", validation=True)
    change(folder)
    with pytest.raises(CourseError, match=re.escape(expected)) as caught:
        load(folder)
    assert f"delete the folder {folder} and fetch the set again" in str(caught.value)
    assert str(caught.value).endswith("`python -m course_utils fetch mnist`.")


def test_objects_are_never_unpickled(tmp_path):
    folder = a_set(tmp_path / "mnist")
    np.save(folder / "train_labels.npy", np.array([{"x": 1}] * 200, dtype=object))
    with pytest.raises(CourseError, match=r"train_labels\.npy cannot be read"):
        load(folder)


def test_a_set_that_went_away(tmp_path):
    images = load(a_set(tmp_path / "mnist")).train.images
    Path(images.path).unlink()
    with pytest.raises(CourseError, match=r"train_images\.npy is missing"):
        images.subset([0])


def test_pixels_stay_on_disk(tmp_path):
    """Loading costs the labels and the cut, never the pixels: 30 MB of them here."""
    import tracemalloc

    images, labels = a_part(10_000, shape=(32, 32, 3))
    folder = store(tmp_path / "x", train_images=images, train_labels=labels)
    store(folder, test_images=images[:100], test_labels=labels[:100])
    load(folder)  # imports scikit-learn
    tracemalloc.start()
    try:
        splits = load(folder)
        splits.train.images[:64]
        assert tracemalloc.get_traced_memory()[1] < 3 << 20
    finally:
        tracemalloc.stop()

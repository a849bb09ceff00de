"""`digits`, and what `load_dataset` makes of the name it is given."""

import json
import subprocess
import sys

import numpy as np
import pytest
from PIL import Image

from course_utils import CourseError
from course_utils.assets import read_manifest
from course_utils.datasets import load_dataset, public_sets_here


def test_digits_are_split_by_class_without_repetition():
    splits = load_dataset("digits", size=8)
    assert [len(part) for part in splits] == [1077, 360, 360]
    together = np.concatenate([part.images.reshape(len(part), -1) for part in splits])
    assert len(np.unique(together, axis=0)) == 1797
    for part in splits:
        assert part.class_names == tuple("0123456789")
        assert part.domain == "digits"
        shares = np.bincount(part.labels) / len(part)
        assert shares.min() > 0.09 and shares.max() < 0.11


def test_digits_are_whole_and_repeatable():
    from sklearn.datasets import load_digits

    small, again = load_dataset("digits", size=8), load_dataset("digits", size=8)
    assert np.array_equal(small.test.images, again.test.images)
    originals = {row.tobytes() for row in (load_digits().images * 255 // 16).astype(np.uint8)}
    assert {image[:, :, 0].tobytes() for part in small for image in part.images} == originals
    assert load_dataset("digits", size=40).train.images.shape == (1077, 40, 40, 3)


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("material", "There is no set or folder named 'material': did you mean 'materials'?"),
        ("mnits", "There is no set or folder named 'mnits': did you mean 'mnist'?"),
    ],
)
def test_unknown_names_get_the_nearest(name, sentence):
    with pytest.raises(CourseError) as error:
        load_dataset(name)
    assert str(error.value) == sentence


def test_a_name_like_no_other_gets_the_list():
    with pytest.raises(CourseError, match=r"'zebra': the sets that ship are .*fetch --list"):
        load_dataset("zebra")


def test_unknown_name_near_a_folder_that_is_here(tmp_path, monkeypatch):
    (tmp_path / "holiday photos").mkdir()
    monkeypatch.chdir(tmp_path)
    with pytest.raises(CourseError, match="did you mean 'holiday photos'"):
        load_dataset("holiday_photos")


@pytest.mark.parametrize("size", [0, 2.5])
def test_sizes_that_are_none(size):
    with pytest.raises(CourseError, match="size must be a whole number"):
        load_dataset("digits", size=size)


@pytest.mark.parametrize("what", [None, 3, ["materials"]])
def test_things_that_are_no_name(what):
    with pytest.raises(CourseError, match="takes the name of a set or the path of a folder"):
        load_dataset(what)


def test_importing_and_loading_need_no_framework():
    code = (
        "import sys; from course_utils.datasets import load_dataset; "
        "heavy = {'torch', 'tensorflow', 'keras', 'scipy', 'sklearn', 'skimage'}; "
        "assert not heavy & set(sys.modules), heavy & set(sys.modules); "
        "load_dataset('materials', size=16); "
        "assert not heavy & set(sys.modules), heavy & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_a_public_set_that_is_not_here_says_how_to_get_it(tmp_path, monkeypatch):
    monkeypatch.setenv("COURSE_CACHE", str(tmp_path))
    monkeypatch.delenv("COURSE_DATA", raising=False)
    with pytest.raises(CourseError) as error:
        load_dataset("svhn")
    assert "`python -m course_utils fetch svhn` gets it" in str(error.value)
    assert "'digits-on-photos' is the shipped set nearest to it" in str(error.value)
    assert public_sets_here() == []


def fetched(cache, name, write):
    """A finished set at the place where `fetch` puts it."""
    folder = cache / "datasets" / name
    folder.mkdir(parents=True)
    write(folder)
    identity = read_manifest()[name].identity
    (folder / "fetched.json").write_text(json.dumps(identity | {"time": "now"}))


def test_a_fetched_set_of_arrays_loads_by_name(tmp_path, monkeypatch):
    def write(folder):
        for part in ("train", "test"):
            labels = np.repeat(np.arange(10), 20)
            images = np.random.default_rng(0).integers(0, 256, (200, 28, 28), dtype=np.uint8)
            np.save(folder / f"{part}_images.npy", images)
            np.save(folder / f"{part}_labels.npy", labels)

    monkeypatch.setenv("COURSE_CACHE", str(tmp_path))
    fetched(tmp_path, "mnist", write)
    splits = load_dataset("mnist", size=32)
    assert [len(part) for part in splits] == [180, 20, 200]
    assert (splits.train.name, splits.train.domain) == ("mnist", "digits")
    assert splits.test.images[3].shape == (32, 32, 3)
    assert [entry.name for entry in public_sets_here()] == ["mnist"]


def test_a_fetched_set_of_folders_loads_by_name(tmp_path, monkeypatch, draw):
    def write(folder):
        for number, name in enumerate(["daisy", "tulips"]):
            for picture in range(10):
                draw(folder / name / f"{picture}.png", 100 * number + picture)

    monkeypatch.setenv("COURSE_CACHE", str(tmp_path))
    fetched(tmp_path, "flowers", write)
    splits = load_dataset("flowers", size=16)
    assert [len(part) for part in splits] == [12, 4, 4]
    assert (splits.test.name, splits.test.domain) == ("flowers", "photo")


def test_a_public_set_is_found_by_name_in_the_folder_that_course_data_names(tmp_path, monkeypatch):
    monkeypatch.setenv("COURSE_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("COURSE_DATA", str(tmp_path))
    for number, name in enumerate(["hat", "shirt"]):
        (tmp_path / "clothing" / name).mkdir(parents=True)
        for shade in range(6):
            picture = Image.new("RGB", (20, 20), (100 * number, 40 * shade, 0))
            picture.save(tmp_path / "clothing" / name / f"{shade}.png")
    assert load_dataset("clothing", size=16).train.class_names == ("hat", "shirt")

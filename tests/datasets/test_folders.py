"""A folder of photographs: its layouts, its splits, and how often its files are opened."""

from pathlib import Path

import numpy as np
import pytest

from course_utils import CourseError
from course_utils.datasets import file_checks, load_dataset
from course_utils.datasets.decoding import FolderImages


def names_in(part):
    """`class/file` of every image of a part."""
    return ["/".join(Path(path).parts[-2:]) for path in part.images.paths]


def test_classes_alone_are_split_60_20_20(folder, load):
    root = folder({"cat": 20, "dog": 10, "emu": 5})
    splits, sentences = load(root)
    assert sentences == []
    assert [np.bincount(part.labels).tolist() for part in splits] == [
        [12, 6, 3],
        [4, 2, 1],
        [4, 2, 1],
    ]
    together = [name for part in splits for name in names_in(part)]
    assert len(together) == len(set(together)) == 35
    for part in splits:
        assert part.class_names == ("cat", "dog", "emu")
        assert part.name == "photos" and part.domain == "photo"
        assert isinstance(part.images, FolderImages)
        for name, label in zip(names_in(part), part.labels, strict=True):
            assert name.split("/")[0] == part.class_names[label]


def test_split_is_the_same_every_time_and_independent_of_size(folder, load):
    root = folder({"cat": 20, "dog": 20})
    first, second = load(root, size=8)[0], load(root, size=16)[0]
    assert [names_in(part) for part in first] == [names_in(part) for part in second]
    assert second.test.images.shape == (8, 16, 16, 3)


@pytest.mark.parametrize(
    ("train", "validation", "test"),
    [("train", "validation", "test"), ("Train", "val", "Test"), ("training", "valid", "testing")],
)
def test_given_parts_are_kept(folder, load, train, validation, test):
    counts = {f"{train}/a": 3, f"{train}/b": 2, f"{validation}/a": 1, f"{validation}/b": 1}
    splits, sentences = load(folder(counts | {f"{test}/a": 2, f"{test}/b": 4}))
    assert sentences == []
    assert [np.bincount(part.labels).tolist() for part in splits] == [[3, 2], [1, 1], [2, 4]]


@pytest.mark.parametrize(("given", "missing"), [("test", 1), ("validation", 2)])
def test_a_missing_part_is_cut_out_of_train(folder, load, given, missing):
    root = folder({"train/a": 8, "train/b": 4, f"{given}/a": 3, f"{given}/b": 3})
    splits, sentences = load(root)
    assert sentences == []
    assert np.bincount(splits.train.labels).tolist() == [6, 3]
    assert np.bincount(splits[missing].labels).tolist() == [2, 1]
    assert np.bincount(getattr(splits, given).labels).tolist() == [3, 3]
    assert not set(splits.train.images.paths) & set(splits[missing].images.paths)


def test_train_can_be_the_name_of_a_class(folder, load):
    splits, sentences = load(folder({"bus": 5, "car": 5, "train": 5}))
    assert sentences == []
    assert splits.train.class_names == ("bus", "car", "train")


def test_folders_beside_the_parts_are_named(folder, load):
    counts = {"train/a": 5, "train/b": 5, "test/a": 2, "test/b": 2, "raw": 3, "drafts": 1}
    _, sentences = load(folder(counts))
    assert len(sentences) == 1 and sentences[0].endswith("left out: drafts, raw.")


def test_nested_folders_are_searched(folder, load):
    splits, _ = load(folder({"a/2023/may": 3, "a/2024": 3, "a": 1, "b": 5}))
    assert sum(np.bincount(part.labels)[0] for part in splits) == 7


def test_litter_is_ignored_in_silence(folder, load):
    root = folder({"a": 5, "b": 5, "__MACOSX/a": 2, ".git/a": 2, "a/.thumbnails": 2})
    for name in (".DS_Store", "a/.DS_Store", "a/Thumbs.db", "b/desktop.ini", "a/._000.png"):
        (root / name).write_bytes(b"litter")
    splits, sentences = load(root)
    assert sentences == []
    assert sum(map(len, splits)) == 10


def test_names_in_any_alphabet(folder, load):
    root = folder({"ügel ☀": 5, "кошка": 5, "猫": 5})
    splits, sentences = load(root)
    assert sentences == []
    assert splits.train.class_names == ("ügel ☀", "кошка", "猫")
    assert splits.train.images[:].shape == (9, 8, 8, 3)


def test_a_link_that_leads_back_up_is_followed_once(folder, load):
    root = folder({"a": 5, "b": 5})
    (root / "a" / "again").symlink_to(root / "a", target_is_directory=True)
    (root / "a" / "up").symlink_to(root / "a", target_is_directory=True)
    (root / "a" / "self").symlink_to(root / "a" / "self")
    splits, sentences = load(root)
    assert sum(np.bincount(part.labels)[0] for part in splits) == 5
    assert len(sentences) == 1 and "a/self (a link that leads nowhere)" in sentences[0]


def test_nothing_is_decoded_until_it_is_asked_for(folder, load, monkeypatch):
    root = folder({"a": 10, "b": 10})
    load(root)
    monkeypatch.setattr("course_utils.datasets.decoding.read_rgb", None)
    monkeypatch.setattr(file_checks, "read_rgb", None)
    splits, sentences = load(root)
    assert sentences == []
    splits.train.per_class(2, seed=0)
    with pytest.raises(CourseError):
        splits.train.images[0]


def test_images_are_found_after_a_change_of_folder(folder, load, monkeypatch, tmp_path):
    monkeypatch.chdir(folder({"a": 5, "b": 5}).parent)
    splits, _ = load("photos")
    monkeypatch.chdir("/")
    assert splits.train.images[:].shape == (6, 8, 8, 3)


def test_verdicts_are_remembered_until_a_file_changes(folder, load, monkeypatch):
    root = folder({"a": 5, "b": 6})
    opened = []
    read = file_checks.read_rgb

    def counting(path, size):
        opened.append(Path(path).name)
        return read(path, size)

    monkeypatch.setattr(file_checks, "read_rgb", counting)
    load(root)
    assert len(opened) == 11
    opened.clear()
    (root / "b" / "005.png").write_bytes(b"no longer a picture")
    _, sentences = load(root)
    assert opened == ["005.png"]
    assert "b/005.png (not an image)" in sentences[0]
    opened.clear()
    assert load(root)[1] == sentences  # what was found is said again, from memory
    assert opened == []


def test_what_was_checked_before_an_interrupt_is_kept(folder, load, monkeypatch):
    root = folder({"a": 30, "b": 30})
    read, opened = file_checks.read_rgb, []

    def interrupted(path, size):
        if "b" in Path(path).parts:
            raise KeyboardInterrupt
        return read(path, size)

    monkeypatch.setattr(file_checks, "_BATCH", 10)
    monkeypatch.setattr(file_checks, "read_rgb", interrupted)
    with pytest.raises(KeyboardInterrupt):
        load_dataset(root)
    monkeypatch.setattr(file_checks, "read_rgb", lambda p, s: opened.append(p) or read(p, s))
    load(root)
    assert len(opened) == 30


@pytest.mark.parametrize("content", [b"{", b"[]", b'{"version": 1}', b"\xff\xfe"])
def test_a_damaged_record_is_made_again(folder, load, own_cache, content):
    root = folder({"a": 5, "b": 5})
    load(root)
    (record,) = (own_cache / "folders").iterdir()
    whole = record.read_bytes()
    record.write_bytes(content)
    assert sum(map(len, load(root)[0])) == 10
    assert record.read_bytes() == whole


def test_a_cache_that_cannot_be_written_costs_time_only(folder, load, monkeypatch, tmp_path):
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("COURSE_CACHE", str(tmp_path / "file"))
    assert sum(map(len, load(folder({"a": 5, "b": 5}))[0])) == 10


def test_progress_is_shown_for_many_files_only(folder, load, monkeypatch, capfd):
    root = folder({"a": 5, "b": 5})
    load(root)
    assert capfd.readouterr().err == ""
    monkeypatch.setattr(file_checks, "_MANY", 9)
    load(folder({"a": 5, "b": 5}, name="more"))
    assert "Checking images: 100%" in capfd.readouterr().err

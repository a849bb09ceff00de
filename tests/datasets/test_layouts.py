"""A folder of domains: told from other layouts, its classes numbered alike in every domain."""

import warnings
import zlib
from pathlib import Path

import numpy as np
import pytest

from course_utils import CourseError
from course_utils.datasets import domains, load_dataset
from course_utils.datasets.reporting import CourseWarning

CLASSES = ("bus", "cat", "dog")


def counts(classes=CLASSES, over=("photo", "sketch", "xray"), count=5, below=""):
    """What `folder` builds: so many pictures of every class in every domain."""
    return {f"{domain}/{below}{name}": count for domain in over for name in classes}


def complaint(path, domain=None):
    """The one sentence of the `CourseError` that loading a domain raises."""
    with pytest.raises(CourseError) as error:
        load_dataset(path, size=8, domain=domain)
    sentence = str(error.value)
    assert sentence.endswith((".", "?")) and "\n" not in sentence and ". " not in sentence
    return sentence


@pytest.fixture
def load_domain():
    """`load_domain(path, domain)`: the splits and the sentences of all warnings."""

    def quietly(path, domain=None):
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            splits = load_dataset(path, size=8, domain=domain)
        return splits, [str(warning.message) for warning in caught]

    return quietly


def test_domains_are_listed_in_order_of_name(folder, monkeypatch):
    root = folder(counts(over=("xray", "photo", "sketch", "Art")))
    assert domains(root) == domains(str(root)) == ("Art", "photo", "sketch", "xray")
    monkeypatch.chdir(root.parent)
    assert domains("photos") == domains("./photos") == domains(root)


def test_the_first_domain_is_the_default_and_the_guess_is_said(folder, load_domain):
    root = folder(counts())
    splits, (sentence,) = load_domain(root)
    assert splits.test.domain == domains(root)[0] == "photo"
    assert sentence == (
        f"{root} was taken for a folder of domains (photo, sketch, xray), and the first of them "
        "was loaded: name one, as in domain='photo'."
    )


def test_parts_inside_a_domain_are_kept(folder, load_domain):
    """One domain may come with parts, another without."""
    root = folder(
        counts(over=["photo"], count=4, below="train/")
        | counts(over=["photo"], count=2, below="val/")
        | counts(over=["photo"], count=3, below="test/")
        | counts(over=["sketch"])
    )
    assert domains(root) == ("photo", "sketch")
    splits, sentences = load_domain(root, "photo")
    assert sentences == []
    assert [np.bincount(part.labels).tolist() for part in splits] == [[4] * 3, [2] * 3, [3] * 3]
    assert [len(part) for part in load_domain(root, "sketch")[0]] == [9, 3, 3]


def test_labels_mean_the_same_in_every_domain(folder, load_domain):
    """Whatever classes each domain has, as long as they overlap."""
    own = {"one": ["b", "c"], "two": ["a", "c", "d"], "three": ["a", "b", "c", "d"]}
    root = folder({f"{domain}/{name}": 5 for domain, some in own.items() for name in some})
    union = ("a", "b", "c", "d")
    for domain, some in own.items():
        splits, sentences = load_domain(root, domain)
        for part in splits:
            assert (part.name, part.domain, part.class_names) == ("photos", domain, union)
            for path, label in zip(part.images.paths, part.labels, strict=True):
                assert Path(path).parts[-3:-1] == (domain, union[label])
            assert {union[label] for label in part.labels} == set(some)
        lacking = [name for name in union if name not in some]
        assert len(sentences) == bool(lacking)
        if lacking:
            assert f"The domain {domain} of" in sentences[0]
            assert sentences[0].endswith(f": {', '.join(lacking)}.")


# Layouts that are no folders of domains stay what they were.


@pytest.mark.parametrize(
    "layout",
    [
        {"cat": 5, "dog": 5},
        {"cat/2023": 3, "cat/2024": 3, "dog": 5},
        {"cat/indoors": 5, "dog/outdoors": 5},
        {"cat/more": 5, "dog/more": 5},
        {"cat": 2, "cat/near": 3, "cat/far": 3, "dog": 2, "dog/near": 3, "dog/far": 3},
        {"train/cat": 5, "train/dog": 5, "test/cat": 2, "test/dog": 2},
        {"train/cat": 5, "train/dog": 5, "val/cat": 2, "val/dog": 2, "extra/cat": 2},
    ],
)
def test_class_folders_and_parts_are_loaded_as_before(folder, load_domain, layout):
    splits, sentences = load_domain(folder(layout))
    assert splits.train.class_names == ("cat", "dog") and splits.train.domain == "photo"
    assert not any("folder of domains" in sentence for sentence in sentences)


# Mistakes.


@pytest.mark.parametrize(
    ("typed", "hint"),
    [
        ("Sketch", "did you mean 'sketch'?"),
        ("photo/bus", "did you mean 'photo'?"),
        ("thermal", "there are photo, sketch, xray."),
        (3, "there are photo, sketch, xray."),
    ],
)
def test_a_domain_that_is_not_there_gets_the_nearest_or_the_list(folder, typed, hint):
    root = folder(counts())
    assert complaint(root, typed) == f"{root} has no domain {typed!r}: {hint}"


def test_a_misspelt_folder_gets_the_nearest(folder):
    root = folder(counts())
    wrong = root.parent / "fotos"
    assert complaint(wrong, "photo") == f"There is no folder {wrong}: did you mean {root}?"
    with pytest.raises(CourseError, match=f"did you mean {root}"):
        domains(wrong)


def test_a_domain_with_an_empty_class(folder, load_domain):
    root = folder(counts() | {"sketch/emu": 0})
    assert f"class folder {root / 'sketch' / 'emu'} has no image" in complaint(root, "sketch")
    assert load_domain(root, "photo")[0].train.class_names == CLASSES  # an empty folder is no class


TWO = counts(over=("photo", "sketch"))
CLASSES_ONLY = {"cat": 5, "dog": 5}
PARTS = {"train/cat": 5, "train/dog": 5, "test/cat": 2, "test/dog": 2}
ODD = TWO | {"xray/arm": 5, "xray/leg": 5}
DEEP = counts(below="images/")


@pytest.mark.parametrize(
    ("layout", "domain", "sentence"),
    [
        (CLASSES_ONLY, "sketch", "{root} holds class folders (cat, dog), not domains: leave "),
        (PARTS, "sketch", "{root} holds the parts of one set (train, test), not domains"),
        (TWO | {"xray/bus": 5}, "photo", "The domain folder {root}/xray has one class only, bus"),
        (TWO | {"xray": 3}, "photo", "The domain folder {root}/xray holds images but no class"),
        (TWO | counts(over=["xray"], count=0), None, "domain folder {root}/xray has no images:"),
        (TWO | {"xray/.thumbnails": 2}, "photo", "domain folder {root}/xray has no images:"),
        (ODD, None, "xray of {root} shares no class with the others (it has arm, leg; they have"),
        (TWO | {"photo/Cow": 5, "sketch/cow": 5}, "sketch", "'Cow' in photo and 'cow' in sketch"),
        (TWO | {"photo/a_b": 5, "sketch/a b": 5}, "photo", "'a_b' in photo and 'a b' in sketch"),
        (DEEP, None, "{root}/photo/images lie one level too deep"),
        (TWO | {"xray": 1}, None, "{root} has images at two depths, so it can be read in two way"),
        (TWO | {"sketch": 1}, None, "sketch holds images, as classes do"),
    ],
)
def test_layouts_that_are_refused(folder, layout, domain, sentence):
    root = folder(layout)
    assert sentence.format(root=root) in complaint(root, domain)


def test_names_that_differ_little_are_two_classes_where_a_domain_has_both(folder, load_domain):
    root = folder(counts(("ab", "a-b"), over=["photo"]) | counts(("ab", "cd"), over=["sketch"]))
    assert load_domain(root, "photo")[0].train.class_names == ("a-b", "ab", "cd")


# Images at the wrong depth.


def test_a_wrapping_folder(folder):
    root = folder(counts(over=("all/photo", "all/sketch")))
    assert complaint(root).endswith(f"did you mean {root / 'all'}?")
    assert "one level too deep: name the folder that holds the domains" in complaint(root, "photo")
    assert domains(root / "all") == ("photo", "sketch")


def test_stray_images_are_left_out_and_named(folder, draw, load_domain):
    root = folder(counts())
    draw(root / "poster.png", 1)
    draw(root / "sketch" / "cover.png", 2)
    splits, sentences = load_domain(root, "sketch")
    assert sum(map(len, splits)) == 15
    beside_domains, beside_classes = sentences
    assert beside_domains.endswith("beside the domain folders, left out: poster.png.")
    assert "beside the class folders" in beside_classes and "cover.png" in beside_classes
    assert len(load_domain(root, "photo")[1]) == 1


def test_accents_stored_in_two_ways_are_one_class_and_one_domain(folder, load_domain):
    """Some systems store é as one sign, some as e and an accent."""
    root = folder(
        counts(("caf\u00e9", "b"), ["e\u0301t\u00e9"]) | counts(("cafe\u0301", "b"), ["x"])
    )
    assert domains(root) == ("x", "\u00e9t\u00e9")
    for domain in domains(root):
        assert load_domain(root, domain)[0].train.class_names == ("b", "caf\u00e9")


def test_warnings_point_at_the_call(folder, draw):
    root = folder(counts() | {"sketch/emu": 5})
    draw(root / "stray.png", 5)
    draw(root / "photo" / "bus" / "damaged.png", zlib.crc32(b"damaged")).write_bytes(b"x")
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        load_dataset(root, size=8)
    assert len(caught) == 4  # guessed, a class lacking, a stray image, a damaged one
    assert {(w.category, w.filename) for w in caught} == {(CourseWarning, __file__)}

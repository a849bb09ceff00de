"""`show`: the right images in the right rows, and the same in words."""

import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt
import numpy as np
import pytest

from course_utils import CourseError, Dataset, load_dataset, show
from course_utils.teaching.contact_sheets import MOST_CLASSES, contact_sheet, describe_sheet


@pytest.fixture(autouse=True)
def close_figures():
    yield
    plt.close("all")


def shades(counts, name="shades"):
    """A set with so many images of each class, all of one shade: ten times the label."""
    labels = np.repeat(np.arange(len(counts)), counts)
    images = np.zeros((len(labels), 4, 4, 3), np.uint8) + (10 * labels[:, None, None, None])
    names = tuple(f"class {k}" for k in range(len(counts)))
    return Dataset(images.astype(np.uint8), labels, names, domain="paint", name=name)


def rows_of(figure, columns):
    drawn = [axes.images[0].get_array() if axes.images else None for axes in figure.axes]
    return [drawn[start : start + columns] for start in range(0, len(drawn), columns)]


@pytest.mark.parametrize("seed", range(3))
def test_a_row_holds_images_of_its_class_alone(seed):
    figure = contact_sheet(shades([5, 2, 9]), per_class=4, seed=seed)
    rows = rows_of(figure, 4)
    assert [sum(image is not None for image in row) for row in rows] == [4, 2, 4]
    for label, row in enumerate(rows):
        assert all((image == 10 * label).all() for image in row if image is not None)
        assert figure.axes[4 * label].get_ylabel() == f"class {label}"


def test_another_seed_draws_other_images():
    train = load_dataset("materials", size=16).train
    first, again, other = (
        [image for row in rows_of(contact_sheet(train, 3, seed), 3) for image in row]
        for seed in (0, 0, 1)
    )
    assert np.array_equal(first, again) and not np.array_equal(first, other)


def test_many_classes_are_spread_over_all():
    words = describe_sheet(shades([1] * 100))
    assert f"{MOST_CLASSES} of 100 classes" in words
    assert "class 0," in words and "class 99." in words
    assert len(rows_of(contact_sheet(shades([2] * 100), 2), 2)) == MOST_CLASSES


def test_a_sheet_is_no_wider_than_its_pictures():
    narrow, wide = (contact_sheet(shades([n, 2]), per_class=8) for n in (3, 20))
    assert [len(figure.axes) for figure in (narrow, wide)] == [2 * 3, 2 * 8]
    assert narrow.get_figwidth() < wide.get_figwidth()


def test_the_words_say_what_is_there_and_what_the_card_says():
    words = describe_sheet(load_dataset("materials", size=8).test)
    assert "the set materials (domain material, 720 images)" in words
    assert "brick, coins, fur" in words
    assert "Grey patches of twelve real photographs" in words and "`" not in words
    assert describe_sheet(shades([2, 2], name="")).count("without a name") == 1


def test_show_prints_the_words_where_no_picture_can_be_shown(capsys):
    dataset = shades([3, 3])
    show(dataset)
    assert capsys.readouterr().out.strip() == describe_sheet(dataset)


@pytest.mark.parametrize(
    ("what", "per_class", "sentence"),
    [
        (None, 3, "show takes one part of a set"),
        (np.zeros((2, 4, 4, 3)), 3, "not ndarray"),
        (shades([1]).take(np.arange(0)), 3, "has no images to show"),
        (shades([2]), 0, "per_class must be a whole number of at least 1"),
        (shades([2]), 2.0, "per_class must be"),
        (shades([2]), True, "per_class must be"),
    ],
)
def test_mistakes_are_told(what, per_class, sentence):
    with pytest.raises(CourseError, match=sentence):
        show(what, per_class)

"""`show`: look at a set before anything is computed from it."""

from typing import TYPE_CHECKING

import numpy as np

from course_utils.datasets.dataset import Dataset
from course_utils.paths import PROJECT_FOLDER
from course_utils.teaching.figures import show_figure
from course_utils.validation import require, whole_number

if TYPE_CHECKING:
    from matplotlib.figure import Figure

CARDS = PROJECT_FOLDER / "datasets" / "cards"

#: Rows that still fit on a page; a set with more classes shows as many, spread over all.
MOST_CLASSES = 16


def show(dataset: Dataset, per_class: int = 8, seed: int = 0) -> None:
    """Show a contact sheet: a row of random images for each class.

    Parameters
    ----------
    dataset : Dataset
        For example `splits.train`.
    per_class : int
        Images in a row; fewer where a class has fewer.
    seed : int
        Another seed draws other images.

    Raises
    ------
    CourseError
        If it is not a Dataset, is empty, or `per_class` is not a whole number above zero.
    """
    kind = type(dataset).__name__
    require(
        isinstance(dataset, Dataset),
        f"show takes one part of a set, for example show(splits.train), not {kind}.",
    )
    require(len(dataset) > 0, f"The set {dataset.name!r} has no images to show.")
    whole_number(per_class, "per_class", at_least=1)
    show_figure(contact_sheet(dataset, per_class, seed), describe_sheet(dataset, per_class))


def contact_sheet(dataset: Dataset, per_class: int = 8, seed: int = 0) -> "Figure":
    """The figure that `show` shows; parameters as there."""
    import matplotlib.pyplot as plt

    classes = _shown_classes(dataset)
    random = np.random.default_rng(seed)
    columns = min(per_class, max(np.sum(dataset.labels == label) for label in classes))
    size = (0.62 * columns + 1.3, 0.62 * len(classes) + 0.3)
    figure, grid = plt.subplots(
        len(classes), columns, figsize=size, squeeze=False, layout="constrained"
    )
    for axes in grid.flat:
        axes.set(xticks=[], yticks=[])
        axes.grid(False)
        axes.spines[:].set_visible(False)
    for row, label in zip(grid, classes, strict=True):
        own = random.permutation(np.flatnonzero(dataset.labels == label))[:per_class]
        for axes, image in zip(row, np.asarray(dataset.inputs[own]), strict=False):
            axes.imshow(image)
        name = dataset.class_names[label]
        row[0].set_ylabel(name, rotation=0, ha="right", va="center", fontsize=9)
    # A narrow sheet has its title on two lines.
    title = [f"{dataset.name or 'images'}, {dataset.domain}:", f"{len(dataset):,} images"]
    figure.suptitle((" " if columns > 4 else "\n").join(title), fontsize=11)
    return figure


def describe_sheet(dataset: Dataset, per_class: int = 8) -> str:
    """The contact sheet in words, for those who cannot see it."""
    classes = _shown_classes(dataset)
    names = ", ".join(dataset.class_names[label] for label in classes)
    of_all = "" if len(classes) == len(dataset.class_names) else f" of {len(dataset.class_names)}"
    return (
        f"Contact sheet of the set {dataset.name or 'without a name'} (domain {dataset.domain}, "
        f"{len(dataset):,} images): a row of up to {per_class} random images for each of "
        f"{len(classes)}{of_all} classes, from top to bottom {names}. {_about(dataset.name)}"
    ).strip()


def _shown_classes(dataset: Dataset) -> list[int]:
    """The labels that are there, at most `MOST_CLASSES` of them."""
    present = np.unique(dataset.labels)
    places = np.linspace(0, len(present) - 1, min(len(present), MOST_CLASSES))
    return present[places.astype(int)].tolist()


def _about(name: str) -> str:
    """What the pictures look like: the first paragraph of the set's data card, if it has one."""
    card = CARDS / f"{name}.md"
    if not name or "/" in name or "\\" in name or not card.is_file():
        return ""
    paragraphs = card.read_text(encoding="utf-8").split("\n\n")
    return " ".join(paragraphs[1].split()).replace("`", "")

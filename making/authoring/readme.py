"""Put the made parts of the README in place: the map of lessons, and its pictures.

    python -m making.authoring.readme            write them, and draw its pictures
    python -m making.authoring.readme --check    write nothing, fail if they are out of date

The map is made from the lessons' cards, table and pictures from the stored records, so that no
number in them is typed by hand. The course's own records of the claims are written first.
"""

import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure

from course_utils.claims import ledger
from course_utils.datasets import domains, load_dataset
from course_utils.files import atomic_path
from course_utils.lesson_folders import LessonFolder, lesson_folders
from course_utils.lessons.lesson_02.learning_curves import curves_of
from course_utils.paths import PROJECT_FOLDER
from course_utils.teaching import plots, use_course_style
from making.authoring.regions import markdown_table, page_command

FIGURES = PROJECT_FOLDER / "making" / "figures"
IMAGES_IN_A_ROW = 14


def lesson_map(lessons: Sequence[LessonFolder]) -> str:
    """The table of all lessons, planned ones too, as Markdown."""
    rows = []
    for lesson in lessons:
        link = f"[{lesson.title}](notebooks/{lesson.name}.ipynb)"
        title = link if lesson.is_ready else lesson.title
        entries = [lesson.entry(name) for name in ("framework", "able", "status")]
        rows.append([lesson.number, title, *entries])
    return markdown_table(["no.", "lesson", "framework", "you leave able to", "status"], rows)


def regions(project: Path = PROJECT_FOLDER) -> dict[str, str]:
    """What stands between each pair of markers in README.md: name -> Markdown."""
    folders = lesson_folders(project / "course_utils" / "lessons")
    return {
        "lessons": lesson_map([folder for folder in folders if not folder.is_page]),
    }


def draw_curves(path: Path) -> None:
    """Learning curves of both data sets side by side, as a PNG."""
    figure = Figure(figsize=(9.5, 4))
    left, right = figure.subplots(1, 2, sharey=True)
    for axes, dataset, title in (
        (left, "materials", "materials (ships with the course)"),
        (right, "clothing", "clothing (3,781 photographs)"),
    ):
        plots.curves(curves_of(dataset), axes=axes)
        axes.set_title(title)
    left.get_legend().remove()
    right.set_ylabel("")
    figure.savefig(path, format="png")


def draw_sets(path: Path) -> None:
    """A row of images from each set and domain that ships, as a PNG."""
    rows = [(name, domain) for name in domains() for domain in domains(name)]
    figure = Figure(figsize=(9.5, 0.68 * len(rows)))
    grid = figure.subplots(len(rows), 1, gridspec_kw={"hspace": 0})
    for axes, (name, domain) in zip(grid, rows, strict=True):
        part = load_dataset(name, size=96, domain=domain).test
        # One of every class in turn, so that a row shows what there is.
        order = np.argsort(np.random.default_rng(0).random(len(part)), kind="stable")
        labels = part.labels[order]
        seen = [np.sum(labels[:k] == label) for k, label in enumerate(labels)]
        chosen = order[np.argsort(seen, kind="stable")][:IMAGES_IN_A_ROW]
        axes.imshow(np.concatenate(list(part.images[chosen]), axis=1))
        axes.set(xticks=[], yticks=[])
        axes.spines[:].set_visible(False)
        label = name if len(domains(name)) == 1 else f"{name}: {domain}"
        axes.set_ylabel(label, rotation=0, ha="right", va="center", fontsize=9)
    figure.savefig(path, format="png")


def main(arguments: Sequence[str] | None = None, project: Path = PROJECT_FOLDER) -> int:
    """Run the command; returns its exit status."""
    arguments = sys.argv[1:] if arguments is None else arguments
    if "--check" not in arguments:
        ledger.store()
        use_course_style()
        for name, draw in {"learning_curve": draw_curves, "shipped_sets": draw_sets}.items():
            with atomic_path(FIGURES / f"{name}.png") as temporary:
                draw(temporary)
    page = project / "README.md"
    return page_command("making.authoring.readme", page, lambda: regions(project), arguments)


if __name__ == "__main__":
    sys.exit(main())

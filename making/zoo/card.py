"""The zoo's card: its table, made from the list of the files that ship."""

from pathlib import Path
from typing import Any

from course_utils.bases.zoo import ZOO_FOLDER
from course_utils.files import atomic_path
from making.authoring.regions import with_regions

CARD = ZOO_FOLDER / "README.md"

_HEADINGS = (
    "network",
    "pictures",
    "classes",
    "steps",
    "right, of those learnt from",
    "right, of those held out",
    "guessing",
    "seconds",
    "bytes",
)


def card(manifest: dict[str, dict[str, Any]]) -> str:
    """The card's table: a line for each network, and one for all.

    Parameters
    ----------
    manifest : dict of str to dict
        What `zoo.json` holds: see `course_utils.bases.zoo.zoo_card`.

    Returns
    -------
    str
        Markdown. Accuracies are in percent; guessing is what one in so many classes is.
    """
    rows = [_HEADINGS, ("---", *["---:"] * (len(_HEADINGS) - 1))]
    rows += [_row(source, own) for source, own in manifest.items()]
    seconds, size = (sum(own[key] for own in manifest.values()) for key in ("seconds", "bytes"))
    rows.append(("all", *[""] * (len(_HEADINGS) - 3), f"{seconds:,.0f}", f"{size:,}"))
    return "\n".join(f"| {' | '.join(cells)} |" for cells in rows)


def write_card(manifest: dict[str, dict[str, Any]], folder: Path = ZOO_FOLDER) -> None:
    """Put the table of these files into the card beside them, which keeps the course's text."""
    text = CARD.read_text(encoding="utf-8")
    with atomic_path(folder / CARD.name) as temporary:
        temporary.write_text(with_regions(text, {"measured": card(manifest)}), encoding="utf-8")


def _row(source, own):
    return (
        source,
        f"{own['images']:,}",
        f"{len(own['class_names'])}",
        f"{own['steps']:,}",
        f"{100 * own['train_accuracy']:.1f} %",
        f"{100 * own['source_accuracy']:.1f} %",
        f"{100 / len(own['class_names']):.1f} %",
        f"{own['seconds']:,.0f}",
        f"{own['bytes']:,}",
    )

"""The zoo's card: its table, made from the list of the files that ship."""

from course_utils.bases.zoo import ZOO_FOLDER
from course_utils.errors import CourseError
from course_utils.files import atomic_path
from making.quantisation.quantisation_loss import with_region

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


def card(manifest):
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


def write_card(manifest, folder=ZOO_FOLDER):
    """Put the table of these files into the card beside them.

    Raises
    ------
    CourseError
        If the course's own card, which the text round the table is taken from, is missing.
    """
    try:
        text = CARD.read_text(encoding="utf-8")
    except OSError as error:
        raise CourseError(
            f"The card of the zoo, {CARD}, is missing: `git checkout -- {CARD.name}` in its folder "
            "brings it back."
        ) from error
    with atomic_path(folder / CARD.name) as temporary:
        temporary.write_text(with_region(text, card(manifest)), encoding="utf-8")


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

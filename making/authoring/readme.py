"""Put the made parts of the README in place: the claims table, learning curves, a sheet of images.

    python making/authoring/readme.py

Table and curves are made from the stored records, so that no number in them is typed by hand; a
test fails when the README and the records differ. The course's own records of the claims are
written first.
"""

from pathlib import Path

from course_utils.claims import ledger
from course_utils.files import atomic_path
from course_utils.lessons.lesson_02.learning_curves import stored_curves

PROJECT = Path(__file__).resolve().parents[2]
README = PROJECT / "README.md"
FIGURES = PROJECT / "notebooks" / "figures"
IMAGES_IN_A_ROW = 14
BEGIN, END = "<!-- claims:begin -->", "<!-- claims:end -->"
MORE = (
    "[The claims ledger](notebooks/claims.ipynb) shows every condition of each, and the rule by\n"
    "which a verdict follows. A name in the table leads to the cell where the claim was measured."
)


def with_claims(text):
    """The README's text with the claims table between its markers."""
    before, _, rest = text.partition(BEGIN)
    made = f"{MORE}\n\n{ledger.table(link='notebooks/')}"
    return f"{before}{BEGIN}\n{made}\n{END}{rest.partition(END)[2]}"


def draw_curves(path):
    """Learning curves of both data sets side by side, as a PNG."""
    import matplotlib

    matplotlib.use("agg")
    from matplotlib import pyplot as plt

    from course_utils.teaching import plots, use_course_style

    use_course_style()
    figure, (left, right) = plt.subplots(1, 2, figsize=(9.5, 4), sharey=True)
    for axes, dataset, title in (
        (left, "materials", "materials (ships with the course)"),
        (right, "clothing", "clothing (3,781 photographs)"),
    ):
        plots.curves(stored_curves(dataset), axes=axes)
        axes.set_title(title)
    left.get_legend().remove()
    right.set_ylabel("")
    figure.savefig(path, format="png")
    plt.close(figure)


def draw_sets(path):
    """A row of images from each set and domain that ships, as a PNG."""
    import matplotlib

    matplotlib.use("agg")
    import numpy as np
    from matplotlib import pyplot as plt

    from course_utils.datasets import domains, load_dataset
    from course_utils.teaching import use_course_style

    use_course_style()
    rows = [(name, domain) for name, own in domains().items() for domain in own]
    figure, grid = plt.subplots(
        len(rows), 1, figsize=(9.5, 0.68 * len(rows)), gridspec_kw={"hspace": 0}
    )
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
    plt.close(figure)


def main():
    """Write them all."""
    ledger.store()
    with atomic_path(README) as temporary:
        temporary.write_text(with_claims(README.read_text(encoding="utf-8")), encoding="utf-8")
    FIGURES.mkdir(exist_ok=True)
    for name, draw in {"learning_curve": draw_curves, "shipped_sets": draw_sets}.items():
        with atomic_path(FIGURES / f"{name}.png") as temporary:
            draw(temporary)


if __name__ == "__main__":
    main()

"""Put the measured parts of the README in place: the claims table and the learning curves.

    python notebooks/authoring/readme.py

Both are made from the stored records, so that no number in them is typed by hand; a test fails
when the README and the records differ.
"""

from pathlib import Path

from course_utils.experiments import claims
from course_utils.experiments.learning_curves import stored_curves
from course_utils.files import atomic_path

PROJECT = Path(__file__).resolve().parents[2]
README = PROJECT / "README.md"
FIGURE = PROJECT / "notebooks" / "figures" / "learning_curve.png"
BEGIN, END = "<!-- claims:begin -->", "<!-- claims:end -->"


def with_claims(text):
    """The README's text with the claims table between its markers."""
    before, _, rest = text.partition(BEGIN)
    return f"{before}{BEGIN}\n{claims.table()}\n{END}{rest.partition(END)[2]}"


def draw(path):
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


def main():
    """Write both."""
    with atomic_path(README) as temporary:
        temporary.write_text(with_claims(README.read_text(encoding="utf-8")), encoding="utf-8")
    FIGURE.parent.mkdir(exist_ok=True)
    with atomic_path(FIGURE) as temporary:
        draw(temporary)


if __name__ == "__main__":
    main()

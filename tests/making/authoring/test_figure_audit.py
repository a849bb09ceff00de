"""The audit of figures finds what some readers cannot see, and nothing else."""

import subprocess
import sys

import matplotlib

from making.authoring import build

matplotlib.use("agg")

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.colors import to_rgb
from matplotlib.patheffects import withStroke

from course_utils import CourseError, show_figure
from course_utils.teaching import figures, use_course_style
from making.authoring import run_nbval
from making.authoring.auditing import AUDITOR, auditing_environment
from making.authoring.figure_audit import figure_findings
from making.authoring.figure_colours import APART, VISIONS, differences

BLUE, VERMILION, GREEN = "#0072B2", "#D55E00", "#009E73"


@pytest.fixture(autouse=True)
def course_style():
    """The lessons' style, left behind by no test."""
    with matplotlib.rc_context():
        use_course_style()
        yield
    plt.close("all")


def audited(draw):
    """The findings on a figure with one axes that `draw` has drawn on."""
    figure, axes = plt.subplots()
    axes.set_title("some panel")
    draw(axes)
    return figure_findings(figure)


def plot(**looks):
    """Draws one line for each value; `looks` are lists of what they are to be drawn with."""

    def draw(axes):
        for number, values in enumerate(zip(*looks.values(), strict=True)):
            own = dict(zip(looks, values, strict=True))
            axes.plot([0, 1, 2], [number, number + 1, number], label=f"line {number}", **own)

    return draw


def bars(colours, **looks):
    return lambda axes: axes.bar(["a", "b", "c"], [1, 2, 3], color=colours, **looks)


def words(colour, **looks):
    return lambda axes: axes.text(0.5, 0.5, "words", color=colour, **looks)


def words_on_cells(colour, values):
    def draw(axes):
        axes.imshow([values], cmap="gray", vmin=0, vmax=1)
        axes.text(0.5, 0, "wide words on cells", color=colour, ha="center")

    return draw


def words_far_from_what_they_point_at(axes):
    axes.imshow([[0, 0]], cmap="gray", vmin=0, vmax=1)
    axes.annotate(
        *("words", (-0.4, 0), (1.2, 0)),
        bbox={"fc": "white"},
        arrowprops={"arrowstyle": "-", "color": "white"},
    )


def named_at_their_ends(axes):
    for height, (name, colour) in enumerate({"one": BLUE, "two": VERMILION}.items()):
        axes.plot([0, 1], [height, height + 1], "-", color=colour)
        axes.annotate(name, (1, height + 1), (5, 0), textcoords="offset points")


def two_clouds(named):
    def draw(axes):
        for place, colour in enumerate((BLUE, VERMILION)):
            cloud = np.random.default_rng(place).normal(3 * place, 1, (20, 2))
            axes.scatter(*cloud.T, color=colour)
            if named:
                axes.text(*cloud.mean(axis=0), f"class {place}")

    return draw


def band(gid=None, **looks):
    def draw(axes):
        axes.plot([0, 1], [0, 1], color=BLUE)
        axes.fill_between([0, 1], [0, 0], [1, 2], gid=gid, linewidth=0, **looks)

    return draw


FAULTS = {
    "pale words": (words("0.6"), "the text 'words' has a contrast of 2.8"),
    "translucent words": (words("black", alpha=0.4), "the text 'words' has a contrast"),
    "words on a dark box": (words("black", bbox={"fc": "#333333"}), "the text 'words'"),
    "black words on dark cells": (words_on_cells("black", [0.2, 0.3]), "wide words"),
    "white words half on white": (words_on_cells("white", [0, 1]), "wide words"),
    "yellow line": (plot(color=["#F0E442"]), "the line 'line 0' in #f0e442 has a contrast"),
    "pale error bars": (
        lambda axes: axes.errorbar([0, 1], [0, 1], [1, 1], color=BLUE, ecolor="0.8"),
        "the error bar in #cccccc has a contrast of 1.6",
    ),
    "pale dots": (lambda axes: axes.scatter([0], [0], color="0.8"), "the points in #cccccc"),
    "pale bars": (bars("#DDDDFF"), "the bar in #ddddff has a contrast of 1.3"),
    "pale band on its own": (band(facecolor="0.85"), "the fill in #d9d9d9 has a contrast of 1.4"),
    "pale arrow": (
        lambda axes: axes.annotate(
            "words", (0, 0), (0.5, 0.5), arrowprops={"arrowstyle": "-", "color": "0.7"}
        ),
        "the arrow in #b2b2b2",
    ),
    "lines told by colour": (
        plot(color=[BLUE, VERMILION], linestyle=["-", "-"]),
        "the line 'line 0' in #0072b2 and the line 'line 1' in #d55e00 differ in colour alone",
    ),
    "markers told by colour": (
        plot(color=[BLUE, VERMILION], linestyle=["-", "-"], marker=["o", "o"]),
        "differ in colour alone",
    ),
    "clouds told by colour": (two_clouds(named=False), "differ in colour alone"),
    "stacked bars told by colour": (
        lambda axes: [axes.bar([1, 2], [1, 1], color=c) for c in (BLUE, VERMILION)],
        "differ in colour alone",
    ),
    "red and green": (
        plot(color=["#B04020", "#5F6B00"], linestyle=["-", "--"]),
        "apart in deuteranopia",
    ),
    "green and blue": (
        plot(color=["#008787", "#0082A8"], linestyle=["-", "--"]),
        "apart in tritanopia",
    ),
    "two greys": (plot(color=["0.3", "0.35"], linestyle=["-", "--"]), "at least 10 is needed"),
}

FINE = {
    "the style's lines": plot(linewidth=[2] * 7),
    "the style's colours with markers": plot(marker=list("osD^vPX")),
    "one colour": plot(color=[BLUE, BLUE], linestyle=["-", "-"]),
    "other dashes": plot(color=[BLUE, VERMILION], linestyle=["-", "--"]),
    "dashes of one's own": plot(color=[BLUE, VERMILION], linestyle=[(0, (1, 2)), (0, (5, 2))]),
    "hollow and filled": plot(
        color=[BLUE, VERMILION],
        linestyle=["-"] * 2,
        marker=["o"] * 2,
        markerfacecolor=[BLUE, "white"],
    ),
    "bars named by ticks": bars([BLUE, VERMILION, GREEN]),
    "hatched bars": lambda axes: [
        axes.bar([1, 2], [1, 1], color=c, hatch=h) for c, h in ((BLUE, ""), (VERMILION, "//"))
    ],
    "names at the ends": named_at_their_ends,
    "words in a box, and an arrow over a dark picture": words_far_from_what_they_point_at,
    "names in the middle": two_clouds(named=True),
    "words with a halo": words(
        "black", bbox={"fc": "#333333"}, path_effects=[withStroke(linewidth=3, foreground="white")]
    ),
    "large words": words("0.5", fontsize=24),
    "white words on dark cells": words_on_cells("white", [0, 0.2]),
    "a rule that crosses words": lambda axes: [words("black")(axes), axes.axhline(0.52, color="k")],
    "a band about its line": band(facecolor=BLUE, alpha=0.15),
    "a ground that says so": band(facecolor="0.9", gid="decoration"),
    "a pale band with an edge": lambda axes: axes.axhspan(0, 1, fc="0.9", ec="0.4", lw=1),
    "a pale box with words": words("black", bbox={"fc": "#DDEEFF", "ec": "none"}),
    "an axis that is off": lambda axes: (axes.set_axis_off(), axes.tick_params(colors="white")),
    "ticks beyond the limits": lambda axes: (axes.plot([0, 9], [0, 9]), axes.set_xlim(2.5, 3)),
}


@pytest.mark.parametrize(("draw", "sentence"), FAULTS.values(), ids=FAULTS)
def test_each_fault_is_found_and_named(draw, sentence):
    found = audited(draw)
    assert any(sentence in each for each in found), found
    assert all(each.startswith("axes 1 ('some panel'): ") for each in found)


@pytest.mark.parametrize("draw", FINE.values(), ids=FINE)
def test_nothing_else_is_found(draw):
    assert audited(draw) == []


def test_an_audit_leaves_the_figure_as_it_was():
    figure, axes = plt.subplots()
    axes.plot([0, 1], label="a line")
    halo = [withStroke(linewidth=3, foreground="white")]
    text = axes.text(0, 0, "words", alpha=0.9, path_effects=halo)
    axes.legend()
    figure.canvas.draw()
    before = np.array(figure.canvas.buffer_rgba())
    assert figure_findings(figure) == []
    figure.canvas.draw()
    assert np.array_equal(before, figure.canvas.buffer_rgba())
    assert text.get_alpha() == 0.9 and text.get_path_effects() == halo


# What it measures with.


def test_the_yardstick_of_distances_keeps_them():
    names = ["000000", "E69F00", "56B4E9", "009E73", "F0E442", "0072B2", "D55E00", "CC79A7"]
    colours = np.array([to_rgb(f"#{name}") for name in names])
    first, second = np.triu_indices(len(names), 1)
    nearest = min(each.min() for each in differences(colours[first], colours[second]).values())
    assert APART <= nearest < APART + 1


def test_a_colour_is_no_distance_from_itself_and_greys_look_alike_to_all():
    colours = np.array([to_rgb(BLUE), to_rgb(GREEN)])
    apart = differences(colours, colours)
    assert list(apart) == list(VISIONS)
    assert all(each == pytest.approx([0, 0], abs=1e-6) for each in apart.values())
    black, white = np.zeros((1, 3)), np.ones((1, 3))
    ends = [float(each[0]) for each in differences(black, white).values()]
    assert ends == pytest.approx([100] * len(ends), abs=0.5)


def test_a_fresh_process_can_import_it_and_goes_on_printing_numbers_as_before():
    """The library changes how NumPy prints, and warns: either would change a lesson's outputs."""
    environment = auditing_environment()
    module, _, function = environment[figures.AUDITOR_VARIABLE].partition(":")
    code = (
        "import numpy as np, warnings\n"
        "before = np.get_printoptions(), list(warnings.filters)\n"
        f"from {module} import {function}\n"
        "from making.authoring.figure_colours import differences\n"
        "differences(np.zeros((1, 3)), np.ones((1, 3)))\n"
        "assert (np.get_printoptions(), list(warnings.filters)) == before\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=environment
    )
    assert done.returncode == 0 and done.stderr == "", done.stderr


# Where it is switched on.


def pale():
    figure, axes = plt.subplots()
    axes.plot([0, 1], color="0.8")
    return figure


def test_show_figure_refuses_what_the_auditor_finds(monkeypatch, capsys):
    monkeypatch.setenv(figures.AUDITOR_VARIABLE, AUDITOR)
    figure = pale()
    with pytest.raises(CourseError, match="Not everyone can read this figure: axes 1: the line"):
        show_figure(figure, alt="A pale line.")
    assert not plt.fignum_exists(figure.number) and capsys.readouterr().out == ""
    figure, axes = plt.subplots()
    axes.plot([0, 1])
    show_figure(figure, alt="A line.")
    assert capsys.readouterr().out == "A line.\n"


def test_learners_figures_are_not_audited(monkeypatch, capsys):
    monkeypatch.delenv(figures.AUDITOR_VARIABLE, raising=False)
    show_figure(pale(), alt="A pale line.")
    assert capsys.readouterr().out == "A pale line.\n"


@pytest.mark.parametrize(
    "name", ["no_such:audit", "making.authoring.figure_audit:no_such", ":", "making"]
)
def test_an_auditor_that_is_not_there_is_named(monkeypatch, name):
    monkeypatch.setenv(figures.AUDITOR_VARIABLE, name)
    with pytest.raises(CourseError, match=f"COURSE_AUDIT_FIGURES is '{name}'.*unset it"):
        show_figure(pale(), alt="A pale line.")


def test_a_lesson_with_a_figure_that_breaks_a_rule_is_not_built(own_project, capsys):
    source = own_project / "course_utils" / "lessons" / "lesson_90" / "text.py"
    text = source.read_text()
    pale = text.replace("show_figure(figure", 'axes.axvline(0.5, color="0.8")\nshow_figure(figure')
    assert pale != text
    source.write_text(pale)
    stored = (own_project / "notebooks" / "90_tiny_lesson.ipynb").read_bytes()
    assert build.main(["--execute"], own_project) == 1
    said = capsys.readouterr().err
    assert "Not everyone can read this figure" in said and "#cccccc" in said
    assert (own_project / "notebooks" / "90_tiny_lesson.ipynb").read_bytes() == stored


def test_notebooks_that_are_compared_are_audited():
    code = f"import os; assert os.environ[{figures.AUDITOR_VARIABLE!r}] == {AUDITOR!r}"
    assert run_nbval.run_limited([sys.executable, "-c", code], 60) == 0

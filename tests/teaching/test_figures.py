"""Figures carry their description wherever they are shown, and keep to one style."""

import base64
import io

import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt
import nbformat
import numpy as np
import pytest
from bs4 import BeautifulSoup
from nbclient import NotebookClient
from nbconvert import HTMLExporter
from PIL import Image

from course_utils import CourseError, show_figure
from course_utils.teaching import figures, use_course_style
from making.authoring.figure_contrast import MARKS, contrast

ALT = 'A line that rises & "flattens" at ≈ 83.4 %.'

CODE = f"""
import matplotlib.pyplot as plt
from course_utils import show_figure
from course_utils.teaching import use_course_style
use_course_style()
figure, axes = plt.subplots()
axes.plot([1, 2, 3], [1, 2, 2.5])
show_figure(figure, alt={ALT!r})
"""


@pytest.fixture(scope="module")
def shown():
    """A notebook with one cell that shows one figure."""
    cells = [
        nbformat.v4.new_code_cell(CODE),
        nbformat.v4.new_code_cell("plt.get_fignums()"),
        nbformat.v4.new_code_cell("from course_utils import show_source\nshow_source(show_figure)"),
    ]
    notebook = nbformat.v4.new_notebook(cells=cells)
    NotebookClient(notebook, kernel_name="python3").execute()
    return notebook


@pytest.fixture(autouse=True)
def leave_no_style_behind():
    with matplotlib.rc_context():
        yield
    plt.close("all")


def test_a_figure_is_shown_once_and_closed(shown):
    assert [output.output_type for output in shown.cells[0].outputs] == ["display_data"]
    assert shown.cells[1].outputs[0].data["text/plain"] == "[]"


def test_the_description_is_in_every_form(shown):
    output = shown.cells[0].outputs[0]
    assert output.metadata["image/png"]["alt"] == ALT
    assert output.data["text/plain"] == ALT
    assert (
        'alt="A line that rises &amp; &quot;flattens&quot; at ≈ 83.4 %."'
        in (output.data["text/html"])
    )


def test_nbconverts_page_has_the_description(shown):
    page, _ = HTMLExporter().from_notebook_node(shown)
    images = BeautifulSoup(page, "html.parser").find_all("img")
    assert [image["alt"] for image in images] == [ALT]


def test_pictures_are_small_and_alike(shown):
    png = base64.b64decode(shown.cells[0].outputs[0].data["image/png"])
    assert len(png) < 80_000
    assert Image.open(io.BytesIO(png)).size == (704, 418)
    assert b"Matplotlib" not in png


def test_nbconverts_page_highlights_shown_source(shown):
    page, _ = HTMLExporter().from_notebook_node(shown)
    output = BeautifulSoup(page, "html.parser").find_all(class_="jp-OutputArea-output")[-1]
    assert output.find("span", class_="k").text == "def"
    assert output.find("span", class_="nf").text == "show_figure"


def test_a_transparent_figure_gets_white_paper():
    use_course_style()
    figure = plt.figure(figsize=(1, 1))
    plt.rcParams["savefig.facecolor"] = "none"
    png = base64.b64decode(figures._png(figure))
    assert Image.open(io.BytesIO(png)).convert("RGB").getcolors() == [(110 * 110, (255, 255, 255))]


def test_a_full_figure_is_under_eighty_kilobytes():
    use_course_style()
    random = np.random.default_rng(0)
    figure, axes = plt.subplots()
    for _ in range(6):
        axes.plot(random.normal(size=200).cumsum(), label="a line")
    axes.legend()
    assert len(base64.b64decode(figures._png(figure))) < 80_000


@pytest.mark.parametrize("alt", ["", "  \n", None, 3])
def test_a_figure_without_description_is_refused(alt):
    with pytest.raises(CourseError, match="A figure needs a description"):
        show_figure(plt.figure(), alt=alt)


def test_what_is_no_figure_is_refused():
    with pytest.raises(CourseError, match="takes a matplotlib figure, not list"):
        show_figure([1], alt="A list.")


def test_outside_of_a_notebook_the_description_is_printed(capsys):
    figure, axes = plt.subplots()
    show_figure(axes, alt="Two  lines\nof words.")
    assert capsys.readouterr().out == "Two lines of words.\n"
    assert not plt.fignum_exists(figure.number)


def test_colours_stand_out_and_differ_in_their_dashes():
    use_course_style()
    cycle = plt.rcParams["axes.prop_cycle"].by_key()
    assert len(set(zip(cycle["color"][:4], cycle["linestyle"][:4], strict=True))) == 4
    assert len(set(cycle["linestyle"][:4])) == 4
    for colour in cycle["color"][:5]:
        assert contrast(matplotlib.colors.to_rgb(colour), (1, 1, 1)) >= MARKS, colour

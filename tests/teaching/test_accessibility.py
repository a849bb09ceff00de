"""The explorers' pictures can be read on their own ground, and are described.

They are SVG and WebP inside `<img>`, so a screen reader is told what the `<img>` says; figures
made with matplotlib are audited in `tests/notebooks/test_figure_audit.py`.
"""

import re
import xml.etree.ElementTree as ElementTree
from functools import partial
from itertools import product

import pytest
from fine_tuning_records import made_records

from course_utils.lessons.lesson_01.channel_panel import panel as channel_panel
from course_utils.lessons.lesson_01.channel_pictures import NETWORKS, load_atlas
from course_utils.lessons.lesson_03 import explorer_pictures as drawn
from course_utils.lessons.lesson_03.explorer_panel import panel as fine_tuning_panel
from course_utils.lessons.lesson_03.explorer_runs import ACCURACY, LOSS, sorted_runs
from course_utils.teaching import svg
from making.authoring.figure_contrast import MARKS, TEXT, blended, contrast

RUNS = sorted_runs(made_records())
ATLAS = load_atlas()

#: Ruled lines, which carry nothing that the axis's numbers don't.
DECORATION = {drawn._GRID}


def marks(picture):
    """(what, colour, opacity) of all that is drawn on a picture's ground, and the ground."""
    root = ElementTree.fromstring(picture)
    ground, *elements = [each for each in root.iter() if each is not root]
    assert ground.get("width") == ground.get("height") == "100%"
    found = []
    for element in elements:
        tag = element.tag.rpartition("}")[2]
        filled = element.get("fill", root.get("fill") if tag != "path" else "none")
        inks = (filled, "fill-opacity"), (element.get("stroke"), "stroke-opacity")
        for colour, opacity in inks:
            if colour not in (None, "none"):
                found.append((tag, colour, float(element.get(opacity, 1))))
    return found, ground.get("fill")


def faint(picture):
    """The marks and words of a picture that stand out too little from its ground."""
    found, ground = marks(picture)
    assert {tag for tag, _, _ in found} >= {"text", "path"}
    behind = blended(ground, [1, 1, 1])
    return {
        (tag, colour)
        for tag, colour, opacity in found
        if colour not in DECORATION
        and contrast(blended(colour, behind, opacity), behind) < (TEXT if tag == "text" else MARKS)
    }


DRAWN = {
    "accuracy": partial(drawn.curve_picture, column=ACCURACY),
    "loss": partial(drawn.curve_picture, column=LOSS),
    "drift": drawn.drift_picture,
}


@pytest.mark.parametrize("draw", DRAWN.values(), ids=DRAWN)
def test_every_line_and_word_stands_out_from_the_paper(draw):
    for setting in sorted(RUNS):
        assert faint(draw(RUNS, setting)) == set(), setting


def test_a_faint_mark_and_a_faint_word_are_found():
    places = [(0, 0), (9, 9)]
    parts = [svg.path(places, svg.BLUE, 1, opacity=0.5), svg.text(0, 9, "words")]
    assert faint(svg.picture(10, 10, parts)) == {("path", svg.BLUE)}
    pale = svg.picture(10, 10, [svg.path(places, svg.BLUE, 1), svg.text(0, 9, "words")])
    assert faint(pale.replace(svg.INK, "#808080")) == {("text", "#808080")}


def described(page):
    """The descriptions of all pictures of a panel."""
    tags = re.findall(r"<img\b[^>]*>", page)
    alts = [re.search(r'\balt="([^"]*)"', tag) for tag in tags]
    assert len(tags) == 3 and all(alts)
    return [alt.group(1) for alt in alts]


@pytest.mark.parametrize(("network", "depth"), list(product(NETWORKS, ATLAS.depths)))
def test_each_picture_of_a_channel_is_described_in_words_of_its_own(network, depth):
    for number in ATLAS.depths[depth].channels[:2]:
        alts = described(channel_panel(ATLAS, depth, number, network))
        assert len(set(alts)) == 3 and all(len(alt.split()) >= 6 for alt in alts)


def test_each_picture_of_a_setting_is_described_in_words_of_its_own():
    for setting in sorted(RUNS)[::3]:
        alts = described(fine_tuning_panel(RUNS, setting))
        assert len(set(alts)) == 3 and all(len(alt.split()) >= 6 for alt in alts)

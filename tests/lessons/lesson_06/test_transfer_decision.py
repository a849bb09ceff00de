"""A decision chart keeps its words in its boxes, and its arrows out of them."""

import itertools

import matplotlib
import numpy as np
import pytest

from course_utils import CourseError
from course_utils.lessons.lesson_06.plots import decision_chart
from course_utils.lessons.lesson_06.routes import lay_out, wrapped
from course_utils.teaching import use_course_style

matplotlib.use("agg")

NODES = [
    ("probe", "Does a frozen probe beat one on random features, over five draws?", "question"),
    ("stop", "Don't transfer from it: try another source, or scratch", "action"),
    ("many", "More than one source?", "question"),
    ("rank", "Rank them by a score on your labelled images; keep the top two", "action"),
    ("better", "Does fine-tuning beat the probe by more than its noise?", "question"),
    ("tune", "Fine-tune", "action"),
    ("stay", "Stay with the probe", "action"),
    ("test", "Compare with scratch once, at the end, on test data", "action"),
]
EDGES = [
    ("probe", "stop", "no"),
    ("probe", "many", "yes"),
    ("many", "rank", "yes"),
    ("rank", "better", ""),
    ("many", "better", "no"),
    ("better", "tune", "yes"),
    ("better", "stay", "no"),
    ("tune", "test", ""),
    ("stay", "test", ""),
]


@pytest.fixture(autouse=True)
def course_style():
    """The lesson's style, left behind by no test."""
    with matplotlib.rc_context():
        use_course_style()
        yield
    matplotlib.pyplot.close("all")


def random_chart(seed):
    """Six questions, six actions and a last one; arrows that skip, come back and meet."""
    random = np.random.default_rng(seed)
    syllables = ["fine", "tune", "probe", "re", "negative", "transfer-ability", "n", "WWW"]

    def text():
        return " ".join(random.choice(syllables, random.integers(1, 22)))

    questions, actions = ([f"{kind}{i}" for i in range(6)] for kind in "qa")
    nodes = [(key, text(), "question") for key in questions]
    nodes += [(key, text(), "action") for key in [*actions, "end"]]
    edges = [(a, b, "no") for a, b in itertools.pairwise(questions)]
    edges += [(str(random.choice(questions)), key, "yes") for key in actions]
    edges += [(key, "end", "") for key in actions if random.random() < 0.6]
    for _ in range(3):
        edges.append((str(random.choice(actions)), str(random.choice(questions)), ""))
        first, second = random.choice(questions, 2, replace=False)
        edges.append((str(first), str(second), "unsure"))
    return nodes, list({edge[:2]: edge for edge in edges}.values())


CHARTS = [(NODES, EDGES), *(random_chart(seed) for seed in range(12))]


@pytest.mark.parametrize("chart", CHARTS)
def test_boxes_stand_apart_and_no_arrow_enters_one(chart):
    boxes, routes, height = lay_out(*chart)
    for one, other in itertools.combinations(boxes.values(), 2):
        apart_x = one.right < other.left or other.right < one.left
        assert apart_x or one.bottom < other.top or other.bottom < one.top
    assert all(box.left > 0 and box.right < 9.5 and box.bottom < height for box in boxes.values())
    for (start, end, _), route in zip(chart[1], routes, strict=True):
        assert (route >= 0).all() and (route <= (9.5, height)).all()
        for point, key in ((route[0], start), (route[-1], end)):  # on the edge of its box
            box = boxes[key]
            on_side = np.isclose(point[0], (box.left, box.right)).any()
            on_lid = np.isclose(point[1], (box.top, box.bottom)).any()
            assert on_side != on_lid
            assert box.left - 1e-9 <= point[0] <= box.right + 1e-9
            assert box.top - 1e-9 <= point[1] <= box.bottom + 1e-9
        for a, b in itertools.pairwise(route):
            assert np.isclose(a, b).any()  # level or upright
            low, high = np.minimum(a, b) + 1e-6, np.maximum(a, b) - 1e-6
            for box in boxes.values():
                clear_x = max(a[0], b[0]) <= box.left + 1e-6 or low[0] >= box.right - 2e-6
                clear_y = max(a[1], b[1]) <= box.top + 1e-6 or low[1] >= box.bottom - 2e-6
                assert clear_x or clear_y, (start, end, high)


@pytest.mark.parametrize("chart", CHARTS[:5])
def test_no_text_leaves_its_box_and_none_is_lost(chart):
    nodes, edges = chart
    figure = decision_chart(nodes, edges)
    figure.draw_without_rendering()
    (axes,) = figure.axes
    frames = {patch.get_gid(): patch.get_window_extent() for patch in axes.patches}
    number = 0
    for key, text, kind in nodes:
        lines = [each for each in axes.texts if each.get_gid() == f"text {key}"]
        assert " ".join(line.get_text() for line in lines).split() == text.split()
        frame = frames[f"box {key}"]
        for line in lines:
            extent = line.get_window_extent()
            assert frame.x0 < extent.x0 and extent.x1 < frame.x1
            assert frame.y0 < extent.y0 and extent.y1 < frame.y1
        number += kind == "question"
    assert [str(i + 1) for i in range(number)] == [
        text.get_text() for text in axes.texts if text.get_text().isdigit()
    ]


@pytest.mark.parametrize("chart", CHARTS[:5])
def test_answers_stand_at_their_arrows_and_cover_no_box(chart):
    figure = decision_chart(*chart)
    figure.draw_without_rendering()
    (axes,) = figure.axes
    frames = [p.get_window_extent() for p in axes.patches if str(p.get_gid()).startswith("box ")]
    for start, end, label in chart[1]:
        found = [t for t in axes.texts if t.get_gid() == f"label arrow {start} {end}"]
        assert [text.get_text() for text in found] == ([label] if label else [])
        for text in found:
            extent = text.get_window_extent()
            assert not any(extent.overlaps(frame) for frame in frames)
            assert extent.x0 >= 0


def test_an_action_that_leads_nowhere_is_dark():
    (axes,) = decision_chart(NODES, EDGES).axes
    leading = {start for start, _, _ in EDGES}
    for key, _, kind in NODES:
        (box,) = [patch for patch in axes.patches if patch.get_gid() == f"box {key}"]
        dark = np.mean(box.get_facecolor()[:3]) < 0.4
        assert dark == (kind == "action" and key not in leading)


@pytest.mark.parametrize("width", [0.3, 1.0, 3.0])
def test_wrapped_lines_keep_every_letter(width):
    text = "Does a transferability score (LEEP) beat incomprehensibilities?"
    lines = wrapped(text, width)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert len(wrapped(text, width)) >= len(wrapped(text, 2 * width))


@pytest.mark.parametrize(
    ("nodes", "edges"),
    [
        ([("a", "A?", "question"), ("a", "B", "action")], []),
        ([("a", "A?", "riddle")], []),
        ([("a", "A?", "question")], [("a", "b", "yes")]),
    ],
)
def test_wrong_charts_are_refused(nodes, edges):
    with pytest.raises(CourseError, match="A decision chart takes"):
        decision_chart(nodes, edges)

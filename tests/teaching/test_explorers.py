"""What holds for every explorer: one made of two sliders, of which one follows the other."""

import pytest
from explorer_pictures import needs_nothing, pictures, text
from IPython.core.interactiveshell import InteractiveShell

from course_utils.teaching.explorers import Explorer, Panel, Picture, offer, slider, svg

SIZE = (200, 100)


def line(axes, height):
    axes.plot([0, 1], [height, height])
    axes.set_xlabel("a word & another")


class Lines(Explorer):
    """Heights in tens or in ones."""

    def __init__(self):
        self.unit = slider("Unit", [1, 10], room="5em")
        self.height = slider("Height", [1, 2, 3], room="5em")
        super().__init__([self.unit, self.height], self._draw, self._offer)

    def _offer(self):
        index, unit = self.height.index, self.unit.value
        offer(self.height, [unit * k for k in (1, 2, 3)], unit * (index + 1))

    def _draw(self):
        file = svg(lambda axes: line(axes, self.height.value), SIZE, margins=(30, 30, 5, 5))
        alt = f"A line at <{self.height.value}>."
        return Panel(
            "lines", "Lines.", "", (Picture("Here", file, "svg+xml", SIZE, alt, "A note & more."),)
        )


def test_two_explorers_go_their_own_ways():
    one, other = Lines(), Lines()
    before = other.pictures.value
    assert one.pictures.value == before
    one.height.index = 2
    assert other.pictures.value == before != one.pictures.value


@pytest.mark.parametrize("unit, index", [(1, 0), (1, 2), (10, 1)])
def test_a_move_draws_once_though_another_control_follows(unit, index):
    explorer, drawn = Lines(), []
    explorer.height.index = 1
    explorer.pictures.observe(lambda change: drawn.append(change.new), "value")
    explorer.unit.value = unit
    assert explorer.height.value == 2 * unit and len(drawn) == (unit != 1)
    explorer.height.index = index
    assert pictures(explorer, "svg+xml")[1] == [f"A line at <{explorer.height.value}>."]
    assert len(drawn) == (unit != 1) + (index != 1)


def test_without_widgets_the_pictures_or_the_words_stand_in():
    explorer = Lines()
    bundle, _ = InteractiveShell.instance().display_formatter.format(explorer)
    assert "application/vnd.jupyter.widget-view+json" in bundle
    assert bundle["text/html"] == explorer.pictures.value
    assert bundle["text/plain"] == "Lines. A note & more."
    assert {"Lines.", "Here", "A note & more."} <= {
        each.strip() for each in text(explorer).split("  ")
    }


def test_the_controls_stand_above_the_pictures():
    explorer = Lines()
    assert explorer.children == (explorer.unit, explorer.height, explorer.pictures)
    widths = [explorer.unit.layout.width, explorer.unit.style.description_width]
    assert all(width.endswith("em") for width in widths)


def test_a_picture_is_words_and_lines_on_paper_of_its_own():
    explorer = Lines()
    (file,), _ = pictures(explorer, "svg+xml")
    svg_text = file.decode()
    assert ">a word &amp; another</text>" in svg_text and "font-size: 9px" in svg_text
    # 9 points of the file are 12 pixels of the screen, as wide as the tag says.
    assert 'width="150pt" height="75pt"' in svg_text and 'width="200"' in explorer.pictures.value
    assert "fill: #ffffff" in svg_text
    assert needs_nothing(explorer.pictures.value)


@pytest.mark.parametrize(
    "page", ['<img src="https://example.org/a.png">', "<b onclick='x'>", "<p style='a: url(b)'>"]
)
def test_a_page_that_needs_something_is_found(page):
    assert not needs_nothing(page)

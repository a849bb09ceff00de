"""What holds for every explorer."""

from types import SimpleNamespace

import pytest
from fine_tuning_records import made_records
from IPython.core.interactiveshell import InteractiveShell

from course_utils.lessons.lesson_01.channel_explorer import explore_channels
from course_utils.lessons.lesson_01.channel_panel import words as channel_words
from course_utils.lessons.lesson_01.channel_pictures import load_atlas
from course_utils.lessons.lesson_03 import explore_fine_tuning
from course_utils.lessons.lesson_03.explorer_panel import words as fine_tuning_words
from course_utils.lessons.lesson_03.explorer_runs import sorted_runs

RECORDS = made_records()

#: For each: how it is made, another depth than the first, and the words for what it shows.
EXPLORERS = {
    "channels": SimpleNamespace(
        make=explore_channels,
        depth="stage 1",
        words=lambda shown: channel_words(load_atlas(), shown.depth.value, shown.channel.value),
    ),
    "fine-tuning": SimpleNamespace(
        make=lambda: explore_fine_tuning(RECORDS),
        depth="all",
        words=lambda shown: fine_tuning_words(sorted_runs(RECORDS), shown.setting()),
    ),
}


@pytest.fixture(params=EXPLORERS)
def kind(request):
    return EXPLORERS[request.param]


def test_two_explorers_go_their_own_ways(kind):
    one, other = kind.make(), kind.make()
    before = other.pictures.value
    one.depth.value = kind.depth
    assert other.pictures.value == before != one.pictures.value


def test_without_widgets_the_pictures_or_the_words_stand_in(kind):
    explorer = kind.make()
    explorer.depth.value = kind.depth
    bundle, _ = InteractiveShell.instance().display_formatter.format(explorer)
    assert "application/vnd.jupyter.widget-view+json" in bundle
    assert bundle["text/html"] == explorer.pictures.value
    expected = " ".join(kind.words(explorer))
    assert bundle["text/plain"] == expected and "<" not in expected


def test_the_controls_stand_above_the_pictures(kind):
    explorer = kind.make()
    assert explorer.children[-1] is explorer.pictures
    widths = {explorer.depth.layout.width, explorer.depth.style.description_width}
    assert all(width.endswith("em") for width in widths)

"""`explore_channels`: every control changes the pictures and the words, and all have both."""

import re
from collections import Counter

import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt
import numpy as np
import pytest
from explorer_pictures import pictures, text

from course_utils import CourseError
from course_utils.datasets import webp
from course_utils.lessons.lesson_01.channel_explorer import channel_figure, explore_channels
from course_utils.lessons.lesson_01.channel_panel import enlarged, overlay, panel
from course_utils.lessons.lesson_01.channel_pictures import NETWORKS, load_atlas

ATLAS = load_atlas()
DEPTHS = list(ATLAS.depths)


@pytest.fixture(autouse=True)
def close_figures():
    yield
    plt.close("all")


def shown(explorer):
    """The files of the three pictures, and their descriptions."""
    files, alts = pictures(explorer, "webp")
    assert len(files) == 3
    return files, alts


@pytest.mark.parametrize("depth", DEPTHS)
def test_the_sliders_reach_every_channel(depth):
    explorer = explore_channels()
    explorer.depth.value = depth
    stored = ATLAS.depths[depth]
    assert list(explorer.channel.options) == stored.channels
    seen = set()
    for number in stored.channels:
        explorer.channel.value = number
        (_, patches, maximised), alts = shown(explorer)
        channel = ATLAS.channel(depth, number)
        assert (patches, maximised) == (channel.patches, channel.maximised)
        assert all(f"channel {number} of {depth}, pretrained" in alt for alt in alts)
        said = text(explorer)
        assert f"{depth.capitalize()}, channel {number} of 0 to {stored.width - 1}." in said
        assert f"{stored.size} by {stored.size} pixels" in said
        for name, count in ATLAS.sets.items():
            assert f"{count:,} of {name}" in said
        assert ("Whole pictures" in said) == (stored.size >= 64)
        described = dict(re.findall(r"(\w+) \((\d)\)", alts[1]))
        assert described == {
            name: str(times)
            for name, times in Counter(s.split(": ")[1] for s in channel.sources).items()
        }
        seen.add(explorer.pictures.value)
    assert len(seen) == len(stored.channels)


def test_the_check_box_swaps_in_the_random_network():
    explorer = explore_channels()
    explorer.depth.value = "stage 3"
    pretrained, before = shown(explorer)
    explorer.random.value = True
    random, after = shown(explorer)
    assert all(one != other for one, other in zip(pretrained, random, strict=True))
    assert all("random network" in alt for alt in after) and "random, nothing" in text(explorer)
    assert random[2] == ATLAS.channel("stage 3", explorer.channel.value, "random").maximised
    explorer.random.value = False
    assert shown(explorer) == (pretrained, before)


def test_a_change_of_depth_keeps_the_position_and_draws_once():
    explorer = explore_channels()
    explorer.channel.index = 7
    drawn = []
    explorer.pictures.observe(lambda change: drawn.append(change.new), "value")
    for depth in [*DEPTHS[1:], *reversed(DEPTHS)][:-1]:
        explorer.depth.value = depth
        assert explorer.channel.index == 7
        assert explorer.channel.value == ATLAS.depths[depth].channels[7]
    assert len(drawn) == len(set(map(id, drawn)))
    before = len(drawn)
    explorer.depth.value = "stage 2"
    assert len(drawn) == before + 1
    explorer.channel.index = 8  # it still listens
    assert len(drawn) == before + 2


@pytest.mark.parametrize("network", NETWORKS)
@pytest.mark.parametrize("depth", DEPTHS)
def test_the_pictures_need_nothing_from_elsewhere(depth, network):
    shown_html = panel(ATLAS, depth, ATLAS.depths[depth].channels[5], network)
    assert not re.search(r"https?:|//|<script|url\(", re.sub(r"base64,[^\"]+", "", shown_html))
    assert len(shown_html) < 150_000


def with_map(depth, units):
    """The atlas with another map of the depth's first channel."""
    number = ATLAS.depths[depth].channels[0]
    name = f"pretrained/{depth.replace(' ', '-')}/{number}/map.webp"
    assert name in ATLAS.members
    return ATLAS._replace(members={**ATLAS.members, name: webp.encode(units)}), number


@pytest.mark.parametrize("depth", DEPTHS)
def test_the_words_say_where_the_map_is_bright(depth):
    rows, columns = webp.decode(
        ATLAS.channel(depth, ATLAS.depths[depth].channels[0]).map, "L"
    ).shape
    silent = np.zeros((rows, columns), np.uint8)
    atlas, number = with_map(depth, silent)
    dark = overlay(atlas, depth, atlas.channel(depth, number).map).astype(int)
    places = [["top left", "top", "top right"], ["left", "", "right"]]
    places.append(["bottom left", "bottom", "bottom right"])
    for down, along in np.ndindex(3, 3):
        units = silent.copy()
        units[(2 * down + 1) * rows // 6, (2 * along + 1) * columns // 6] = 255
        atlas, number = with_map(depth, units)
        alt = re.search(r'alt="(Map[^"]+)"', panel(atlas, depth, number)).group(1)
        place = places[down][along]
        assert (f"strongest at the {place}," if place else "strongest in the middle,") in alt
        light = overlay(atlas, depth, atlas.channel(depth, number).map) - dark
        brightest = np.unravel_index(light[..., 1].argmax(), light.shape[:2])
        assert [3 * k // n for k, n in zip(brightest, light.shape, strict=False)] == [down, along]


@pytest.mark.parametrize("depth", DEPTHS)
def test_a_unit_lights_the_middle_of_what_it_sees(depth):
    """On a photograph large enough, one bright unit lands where its receptive field lies."""
    field = ATLAS.depths[depth]
    shape = (9 * field.jump + 3, 12 * field.jump - 1)
    for row, column in [(3, 4), (5, 9), (2, 2)]:
        units = np.zeros((10, 12), np.uint8)
        units[row, column] = 255
        light = enlarged(units, field, shape).astype(float)
        middle = [(light.sum(axis=1 - k) @ np.arange(shape[k])) / light.sum() for k in (0, 1)]
        centre = [
            field.start + field.jump * place + (field.size - 1) / 2 for place in (row, column)
        ]
        assert middle == pytest.approx(centre, abs=0.6)
        assert light.shape == shape


@pytest.mark.parametrize("rows", [None, {"stage 2": 3}, {"stem": 0, "stage 4": -1}])
def test_the_figure_shows_a_labelled_row_for_each_channel(rows):
    if rows:
        rows = {name: ATLAS.depths[name].channels[place] for name, place in rows.items()}
    figure = channel_figure(rows)
    rows = rows or {name: depth.channels[6] for name, depth in ATLAS.depths.items()}
    grid = np.reshape(figure.axes, (len(rows), 4))
    titles = [axes.get_title() for axes in grid[0]]
    assert len(set(titles)) == 4 and all(titles)
    for row, (depth, number) in zip(grid, rows.items(), strict=True):
        label = row[0].get_ylabel()
        assert depth in label and f"channel {number}" in label
        assert f"{ATLAS.depths[depth].size} px" in label
        drawn = [axes.images[0].get_array() for axes in row]
        channel, control = (ATLAS.channel(depth, number, network) for network in NETWORKS)
        assert np.array_equal(drawn[0], overlay(ATLAS, depth, channel.map))
        assert np.array_equal(drawn[1], webp.decode(channel.patches, "RGBA"))
        assert np.array_equal(drawn[2], webp.decode(channel.maximised))
        assert np.array_equal(drawn[3], webp.decode(control.maximised))


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ({"stage 9": 0}, "no depth 'stage 9' in the store: choose from stem, stage 1"),
        ({"stem": -1}, "Channel -1 of stem is not in the store: choose from"),
        ({"stem": "two"}, "Channel 'two' of stem is not in the store"),
    ],
)
def test_mistakes_are_told(rows, sentence):
    with pytest.raises(CourseError, match=sentence):
        channel_figure(rows)


@pytest.mark.parametrize("ask", [explore_channels, lambda path: channel_figure(path=path)])
def test_a_missing_store_is_told(ask, tmp_path):
    with pytest.raises(CourseError, match="is missing or damaged"):
        ask(path=tmp_path / "none.zip")

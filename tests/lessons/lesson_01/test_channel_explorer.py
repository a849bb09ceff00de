"""`explore_channels`: every control changes the pictures and the words, and all have both."""

import re
from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from explorer_pictures import needs_nothing, pictures, text

from course_utils.datasets import webp
from course_utils.lessons.lesson_01 import explore_channels
from course_utils.lessons.lesson_01.channel_explorer import enlarged, overlay, panel
from course_utils.lessons.lesson_01.channel_pictures import NETWORKS, load_atlas, place

ATLAS = load_atlas()
DEPTHS = list(ATLAS.depths)


@pytest.mark.parametrize("depth", DEPTHS)
def test_the_sliders_reach_every_channel(depth):
    explorer = explore_channels()
    explorer.depth.value = depth
    stored = ATLAS.depths[depth]
    assert list(explorer.channel.options) == stored.channels
    for number in stored.channels:
        explorer.channel.value = number
        (_, patches, maximised), alts = pictures(explorer, "webp")
        channel = ATLAS.channel(depth, number)
        assert (patches, maximised) == (channel.patches, channel.maximised)
        assert all(f"channel {number} of {depth}, pretrained" in alt for alt in alts)
        assert len(set(alts)) == 3 and all(len(alt.split()) >= 6 for alt in alts)
        said = text(explorer)
        assert f"{depth.capitalize()}, channel {number} of 0 to {stored.width - 1}." in said
        assert f"{stored.size} by {stored.size} pixels" in said
        for name, count in ATLAS.sets.items():
            assert f"{count:,} of {name}" in said
        assert ("Whole pictures" in said) == (stored.size >= 64)
        classes = Counter(source.split(": ")[1] for source in channel.sources)
        described = re.findall(r"(\w+) \((\d)\)", alts[1])
        assert {name: int(times) for name, times in described} == classes


def test_the_check_box_swaps_in_the_random_network():
    explorer = explore_channels()
    explorer.depth.value = "stage 3"
    pretrained, before = pictures(explorer, "webp")
    explorer.random.value = True
    random, after = pictures(explorer, "webp")
    assert all(one != other for one, other in zip(pretrained, random, strict=True))
    assert all("random network" in alt for alt in after) and "random, nothing" in text(explorer)
    assert random[2] == ATLAS.channel("stage 3", explorer.channel.value, "random").maximised
    explorer.random.value = False
    assert pictures(explorer, "webp") == (pretrained, before)


def test_a_change_of_depth_keeps_the_position():
    explorer = explore_channels()
    explorer.channel.index = 7
    for depth in [*DEPTHS[1:], *reversed(DEPTHS)]:
        explorer.depth.value = depth
        assert explorer.channel.index == 7
        assert explorer.channel.value == ATLAS.depths[depth].channels[7]


@pytest.mark.parametrize("network", NETWORKS)
@pytest.mark.parametrize("depth", DEPTHS)
def test_the_pictures_need_nothing_from_elsewhere(depth, network):
    page = panel(ATLAS, depth, ATLAS.depths[depth].channels[5], network).page()
    assert needs_nothing(page) and len(page) < 150_000


def with_map(depth, units):
    """The atlas with another map of the depth's first channel, and that one's number."""
    number = ATLAS.depths[depth].channels[0]
    channel = replace(ATLAS.channel(depth, number), map=webp.encode(units))
    channels = {**ATLAS.channels, place("pretrained", depth, number): channel}
    return replace(ATLAS, channels=channels), number


@pytest.mark.parametrize("depth", DEPTHS)
def test_the_words_say_where_the_map_is_bright(depth):
    first = ATLAS.channel(depth, ATLAS.depths[depth].channels[0])
    rows, columns = webp.decode(first.map, "L").shape
    silent = np.zeros((rows, columns), np.uint8)
    dark = overlay(ATLAS, depth, webp.encode(silent)).astype(int)
    places = [["top left", "top", "top right"], ["left", "", "right"]]
    places.append(["bottom left", "bottom", "bottom right"])
    for down, along in np.ndindex(3, 3):
        units = silent.copy()
        units[(2 * down + 1) * rows // 6, (2 * along + 1) * columns // 6] = 255
        atlas, number = with_map(depth, units)
        alt = panel(atlas, depth, number).pictures[0].alt
        name = places[down][along]
        assert (f"strongest at the {name}," if name else "strongest in the middle,") in alt
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
        centre = [field.start + field.jump * at + (field.size - 1) / 2 for at in (row, column)]
        assert middle == pytest.approx(centre, abs=0.6)
        assert light.shape == shape

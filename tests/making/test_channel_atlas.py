"""The stored pictures of channels: whole, small, and what the program would make again."""

import shutil
import zipfile
from pathlib import Path

import numpy as np
import pytest
import torch
from transformers import ResNetConfig, ResNetModel

from course_utils import CourseError, course_weights
from course_utils.datasets import webp
from course_utils.lessons.lesson_01.channel_pictures import NETWORKS, SMALL, STORE, load_atlas
from course_utils.visualisation import as_inputs, maximise, receptive_field, run_until
from making import channel_atlas
from making.channel_atlas import CHANNELS, PATCHES, SETS, choose_channels, images_of, mosaic

LARGEST = 900_000  # bytes


@pytest.fixture(scope="module")
def shipped():
    return ResNetModel.from_pretrained(course_weights("resnet50", framework="torch")).eval()


@pytest.fixture
def small():
    torch.manual_seed(3)
    config = ResNetConfig(
        embedding_size=8, hidden_sizes=[12, 20], depths=[1, 1], layer_type="bottleneck"
    )
    return ResNetModel(config).eval()


def every_channel(atlas):
    for depth in atlas.depths.values():
        for number in depth.channels:
            for network in NETWORKS:
                yield depth, number, atlas.channel(depth.name, number, network)


def test_the_store_holds_every_depth_and_channel():
    atlas = load_atlas()
    assert list(atlas.depths) == ["stem", "stage 1", "stage 2", "stage 3", "stage 4"]
    assert [depth.width for depth in atlas.depths.values()] == [64, 256, 512, 1024, 2048]
    assert sum(1 for _ in every_channel(atlas)) == 5 * CHANNELS * len(NETWORKS)
    assert set(atlas.sets) == set(SETS) and sum(atlas.sets.values()) <= 1500
    for depth in atlas.depths.values():
        runs = [12 * number // depth.width for number in depth.channels]
        assert len(depth.channels) == CHANNELS and depth.channels == sorted(depth.channels)
        assert all(abs(run - place) <= 1 for place, run in enumerate(runs))  # one from each run


def test_every_picture_has_its_size():
    atlas = load_atlas()
    height, width = atlas.photograph.shape[:2]
    for depth, _, channel in every_channel(atlas):
        rows, columns = webp.decode(channel.map, "L").shape
        assert rows == -(-height // depth.jump) and columns == -(-width // depth.jump)
        side = 3 * min(depth.size, atlas.image_size)
        assert webp.decode(channel.patches, "RGBA").shape[0] == side + 2 * max(1, side // 48)
        assert webp.decode(channel.maximised).shape == (atlas.image_size, atlas.image_size, 3)
        assert len(channel.scores) == len(channel.sources) == PATCHES
        assert channel.scores == sorted(channel.scores, reverse=True)
        assert all(source.split(": ")[0] in atlas.sets for source in channel.sources)
        if channel.peak:
            assert webp.decode(channel.map, "L").max() > 220  # the peak is white, but for packing


def test_the_store_is_small():
    assert STORE.stat().st_size <= LARGEST


def test_the_fields_are_those_of_the_network(shipped):
    for depth in load_atlas().depths.values():
        assert receptive_field(shipped, depth.module) == (depth.size, depth.jump, depth.start)


def test_a_stem_channel_made_anew_is_the_one_stored(shipped):
    """All twelve together, since they share the noise and the random moves."""
    atlas = load_atlas()
    stem = atlas.depths["stem"]
    made = maximise(shipped, stem.module, stem.channels, atlas.image_size, atlas.steps)
    stored = np.array([webp.decode(atlas.channel("stem", n).maximised) for n in stem.channels])
    difference = np.abs(made.astype(float)[:, None] - stored).mean(axis=(2, 3, 4))
    assert (difference.argmin(axis=1) == np.arange(CHANNELS)).all()
    assert np.diag(difference).mean() < 12 < difference.mean() / 3


def test_a_stored_map_is_what_the_network_gives(shipped):
    atlas = load_atlas()
    depth = atlas.depths["stage 1"]
    with torch.inference_mode():
        maps = run_until(shipped, depth.module, as_inputs(atlas.photograph[None]))[0].numpy()
    for number in depth.channels:
        channel = atlas.channel(depth.name, number)
        grey = webp.decode(channel.map, "L") / 255
        assert channel.peak == pytest.approx(maps[number].max(), rel=0.1)
        scaled = maps[number] / maps[number].max()
        assert np.corrcoef(grey.ravel(), scaled.ravel())[0, 1] > 0.95
        assert np.abs(grey - scaled).mean() < 0.05


def test_the_patches_hold_the_strongest_of_the_sets(shipped):
    """No picture of a sample excites a channel more than the first patch stored of it."""
    atlas = load_atlas()
    depth = atlas.depths["stem"]
    images = images_of(atlas.sets)[0][::24]
    with torch.inference_mode():
        maps = run_until(shipped, depth.module, as_inputs(images))
    for number in depth.channels:
        best = atlas.channel(depth.name, number).scores
        peaks = maps[:, number].amax(dim=(1, 2)).numpy()
        assert peaks.max() <= best[0] + 0.01
        assert (peaks > best[-1] + 0.01).sum() < PATCHES
    assert atlas.sets == images_of(SETS)[2]


def test_channels_are_chosen_by_the_rule(small):
    images = np.random.default_rng(2).integers(0, 256, (70, 32, 32, 3), dtype=np.uint8)
    parts = [images, images[:9] // 3]
    depths = choose_channels(small, parts, count=4)
    assert [(depth.name, depth.width) for depth in depths] == [
        ("stem", 8),
        ("stage 1", 12),
        ("stage 2", 20),
    ]
    for depth in depths:
        length = depth.width // 4
        for place, number in enumerate(depth.channels):
            with torch.inference_mode():
                maps = run_until(small, depth.module, as_inputs(parts[place % 2]))
            spread = maps.mean(dim=(2, 3)).numpy().std(axis=0)
            run = range(place * length, (place + 1) * length)
            assert number in run and spread[number] >= spread[run].max() - 1e-6


def test_the_program_writes_a_store_that_opens_and_is_the_same_twice(
    small, tmp_path, monkeypatch, capsys
):
    images = np.random.default_rng(4).integers(0, 256, (24, 48, 48, 3), dtype=np.uint8)
    made_up = images, ["noise: none"] * 24, {"noise": 24}
    monkeypatch.setattr(channel_atlas, "images_of", lambda sets: made_up)
    for name in ("one.zip", "two.zip"):
        channel_atlas.make_atlas(tmp_path / name, small, steps=1, count=2)
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()
    atlas = load_atlas(tmp_path / "one.zip")
    assert atlas.sets == {"noise": 24} and atlas.steps == 1
    assert len(list(every_channel(atlas))) == 3 * 2 * 2
    assert len(capsys.readouterr().out.splitlines()) == 2 * 3 * 2
    pretrained, random = (
        atlas.channel("stem", atlas.depths["stem"].channels[0], n) for n in NETWORKS
    )
    assert pretrained != random


@pytest.mark.parametrize("side", [4, 11, 35, 64])
def test_a_mosaic_shows_the_patches_in_reading_order(side):
    patches = np.random.default_rng(side).integers(0, 256, (9, side, side, 3), dtype=np.uint8)
    sheet = mosaic(patches)
    step = side + max(1, side // 16)
    for k, patch in enumerate(patches):
        top, left = k // 3 * step, k % 3 * step
        assert np.array_equal(sheet[top : top + side, left : left + side, :3], patch)
        assert (sheet[top : top + side, left : left + side, 3] == 255).all()
    assert (sheet[side, :, 3] == 0).all() and (sheet[:, side, 3] == 0).all()
    again = webp.decode(webp.encode(sheet, None if side < SMALL else 90), "RGBA")
    assert np.array_equal(again[..., 3], sheet[..., 3])


def rewritten(source, target, change):
    """A copy of a store whose members went through `change(name, content)`; None leaves one out."""
    with zipfile.ZipFile(source) as archive, zipfile.ZipFile(target, "w") as copy:
        for name in archive.namelist():
            content = change(name, archive.read(name))
            if content is not None:
                copy.writestr(name, content)


def flip_a_bit(path):
    content = bytearray(STORE.read_bytes())
    content[len(content) // 3] ^= 16
    path.write_bytes(content)


def index(text):
    """Damage: another index in the store."""
    return lambda path: rewritten(
        STORE, path, lambda name, content: text if name == "index.json" else content
    )


def without_a_picture(path):
    rewritten(STORE, path, lambda name, content: None if "/stage-2/" in name else content)


@pytest.mark.parametrize(
    "damage",
    [
        lambda path: path.write_bytes(STORE.read_bytes()[:-2000]),
        flip_a_bit,
        without_a_picture,
        index("{"),
        index('{"depths": [{"name": "stem"}]}'),
        Path.mkdir,
        lambda path: None,
    ],
)
def test_a_store_that_is_not_whole_is_told(damage, tmp_path):
    path = tmp_path / "channels.zip"
    damage(path)
    with pytest.raises(
        CourseError, match=r"channels\.zip is missing or damaged .*: install the course again"
    ):
        load_atlas(path)


def test_a_store_that_is_mended_opens(tmp_path):
    path = tmp_path / "channels.zip"
    with pytest.raises(CourseError):
        load_atlas(path)
    shutil.copy(STORE, path)
    assert list(load_atlas(path).depths) == list(load_atlas().depths)

"""Make the pictures that `explore_channels` shows, from the shipped ResNet50 and sets.

    python -m making.channel_atlas

A few minutes on one core. The same pictures come out on every machine, up to what its rounding
and its version of Pillow change.
"""

import json
import zipfile
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import torch
from skimage import data
from transformers import ResNetModel

from course_utils.bases import course_weights
from course_utils.datasets import load_dataset, webp
from course_utils.files import atomic_path
from course_utils.lessons.lesson_01.channel_pictures import (
    INDEX,
    NETWORKS,
    PHOTOGRAPH,
    SMALL,
    STORE,
    Channel,
    Depth,
    place,
)
from course_utils.visualisation import (
    as_inputs,
    maximise,
    randomised_copies,
    receptive_field,
    record,
    stage_names,
    top_patches,
)

#: Sets of photograph-like images, and how many of their training part are looked through.
SETS = {"objects": 900, "materials": 600}
CHANNELS = 12
PATCHES = 9
STEPS = 40
RULE = (
    f"The channels of a depth are cut, by their numbers, into {CHANNELS} equal runs; from each "
    "run comes the one whose mean activation varies most over the images of one set. The sets "
    "take turns."
)


def make_atlas(
    path: Path = STORE,
    network: torch.nn.Module | None = None,
    steps: int = STEPS,
    count: int = CHANNELS,
) -> None:
    """Make all pictures and write the store, with a line of text after every depth.

    Parameters
    ----------
    path : path
    network : torch.nn.Module, optional
        Built as transformers' ResNet; by default the shipped one.
    steps : int
        For the maximised images.
    count : int
        Channels for each depth.
    """
    if network is None:
        network = ResNetModel.from_pretrained(course_weights("resnet50", framework="torch")).eval()
    *_, (_, control) = randomised_copies(network)  # the last copy is random all the way down
    images, sources, counts = images_of(SETS)
    photograph = data.chelsea()
    parts = np.split(images, np.cumsum(list(counts.values()))[:-1])
    depths = choose_channels(network, parts, count)
    channels = {}
    for name, opened in zip(NETWORKS, (network, control), strict=True):
        for depth in depths:
            made = _pictures(opened, depth, images, sources, photograph, steps)
            for number, channel in zip(depth.channels, made, strict=True):
                channels[place(name, depth.name, number)] = channel
            print(f"{name} network, {depth.name}: {len(made)} channels")
    index = {
        "depths": [asdict(depth) for depth in depths],
        "sets": counts,
        "rule": RULE,
        "image_size": int(images.shape[1]),
        "steps": steps,
        "about": "a tabby cat's face",
    }
    _write(path, webp.encode(photograph, 85), channels, index)


def _write(
    path: Path, photograph: bytes, channels: dict[str, Channel], index: dict[str, Any]
) -> None:
    """Write the store: the same bytes for the same pictures and version of Pillow."""
    entries, members = {}, {PHOTOGRAPH: photograph}
    for name, channel in channels.items():
        entries[name] = {
            "peak": round(channel.peak, 3),
            "scores": [round(score, 3) for score in channel.scores],
            "sources": channel.sources,
        }
        for kind in ("map", "patches", "maximised"):
            members[f"{name}/{kind}.webp"] = getattr(channel, kind)
    text = json.dumps({**index, "entries": entries}, indent=1)
    with atomic_path(path) as temporary, zipfile.ZipFile(temporary, "w") as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name), content)  # without the time of writing
        archive.writestr(zipfile.ZipInfo(INDEX), text, zipfile.ZIP_DEFLATED)


def choose_channels(
    network: torch.nn.Module, parts: list[np.ndarray], count: int = CHANNELS
) -> list[Depth]:
    """Choose channels at every depth by `RULE`.

    Coloured things make colours vary, and grey textures edges: over all images at once the
    difference between the sets would outdo both.

    Parameters
    ----------
    network : torch.nn.Module
    parts : list of array of uint8, shape (n, height, width, 3)
        The images of each set.
    count : int
        Channels for each depth.
    """
    spreads = [_spreads(network, images) for images in parts]
    depths = []
    for number, module in enumerate(stage_names(network)):
        width = len(spreads[0][module])
        runs = np.array_split(np.arange(width), count)
        deciding = (spreads[k % len(parts)][module] for k in range(count))
        chosen = [int(run[own[run].argmax()]) for run, own in zip(runs, deciding, strict=True)]
        name = f"stage {number}" if number else "stem"
        depths.append(Depth(name, module, width, chosen, *receptive_field(network, module)))
    return depths


def _spreads(
    network: torch.nn.Module, images: np.ndarray, batch_size: int = 64
) -> dict[str, np.ndarray]:
    """Standard deviation of every channel's mean activation over images, by module."""
    modules = stage_names(network)
    means = {module: [] for module in modules}
    with torch.inference_mode(), record(network, modules) as maps:
        for first in range(0, len(images), batch_size):
            network(as_inputs(images[first : first + batch_size]))
            for module in modules:
                means[module].append(maps[module].mean(dim=(2, 3)).numpy())
    return {module: np.concatenate(batches).std(axis=0) for module, batches in means.items()}


def mosaic(patches: np.ndarray) -> np.ndarray:
    """Nine patches, three by three, with transparent lines between them.

    Parameters
    ----------
    patches : array of uint8, shape (9, height, width, 3)

    Returns
    -------
    array of uint8, shape (3 height + 2 gaps, 3 width + 2 gaps, 4)
    """
    height, width = patches.shape[1:3]
    gap = max(1, height // 16)
    sheet = np.zeros((3 * height + 2 * gap, 3 * width + 2 * gap, 4), np.uint8)
    for k, patch in enumerate(patches):
        top, left = k // 3 * (height + gap), k % 3 * (width + gap)
        sheet[top : top + height, left : left + width, :3] = patch
        sheet[top : top + height, left : left + width, 3] = 255
    return sheet


def _pictures(
    network: torch.nn.Module,
    depth: Depth,
    images: np.ndarray,
    sources: list[str],
    photograph: np.ndarray,
    steps: int,
) -> list[Channel]:
    """The chosen channels of one depth."""
    found = top_patches(network, depth.module, images, depth.channels, PATCHES)
    made = maximise(network, depth.module, depth.channels, images.shape[1], steps)
    with torch.inference_mode(), record(network, [depth.module]) as maps:
        network(as_inputs(photograph[np.newaxis]))
    channels = []
    for k, number in enumerate(depth.channels):
        activations = maps[depth.module][0, number].numpy()
        peak = float(activations.max())
        grey = np.round(255 * activations / (peak or 1)).astype(np.uint8)
        # With a quality WebP would run together the colours of pixels that are seen one by one.
        quality = None if depth.size < SMALL else 60
        channels.append(
            Channel(
                webp.encode(grey, 82),
                webp.encode(mosaic(found.patches[k]), quality),
                webp.encode(made[k], 75),
                peak,
                found.scores[k].tolist(),
                [sources[image] for image in found.numbers[k]],
            )
        )
    return channels


def images_of(sets: dict[str, int]) -> tuple[np.ndarray, list[str], dict[str, int]]:
    """Images from the training parts of several sets, spread evenly over each.

    Parameters
    ----------
    sets : dict of str to int
        Names of sets, and how many images are wanted of each.

    Returns
    -------
    images : array of uint8, shape (n, 64, 64, 3)
    sources : list of str, length n
        Set and class: "objects: mug".
    counts : dict of str to int
        How many there are of each set.
    """
    images, sources, counts = [], [], {}
    for name, count in sets.items():
        part = load_dataset(name).train
        part = part.take(np.linspace(0, len(part) - 1, min(count, len(part))).astype(int))
        images.append(part.inputs)
        sources += [f"{name}: {part.class_names[label]}" for label in part.labels]
        counts[name] = len(part)
    return np.concatenate(images), sources, counts


if __name__ == "__main__":
    make_atlas()

"""Make the pictures that `explore_channels` shows, from the shipped ResNet50 and sets.

    python -m course_utils.lessons.lesson_01.channel_atlas

A few minutes on one core. The same pictures come out on every machine, up to what its rounding
and its version of Pillow change.
"""

import argparse
from pathlib import Path

import numpy as np

from course_utils.bases import course_weights
from course_utils.datasets import load_dataset, webp
from course_utils.lessons.lesson_01.channel_pictures import (
    NETWORKS,
    SMALL,
    STORE,
    Channel,
    Depth,
    write_atlas,
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


def make_atlas(path=STORE, sets=None, network=None, steps=STEPS, count=CHANNELS, report=print):
    """Make all pictures and write the store.

    Parameters
    ----------
    path : path
    sets : dict of str to int, optional
        Names of sets and numbers of images; by default `SETS`.
    network : torch.nn.Module, optional
        Built as transformers' ResNet; by default the shipped one.
    steps : int
        For the maximised images.
    count : int
        Channels for each depth.
    report : function
        Called with a line of text after every depth.
    """
    network = _shipped_network() if network is None else network
    *_, (_, control) = randomised_copies(network)  # the last copy is random all the way down
    images, sources, counts = images_of(SETS if sets is None else sets)
    photograph, about = _photograph()
    parts = np.split(images, np.cumsum(list(counts.values()))[:-1])
    depths = choose_channels(network, parts, count)
    channels = {}
    for name, opened in zip(NETWORKS, (network, control), strict=True):
        for depth in depths:
            made = _pictures(opened, depth, images, sources, photograph, steps)
            for number, channel in zip(depth.channels, made, strict=True):
                channels[name, depth.name, number] = channel
            report(f"{name} network, {depth.name}: {len(made)} channels")
    index = {
        "depths": depths,
        "sets": counts,
        "rule": RULE,
        "image_size": int(images.shape[1]),
        "steps": steps,
        "about": about,
    }
    write_atlas(path, webp.encode(photograph, 85), channels, index)


def choose_channels(network, parts, count=CHANNELS):
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

    Returns
    -------
    list of Depth
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


def _spreads(network, images, batch_size=64):
    """Standard deviation of every channel's mean activation over images, by module."""
    import torch

    modules = stage_names(network)
    means = {module: [] for module in modules}
    with torch.inference_mode(), record(network, modules) as maps:
        for first in range(0, len(images), batch_size):
            network(as_inputs(images[first : first + batch_size]))
            for module in modules:
                means[module].append(maps[module].mean(dim=(2, 3)).numpy())
    return {module: np.concatenate(batches).std(axis=0) for module, batches in means.items()}


def mosaic(patches):
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


def _pictures(network, depth, images, sources, photograph, steps):
    """The chosen channels of one depth (list of Channel)."""
    import torch

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


def images_of(sets):
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
        images.append(part.images)
        sources += [f"{name}: {part.class_names[label]}" for label in part.labels]
        counts[name] = len(part)
    return np.concatenate(images), sources, counts


def _photograph():
    """The photograph under the maps, and what it shows."""
    from skimage import data

    return data.chelsea(), "a tabby cat's face"


def _shipped_network():
    from transformers import ResNetModel

    return ResNetModel.from_pretrained(course_weights("resnet50", framework="torch")).eval()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=STORE, help="the zip file to write")
    make_atlas(parser.parse_args().out)

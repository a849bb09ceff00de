"""What is shown of one channel: three pictures side by side, and the words that go with them."""

import base64
import html
from collections import Counter
from typing import NamedTuple

import numpy as np
from PIL import Image

from course_utils.datasets import webp
from course_utils.lessons.lesson_01.channel_pictures import NETWORKS, SMALL

HEIGHT = 210  # of the pictures on the screen, in pixels

# Styles stand in the tags: from a notebook that is not trusted yet, JupyterLab takes no others.
_ROW = "display: flex; flex-wrap: wrap; line-height: 1.45"
_COLUMN = "margin: 0.4em 1.5em 0.4em 0; width: {width}px"
_TITLE = "margin: 0 0 0.3em 0; font-weight: 600"
_PICTURE = "display: block; margin: 0; max-width: none"
_SCALE = "height: 0.6em; margin: 0.3em 0 0.2em 0; background: linear-gradient(to right, {colours})"

_TITLES = ("Where it answers", "What excites it most", "An image made to excite it")

_PLACES = (
    ("at the top left", "at the top", "at the top right"),
    ("at the left", "in the middle", "at the right"),
    ("at the bottom left", "at the bottom", "at the bottom right"),
)

#: How much of the overlay's colour is the map's; the rest is the photograph in grey.
_STRENGTH = 0.6


class Words(NamedTuple):
    """What is said of a channel: over the pictures, and below each of them (str)."""

    headline: str
    map: str
    patches: str
    maximised: str


def words(atlas, depth, number, network=NETWORKS[0]):
    """Which channel it is, what its units see, and where the pictures come from.

    Parameters
    ----------
    atlas : Atlas
    depth : str
    number : int
    network : {"pretrained", "random"}

    Returns
    -------
    Words
    """
    opened = atlas.depths[depth]
    channel = atlas.channel(depth, number, network)
    weights = "pretrained" if network == NETWORKS[0] else "random, nothing was learnt"
    sets = " and ".join(f"{count:,} of {name}" for name, count in atlas.sets.items())
    best, ninth = _readable(channel.scores[0]), _readable(channel.scores[-1])
    patches = f"Activations from {best} to {ninth}: the highest in {sets}, at most one a picture."
    if opened.size >= atlas.image_size:
        patches += f" Whole pictures, since a unit sees more than their {atlas.image_size} pixels."
    return Words(
        f"{depth.capitalize()}, channel {number} of 0 to {opened.width - 1}. A unit sees "
        f"{opened.size} by {opened.size} pixels. Weights: {weights}.",
        f"Dark violet: silent. Yellow: its peak on this photograph, {_readable(channel.peak)}.",
        patches,
        f"Noise, after {atlas.steps} steps of gradient ascent.",
    )


def panel(atlas, depth, number, network=NETWORKS[0]):
    """The three pictures of a channel with their words (str, HTML); parameters as in `words`."""
    channel = atlas.channel(depth, number, network)
    headline, *notes = words(atlas, depth, number, network)
    over_photograph = webp.encode(overlay(atlas, depth, channel.map), 85, effort=2)
    pictures = (over_photograph, channel.patches, channel.maximised)
    alts = _descriptions(atlas, channel, f"channel {number} of {depth}, {network} network")
    looks = ("", "image-rendering: pixelated" if atlas.depths[depth].size < SMALL else "", "")
    figures = "".join(map(_figure, _TITLES, pictures, alts, looks, (_scale(), "", ""), notes))
    headline = html.escape(headline)
    return (
        f'<div class="channel-panel"><p style="margin: 0; line-height: 1.45">{headline}</p>'
        f'<div style="{_ROW}">{figures}</div></div>'
    )


def _descriptions(atlas, channel, name):
    """The three pictures for those who cannot see them (tuple of str)."""
    classes = Counter(source.partition(": ")[2] for source in channel.sources)
    shown = ", ".join(f"{name} ({times})" for name, times in classes.most_common())
    return (
        f"Map of {name}, laid over a photograph of {atlas.about}: {_strongest(channel)}.",
        f"The nine patches that excite {name} most, from pictures of {shown}.",
        f"Image that {atlas.steps} steps of gradient ascent made out of noise to excite {name}.",
    )


def overlay(atlas, depth, grey_map):
    """A stored map in viridis over the photograph in grey.

    Parameters
    ----------
    atlas : Atlas
    depth : str
    grey_map : bytes
        `Channel.map`.

    Returns
    -------
    array of uint8, shape (height, width, 3)
    """
    from matplotlib import colormaps

    heat = enlarged(webp.decode(grey_map, "L"), atlas.depths[depth], atlas.photograph.shape[:2])
    colours = 255 * colormaps["viridis"](heat)[:, :, :3]
    grey = np.asarray(Image.fromarray(atlas.photograph).convert("L"))[:, :, np.newaxis]
    return np.round(_STRENGTH * colours + (1 - _STRENGTH) * grey).astype(np.uint8)


def enlarged(grey_map, field, shape):
    """A map as large as the photograph, with every unit in the middle of the pixels it sees.

    Parameters
    ----------
    grey_map : array of uint8, shape (rows, columns)
    field : Depth
        `size`, `jump` and `start` of its units, in pixels.
    shape : tuple of int
        (height, width) of the photograph.

    Returns
    -------
    array of uint8, shape (height, width)
        Bilinear between the units, as at the outermost ones beyond them.
    """
    margin = 2
    padded = np.pad(grey_map, margin, mode="edge")
    middle = field.start + (field.size - 1) / 2
    # Where the photograph's edges lie on the padded map: a pixel's middle is half a pixel in.
    top_left = (-0.5 - middle) / field.jump + 0.5 + margin
    height, width = shape
    box = (top_left, top_left, top_left + width / field.jump, top_left + height / field.jump)
    return np.asarray(
        Image.fromarray(padded).resize((width, height), Image.Resampling.BILINEAR, box)
    )


def _figure(title, picture, alt, look, scale, note):
    """One picture, the bytes of a WebP file, between its title and its note."""
    code = base64.b64encode(picture).decode("ascii")
    height, width = webp.decode(picture).shape[:2]
    width = round(HEIGHT * width / height)
    return (
        f'<figure style="{_COLUMN.format(width=width)}"><p style="{_TITLE}">{title}</p>'
        f'<img style="{_PICTURE}; {look}" width="{width}" height="{HEIGHT}" '
        f'src="data:image/webp;base64,{code}" alt="{html.escape(alt)}">'
        f"{scale}<figcaption>{html.escape(note)}</figcaption></figure>"
    )


def _scale():
    """The colours of the maps, from silent to the peak; the words below it say the same."""
    from matplotlib import colormaps
    from matplotlib.colors import to_hex

    colours = ", ".join(map(to_hex, colormaps["viridis"](np.linspace(0, 1, 6))))
    return f'<div style="{_SCALE.format(colours=colours)}"></div>'


def _readable(activation):
    """An activation with two digits, or as a whole number where it has more."""
    return f"{activation:,.0f}" if activation >= 10 else f"{activation:.1f}"


def _strongest(channel):
    """Where on the photograph a channel answers most, in words (str)."""
    activations = webp.decode(channel.map, "L")
    if not channel.peak:
        return "it is silent everywhere"
    row, column = np.unravel_index(activations.argmax(), activations.shape)
    place = _PLACES[3 * row // activations.shape[0]][3 * column // activations.shape[1]]
    share = (activations > 127).mean()
    return f"strongest {place}, and above half of that on {share:.0%} of it"

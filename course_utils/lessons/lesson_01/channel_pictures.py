"""The stored pictures of channels, which `explore_channels` shows.

`making/channel_atlas.py` makes them from the shipped ResNet50 and sets.
"""

import functools
import json
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from course_utils.datasets import webp
from course_utils.errors import CourseError

STORE = Path(__file__).parent / "stored" / "channels.zip"
INDEX, PHOTOGRAPH = "index.json", "photograph.webp"
NETWORKS = ("pretrained", "random")

#: Patches with shorter sides, in pixels, are stored as they are and shown pixel by pixel.
SMALL = 32


@dataclass(frozen=True)
class Depth:
    """One of the depths at which the network was opened.

    Attributes
    ----------
    name : str
        For people: "stem", "stage 1" and so on.
    module : str
        As `network.named_modules()` spells it.
    width : int
        Channels there are; only some of them are stored.
    channels : list of int
        The numbers of those.
    size, jump, start : int
        Of the receptive field, in pixels, as in `receptive_fields.Field`.
    """

    name: str
    module: str
    width: int
    channels: list[int]
    size: int
    jump: int
    start: int


@dataclass(frozen=True)
class Channel:
    """What is stored of one channel, the pictures as the bytes of WebP files.

    Attributes
    ----------
    map : bytes
        Its activations on the photograph, one pixel a unit: 0 is black, the peak white.
    patches : bytes
        The nine patches of the sets that excite it most, three by three.
    maximised : bytes
        An image made to excite it.
    peak : float
        Its strongest activation on the photograph.
    scores : list of float
        Its activations on the patches, falling.
    sources : list of str
        What the patches were cut from: "objects: mug".
    """

    map: bytes
    patches: bytes
    maximised: bytes
    peak: float
    scores: list[float]
    sources: list[str]


@dataclass(frozen=True)
class Atlas:
    """The whole store.

    Attributes
    ----------
    depths : dict of str to Depth
        By name, the shallowest first.
    sets : dict of str to int
        How many images of which set the patches were searched in.
    rule : str
        How the channels were chosen.
    image_size : int
        Side of those images in pixels.
    steps : int
        Of the ascent that made the maximised images.
    about : str
        What the photograph shows.
    photograph : array of uint8, shape (height, width, 3)
    channels : dict of str to Channel
        By their place in the store, as `place` writes it.
    """

    depths: dict[str, Depth]
    sets: dict[str, int]
    rule: str
    image_size: int
    steps: int
    about: str
    photograph: np.ndarray
    channels: dict[str, Channel]

    def channel(self, depth: str, number: int, network: str = NETWORKS[0]) -> Channel:
        """One channel of a depth, by their name and number."""
        return self.channels[place(network, depth, number)]


def place(network: str, depth: str, number: int) -> str:
    """Where a channel stands in the store: `"pretrained/stage-1/35"`."""
    return f"{network}/{depth.replace(' ', '-')}/{number}"


@functools.lru_cache(maxsize=1)
def load_atlas(path: Path = STORE) -> Atlas:
    """Read the store, by default the one that ships with the course.

    Raises
    ------
    CourseError
        If it is missing, damaged or not whole.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            return _parsed({name: archive.read(name) for name in archive.namelist()})
    except (OSError, KeyError, TypeError, ValueError, AttributeError, zipfile.BadZipFile) as error:
        raise CourseError(
            f"The file {path} is missing or damaged ({type(error).__name__}): install the course "
            "again."
        ) from error


def _parsed(members: dict[str, bytes]) -> Atlas:
    """The atlas that a store's files hold, each by its name."""
    index: dict[str, Any] = json.loads(members[INDEX])
    depths = [Depth(**depth) for depth in index.pop("depths")]
    stored = index.pop("entries")
    places = [place(n, d.name, number) for n in NETWORKS for d in depths for number in d.channels]
    kinds = ("map", "patches", "maximised")
    channels = {
        each: Channel(**{kind: members[f"{each}/{kind}.webp"] for kind in kinds}, **stored[each])
        for each in places
    }
    photograph = webp.decode(members[PHOTOGRAPH])
    return Atlas(
        {depth.name: depth for depth in depths}, **index, photograph=photograph, channels=channels
    )

"""The stored pictures of channels: what `channel_atlas` makes and `channel_explorer` shows."""

import functools
import json
import zipfile
from pathlib import Path
from typing import NamedTuple

import numpy as np

from course_utils.datasets import webp
from course_utils.errors import CourseError
from course_utils.files import atomic_path

STORE = Path(__file__).parent / "stored" / "channels.zip"
INDEX = "index.json"
PHOTOGRAPH = "photograph"
NETWORKS = ("pretrained", "random")
KINDS = ("map", "patches", "maximised")

#: Patches with shorter sides, in pixels, are stored as they are and shown pixel by pixel.
SMALL = 32

_MEND = "install the course again"


class Depth(NamedTuple):
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
    channels: list
    size: int
    jump: int
    start: int


class Channel(NamedTuple):
    """What is stored of one channel, the pictures as the bytes of WebP files.

    Attributes
    ----------
    map : bytes
        Its activations on the photograph, one pixel a unit: 0 is black, the peak white.
    patches : bytes
        The nine patches of the sets that excite it most, three by three.
    maximised : bytes
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
    scores: list
    sources: list


class Atlas(NamedTuple):
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
    photograph : array of uint8, shape (height, width, 3)
    about : str
        What the photograph shows.
    """

    depths: dict
    sets: dict
    rule: str
    image_size: int
    steps: int
    photograph: np.ndarray
    about: str
    members: dict
    entries: dict

    def channel(self, depth, number, network=NETWORKS[0]):
        """One channel (Channel) of a depth, by their name and number."""
        key = _key(network, depth, number)
        pictures = {kind: self.members[f"{key}/{kind}.webp"] for kind in KINDS}
        return Channel(**pictures, **self.entries[key])


def write_atlas(path, photograph, channels, index):
    """Write the store: the same bytes for the same pictures and version of Pillow.

    Parameters
    ----------
    path : path
    photograph : bytes
        Of a WebP file.
    channels : dict of tuple (network, depth, number) to Channel
    index : dict
        `depths` (list of Depth) and the other attributes of `Atlas` that are words or numbers.
    """
    entries, members = {}, {f"{PHOTOGRAPH}.webp": photograph}
    for name, channel in channels.items():
        entries[_key(*name)] = {
            "peak": round(channel.peak, 3),
            "scores": [round(score, 3) for score in channel.scores],
            "sources": channel.sources,
        }
        for kind in KINDS:
            members[f"{_key(*name)}/{kind}.webp"] = getattr(channel, kind)
    depths = [depth._asdict() for depth in index["depths"]]
    text = json.dumps({**index, "depths": depths, "entries": entries}, indent=1)
    with atomic_path(path) as temporary, zipfile.ZipFile(temporary, "w") as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name), content)  # without the time of writing
        archive.writestr(zipfile.ZipInfo(INDEX), text, zipfile.ZIP_DEFLATED)


def load_atlas(path=None):
    """Read the store.

    Parameters
    ----------
    path : path, optional
        By default the one that ships with the course.

    Returns
    -------
    Atlas

    Raises
    ------
    CourseError
        If it is missing, damaged or not whole.
    """
    return _load(Path(path or STORE))


@functools.lru_cache(maxsize=1)
def _load(path):
    try:
        with zipfile.ZipFile(path) as archive:
            members = {name: archive.read(name) for name in archive.namelist()}
        index = json.loads(members.pop(INDEX))
        index["depths"] = {depth["name"]: Depth(**depth) for depth in index["depths"]}
        photograph = webp.decode(members[f"{PHOTOGRAPH}.webp"])
        atlas = Atlas(**index, photograph=photograph, members=members)
        for depth in atlas.depths.values():
            for number in depth.channels:
                for network in NETWORKS:
                    atlas.channel(depth.name, number, network)
    except (OSError, KeyError, TypeError, ValueError, AttributeError, zipfile.BadZipFile) as error:
        raise CourseError(
            f"The file {path} is missing or damaged ({type(error).__name__}): {_MEND}."
        ) from error
    return atlas


def _key(network, depth, number):
    """Where a channel stands in the store."""
    return f"{network}/{depth.replace(' ', '-')}/{number}"

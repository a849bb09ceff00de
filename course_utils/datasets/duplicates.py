"""The same picture in two parts of a set, exactly or nearly: what makes a test look too good.

Equal pixels are found by a digest. For the rest every picture is described by its detail: a small
grey picture less its own Gaussian blur, with mean 0 and length 1, so that brightness and contrast
drop out and the product of two descriptions is a correlation. Light and shade alone would not do:
two photographs of different dark trousers on a light floor agree in everything else.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

import numpy as np
from PIL import Image

from course_utils.datasets.dataset import Splits
from course_utils.datasets.reporting import count_of
from course_utils.datasets.splitting import pixel_digests
from course_utils.validation import number, require

#: Correlation of detail from which two images count as near duplicates: chosen on `clothing`, where
#: no two different photographs reach it, and nearly all copies, changed as below, do.
THRESHOLD = 0.85

_SIDE = 32  # pixels; height and width of the grey pictures compared
_MARGINS = (0, 0.025, 0.05)  # of the side: cut off all around, and compared once more
_BLUR = 1.0  # pixels; what a Gaussian of this width leaves over is detail
_EDGE = 8.0  # grey levels; stronger detail counts little more, or the outline would decide alone
_FAINTEST = 1.0  # grey levels; detail with a smaller standard deviation is noise
_READ = 256  # images decoded and compared at once
_MOST = 3  # near ones reported for each image of the later part
_SHOWN = 5


@dataclass(frozen=True)
class DuplicatePair:
    """One image in two parts.

    Attributes
    ----------
    parts : tuple of str
        Two of "train", "validation" and "test".
    positions : tuple of int
        Where in each of them.
    similarity : float
        1 for equal pixels; otherwise the correlation of the detail, from the threshold to 1.
    kind : str
        "exact" or "near".
    """

    parts: tuple[str, str]
    positions: tuple[int, int]
    similarity: float
    kind: str

    def __str__(self) -> str:
        places = [f"{part} {at}" for part, at in zip(self.parts, self.positions, strict=True)]
        how = "exact" if self.kind == "exact" else f"near, similarity {self.similarity:.3f}"
        return f"{places[0]} and {places[1]}: {how}"


@dataclass(frozen=True)
class DuplicateReport:
    """What `find_duplicates` found; `print` it to read it.

    Attributes
    ----------
    pairs : list of DuplicatePair
        Exact ones first, then by falling similarity.
    sizes : dict of str to int
        Images in each part.
    threshold : float
    """

    pairs: list[DuplicatePair]
    sizes: dict[str, int] = field(default_factory=dict)
    threshold: float = THRESHOLD

    def count(self, kind: str) -> int:
        """Pairs of a kind, "exact" or "near"."""
        return sum(pair.kind == kind for pair in self.pairs)

    def __str__(self) -> str:
        parts = ", ".join(f"{name} {size:,}" for name, size in self.sizes.items())
        lines = [
            f"{count_of(self.count('exact'), 'exact pair')} and "
            f"{count_of(self.count('near'), 'near pair')} between the parts "
            f"({parts}; near from {self.threshold:g} on)"
        ]
        lines += [f"  {pair}" for pair in self.pairs[:_SHOWN]]
        if len(self.pairs) > _SHOWN:
            lines.append(f"  and {len(self.pairs) - _SHOWN:,} more")
        return "\n".join(lines)

    __repr__ = __str__


def find_duplicates(splits: Splits, threshold: float = THRESHOLD) -> DuplicateReport:
    """Find images that lie in two parts of a set, exactly or nearly.

    Near means the same picture after JPEG, a resize, a change of brightness or contrast, a mirror
    or a turn by 90 degrees, or a crop of up to a tenth around the middle, also mirrored; a crop
    off the middle is not found. Of each image of the later part at most three near ones in the
    earlier part are reported. An image without contrast or detail has exact duplicates only.
    Images that truly look alike, such as small digits or walls of brick, give false alarms: look
    at the pairs.

    Parameters
    ----------
    splits : Splits
        Images that lie in files are decoded once, a few at a time.
    threshold : float
        Similarity from which a pair counts as near, above 0 and at most 1.

    Raises
    ------
    CourseError
        If `splits` is no `Splits` or the threshold is no such number.
    """
    require(
        isinstance(splits, Splits),
        "find_duplicates takes the three parts of a set as load_dataset and split return them, "
        f"not {type(splits).__name__}.",
    )
    threshold = number(threshold, "threshold", above=0, at_most=1)
    read = {name: _read(part.images) for name, part in splits._asdict().items()}
    pairs = []
    for one, other in combinations(Splits._fields, 2):
        (digests, greys), (other_digests, other_greys) = read[one], read[other]
        same = _exact(digests, other_digests)
        found = [(i, j, 1.0, "exact") for i, j in same]
        found += [(i, j, s, "near") for i, j, s in _near(greys, other_greys, same, threshold)]
        pairs += [DuplicatePair((one, other), (i, j), s, kind) for i, j, s, kind in found]
    pairs.sort(key=lambda pair: (pair.kind, -pair.similarity, pair.parts, pair.positions))
    return DuplicateReport(
        pairs, {n: len(p.labels) for n, p in splits._asdict().items()}, threshold
    )


def _read(images: Any) -> tuple[list[str], np.ndarray]:
    """Digests of a part's n images, and their grey pictures (margins, n, side, side), uint8."""
    digests: list[str] = []
    greys = np.empty((len(_MARGINS), len(images), _SIDE, _SIDE), dtype=np.uint8)
    for start in range(0, len(images), _READ):
        batch = np.asarray(images[start : start + _READ])
        digests += pixel_digests(batch).tolist()
        for row, pixels in enumerate(batch, start):
            picture = Image.fromarray(pixels).convert("L")
            for kept, margin in zip(greys, _MARGINS, strict=True):
                left, top = margin * picture.width, margin * picture.height
                box = (left, top, picture.width - left, picture.height - top)
                small = picture.resize((_SIDE, _SIDE), Image.Resampling.BILINEAR, box)
                kept[row] = np.asarray(small)
    return digests, greys


def _exact(digests: Sequence[str], others: Sequence[str]) -> list[tuple[int, int]]:
    """Pairs of positions with equal digests."""
    places: dict[str, list[int]] = {}
    for j, digest in enumerate(others):
        places.setdefault(digest, []).append(j)
    return [(i, j) for i, digest in enumerate(digests) for j in places.get(digest, ())]


def _near(
    earlier: np.ndarray, later: np.ndarray, same: list[tuple[int, int]], threshold: float
) -> Iterator[tuple[int, int, float]]:
    """(position, position, similarity) of near duplicates, each pair once, without `same`."""
    described = [_detail(greys) for greys in earlier]
    known = np.array(same, dtype=np.int64).reshape(-1, 2)
    for start in range(0, later.shape[1], _READ):
        similar = _similarities(described, later[:, start : start + _READ])
        here = known[(known[:, 1] >= start) & (known[:, 1] < start + _READ)]
        similar[here[:, 1] - start, here[:, 0]] = -1
        for row, values in enumerate(similar):
            for i in np.argsort(-values, kind="stable")[:_MOST]:
                if values[i] >= threshold:
                    yield int(i), start + row, float(min(values[i], 1.0))


def _similarities(described: list[np.ndarray], later: np.ndarray) -> np.ndarray:
    """The highest correlation under every crop and turn: shape (rows of `later`, earlier)."""
    whole, *crops = described
    similar = np.full((later.shape[1], len(whole)), -1.0, dtype=np.float32)
    for turn in _TURNS:
        np.maximum(similar, _detail(turn(later[0])) @ whole.T, out=similar)
    # A crop is looked for, on either side, only as it stands or mirrored: more takes long.
    for turn in _TURNS[:2]:
        for crop in crops:
            np.maximum(similar, _detail(turn(later[0])) @ crop.T, out=similar)
        for cropped in later[1:]:
            np.maximum(similar, _detail(turn(cropped)) @ whole.T, out=similar)
    return similar


def _turn(quarters: int, mirror: int) -> Callable[[np.ndarray], np.ndarray]:
    return lambda pictures: np.rot90(pictures[:, :, :: 1 - 2 * mirror], quarters, axes=(1, 2))


# The eight ways to lay down a square: as it is and mirrored, and each of these turned.
_TURNS = [_turn(quarters, mirror) for quarters in range(4) for mirror in (0, 1)]


def _detail(pictures: np.ndarray) -> np.ndarray:
    """The detail of grey pictures as vectors (n, side * side), float32; 0 where there is none."""
    from scipy.ndimage import gaussian_filter

    levels = pictures.astype(np.float32)
    detail = _EDGE * np.tanh((levels - gaussian_filter(levels, (0, _BLUR, _BLUR))) / _EDGE)
    vectors = detail.reshape(len(pictures), _SIDE * _SIDE)
    vectors -= vectors.mean(axis=1, keepdims=True)
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.where(lengths < _FAINTEST * _SIDE, 0, vectors / np.maximum(lengths, 1e-12))

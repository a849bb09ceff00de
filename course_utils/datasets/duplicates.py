"""The same picture in two parts of a set, exactly or nearly: what makes a test look too good.

Three looks, each at fewer pairs. First, every image is compared with every other by tiny
thumbnails, whole, cropped, mirrored and turned (see `thumbnails`). Then the best few for each
image are compared finer, under more crops. Then what is left is aligned and compared by its
detail (see `aligning`).
"""

import numbers
from dataclasses import dataclass, field
from itertools import combinations

import numpy as np

from course_utils.datasets.aligning import SIDE, cropped, detail_similarity, first_guess, whole
from course_utils.datasets.dataset import Splits
from course_utils.datasets.reporting import counted
from course_utils.datasets.splitting import pixel_digests
from course_utils.datasets.thumbnails import TURNS, candidates
from course_utils.errors import CourseError

#: Similarity of detail from which two images count as near duplicates: chosen on `clothing`, where
#: no two different photographs reach it, and nearly all copies, changed as below, do.
THRESHOLD = 0.88

_READ = 256  # images decoded at once
_PAIRS = 512  # pairs aligned at once
_FINALISTS = 3  # for each image, after the second
_LEAST_ALIKE = 0.85  # after the second look
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

    def __str__(self):
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

    def count(self, kind):
        """Pairs of a kind, "exact" or "near"."""
        return sum(pair.kind == kind for pair in self.pairs)

    def __str__(self):
        parts = ", ".join(f"{name} {size:,}" for name, size in self.sizes.items())
        lines = [
            f"{counted(self.count('exact'), 'exact pair')} and "
            f"{counted(self.count('near'), 'near pair')} between the parts "
            f"({parts}; near from {self.threshold:g} on)"
        ]
        lines += [f"  {pair}" for pair in self.pairs[:_SHOWN]]
        if len(self.pairs) > _SHOWN:
            lines.append(f"  and {len(self.pairs) - _SHOWN:,} more")
        return "\n".join(lines)

    __repr__ = __str__


def find_duplicates(splits, threshold=THRESHOLD):
    """Find images that lie in two parts of a set, exactly or nearly.

    Near means the same picture after JPEG, a resize, a change of brightness or contrast, a mirror
    or a turn by 90 degrees, or a crop of up to a tenth of each side, also mirrored. Of each image
    of the later part at most three near ones in the earlier part are reported. An image without
    contrast or detail has exact duplicates only. Images that truly look alike, such as small
    digits or walls of brick, give false alarms: look at the pairs.

    Parameters
    ----------
    splits : Splits
        Images that lie in files are decoded once, a few at a time.
    threshold : float
        Similarity from which a pair counts as near, above 0 and at most 1.

    Returns
    -------
    DuplicateReport

    Raises
    ------
    CourseError
        If `splits` is no `Splits` or the threshold is no such number.
    """
    if not isinstance(splits, Splits):
        raise CourseError(
            f"find_duplicates takes the three parts of a set as load_dataset and split return "
            f"them, not {type(splits).__name__}."
        )
    real = isinstance(threshold, numbers.Real) and not isinstance(threshold, bool)
    if not real or not 0 < threshold <= 1:
        raise CourseError(f"threshold must be above 0 and at most 1, not {threshold!r}.")
    read = {name: _read(part.images) for name, part in zip(Splits._fields, splits, strict=True)}
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


def _read(images):
    """Digests (n,) and grey pictures (n, SIDE, SIDE), float32, of a part."""
    digests, greys = [np.zeros(0, dtype="<U64")], [np.zeros((0, SIDE, SIDE), dtype=np.float32)]
    for start in range(0, len(images), _READ):
        batch = np.asarray(images[start : start + _READ])
        digests.append(pixel_digests(batch))
        grey = batch.astype(np.float32) @ np.float32([0.299, 0.587, 0.114])  # ITU-R BT.601
        greys.append(cropped(grey, whole(), SIDE))
    return np.concatenate(digests), np.concatenate(greys)


def _exact(digests, others):
    """Pairs of positions with equal digests."""
    places = {}
    for j, digest in enumerate(others):
        places.setdefault(digest, []).append(j)
    return [(i, j) for i, digest in enumerate(digests) for j in places.get(digest, ())]


def _near(greys, others, same, threshold):
    """(position, position, similarity) of near duplicates, each pair once, without `same`."""
    if not len(greys) or not len(others):
        return []
    earlier, later, turns = candidates(greys, others, same)
    guesses = np.empty(len(later), dtype=np.float32)
    placements = np.empty((len(later), 4), dtype=np.float32)
    for chunk in _chunks(len(later)):
        laid = _laid(others[later[chunk]], turns[chunk])
        guesses[chunk], placements[chunk] = first_guess(greys[earlier[chunk]], laid)
    kept = _best_of_each(later, guesses)
    found = {}
    for chunk in _chunks(len(kept)):
        rows = kept[chunk]
        laid = _laid(others[later[rows]], turns[rows])
        similarities = detail_similarity(greys[earlier[rows]], laid, placements[rows])
        for i, j, similarity in zip(earlier[rows], later[rows], similarities, strict=True):
            if similarity >= threshold:
                pair = (int(i), int(j))
                found[pair] = max(float(min(similarity, 1.0)), found.get(pair, 0.0))
    return [(i, j, similarity) for (i, j), similarity in found.items()]


def _chunks(count):
    return [slice(start, start + _PAIRS) for start in range(0, count, _PAIRS)]


def _laid(pictures, turns):
    """Each picture turned in its way."""
    laid = np.empty_like(pictures)
    for turn in np.unique(turns):
        laid[turns == turn] = TURNS[turn](pictures[turns == turn])
    return laid


def _best_of_each(owners, similarities):
    """Rows of the `_FINALISTS` most similar candidates of each owner, if they are alike at all."""
    order = np.lexsort((-similarities, owners))
    _, starts, sizes = np.unique(owners[order], return_index=True, return_counts=True)
    rank = np.arange(len(order)) - np.repeat(starts, sizes)
    return order[(rank < _FINALISTS) & (similarities[order] >= _LEAST_ALIKE)]

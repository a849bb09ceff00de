"""How alike two pictures are once one is laid over the other: for pairs that may be copies.

A picture that was cropped and resized is the other one with both axes stretched and shifted. These
four numbers are found by least squares, step by step (Lucas and Kanade, IJCAI 1981; with gain and
offset for brightness and contrast as in Baker and Matthews, IJCV 56, 2004). What is compared
then is detail alone: two photographs of different dark trousers on a light floor agree in
everything else.
"""

import functools

import numpy as np
from PIL import Image

SIDE = 32  # pixels; height and width of the grey pictures compared
_LOOK = 16  # pixels; side at which the crops to begin from are tried
_STEPS = 5
_LARGEST_STEP = 0.03  # of the side
_LARGEST_SHIFT = 0.1  # of the side
_STRETCH = (0.85, 1 / 0.85)
_BLUR = 1.0  # pixels; what a Gaussian of this width leaves over is detail
_REACH = 3  # pixels; width of the neighbourhood that matters to that Gaussian
_EDGE = 8.0  # grey levels; stronger detail counts little more, or the outline would decide alone
_FAINTEST = 1.0  # grey levels; detail with a smaller standard deviation is noise


def whole(margin=0.0):
    """The box of a crop: how much is cut off at the near and far end of each axis."""
    return (margin, 1 - margin, margin, 1 - margin)


def corner_boxes(margin, places):
    """Crops that cut `margin` off each axis, at `places` by `places` positions.

    Returns
    -------
    list of tuple of float
        Left, right, top and bottom, as shares of the side.
    """
    starts = np.linspace(0, margin, places)
    return [(x, x + 1 - margin, y, y + 1 - margin) for y in starts for x in starts]


#: Crops to begin from: none, and a twentieth or a tenth cut off here or there.
BOXES = [whole(), *corner_boxes(0.05, 2), *corner_boxes(0.1, 3)]


def cropped(pictures, box, side):
    """A crop of each grey picture (n, s, s), resized to (n, side, side)."""
    left, right, top, bottom = box
    across = _resizer(pictures.shape[2], side, left, right)
    down = _resizer(pictures.shape[1], side, top, bottom)
    return down @ pictures @ across.T


@functools.cache
def _resizer(source, target, low, high):
    """Matrix (target, source) that resizes the stretch from `low` to `high` of an axis."""
    # A resize is linear: what it makes of the unit vectors are the columns of its matrix.
    unit_vectors = Image.fromarray(np.eye(source, dtype=np.float32))
    box = (low * source, 0, high * source, source)
    return np.asarray(
        unit_vectors.resize((target, source), Image.Resampling.BILINEAR, box)
    ).T.copy()


def normalised(pictures, faintest=1e-6):
    """Each picture as a vector with mean 0 and length 1, or 0 if it has no contrast.

    Parameters
    ----------
    pictures : array of float32, shape (n, h, w)
    faintest : float
        The standard deviation below which there is no contrast.

    Returns
    -------
    array of float32, shape (n, h * w)
    """
    vectors = pictures.reshape(len(pictures), -1)
    vectors = vectors - vectors.mean(axis=1, keepdims=True)
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    enough = lengths >= faintest * np.sqrt(vectors.shape[1])
    return np.where(enough, vectors / np.maximum(lengths, 1e-12), 0).astype(np.float32)


def first_guess(first, second):
    """The best of `BOXES` for each pair, tried on either picture.

    Parameters
    ----------
    first, second : arrays of float32, shape (n, SIDE, SIDE)

    Returns
    -------
    similarity : array, shape (n,)
        Correlation of the grey levels, -1 to 1.
    placement : array, shape (n, 4)
        Stretch and shift across, stretch and shift down, that take a place in the second
        picture to one in the first; shifts are shares of the side.
    """
    similarity = np.full(len(first), -1.0, dtype=np.float32)
    placement = np.tile(np.float32([1, 0, 1, 0]), (len(first), 1))
    plain = [normalised(cropped(pictures, whole(), _LOOK)) for pictures in (first, second)]
    for box in BOXES:
        stretch = box[1] - box[0]
        x, y = (box[0] + box[1] - 1) / 2, (box[2] + box[3] - 1) / 2
        ways = (
            (first, plain[1], (stretch, x, stretch, y)),
            (second, plain[0], (1 / stretch, -x / stretch, 1 / stretch, -y / stretch)),
        )
        for pictures, other, found in ways:
            now = np.einsum("ij,ij->i", normalised(cropped(pictures, box, _LOOK)), other)
            better = now > similarity
            similarity[better] = now[better]
            placement[better] = found
    return similarity, placement


def detail_similarity(first, second, placement):
    """Correlation of the detail of pairs of pictures, where they overlap.

    Parameters
    ----------
    first, second : arrays of float32, shape (n, SIDE, SIDE)
        Grey levels, 0 to 255.
    placement : array, shape (n, 4)
        From `first_guess`.

    Returns
    -------
    array, shape (n,)
        -1 to 1.
    """
    from scipy.ndimage import gaussian_filter, minimum_filter

    for _ in range(_STEPS):
        placement = _improved(first, second, placement)
    moved, overlap = _moved(first, placement)
    # Where the blur reaches past the end of a picture, what it leaves over is no detail.
    overlap = minimum_filter(overlap, (1, _REACH, _REACH), mode="constant", cval=0)
    details = []
    for pictures in (moved, second):
        detail = pictures - gaussian_filter(pictures, (0, _BLUR, _BLUR))
        detail = np.where(overlap, _EDGE * np.tanh(detail / _EDGE), 0)
        details.append(normalised(detail, _FAINTEST))
    return np.einsum("ij,ij->i", *details)


def _moved(pictures, placement):
    """Pictures stretched and shifted, and where in the frame they are: both (n, SIDE, SIDE)."""
    across = _sampler(placement[:, 0], placement[:, 1])
    down = _sampler(placement[:, 2], placement[:, 3])
    # Near an edge the weights do not sum to one: there the picture has ended.
    inside = [weights.sum(axis=2) > 0.99 for weights in (down, across)]
    overlap = inside[0][:, :, np.newaxis] & inside[1][:, np.newaxis]
    return down @ pictures @ across.transpose(0, 2, 1), overlap


def _sampler(stretch, shift):
    """Weights of linear interpolation along one axis: float32, shape (n, SIDE, SIDE)."""
    places = (stretch[:, np.newaxis] * _centred() + shift[:, np.newaxis] + 0.5) * SIDE - 0.5
    pixels = np.arange(SIDE, dtype=np.float32)
    return np.maximum(0, 1 - np.abs(places[:, :, np.newaxis] - pixels))


@functools.cache
def _centred():
    """Middles of the pixels along one axis, from -1/2 to 1/2."""
    return ((np.arange(SIDE) + 0.5) / SIDE - 0.5).astype(np.float32)


def _improved(first, second, placement):
    """One Gauss-Newton step of the four numbers, with gain and offset free."""
    moved, overlap = _moved(first, placement)
    stretch = placement[:, [0, 2], np.newaxis, np.newaxis]
    slopes = np.zeros((2, *moved.shape), dtype=np.float32)
    slopes[0, :, :, 1:-1] = (moved[:, :, 2:] - moved[:, :, :-2]) * (SIDE / 2) / stretch[:, 0]
    slopes[1, :, 1:-1] = (moved[:, 2:] - moved[:, :-2]) * (SIDE / 2) / stretch[:, 1]
    columns = np.empty((len(first), 6, SIDE, SIDE), dtype=np.float32)
    columns[:, 0], columns[:, 1] = slopes[0] * _centred(), slopes[0]
    columns[:, 2], columns[:, 3] = slopes[1] * _centred()[:, np.newaxis], slopes[1]
    columns[:, 4], columns[:, 5] = moved, 128  # as large as the others, for good conditioning
    columns *= overlap[:, np.newaxis]
    columns = columns.reshape(len(first), 6, -1)
    products = columns @ columns.transpose(0, 2, 1)
    # A little of the identity: a picture with no slope one way tells nothing of a shift that way.
    products += 1e-4 * products.trace(axis1=1, axis2=2)[:, None, None] / 6 * np.eye(6)
    aims = columns @ (second * overlap).reshape(len(first), -1, 1)
    solution = np.linalg.solve(products, aims)[..., 0]
    # Changed contrast scales the slopes too; a gain near 0 or below is no copy.
    step = solution[:, :4] / np.maximum(solution[:, 4:5], 0.3)
    placement = placement + np.clip(step, -_LARGEST_STEP, _LARGEST_STEP)
    placement[:, ::2] = np.clip(placement[:, ::2], *_STRETCH)
    placement[:, 1::2] = np.clip(placement[:, 1::2], -_LARGEST_SHIFT, _LARGEST_SHIFT)
    return placement.astype(np.float32)

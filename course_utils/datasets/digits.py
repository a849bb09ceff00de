"""`digits`: the handwritten digits that ship inside scikit-learn, as small images."""

from typing import Any

import numpy as np
from PIL import Image

from course_utils.datasets.dataset import Dataset, Splits

_SEED = 0


def load_digits(size: int = 64) -> Splits:
    """Load scikit-learn's 1,797 handwritten digits, split 60 / 20 / 20 by class.

    Parameters
    ----------
    size : int
        Height and width of an image in pixels; the originals have 8 by 8.

    Returns
    -------
    Splits
        Images of shape (n, size, size, 3), uint8, white strokes on black, the three channels
        equal; domain "digits".
    """
    from sklearn import datasets
    from sklearn.model_selection import train_test_split

    bunch: Any = datasets.load_digits()
    # 17 levels, 0 to 16, become 0 to 255; whole numbers keep it the same on every machine.
    levels = (bunch.images.astype(np.int64) * 255 // 16).astype(np.uint8)
    images = np.stack([_enlarge(level, size) for level in levels])
    labels = bunch.target.astype(np.int64)
    names = tuple(str(name) for name in bunch.target_names)
    rest, test = train_test_split(
        np.arange(len(labels)), test_size=0.2, stratify=labels, random_state=_SEED
    )
    train, validation = train_test_split(
        rest, test_size=0.25, stratify=labels[rest], random_state=_SEED
    )
    whole = Dataset(images, labels, names, domain="digits", name="digits")
    return Splits(whole.take(train), whole.take(validation), whole.take(test))


def _enlarge(level: np.ndarray, size: int) -> np.ndarray:
    """An 8 by 8 image as one of shape (size, size, 3)."""
    image = Image.fromarray(level).resize((size, size), Image.Resampling.BICUBIC)
    return np.repeat(np.asarray(image)[:, :, np.newaxis], 3, axis=2)

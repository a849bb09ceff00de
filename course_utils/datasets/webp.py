"""Pictures as WebP files: the format in which the course keeps what it ships."""

import io

import numpy as np
from PIL import Image


def encode(picture: np.ndarray, quality: int | None = None, effort: int = 6) -> bytes:
    """Write a picture as a WebP file.

    Parameters
    ----------
    picture : array of uint8, shape (height, width), (height, width, 3) or (height, width, 4)
    quality : int, optional
        1 to 100; by default every pixel is kept.
    effort : int
        0 to 6: more makes a smaller file in more time.

    Returns
    -------
    bytes
        The same for the same picture and version of Pillow.
    """
    options = {"lossless": True} if quality is None else {"quality": quality}
    packed = io.BytesIO()
    Image.fromarray(picture).save(packed, "WEBP", method=effort, **options)
    return packed.getvalue()


def decode(content: bytes, mode: str = "RGB") -> np.ndarray:
    """Read a picture from the bytes of a WebP file.

    Parameters
    ----------
    content : bytes
    mode : {"RGB", "RGBA", "L"}
        Colour, colour with opacity, or grey.

    Returns
    -------
    array of uint8, shape (height, width, 3), (height, width, 4) or (height, width)

    Raises
    ------
    OSError
        If it is no whole WebP file.
    """
    return np.asarray(Image.open(io.BytesIO(content), formats=["WEBP"]).convert(mode))

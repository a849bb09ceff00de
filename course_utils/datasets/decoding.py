"""Image files as arrays: one way of decoding for every kind of file, and only when asked for."""

import contextlib
import functools
import hashlib
import os
import threading
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageOps

from course_utils.errors import CourseError

#: Raised whenever the same file would come out as other pixels, so that caches notice.
DECODING_VERSION = 1

#: Pixels above which a file is taken for a decompression bomb: Pillow's own warning level.
MOST_PIXELS = 89_478_485

# Pillow can read more, but some of that starts other programs (EPS) or has no firm signature.
_FORMATS = ("JPEG", "PNG", "GIF", "BMP", "DIB", "WEBP", "AVIF", "TIFF", "JPEG2000", "PPM")
_FEW = 8  # images; below this a pool of threads costs more than it saves
THREADS = min(8, os.cpu_count() or 1)

_LARGE = 20_000_000  # pixels; files that decode to more take turns, which bounds the memory
_one_at_a_time = threading.Lock()


class LazyImages:
    """Images that behave like an array of pixels and are made when indexed.

    A subclass makes one image (`_decode`), chooses some (`subset`) and knows an image by a digest
    that is cheaper than its pixels (`fingerprint`).

    Parameters
    ----------
    count, size : int
        The number of images, and their height and width in pixels.

    Attributes
    ----------
    shape : tuple of int
        (n, size, size, 3)
    dtype : numpy.dtype
        uint8
    """

    dtype = np.dtype(np.uint8)
    ndim = 4
    threads = THREADS

    def __init__(self, count: int, size: int) -> None:
        self.size = size
        self.shape = (count, size, size, 3)

    def __len__(self) -> int:
        return self.shape[0]

    def __getitem__(self, index: Any) -> np.ndarray:
        """A number gives (size, size, 3); a slice or an array gives (m, size, size, 3).

        Raises
        ------
        IndexError
            If a number is outside the range.
        CourseError
            If a file has gone or can no longer be decoded.
        """
        positions = self._positions(index)
        if positions.ndim == 0:
            return self._decode(int(positions))
        images = np.empty((len(positions), *self.shape[1:]), dtype=np.uint8)
        if len(positions) < _FEW or self.threads == 1:
            for row, position in enumerate(positions):
                images[row] = self._decode(position)
            return images
        with ThreadPoolExecutor(self.threads) as pool:  # Pillow decodes without Python's lock
            for row, image in enumerate(pool.map(self._decode, positions)):
                images[row] = image
        return images

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray:
        if copy is False:
            raise ValueError("Images in files cannot become an array without being decoded.")
        return self[:].astype(dtype or np.uint8, copy=False)

    def _decode(self, position: int) -> np.ndarray:
        raise NotImplementedError

    def _positions(self, index: Any) -> np.ndarray:
        return np.arange(len(self))[index]


class FolderImages(LazyImages):
    """Image files that behave like an array of pixels and are decoded when indexed.

    Parameters
    ----------
    paths : sequence of str
        The files, n of them.
    size : int
        Height and width of an image in pixels: the shorter side of a picture is resized to
        it (antialiased), and the middle is cut out.
    """

    def __init__(self, paths: Iterable[str], size: int) -> None:
        self.paths = tuple(paths)
        super().__init__(len(self.paths), size)

    def __repr__(self) -> str:
        return f"FolderImages({len(self)} files, size={self.size})"

    def subset(self, indices: Any) -> "FolderImages":
        """The files at `indices` (a slice or an array), in that order, still not decoded."""
        return FolderImages([self.paths[i] for i in self._positions(indices)], self.size)

    def fingerprint(self, index: int) -> bytes:
        """Digest of one file's bytes and of how it is decoded, made without decoding it.

        Equal digests mean equal pixels. The file is read in blocks and never held whole.

        Parameters
        ----------
        index : int

        Returns
        -------
        bytes
            32 of them.

        Raises
        ------
        CourseError
            If the file has gone or cannot be read.
        """
        path = self.paths[index]
        try:
            with Path(path).open("rb") as file:
                digest = hashlib.file_digest(file, "sha256")
        except OSError as error:
            raise _gone(path, error) from error
        digest.update(f"|decoding {DECODING_VERSION}, size {self.size}".encode())
        return digest.digest()

    def _decode(self, position: int) -> np.ndarray:
        path = self.paths[position]
        try:
            return decode(path, self.size)
        except Exception as error:
            raise _gone(path, error) from error


def decode(path: str | Path, size: int) -> np.ndarray:
    """Decode a file into its middle square.

    Parameters
    ----------
    path : str or path
    size : int
        Height and width of the result in pixels.

    Returns
    -------
    array of uint8, shape (size, size, 3)

    Raises
    ------
    Exception
        Whatever Pillow raises for a file it cannot read; above `MOST_PIXELS` its
        `DecompressionBombError`.
    """
    return middle_square(read_rgb(path, size), size)


def middle_square(image: Image.Image, size: int) -> np.ndarray:
    """The middle of a picture, its shorter side resized (antialiased) to `size` pixels.

    Parameters
    ----------
    image : PIL.Image.Image
        Of mode "RGB" or "L".
    size : int

    Returns
    -------
    array of uint8, shape (size, size, 3), or (size, size) for mode "L"
    """
    side = min(image.size)
    left, top = (image.width - side) / 2, (image.height - side) / 2
    # Cutting first and resizing the square once is the same picture for less work.
    square = image.resize(
        (size, size), Image.Resampling.BILINEAR, box=(left, top, left + side, top + side)
    )
    return np.asarray(square)


def read_rgb(path: str | Path, size: int) -> Image.Image:
    """The first frame of an image file in red, green and blue, turned as its EXIF data says.

    Parameters
    ----------
    path : str or path
    size : int
        A JPEG file is decoded at half, quarter or eighth scale where its shorter side still
        keeps twice this many pixels: several times faster, and finer than what is needed.

    Returns
    -------
    PIL.Image.Image
        Mode "RGB". Transparent parts lie on white; 16-bit levels are scaled to 8 bits.
    """
    with Image.open(path, formats=_readable_formats()) as image:
        if image.width * image.height > MOST_PIXELS:
            raise Image.DecompressionBombError(f"{image.width} by {image.height} pixels")
        image.draft(None, (2 * size, 2 * size))
        large = image.width * image.height > _LARGE
        with _one_at_a_time if large else contextlib.nullcontext():
            image.load()
            # The picture itself is whole now: a damaged note about its turn must not lose it.
            with contextlib.suppress(Exception):
                image = ImageOps.exif_transpose(image)
            return _to_rgb(image)


@functools.cache
def _readable_formats() -> tuple[str, ...]:
    """Those of `_FORMATS` that this build of Pillow has."""
    Image.init()
    return tuple(name for name in _FORMATS if name in Image.OPEN)


def _to_rgb(image: Image.Image) -> Image.Image:
    """Any of Pillow's modes as "RGB": grey repeated, CMYK converted, transparency on white."""
    if image.mode.startswith("I") or image.mode == "F":
        return Image.fromarray(_to_eight_bits(np.asarray(image))).convert("RGB")
    if image.has_transparency_data:
        image = image.convert("RGBA")
        paper = Image.new("RGB", image.size, "white")
        paper.paste(image, mask=image.getchannel("A"))
        return paper
    return image.convert("RGB")


def _to_eight_bits(levels: np.ndarray) -> np.ndarray:
    """Grey levels of 16 or 32 bits or with fractions, as uint8 of the same shape.

    Whole numbers up to 65,535 are taken as 16-bit and fractions up to 1 as shares of white:
    both keep black black. Anything else has no fixed white and is stretched to its own range.
    """
    low, high = np.nanmin(levels), np.nanmax(levels)
    if levels.dtype.kind in "iu" and low >= 0 and high <= 65_535:
        return ((levels.astype(np.int64) * 255 + 32_767) // 65_535).astype(np.uint8)
    if not (low >= 0 and high <= 1):
        levels = (levels.astype(np.float64) - low) / max(float(high) - float(low), 1e-12)
    return np.rint(np.nan_to_num(levels) * 255).astype(np.uint8)


def _gone(path: str, error: Exception) -> CourseError:
    """The error for a file that could be read when its folder was loaded, and now cannot."""
    return CourseError(
        f"The image {path} can no longer be read ({type(error).__name__}): put it back, or load "
        "the folder again to go on without it."
    )

"""Tiny sources in the exact formats in which the public sets are published."""

import bz2
import gzip
import math
import struct
import zlib

import numpy as np
from PIL import Image
from scipy import io

DIGITS = tuple(str(digit) for digit in range(10))


def picture(seed, height=9, width=11):
    """A picture that no other seed gives."""
    noise = np.random.default_rng(seed).integers(0, 256, (height, width, 3), dtype=np.uint8)
    return Image.fromarray(noise)


def draw(path, seed=None, kind=None):
    """Write a picture, `kind` being Pillow's name of a format if the ending does not say it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    picture(zlib.crc32(path.name.encode()) if seed is None else seed).save(path, format=kind)
    return path


def tree(top, counts):
    """`{"train/shirt": 3}`: so many pictures in each folder below `top`."""
    for place, count in counts.items():
        for number in range(count):
            name = f"{number:03}.jpg"
            draw(top / place / name, seed=zlib.crc32(f"{place}/{name}".encode()))
    return top


def pet_lists(top, lists):
    """`annotations/<list>` for `{"trainval.txt": [("Abyssinian_100", 1), ...]}`."""
    (top / "annotations").mkdir(parents=True, exist_ok=True)
    for name, rows in lists.items():
        lines = [f"{picture} {number} 1 1" for picture, number in rows]
        (top / "annotations" / name).write_text("\n".join(lines) + "\n")
    return top


def pet_pictures(top, lists):
    for rows in lists.values():
        for name, _ in rows:
            draw(top / "images" / f"{name}.jpg", seed=zlib.crc32(name.encode()))
    return top


def idx_bytes(array, code=0x08):
    """The idx format: two zeros, the type, the number of dimensions, their lengths, the content."""
    header = struct.pack(f">{1 + array.ndim}I", (code << 8) + array.ndim, *array.shape)
    return header + array.tobytes()


def idx_set(folder, n_train=20, n_test=10, seed=0):
    """MNIST's four files and the arrays in them: (sources, {part: (images, labels)})."""
    names = {
        "train": ("train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz"),
        "test": ("t10k-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte.gz"),
    }
    sources, arrays = {}, {}
    for part, n in (("train", n_train), ("test", n_test)):
        arrays[part] = pixels(n, (7, 7), seed), (np.arange(n) % 10).astype(np.uint8)
        seed += 1
        for name, array in zip(names[part], arrays[part], strict=True):
            sources[name] = folder / name
            sources[name].write_bytes(gzip.compress(idx_bytes(array)))
    return sources, arrays


def libsvm_text(images, labels):
    """LIBSVM's text for images of values in -1 to 1, labels counted from 1."""
    lines = []
    for image, label in zip(images, labels, strict=True):
        values = " ".join(f"{i}:{value:.6g}" for i, value in enumerate(image.ravel(), start=1))
        lines.append(f"{label + 1} {values} ")
    return "\n".join(lines).encode() + b"\n"


def libsvm_set(folder, n_train=20, n_test=10):
    """USPS's two files and the arrays in them; grey levels on LIBSVM's scale come back exactly."""
    sources, arrays = {}, {}
    for seed, (part, name, n) in enumerate(
        [("train", "usps.bz2", n_train), ("test", "usps.t.bz2", n_test)]
    ):
        images, labels = pixels(n, (16, 16), seed), np.arange(n) % 10
        sources[name] = folder / name
        sources[name].write_bytes(bz2.compress(libsvm_text(images / 127.5 - 1, labels)))
        arrays[part] = images, labels
    return sources, arrays


def matlab_set(folder, n_train=20, n_test=10, compressed=True):
    """SVHN's two files and the arrays in them; 10 stands for the digit 0."""
    sources, arrays = {}, {}
    for seed, (part, n) in enumerate([("train", n_train), ("test", n_test)]):
        images, labels = pixels(n, (8, 8, 3), seed), np.arange(n) % 10
        content = {
            "X": images.transpose(1, 2, 3, 0),
            "y": np.where(labels == 0, 10, labels).astype(np.uint8)[:, np.newaxis],
        }
        name = f"{part}_32x32.mat"
        sources[name] = folder / name
        io.savemat(sources[name], content, do_compression=compressed)
        arrays[part] = images, labels
    return sources, arrays


def medmnist_arrays(shape=(7, 7), classes=2, n=6):
    """The arrays of one of MedMNIST's files by their names there."""
    content = {}
    for seed, part in enumerate(("train", "val", "test")):
        content[f"{part}_images"] = pixels(n, shape, seed)
        content[f"{part}_labels"] = (np.arange(n) % classes).astype(np.uint8)[:, np.newaxis]
    return content


def pixels(n, shape, seed):
    """Noise of shape (n, *shape), uint8."""
    return np.random.default_rng(seed).integers(0, 256, (n, *shape), dtype=np.uint8)


def bomb(size):
    """An idx header that promises `size` bytes, and ten times as many zeros behind it, gzipped."""
    header = struct.pack(">4I", 0x0803, 1, 1, size)
    return gzip.compress(header + bytes(10 * size))


def mat_bomb(path, size):
    """A MATLAB file with a compressed element that holds `size` zeros."""
    content = zlib.compress(bytes(size))
    head = b"MATLAB 5.0 MAT-file".ljust(124) + struct.pack("<H", 0x0100) + b"IM"
    path.write_bytes(head + struct.pack("<2I", 15, len(content)) + content)
    return path


def npy_header(shape, kind="|u1"):
    """A `.npy` file's header for an array of this shape, without the array."""
    text = f"{{'descr': '{kind}', 'fortran_order': False, 'shape': {shape}, }}".encode()
    text = text.ljust(64 * math.ceil((len(text) + 11) / 64) - 11) + b"\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(text)) + text

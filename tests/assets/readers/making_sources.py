"""Tiny sources in the exact formats in which the public sets are published."""

import bz2
import gzip
import struct
import zlib

import numpy as np
from PIL import Image
from scipy import io

DIGITS = tuple(str(digit) for digit in range(10))


def draw(path, kind=None):
    """Write a picture that no other name gives, `kind` being Pillow's name of a format."""
    path.parent.mkdir(parents=True, exist_ok=True)
    random = np.random.default_rng(zlib.crc32(str(path).encode()))
    noise = random.integers(0, 256, (9, 11, 3), dtype=np.uint8)
    Image.fromarray(noise).save(path, format=kind)
    return path


def tree(top, counts):
    """`{"train/shirt": 3}`: so many pictures in each folder below `top`."""
    for place, count in counts.items():
        for number in range(count):
            draw(top / place / f"{number:03}.jpg")
    return top


def pixels(n, shape, seed):
    """Noise of shape (n, *shape), uint8."""
    return np.random.default_rng(seed).integers(0, 256, (n, *shape), dtype=np.uint8)


def arrays(shape):
    """Images and labels of two parts with twenty and ten pictures of ten classes."""
    return {
        part: (pixels(n, shape, n), np.arange(n) % 10) for part, n in (("train", 20), ("test", 10))
    }


def idx_bytes(array, code=0x08):
    """The idx format: two zeros, the type, the number of dimensions, their lengths, the content."""
    header = struct.pack(f">{1 + array.ndim}I", (code << 8) + array.ndim, *array.shape)
    return header + array.tobytes()


def idx_set(folder):
    """MNIST's four files and the arrays in them: (sources, {part: (images, labels)})."""
    sources, content = {}, arrays((7, 7))
    for part, start in (("train", "train"), ("test", "t10k")):
        images, labels = content[part]
        for name, array in (("images-idx3", images), ("labels-idx1", labels.astype(np.uint8))):
            path = folder / f"{start}-{name}-ubyte.gz"
            path.write_bytes(gzip.compress(idx_bytes(array)))
            sources[path.name] = path
    return sources, content


def libsvm_set(folder):
    """USPS's two files and the arrays in them; grey levels on LIBSVM's scale come back exactly."""
    sources, content = {}, arrays((16, 16))
    for part, name in (("train", "usps.bz2"), ("test", "usps.t.bz2")):
        lines = []
        for image, label in zip(*content[part], strict=True):
            values = enumerate(image.ravel() / 127.5 - 1, start=1)
            lines.append(f"{label + 1} " + " ".join(f"{i}:{value:.6g}" for i, value in values))
        sources[name] = folder / name
        sources[name].write_bytes(bz2.compress("\n".join(lines).encode() + b"\n"))
    return sources, content


def matlab_set(folder):
    """SVHN's two files and the arrays in them; 10 stands for the digit 0."""
    sources, content = {}, arrays((8, 8, 3))
    for part, (images, labels) in content.items():
        path = sources[f"{part}_32x32.mat"] = folder / f"{part}_32x32.mat"
        numbers = np.where(labels == 0, 10, labels).astype(np.uint8)[:, np.newaxis]
        stored = {"X": images.transpose(1, 2, 3, 0), "y": numbers}
        io.savemat(path, stored, do_compression=True)
    return sources, content


def medmnist_arrays(shape=(7, 7), classes=10, n=20):
    """The arrays of one of MedMNIST's files by their names there."""
    content = {}
    for seed, part in enumerate(("train", "val", "test")):
        content[f"{part}_images"] = pixels(n, shape, seed)
        content[f"{part}_labels"] = (np.arange(n) % classes).astype(np.uint8)[:, np.newaxis]
    return content


def medmnist_set(folder, **changes):
    """One of MedMNIST's files and the arrays in it; `changes` replace arrays, or remove them."""
    content = {k: v for k, v in (medmnist_arrays() | changes).items() if v is not None}
    np.savez_compressed(folder / "x.npz", **content)
    names = {"train": "train", "validation": "val", "test": "test"}
    expected = {
        part: (content.get(f"{name}_images"), content.get(f"{name}_labels"))
        for part, name in names.items()
    }
    return {"x.npz": folder / "x.npz"}, expected

"""Sets that ship as files: one zip for each set and domain, with small pictures and an index."""

import csv
import io
import zipfile
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
from PIL import Image

from course_utils.datasets import webp
from course_utils.datasets.dataset import Dataset, Splits
from course_utils.errors import CourseError
from course_utils.files import atomic_path, sha256_of
from course_utils.paths import PROJECT_FOLDER
from course_utils.validation import require

SHIPPED_FOLDER = PROJECT_FOLDER / "datasets" / "shipped"
CHECKSUMS = SHIPPED_FOLDER / "SHA256SUMS"  # in the form that `sha256sum --check` reads
INDEX = "index.csv"
DOMAINS = "domains.txt"  # one a line, the default first
_FIELDS = ("image", "class", "group", "part")
_MEND = "restore it with `git checkout -- datasets/shipped`"


def shipped_names() -> list[str]:
    """Names of the sets that ship as files, sorted."""
    return sorted(path.name for path in SHIPPED_FOLDER.glob("*") if any(path.glob("*.zip")))


def shipped_domains(name: str) -> tuple[str, ...]:
    """The domains that a set ships in, the default first."""
    order = SHIPPED_FOLDER / name / DOMAINS
    return tuple(order.read_text(encoding="utf-8").split())


def write_shipped(
    path: Path,
    images: Iterable[np.ndarray],
    rows: Sequence[tuple[str, str, str]],
    quality: int | None,
) -> None:
    """Write one archive: the same bytes for the same pictures and version of Pillow.

    Parameters
    ----------
    path : path
        The zip file.
    images : iterable of array of uint8, shape (size, size, 3)
    rows : sequence of tuple (class name, group, part), one for each image
        `part` is "train", "validation" or "test".
    quality : int or None
        Of the WebP files, 1 to 100; None keeps every pixel.
    """
    table = io.StringIO()
    writer = csv.writer(table, lineterminator="\n")
    writer.writerow(_FIELDS)
    with atomic_path(path) as temporary, zipfile.ZipFile(temporary, "w") as archive:
        for number, (image, row) in enumerate(zip(images, rows, strict=True)):
            member = f"{row[0]}/{number:05d}.webp"
            archive.writestr(_member(member), webp.encode(image, quality))
            writer.writerow([member, *row])
        # Pictures are compressed already; the index, a third of its size, is worth the trouble.
        archive.writestr(_member(INDEX, zipfile.ZIP_DEFLATED), table.getvalue())


def write_checksums() -> None:
    """Write down the checksum of every archive that ships."""
    paths = sorted(SHIPPED_FOLDER.glob("*/*.zip"))
    lines = [f"{sha256_of(path)}  {path.relative_to(SHIPPED_FOLDER).as_posix()}" for path in paths]
    with atomic_path(CHECKSUMS) as temporary:
        temporary.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")


def verify_shipped_sets() -> int:
    """Compare every archive with its checksum; the number of archives.

    Raises
    ------
    CourseError
        If one is missing or differs.
    """
    lines = CHECKSUMS.read_text(encoding="utf-8").splitlines() if CHECKSUMS.exists() else []
    require(bool(lines), f"The file {CHECKSUMS} is missing: {_MEND}.")
    for line in lines:
        checksum, name = line.split(maxsplit=1)
        path = SHIPPED_FOLDER / name
        require(
            path.is_file() and sha256_of(path) == checksum,
            f"The file {path} is missing or has changed: {_MEND}.",
        )
    return len(lines)


def load_shipped_set(name: str, domain: str | None = None, size: int = 64) -> Splits:
    """Load a set that ships as files.

    Parameters
    ----------
    name : str
        One of `shipped_names()`.
    domain : str, optional
        One of `shipped_domains(name)`; by default the first of them.
    size : int
        Height and width of the images in pixels.

    Returns
    -------
    Splits
        Each part with its `groups`.

    Raises
    ------
    CourseError
        If there is no such domain, or the archive is missing or damaged.
    """
    domains = shipped_domains(name)
    domain = domains[0] if domain is None else domain
    require(
        domain in domains,
        f"The set {name!r} has no domain {domain!r}: choose from {', '.join(domains)}.",
    )
    path = SHIPPED_FOLDER / name / f"{domain}.zip"
    try:
        with zipfile.ZipFile(path) as archive:
            rows = _read_index(archive)
            images = np.stack([_read_image(archive, row["image"], size) for row in rows])
    except (OSError, KeyError, ValueError, zipfile.BadZipFile) as error:
        raise CourseError(
            f"The file {path} is missing or damaged ({type(error).__name__}): {_MEND}."
        ) from error
    class_names = tuple(dict.fromkeys(row["class"] for row in rows))
    labels = np.array([class_names.index(row["class"]) for row in rows], dtype=np.int64)
    groups = np.array([row["group"] for row in rows])
    whole = Dataset(images, labels, class_names, domain=domain, name=name, groups=groups)
    parts = np.array([row["part"] for row in rows])
    return Splits(*(whole.take(np.flatnonzero(parts == part)) for part in Splits._fields))


def _read_index(archive: zipfile.ZipFile) -> list[dict[str, str]]:
    """The index as a list of dict."""
    text = io.TextIOWrapper(archive.open(INDEX), encoding="utf-8", newline="")
    rows = list(csv.DictReader(text))
    if not rows or tuple(rows[0]) != _FIELDS:
        raise ValueError("the index has other columns")
    return rows


def _read_image(archive: zipfile.ZipFile, member: str, size: int) -> np.ndarray:
    """One picture: array of uint8, shape (size, size, 3)."""
    image = webp.decode(archive.read(member))
    if image.shape[:2] == (size, size):
        return image
    return np.asarray(Image.fromarray(image).resize((size, size), Image.Resampling.BILINEAR))


def _member(name: str, compression: int = zipfile.ZIP_STORED) -> zipfile.ZipInfo:
    """A member's entry, without the time and the rights that would make each archive differ."""
    member = zipfile.ZipInfo(name)
    member.compress_type = compression
    return member

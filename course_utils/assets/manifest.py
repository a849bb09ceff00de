"""The manifest of public assets: one data file that says what there is to fetch, and from where."""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from course_utils.errors import CourseError
from course_utils.files import readable_size

MANIFEST_FILE = Path(__file__).parent / "manifest.toml"

#: Kinds of checksum: digests of a file, and the id of a git commit, which is one of all its files.
CHECKSUMS = {"sha256", "md5", "commit"}


@dataclass(frozen=True)
class AssetFile:
    """One file to download, or one repository.

    Attributes
    ----------
    name : str
        Its name on disk and in a mirror folder.
    checksum : str
        Kind and hexadecimal digits, as pooch takes them: `"sha256:1f0c..."`.
    bytes : int
        Its size, or about.
    sources : tuple of str
        Where it is published, in the order in which they are tried: an address on the web,
        `"package:NAME"` for an archive of a Python package, or `"hub:REPOSITORY@REVISION"`.
    """

    name: str
    checksum: str
    bytes: int
    sources: tuple[str, ...]

    @property
    def is_repository(self) -> bool:
        """Whether it is a git repository rather than a file."""
        return self.checksum.startswith("commit:")

    @property
    def part_name(self) -> str:
        """The name of what has arrived of it so far."""
        return f"{self.name}.{self.checksum.partition(':')[2][:12]}.part"


@dataclass(frozen=True)
class Asset:
    """One public asset: what it is, its files, and how they are read once they are here.

    `reader` is a name in `readers.READERS`, with its `options`. A labelled set of images, which
    `load_dataset` loads, has `classes` and a number of `images`, the `domain` of its pictures, and
    in `nearest` the shipped set that comes nearest to it.
    """

    name: str
    version: str
    title: str
    about: str
    licence: str
    licence_source: str
    citation: str
    homepage: str
    files: tuple[AssetFile, ...]
    reader: str
    options: dict[str, Any] = field(default_factory=dict)
    images: int = 0
    classes: tuple[str, ...] = ()
    domain: str = ""
    nearest: str = ""

    @property
    def bytes(self) -> int:
        """Size of the download."""
        return sum(file.bytes for file in self.files)

    @property
    def identity(self) -> dict[str, Any]:
        """What decides the content of the finished folder (dict that JSON can hold)."""
        return {
            "name": self.name,
            "version": self.version,
            "files": {file.name: file.checksum for file in self.files},
            "reader": self.reader,
            "options": self.options,
            "classes": list(self.classes),
        }


def read_manifest(path: Path = MANIFEST_FILE) -> dict[str, Asset]:
    """Every asset of the manifest by its name, in the order of the file.

    Raises
    ------
    CourseError
        If the file is missing or damaged.
    """
    try:
        with path.open("rb") as file:
            return {name: _asset(name, table) for name, table in tomllib.load(file).items()}
    except (OSError, ValueError, TypeError, LookupError) as error:
        raise CourseError(
            f"The manifest {path} cannot be read ({error}): bring it back with "
            f"`git checkout -- {path.name}` in its folder."
        ) from error


def _asset(name: str, table: dict[str, Any]) -> Asset:
    files = tuple(_file(**file) for file in table.pop("files"))
    classes = tuple(table.pop("classes", ()))
    return Asset(name=name, files=files, classes=classes, **table)


def _file(
    name: str, sources: list[str], bytes: int, checksum_source: str, **checksum: str
) -> AssetFile:
    """A file's table; `checksum_source`, who published the checksum, is for people."""
    if len(checksum) != 1 or not set(checksum) <= CHECKSUMS:
        raise ValueError(f"the file {name} needs one checksum of {', '.join(sorted(CHECKSUMS))}")
    [(kind, digits)] = checksum.items()
    return AssetFile(name, f"{kind}:{digits}", bytes, tuple(sources))


def describe(assets: Iterable[Asset]) -> str:
    """A table of assets as text: size of the download, licence, and what is on this computer."""
    from course_utils.assets.placing import downloaded_folder

    rows = [("name", "images", "classes", "download", "licence", "on this computer")]
    for asset in assets:
        images = f"{asset.images:,}" if asset.images else "-"
        classes = str(len(asset.classes) or "-")
        here = "yes" if downloaded_folder(asset.name) else "no"
        size = readable_size(asset.bytes)
        rows.append((asset.name, images, classes, size, asset.licence, here))
    name, *numbers, licence, _ = [max(map(len, column)) for column in zip(*rows, strict=True)]
    images, classes, size = numbers
    return "\n".join(
        f"{row[0]:{name}}  {row[1]:>{images}}  {row[2]:>{classes}}  {row[3]:>{size}}  "
        f"{row[4]:{licence}}  {row[5]}"
        for row in rows
    )

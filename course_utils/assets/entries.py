"""The catalog of public sets: one data file, read and checked before anything is fetched."""

import inspect
import re
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from course_utils.assets.tables import Table, check_address, check_web
from course_utils.errors import CourseError
from course_utils.files import readable_size

CATALOG_FILE = Path(__file__).parent / "catalog.toml"

_DIGITS = {"sha256": 64, "md5": 32}  # hexadecimal digits of each kind of checksum
_NAME = re.compile(r"[a-z0-9][a-z0-9-]*")
_FILE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")

_TEXTS = (
    *("title", "about", "domain", "licence", "licence_source", "citation", "homepage"),
    *("nearest", "arrangement"),
)


@dataclass(frozen=True)
class RemoteFile:
    """One file to download.

    Attributes
    ----------
    name : str
        Its name on disk and in a mirror folder.
    address : str
    bytes : int
    checksum : str
        Kind and hexadecimal digits, as pooch takes them: `"sha256:1f0c..."`.
    checksum_source : str
        Who published size and checksum.
    exact : bool
        Whether `bytes` is the size to the byte; else about, and the checksum alone decides.
    """

    name: str
    address: str
    bytes: int
    checksum: str
    checksum_source: str
    exact: bool = True

    @property
    def most_bytes(self):
        """More than this is never taken."""
        return self.bytes if self.exact else 2 * self.bytes + 1_000_000

    def is_size(self, size):
        """Whether a file of this size can be the one."""
        return size == self.bytes if self.exact else size <= self.most_bytes

    @property
    def size_in_words(self):
        """The size as the catalog says it."""
        return f"{'' if self.exact else 'about '}{self.bytes:,}"


@dataclass(frozen=True)
class Repository:
    """A git repository at one commit; the commit's id is the checksum of all it holds.

    `bytes` is about what a download takes.
    """

    address: str
    commit: str
    bytes: int


@dataclass(frozen=True)
class Entry:
    """One public set of the catalog: what it is, and either `files` or a `repository`."""

    name: str
    title: str
    about: str
    images: int
    classes: tuple[str, ...]
    domain: str
    licence: str
    licence_source: str
    citation: str
    homepage: str
    nearest: str
    arrangement: str
    options: dict[str, Any] = field(default_factory=dict)
    files: tuple[RemoteFile, ...] = ()
    repository: Repository | None = None

    @property
    def bytes(self):
        """Size of the download."""
        return self.repository.bytes if self.repository else sum(f.bytes for f in self.files)

    @property
    def identity(self):
        """What decides the content of the finished set (dict that JSON can hold)."""
        source = (
            {"commit": self.repository.commit}
            if self.repository
            else {"files": {file.name: file.checksum for file in self.files}}
        )
        arranged = {"arrangement": self.arrangement, "options": self.options}
        return {"name": self.name, "classes": list(self.classes), **source, **arranged}


def read_catalog(path=CATALOG_FILE, arrangements=None):
    """Read the catalog and check all of it.

    Parameters
    ----------
    path : path
        A TOML file with a table for each set.
    arrangements : dict of str to callable, optional
        The known arrangements; by default those of `arranging.ARRANGEMENTS`.

    Returns
    -------
    dict of str to Entry
        In the order of the file.

    Raises
    ------
    CourseError
        If the file is missing or not TOML, or an entry has a fault: entry and key are named.
    """
    try:
        with path.open("rb") as file:
            tables = tomllib.load(file)
    except (OSError, ValueError) as error:  # tomllib's and Unicode's errors are ValueErrors
        raise CourseError(
            f"The catalog {path} cannot be read ({error}): bring it back with "
            f"`git checkout -- {path.name}` in its folder."
        ) from error
    if arrangements is None:
        from course_utils.assets.arranging import ARRANGEMENTS as arrangements
    return {name: _entry(Table(path, name, tables[name]), arrangements) for name in tables}


def describe(entries):
    """A table of sets as text, for `fetch --list`: size of the download, licence, what is here.

    Parameters
    ----------
    entries : iterable of Entry

    Returns
    -------
    str
    """
    from course_utils.assets.placing import downloaded_folder

    rows = [("name", "images", "classes", "download", "licence", "on this computer")]
    for entry in entries:
        counts = (f"{entry.images:,}", str(len(entry.classes)), readable_size(entry.bytes))
        here = "yes" if downloaded_folder(entry.name) else "no"
        rows.append((entry.name, *counts, entry.licence, here))
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    right = (1, 2, 3)  # columns of numbers
    lines = [
        "  ".join(
            cell.rjust(width) if k in right else cell.ljust(width)
            for k, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]
    return "\n".join(lines)


def _entry(table, arrangements):
    """One set's table as an Entry."""
    table.match(None, table.entry, _NAME, "must be named in small letters, digits and hyphens")
    values = {key: table.get(key, str) for key in _TEXTS}
    classes = table.get("classes", list)
    if not all(isinstance(name, str) and name for name in classes) or len(classes) < 2:
        raise table.fault("classes", "must list at least two names")
    if len(set(classes)) < len(classes):
        raise table.fault("classes", "names a class twice")
    options = table.get("options", dict) if "options" in table.content else {}
    _check_arrangement(table, values["arrangement"], options, arrangements)
    images = table.get("images", int)
    if ("files" in table.content) == ("repository" in table.content):
        raise table.fault(None, "must have either files or a repository")
    sources = {}
    if "repository" in table.content:
        sources["repository"] = _repository(
            table.below("repository", table.get("repository", dict))
        )
    else:
        sources["files"] = _files(table)
    table.finish()
    shared = {"images": images, "classes": tuple(classes), "options": options}
    return Entry(name=table.entry, **values, **shared, **sources)


def _check_arrangement(table, name, options, arrangements):
    """That the arrangement is known and takes these options."""
    if name not in arrangements:
        raise table.fault("arrangement", f"must be one of {', '.join(arrangements)}, not {name!r}")
    try:
        inspect.signature(arrangements[name]).bind("sources", "folder", "classes", **options)
    except TypeError as error:
        raise table.fault("options", f"do not suit {name!r} ({error})") from error


def _files(table):
    """The list of files of an entry."""
    files, seen = [], set()
    for k, content in enumerate(table.get("files", list)):
        below = table.below(f"files[{k}]", content)
        name = below.get("name", str)
        below.match("name", name, _FILE_NAME, "must be a plain file name")
        if name.casefold() in seen or name.endswith((".part", ".json")) or name == "repository":
            raise below.fault("name", f"must not be {name!r}, which is in use")
        seen.add(name.casefold())
        checksum, exact = _checksum(below), "bytes_about" not in below.content
        size = below.get("bytes" if exact else "bytes_about", int)
        # Without encryption the checksum alone protects, and MD5 is too weak for that.
        check = check_web if checksum.startswith("sha256:") else check_address
        address = below.checked("address", check)
        source = below.checked("checksum_source", check_web)
        files.append(RemoteFile(name, address, size, checksum, source, exact))
        below.finish()
    return tuple(files)


def _checksum(table):
    """A file's checksum as pooch takes it; sha256 where both kinds are given."""
    kinds = [kind for kind in _DIGITS if kind in table.content]
    if not kinds:
        raise table.fault("sha256", "is missing (md5 where the source publishes only that)")
    for kind in kinds:
        pattern = re.compile(f"[0-9a-f]{{{_DIGITS[kind]}}}")
        what = f"must be {_DIGITS[kind]} hexadecimal digits in small letters"
        table.match(kind, table.get(kind, str), pattern, what)
    return f"{kinds[0]}:{table.content[kinds[0]]}"


def _repository(table):
    """The repository of an entry."""
    commit = table.get("commit", str)
    hexadecimal = re.compile("[0-9a-f]{40}|[0-9a-f]{64}")
    table.match("commit", commit, hexadecimal, "must be a commit's whole id, 40 digits")
    address = table.checked("address", check_address)
    repository = Repository(address, commit, table.get("bytes", int))
    table.finish()
    return repository

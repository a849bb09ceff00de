"""One file from a source or a mirror folder; pooch checks it before it gets its name.

What has arrived of a download lies in `NAME.<checksum>.part` until the file is whole, so that a cut
connection or a killed run costs nothing that was there.
"""

import contextlib
import os
import shutil
import time
from pathlib import Path
from typing import Any

import pooch
import requests
import urllib3
from tqdm import tqdm

from course_utils.assets.manifest import AssetFile
from course_utils.assets.packages import find_archive, local_path
from course_utils.errors import CourseError
from course_utils.files import disk_errors_explained
from course_utils.validation import require

#: Tries in a row that gain less than `ENOUGH_BYTES` each, and seconds before the second one;
#: every further wait is twice as long.
ATTEMPTS = 5
FIRST_WAIT = 0.5
ENOUGH_BYTES = 1_000_000

#: Seconds until a connection stands; seconds until the next byte comes.
SECONDS = (10.0, 30.0)

_BLOCK_BYTES = 1 << 16
_BUSY = {408, 425, 429, 500, 502, 503, 504}  # states of a server that pass by themselves


class _PassingFault(Exception):
    """Something that may be gone at the next try; the text says what, for people."""


_PASSING = (_PassingFault, requests.RequestException, urllib3.exceptions.HTTPError)


def obtain_file(file: AssetFile, asset_name: str, folder: Path, mirror: Path | None = None) -> Path:
    """Have one file of an asset, checked.

    Parameters
    ----------
    file : AssetFile
    asset_name : str
    folder : pathlib.Path
        Where the file belongs, and what has arrived of it so far.
    mirror : pathlib.Path, optional
        A folder to copy it from instead.

    Returns
    -------
    pathlib.Path
        The file; its checksum is the manifest's.

    Raises
    ------
    CourseError
        If it cannot be had, or what came is not the file that the manifest describes.
    """
    pooch.get_logger().setLevel("WARNING")  # its lines would name temporary files
    sources = file.sources if mirror is None else (f"mirror:{mirror}",)
    with disk_errors_explained(folder / file.name):
        for source in sources[:-1]:
            with contextlib.suppress(CourseError):
                return _obtain(file, source, asset_name, folder)
        return _obtain(file, sources[-1], asset_name, folder)


def find_in_mirror(mirror: Path, asset_name: str, file_name: str) -> Path:
    """Where a file, or a repository's folder, lies in a mirror folder.

    Raises
    ------
    CourseError
        If it is not there, or may not be read.
    """
    places = [mirror / asset_name / file_name, mirror / file_name]
    for place in places:
        if os.access(place, os.R_OK):
            return place.absolute()
    raise CourseError(
        f"The mirror folder lacks {file_name} of {asset_name!r} (you can read neither {places[0]} "
        f"nor {places[1]}): put it there, or leave the mirror out to download it."
    )


def _obtain(file: AssetFile, source: str, asset_name: str, folder: Path) -> Path:
    """The file from one of its sources."""
    kind, _, place = source.partition(":")
    part = folder / file.part_name

    def get(_: str, output: str, __: Any) -> None:
        """A downloader as pooch takes it."""
        if kind == "hub":
            _from_hub(place, file, folder, output)
            return
        address, verify = source, True
        if kind == "package":
            address, verify = find_archive(place, file.name)
        elif kind == "mirror":
            address = find_in_mirror(Path(place), asset_name, file.name).as_uri()
        if address.startswith("file:"):
            shutil.copyfile(local_path(address), output)
        else:
            _download(address, verify, file, part)
            part.replace(output)

    downloader: Any = get  # pooch calls it by position
    while True:
        begun = part.exists()
        try:
            found = pooch.retrieve(source, file.checksum, file.name, folder, downloader=downloader)
            return Path(found)
        except ValueError as error:
            # What an earlier run left may be of another version: once more, from the start.
            if not begun:
                raise CourseError(
                    f"The file {file.name} from {source} is not the one that the course was made "
                    f"with (its {file.checksum.partition(':')[0]} differs from the manifest's) and "
                    "was thrown away: try again later or on another network."
                ) from error


def _from_hub(place: str, file: AssetFile, folder: Path, output: str) -> None:
    """Get a file from the public hub, whose own client goes on where a download stopped.

    `place` is a repository and its revision: `"datasets/torchgeo/eurosat@c877bcd4..."`.
    """
    from huggingface_hub import hf_hub_download

    repository, _, revision = place.partition("@")
    name = repository.removeprefix("datasets/")
    kind = "model" if name == repository else "dataset"
    begun = folder / "hub"
    try:
        found = hf_hub_download(name, file.name, repo_type=kind, revision=revision, local_dir=begun)
    except Exception as error:  # the client's, its web library's, the network's
        if isinstance(error, OSError) and error.errno:
            raise
        raise CourseError(
            f"{file.name} of {repository} could not be had from the hub ({type(error).__name__}): "
            "check the network and run this again; `--mirror FOLDER` takes it from a folder."
        ) from error
    shutil.move(found, output)
    shutil.rmtree(begun, ignore_errors=True)


def _download(address: str, verify: Any, file: AssetFile, part: Path) -> None:
    """Bring `part` to its full length, over as many tries as it takes."""
    failures = 0
    shown = {"unit": "B", "unit_scale": True, "ascii": True}
    with tqdm(desc=file.name, total=file.bytes, **shown) as bar:
        while True:
            before = _size(part)
            try:
                return _go_on(address, verify, file, part, bar)
            except _PASSING as error:
                failures = 1 if _size(part) - before >= ENOUGH_BYTES else failures + 1
                if failures >= ATTEMPTS:
                    raise CourseError(
                        f"{file.name} could not be downloaded, {_size(part):,} of "
                        f"{file.bytes:,} bytes are here ({_reason(error)}): check the "
                        "network and run this again, it goes on from there; `--mirror FOLDER` "
                        "takes it from a folder."
                    ) from error
                time.sleep(FIRST_WAIT * 2 ** (failures - 1))


def _go_on(address: str, verify: Any, file: AssetFile, part: Path, bar: tqdm) -> None:
    """One request for what is missing; what comes is written as it comes."""
    start = _size(part)
    # Compressed on the way it could not be resumed, nor its size compared.
    headers = {"Accept-Encoding": "identity"} | ({"Range": f"bytes={start}-"} if start else {})
    options = {"headers": headers, "timeout": SECONDS, "verify": verify}
    with requests.get(address, stream=True, **options) as answer:
        status = answer.status_code
        if status in _BUSY:
            raise _PassingFault(f"the server answered {status} {answer.reason}")
        if status == 416:  # there is no more: the checksum tells whether this is all
            return
        goes_on = answer.headers.get("Content-Range", "").startswith(f"bytes {start}-")
        if status == 206 and not goes_on:
            part.unlink(missing_ok=True)
            raise _PassingFault("the server sent another part than the one asked for")
        require(
            answer.ok,
            f"{file.name} cannot be had, the server answered {status} {answer.reason}: try again "
            "later, and if it stays so, tell the authors of the course that it moved.",
        )
        size = start if status == 206 else 0
        bar.n = size
        with part.open("r+b" if size else "wb") as received:
            received.seek(size)
            # read1 gives what is there: read would wait for a whole block, and lose it if cut.
            while block := answer.raw.read1(_BLOCK_BYTES, decode_content=False):
                received.write(block)
                bar.update(len(block))
                if received.tell() > 2 * file.bytes + 1_000_000:
                    received.truncate(0)
                    raise CourseError(
                        f"{file.name} is much larger than the {file.bytes:,} bytes of the "
                        "manifest: it was thrown away; try again later or on another network."
                    )


def _size(part: Path) -> int:
    return part.stat().st_size if part.exists() else 0


def _reason(error: Exception) -> str:
    """Why a try failed, in a few words."""
    if isinstance(error, _PassingFault):
        return str(error)
    if isinstance(error, (requests.Timeout, urllib3.exceptions.TimeoutError)):
        return "the server did not answer in time"
    if any(word in repr(error) for word in ("NameResolution", "NewConnection")):
        return "the server cannot be reached, or there is no network"
    return f"the connection was cut, {type(error).__name__}"

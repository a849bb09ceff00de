"""One file from the network or from a mirror folder; pooch checks it before it gets its name.

What has arrived lies in `NAME.part` until the file is whole, so that a cut connection or a
killed run costs nothing that was there. `NAME.part.json` beside it says which version of which
file it is the beginning of.
"""

import contextlib
import json
import logging
import re
import time
from pathlib import Path

import pooch
import requests
import urllib3

from course_utils.assets import network
from course_utils.assets.mirrors import Copy, progress_bar
from course_utils.assets.network import PassingFault, open_session, reason
from course_utils.errors import CourseError
from course_utils.files import disk_errors_explained

_BLOCK_BYTES = 1 << 16
_BUSY = {408, 425, 429, 500, 502, 503, 504}  # states of a server that pass by themselves


def obtain_file(remote, set_name, folder, mirror=None, progress=True):
    """Have one file of a set, checked.

    Parameters
    ----------
    remote : RemoteFile
    set_name : str
    folder : pathlib.Path
        Where the file belongs, and what has arrived of it so far.
    mirror : pathlib.Path, optional
        A folder to copy it from instead.
    progress : bool
        Show a progress bar on standard error.

    Returns
    -------
    pathlib.Path
        The file; its size and checksum are the catalog's.

    Raises
    ------
    CourseError
        If it cannot be had, or what came is not the file that the catalog describes.
    """
    path = folder / remote.name
    if mirror is not None:
        get = Copy(remote, set_name, mirror, progress)
    else:
        get = _Download(remote, path, progress)
    with disk_errors_explained(path), _quiet_pooch():
        for last in (False, True):
            get.resumed = False
            try:
                found = pooch.retrieve(
                    remote.address, remote.checksum, remote.name, folder, downloader=get
                )
                break
            except ValueError as error:
                # What an earlier run left may be of another version: once more, from the start.
                if last or not get.resumed:
                    raise CourseError(
                        f"The file {get.source} is not the one that the course was made with "
                        f"(its {remote.checksum.partition(':')[0]} differs from the catalog's) "
                        "and was thrown away: try again later or on another network."
                    ) from error
    return Path(found)


class _Download:
    """A downloader as pooch takes it, which goes on where an earlier one stopped."""

    def __init__(self, remote, path, progress):
        self.remote, self.source, self.progress = remote, remote.address, progress
        self.part = path.with_name(f"{path.name}.part")
        self.note = path.with_name(f"{path.name}.part.json")
        self.resumed = False

    def __call__(self, address, output_file, _):
        self.resumed = self._intact_bytes() > 0
        with progress_bar(self.remote, self.progress) as bar, open_session(address) as session:
            failures = 0
            while not self._is_whole(before := self._intact_bytes()):
                try:
                    self._go_on(session, before, bar)
                except (PassingFault, requests.RequestException, urllib3.exceptions.HTTPError) as e:
                    gained = self._intact_bytes() - before
                    failures = 1 if gained >= network.PATIENCE.gain else failures + 1
                    if failures >= network.PATIENCE.attempts:
                        raise CourseError(self._out_of_patience(e)) from e
                    time.sleep(network.PATIENCE.first_wait * 2 ** (failures - 1))
        self.part.replace(output_file)
        self.note.unlink(missing_ok=True)

    def _intact_bytes(self):
        """How much of this file is there to build on."""
        if self._noted().get("checksum") != self.remote.checksum or not self.part.is_file():
            return 0
        size = self.part.stat().st_size
        return size if size <= self.remote.most_bytes else 0

    def _is_whole(self, size):
        """Whether that many bytes are all of it."""
        return size == (self.remote.bytes if self.remote.exact else self._noted().get("bytes"))

    def _noted(self):
        try:
            noted = json.loads(self.note.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return noted if isinstance(noted, dict) else {}

    def _write_note(self, **noted):
        noted["checksum"] = self.remote.checksum
        self.note.write_text(json.dumps(noted), encoding="utf-8")

    def _go_on(self, session, offset, bar):
        """One request for what is missing; what comes is written as it comes."""
        # Compressed on the way it could not be resumed, nor its size compared.
        headers = {"Accept-Encoding": "identity"}
        if offset:
            headers["Range"] = f"bytes={offset}-"
            if self._noted().get("version"):
                headers["If-Range"] = self._noted()["version"]
        timeout = (network.PATIENCE.connect, network.PATIENCE.read)
        with session.get(self.source, headers=headers, stream=True, timeout=timeout) as response:
            start, total = self._start(response, offset)
            self.resumed = start > 0
            with self.part.open("ab") as file:
                if file.tell() > start:
                    file.truncate(start)
                if start == 0:
                    self._write_note(version=_version(response), bytes=total)
                bar.n = start
                bar.refresh()
                self._receive(response.raw, file, start, bar)

    def _start(self, response, offset):
        """Where in the file the body of this response begins, and the file's size if told."""
        status, total = response.status_code, None
        if status == 200:
            total, start = response.headers.get("Content-Length"), 0
        elif status in (206, 416):
            pattern = r"bytes (?:(\d+)-\d+|\*)/(\d+|\*)"
            match = re.fullmatch(pattern, response.headers.get("Content-Range", ""))
            start, total = match.groups() if match else (None, None)
        elif status in _BUSY:
            raise PassingFault(f"it answered {status} {response.reason}")
        else:
            raise CourseError(
                f"{self.source} cannot be had, the server answered {status} {response.reason}: try "
                "again later, and if it stays so, tell the authors of the course that it moved."
            )
        total = int(total) if total and total.isdecimal() else None
        if total is not None and not self.remote.is_size(total):
            raise self._wrong_size(f"{total:,}")
        if status != 200 and (status == 416 or start is None or int(start) != offset):
            self._forget()
            raise PassingFault("it sent another part than the one asked for")
        return int(start), total

    def _receive(self, raw, file, size, bar):
        """Write the body behind the `size` bytes that are there, watching size and speed."""
        began, came = time.monotonic(), 0
        # read1 gives what is there: read would wait for a whole block, drop by drop.
        while block := raw.read1(_BLOCK_BYTES, decode_content=False):
            if size + len(block) > self.remote.most_bytes:
                file.close()
                raise self._wrong_size(f"more than {self.remote.most_bytes:,}")
            file.write(block)
            size, came = size + len(block), came + len(block)
            bar.update(len(block))
            seconds = time.monotonic() - began
            if seconds >= network.PATIENCE.window:
                if came < network.PATIENCE.rate * seconds:
                    raise PassingFault(f"only {came:,} bytes came in {seconds:.0f} s")
                began, came = time.monotonic(), 0
        if not self.remote.exact and self._noted().get("bytes") is None:
            self._write_note(**self._noted() | {"bytes": size})  # only the end tells the size
        elif not self._is_whole(size):
            raise PassingFault("the connection was cut")

    def _wrong_size(self, found):
        self._forget()
        return CourseError(
            f"The file {self.source} has {found} bytes where the catalog says "
            f"{self.remote.size_in_words}, so it is not the one that the course was made with: try "
            "again later or on another network."
        )

    def _forget(self):
        self.part.unlink(missing_ok=True)
        self.note.unlink(missing_ok=True)

    def _out_of_patience(self, error):
        """The sentence after the last try."""
        return (
            f"{self.source} could not be downloaded, {self._intact_bytes():,} of "
            f"{self.remote.size_in_words} bytes are here ({reason(error)}): check the network and "
            "run this again, it goes on from there; `--mirror FOLDER` takes it from a folder."
        )


@contextlib.contextmanager
def _quiet_pooch():
    """Without pooch's own lines, which name temporary files."""
    logger = pooch.get_logger()
    level = logger.level
    logger.setLevel(logging.WARNING)
    try:
        yield
    finally:
        logger.setLevel(level)


def _version(response):
    """What tells this version of a remote file from others (RFC 9110, 13.1.5); "" if nothing."""
    tag = response.headers.get("ETag", "")
    strong = tag.startswith('"')  # a weak one promises the same meaning, not the same bytes
    return tag if strong else response.headers.get("Last-Modified", "")

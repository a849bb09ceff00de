"""A script: fetches that are killed before each of their changes to the disk.

It begins with an older version of an asset, kills a process that fetches a newer one, looks at
what a learner would load, and fetches again; with the next change, until one is not killed.
"""

import os
import shutil
import signal
import sys
from pathlib import Path
from types import SimpleNamespace

from fetch_helpers import asset_on, fetch, move_as_they_are, picture_files, quicken, tree
from forked import in_a_process

from course_utils.assets import downloaded_folder, git_repository, placing, transfer
from course_utils.assets.readers import READERS

assert git_repository  # imported to be there at once

CHANGES = {"os.rename", "os.mkdir", "os.rmdir", "os.remove", "os.truncate", "os.link"}


def versions(server):
    """The asset and its files, older and newer: the same bytes on every call."""
    files = [picture_files(version, count=1, size=100) for version in (0, 1)]
    return [(asset_on(server, each, ".tar", f"/{k}"), each) for k, each in enumerate(files)]


def fetch_until_change(cache, asset, count, log):
    """A fetch that is killed just before its change number `count` to the disk.

    Python tells audit hooks what it is about to do, each rename, new folder, opened file and
    removal among it. What was about to happen is written to `log`.
    """
    seen = 0

    def hook(event, arguments):
        nonlocal seen
        if not (event in CHANGES or (event == "open" and writes(arguments))):
            return
        if str(arguments[0]).startswith(str(cache)) or event in ("os.rmdir", "os.remove"):
            seen += 1
            if seen == count:
                log.write_text(f"{event} {arguments[0]}")
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(hook)
    fetch(asset)


def writes(arguments):
    """Whether the audit event "open" (path, mode, flags) is for writing."""
    _, mode, flags = arguments
    if isinstance(mode, str):
        return any(letter in mode for letter in "wax+")
    return bool(flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT))


def main(address, cache):
    os.environ.update(COURSE_CACHE=str(cache), NO_PROXY="127.0.0.1")
    quicken(lambda name, value: setattr(transfer, name, value))
    placing._flush = lambda folder: None  # minutes on a busy disk
    READERS["as-they-are"] = move_as_they_are
    (older, older_files), (newer, newer_files) = versions(
        SimpleNamespace(files={}, address=address)
    )
    log = cache.with_name("killed.txt")
    moments, found_newer = [], []
    while True:
        fetch(older)
        count = len(moments) + 1
        child = in_a_process(lambda count=count: fetch_until_change(cache, newer, count, log))
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        if status == 0:
            break
        assert status == -signal.SIGKILL, status
        moments.append(log.read_text())
        found = tree(downloaded_folder("animals"))
        assert found in (older_files, newer_files), moments[-1]
        found_newer.append(found == newer_files)
        # The next fetch brings the newer version, and leaves nothing lying about.
        assert tree(fetch(newer)) == newer_files, moments[-1]
        assert not list((cache / "datasets").glob(".*")), moments[-1]
        assert [path.name for path in (cache / "downloads" / "animals").iterdir()] == [
            newer.files[0].name
        ], moments[-1]
        shutil.rmtree(cache)
    assert len(moments) > 30, moments
    assert found_newer == sorted(found_newer)  # older, older, ..., newer, newer
    assert len(set(found_newer)) == 2
    assert any("os.rename" in moment and "/set" in moment for moment in moments)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))

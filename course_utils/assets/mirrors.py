"""Files from a mirror folder: a classroom without a network has one on a stick or a share."""

from pathlib import Path

from tqdm import tqdm

from course_utils.datasets.reporting import readable
from course_utils.errors import CourseError

_BLOCK_BYTES = 1 << 16


class Copy:
    """A downloader as pooch takes it, which copies from a mirror folder."""

    def __init__(self, remote, set_name, mirror, progress):
        self.remote, self.progress, self.resumed = remote, progress, False
        self.wanted = f"{remote.name} of the set {set_name!r}"
        self.places = [mirror / set_name / remote.name, mirror / remote.name]
        self.source = self.places[0]

    def __call__(self, address, output_file, _):
        self.source = find_in_mirror(self.wanted, self.places)
        if not self.remote.is_size(size := self.source.stat().st_size):
            raise CourseError(
                f"The mirror's file {self.source} has {size:,} bytes where the catalog says "
                f"{self.remote.size_in_words}: copy it there again from where it came."
            )
        with Path(output_file).open("wb") as file, progress_bar(self.remote, self.progress) as bar:
            for block in _blocks(self.source):
                file.write(block)
                bar.update(len(block))


def find_in_mirror(wanted, places):
    """The first of some places in a mirror folder that is there, else a CourseError."""
    for place in places:
        if place.exists():
            return place
    looked = " nor ".join(str(place) for place in places)
    raise CourseError(
        f"The mirror folder lacks {wanted} (there is neither {looked}): put it there, or leave "
        "the mirror out to download it."
    )


def progress_bar(remote, progress):
    """A bar of plain text for one file's bytes, on standard error."""
    return tqdm(
        total=remote.bytes,
        desc=remote.name,
        unit="B",
        unit_scale=True,
        ascii=True,
        disable=not progress,
    )


def _blocks(path):
    """A file's bytes; trouble with reading it is told apart from trouble with writing."""
    try:
        with path.open("rb") as file:
            while block := file.read(_BLOCK_BYTES):
                yield block
    except OSError as error:
        raise CourseError(
            f"The mirror's file {readable(path)} cannot be read ({error.strerror}): check the "
            "disk and that you may read it."
        ) from error

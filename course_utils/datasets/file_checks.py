"""Find the files that cannot be decoded: each is tried once, and the verdict is remembered."""

import contextlib
import hashlib
import json
import warnings
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import PIL
from PIL import Image, UnidentifiedImageError
from tqdm import tqdm

from course_utils.datasets.decoding import DECODING_VERSION, MOST_PIXELS, THREADS, read_rgb
from course_utils.datasets.scanning import File
from course_utils.errors import CourseError
from course_utils.files import atomic_path
from course_utils.paths import cache_folder

_MANY = 500  # files; fewer are checked before a progress bar could be read
_BATCH = 256  # files handed to the threads at once, so that an interrupt is heeded soon
_SIZE = 64  # pixels; the verdict does not depend on it, the time does
_RECORD_VERSION = f"{DECODING_VERSION}, Pillow {PIL.__version__}, at most {MOST_PIXELS}"


class Verdict(NamedTuple):
    """`reason` the file cannot be used ("" if it can), and a digest of its pixels."""

    reason: str
    digest: str


def check_files(root: str, files: Sequence[File]) -> list[Verdict]:
    """Decode every file once, unless it was checked before and has not changed since.

    Parameters
    ----------
    root : path
        The folder that is being loaded; the record of verdicts is kept for it.
    files : list of File

    Returns
    -------
    list of Verdict
        One for each file, in that order.
    """
    known = _read_record(root)
    keys = [f"{file.path}|{file.size}|{file.changed}" for file in files]
    todo = [i for i, key in enumerate(keys) if key not in known]
    fresh = {}
    try:
        with warnings.catch_warnings(), ThreadPoolExecutor(THREADS) as pool:
            # Pillow's own warnings (bombs, odd metadata) would say again what is reported here.
            warnings.simplefilter("ignore")
            with tqdm(
                total=len(todo),
                desc="Checking images",
                unit="image",
                disable=len(todo) <= _MANY,
            ) as bar:
                for start in range(0, len(todo), _BATCH):
                    batch = todo[start : start + _BATCH]
                    verdicts = pool.map(_check, [files[i] for i in batch])
                    fresh.update(zip(batch, verdicts, strict=True))
                    bar.update(len(batch))
    finally:  # after an interrupt too: what was checked need not be checked again
        if fresh:
            kept = {key: known[key] for key in keys if key in known}
            kept |= {keys[i]: verdict for i, (verdict, lasting) in fresh.items() if lasting}
            _write_record(root, kept)
    return [Verdict(*(known[key] if key in known else fresh[i][0])) for i, key in enumerate(keys)]


def _check(file: File) -> tuple[Verdict, bool]:
    """(verdict, whether it lasts): a missing permission may be given without a trace."""
    if file.size == 0:
        return Verdict("an empty file", ""), True
    try:
        image = read_rgb(file.path, _SIZE)
        digest = hashlib.sha256(f"{image.size}".encode())
        digest.update(np.asarray(image).tobytes())
        return Verdict("", digest.hexdigest()), True
    except Image.DecompressionBombError:
        return Verdict(f"more than {MOST_PIXELS // 10**6} million pixels", ""), True
    except UnidentifiedImageError:
        if file.path.lower().endswith((".heic", ".heif")):
            return Verdict("HEIC: save it as JPEG", ""), True
        return Verdict("not an image", ""), True
    except PermissionError:
        return Verdict("no permission to read it", ""), False
    except OSError as error:
        if error.errno is not None:
            return Verdict(error.strerror or "cannot be read", ""), False
        return Verdict("cut short or damaged", ""), True
    except MemoryError:
        return Verdict("too large for this machine's memory", ""), False
    except Exception:  # decoders raise many kinds for damaged data
        return Verdict("cut short or damaged", ""), True


def _record_path(root: str) -> Path:
    name = hashlib.sha256(str(Path(root).resolve()).encode("utf-8", "surrogateescape"))
    return cache_folder("folders") / f"{name.hexdigest()[:32]}.json"


def _read_record(root: str) -> dict[str, Any]:
    """Verdicts of earlier loads by file name, size and time of change; {} if there are none."""
    try:
        record = json.loads(_record_path(root).read_text("ascii"))
        return record["verdicts"] if record["version"] == _RECORD_VERSION else {}
    except (OSError, ValueError, KeyError, TypeError, CourseError):
        return {}


def _write_record(root: str, verdicts: dict[str, Any]) -> None:
    """Keep the verdicts for the next load; a cache that cannot be written costs time only."""
    with contextlib.suppress(CourseError, OSError):
        path = _record_path(root)
        with atomic_path(path) as temporary:
            record = {"version": _RECORD_VERSION, "verdicts": verdicts}
            temporary.write_text(json.dumps(record), "ascii")

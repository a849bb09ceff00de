"""Where the package finds its own files, and where it keeps what it makes for a learner."""

import os
from pathlib import Path

from course_utils.errors import CourseError

_PACKAGE = Path(__file__).resolve().parent
_INSTALLED = _PACKAGE / "course_files"  # what a wheel brings; pyproject.toml puts it there

#: The folder that holds `notebooks/` and `datasets/`: the clone, or that in an installed wheel.
PROJECT_FOLDER = _INSTALLED if _INSTALLED.is_dir() else _PACKAGE.parent


def cache_folder(*parts: str) -> Path:
    """Folder for files that can always be made again; created if missing.

    Parameters
    ----------
    *parts : str
        Names of folders below the cache's own, for example `"features"`.

    Returns
    -------
    pathlib.Path
        `$COURSE_CACHE` if set, else the user's cache folder (`$XDG_CACHE_HOME` or
        `~/.cache`, on Windows `%LOCALAPPDATA%`) with `transfer-learning-measured` in it,
        followed by `parts`.

    Raises
    ------
    CourseError
        If the folder cannot be created or is not a folder.
    """
    if os.environ.get("COURSE_CACHE"):
        root = Path(os.environ["COURSE_CACHE"]).expanduser()
    else:
        user_cache = os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA")
        root = Path(user_cache) if user_cache else Path.home() / ".cache"
        root = root / "transfer-learning-measured"
    folder = root.joinpath(*parts)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CourseError(
            f"The cache folder {folder} cannot be created ({error.strerror}): set the "
            "environment variable COURSE_CACHE to a folder you can write to."
        ) from error
    return folder


def progress_file() -> Path:
    """File for the learner's progress, which is not in the cache: it cannot be made again.

    Returns
    -------
    pathlib.Path
        `$COURSE_PROGRESS` if set, else `progress.json` in a folder of the course's own in the
        user's folder for data (`$XDG_DATA_HOME` or `~/.local/share`, on Windows
        `%LOCALAPPDATA%`). Neither has to exist yet.
    """
    if os.environ.get("COURSE_PROGRESS"):
        return Path(os.environ["COURSE_PROGRESS"]).expanduser().absolute()
    user_data = os.environ.get("XDG_DATA_HOME") or os.environ.get("LOCALAPPDATA")
    root = Path(user_data) if user_data else Path.home() / ".local" / "share"
    return root / "transfer-learning-measured" / "progress.json"


def learners_folder() -> Path:
    """Folder for a learner's own copies of the lessons.

    Returns
    -------
    pathlib.Path
        `$COURSE_LESSONS` if set, else `transfer-learning-measured` in the user's home folder.
        It need not exist yet.
    """
    chosen = os.environ.get("COURSE_LESSONS")
    folder = Path(chosen) if chosen else Path.home() / "transfer-learning-measured"
    return folder.expanduser().absolute()

"""Where the package finds its own files and keeps what it can make again."""

import os
from pathlib import Path

from course_utils.errors import CourseError

#: The checkout: the folder that holds `notebooks/` and `datasets/`.
PROJECT_FOLDER = Path(__file__).resolve().parent.parent


def cache_folder(*parts):
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

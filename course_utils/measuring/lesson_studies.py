"""The lessons' sweeps by name: where their records are, and how they are run again."""

from functools import lru_cache
from pathlib import Path

from course_utils.files import atomic_path
from course_utils.lesson_folders import LessonFolder, lesson_folders
from course_utils.measuring.parallel import parallel
from course_utils.measuring.sweeps import Record, read_records
from course_utils.paths import cache_folder
from course_utils.validation import one_of


def studies() -> dict[str, LessonFolder]:
    """Every sweep that a lesson has, by name, with that lesson."""
    return {name: lesson for lesson in lesson_folders() for name in lesson.studies}


def _lesson_of(name: str) -> LessonFolder:
    known = studies()
    return known[one_of(name, "experiment", known)]


def stored_records(name: str) -> list[Record]:
    """The records of a sweep that the lessons show; none if there are none yet.

    Parameters
    ----------
    name : str
        One of `studies()`.

    Raises
    ------
    CourseError
        If there is no such sweep, or its file is damaged.
    """
    path = _lesson_of(name).records(name)
    if not path.exists():
        return []
    state = path.stat()
    return _read_once(path, state.st_mtime_ns, state.st_size)


@lru_cache(maxsize=8)
def _read_once(path: Path, changed: int, size: int) -> list[Record]:
    """The records in a file, read again only when it has changed."""
    return read_records(path)


def run_study(
    name: str,
    store: bool = False,
    clothing: str | None = None,
    jobs: int = 1,
    cluster: str | None = None,
) -> Path:
    """Run a sweep again, or go on with one that was stopped.

    Parameters
    ----------
    name : str
        One of `studies()`. Its module has a function `run`, which takes the path to write to and
        `store` and `clothing` by name.
    store : bool
        Put the finished sweep in place of the one that the lessons show.
    clothing : path, optional
        Folder of the clothing photographs, for the sweep that uses them.
    jobs : int
        Processes on this computer that run trials side by side.
    cluster : str, optional
        Address of the scheduler of a Dask cluster that runs the trials: see `parallel`.

    Returns
    -------
    pathlib.Path
        Where the records are: a JSON-lines file in the cache.

    Raises
    ------
    CourseError
        If there is no such sweep, a data set is missing, or the cluster can't be used.
    """
    lesson = _lesson_of(name)
    path = cache_folder("experiments") / f"{name}.jsonl"
    with parallel(jobs, cluster):
        lesson.load(lesson.studies[name]).run(path, store=store, clothing=clothing)
    if store:
        lesson.records(name).parent.mkdir(exist_ok=True)
        with atomic_path(lesson.records(name)) as temporary:
            temporary.write_bytes(path.read_bytes())
    return path

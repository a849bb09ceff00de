"""The lessons' sweeps by name: where their records are, and how they are run again."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from course_utils.files import atomic_path
from course_utils.lesson_folders import LessonFolder, lesson_folders
from course_utils.measuring.conditions import hashes_of_study
from course_utils.measuring.parallel import Measured, parallel
from course_utils.measuring.sweeps import Trial, measured_for, read_records
from course_utils.paths import cache_folder
from course_utils.validation import one_of, require


def studies() -> dict[str, LessonFolder]:
    """Every sweep that a lesson has, by name, with that lesson."""
    return {name: lesson for lesson in lesson_folders() for name in lesson.studies}


def lesson_of(name: str) -> LessonFolder:
    """The lesson that has the sweep of this name.

    Raises
    ------
    CourseError
        If there is no such sweep.
    """
    known = studies()
    return known[one_of(name, "experiment", known)]


def live_and_stored(
    name: str,
    run: Callable[..., Measured],
    instead: Trial | None = None,
    **wanted: Any,
) -> tuple[Measured, Measured]:
    """Run the one stored trial that has these settings again: a live slice of a sweep.

    Parameters
    ----------
    name : str
        One of `studies()`.
    run : callable
        See `run_sweep`.
    instead : dict, optional
        Settings to run it with in place of the stored ones.
    **wanted
        Settings that single the trial out, by the names that `run` takes.

    Returns
    -------
    live, stored : dict
        What is measured now, and what was.

    Raises
    ------
    CourseError
        If there is no such sweep, or not exactly one record has these settings.
    """
    stored = read_records(lesson_of(name).records(name))
    found = [record for record in stored if wanted.items() <= record["trial"].items()]
    require(
        len(found) == 1,
        f"{len(found)} stored trials have {wanted}: name settings that only one has.",
    )
    return run(**found[0]["trial"] | (instead or {})), found[0]["measured"]


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
    lesson = lesson_of(name)
    path = cache_folder("experiments") / f"{name}.jsonl"
    with parallel(jobs, cluster), measured_for(hashes_of_study(name)):
        lesson.load(lesson.studies[name]).run(path, store=store, clothing=clothing)
    if store:
        lesson.records(name).parent.mkdir(exist_ok=True)
        with atomic_path(lesson.records(name)) as temporary:
            temporary.write_bytes(path.read_bytes())
    return path

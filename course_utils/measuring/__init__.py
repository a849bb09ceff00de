"""Paired trials over seeds, intervals, sweeps."""

import difflib
from pathlib import Path

from course_utils.errors import CourseError
from course_utils.lesson_folders import LessonFolder, lesson_folders
from course_utils.measuring.results import Result, compare, paired_difference, verdict

__all__ = ["Result", "compare", "paired_difference", "run_study", "studies", "verdict"]


def studies() -> dict[str, LessonFolder]:
    """Every sweep that a lesson has, by name, with that lesson."""
    return {name: lesson for lesson in lesson_folders() for name in lesson.studies}


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
        One of `studies()`.
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
    from course_utils.files import atomic_path
    from course_utils.measuring.parallel import parallel
    from course_utils.paths import cache_folder

    known = studies()
    if name not in known:
        near = difflib.get_close_matches(str(name), known, n=1)
        hint = f"did you mean {near[0]!r}?" if near else f"choose from {', '.join(known)}."
        raise CourseError(f"There is no experiment {name!r}: {hint}")
    lesson = known[name]
    path = cache_folder("experiments") / f"{name}.jsonl"
    with parallel(jobs, cluster):
        lesson.load(lesson.studies[name]).run(path, store=store, clothing=clothing)
    if store:
        with atomic_path(lesson.records(name)) as temporary:
            temporary.write_bytes(path.read_bytes())
    return path

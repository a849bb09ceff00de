"""Paired trials over seeds, intervals, sweeps, and the claims they put to the test."""

import difflib
import importlib
from pathlib import Path

from course_utils.errors import CourseError
from course_utils.experiments.results import Result, compare, paired_difference, verdict

__all__ = ["Result", "compare", "paired_difference", "run_experiment", "verdict"]

#: The module of each experiment. It has `run(path, store, clothing)`, which runs the sweep or
#: goes on with it, and `STORED`, the records that the lessons show.
_MODULES = {
    "adaptation": "course_utils.experiments.adaptation",
    "baselines": "course_utils.experiments.baselines",
    "fine-tuning": "course_utils.experiments.fine_tuning",
    "frozen-variants": "course_utils.experiments.frozen_variants",
    "hierarchy": "course_utils.experiments.hierarchy",
    "learning-curves": "course_utils.experiments.learning_curves",
    "negative-transfer": "course_utils.experiments.negative_transfer",
    "partial-overlap": "course_utils.experiments.partial_overlap",
    "zoo": "course_utils.experiments.zoo",
}
EXPERIMENTS = tuple(_MODULES)


def run_experiment(name, store=False, clothing=None, jobs=1, cluster=None):
    """Run a sweep again, or go on with one that was stopped.

    Parameters
    ----------
    name : str
        One of `EXPERIMENTS`.
    store : bool
        Put the finished sweep in place of the one the lessons show.
    clothing : path, optional
        Folder of the clothing photographs, for the sweep that uses them.
    jobs : int
        Processes on this computer that run trials side by side.
    cluster : str, optional
        Address of the scheduler of a Dask cluster that runs the trials: see `sweeps.parallel`.

    Returns
    -------
    pathlib.Path
        Where the records are: a JSON-lines file in the cache.

    Raises
    ------
    CourseError
        If there is no such experiment, a data set is missing, or the cluster can't be used.
    """
    from course_utils.experiments.sweeps import parallel
    from course_utils.files import atomic_path
    from course_utils.paths import cache_folder

    if name not in EXPERIMENTS:
        near = difflib.get_close_matches(str(name), EXPERIMENTS, n=1)
        hint = f"did you mean {near[0]!r}?" if near else f"choose from {', '.join(EXPERIMENTS)}."
        raise CourseError(f"There is no experiment {name!r}: {hint}")
    path = cache_folder("experiments") / f"{name}.jsonl"
    module = importlib.import_module(_MODULES[name])
    with parallel(jobs, cluster):
        module.run(path, store=store, clothing=clothing)
    if store:
        with atomic_path(module.STORED) as temporary:
            temporary.write_bytes(Path(path).read_bytes())
    return path

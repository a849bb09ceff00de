"""Paired trials over seeds, intervals, sweeps, and the claims they put to the test."""

import difflib
from pathlib import Path

from course_utils.errors import CourseError
from course_utils.experiments.results import Result, compare, paired_difference, verdict

__all__ = ["Result", "compare", "paired_difference", "run_experiment", "verdict"]

EXPERIMENTS = ("baselines", "frozen-variants", "hierarchy", "learning-curves")


def run_experiment(name, store=False, clothing=None):
    """Run a sweep again, or go on with one that was stopped.

    Parameters
    ----------
    name : str
        One of `EXPERIMENTS`.
    store : bool
        Put the finished sweep in place of the one the lessons show.
    clothing : path, optional
        Folder of the clothing photographs, for the sweep that uses them.

    Returns
    -------
    pathlib.Path
        Where the records are: a JSON-lines file in the cache.

    Raises
    ------
    CourseError
        If there is no such experiment, or a data set is missing.
    """
    from course_utils.experiments import (
        baselines,
        frozen_variants,
        hierarchy,
        learning_curves,
    )
    from course_utils.files import atomic_path
    from course_utils.paths import cache_folder

    if name not in EXPERIMENTS:
        near = difflib.get_close_matches(str(name), EXPERIMENTS, n=1)
        hint = f"did you mean {near[0]!r}?" if near else f"choose from {', '.join(EXPERIMENTS)}."
        raise CourseError(f"There is no experiment {name!r}: {hint}")
    path = cache_folder("experiments") / f"{name}.jsonl"
    if name == "learning-curves":
        datasets = ["clothing", "materials"] if clothing else ["materials"]
        if store and not clothing:
            raise CourseError(
                "The stored learning curves include the clothing photographs: name their folder "
                "with --clothing FOLDER."
            )
        learning_curves.learning_curves(path, datasets, {"clothing": clothing})
        stored = learning_curves.STORED
    elif name == "baselines":
        baselines.baselines(path)
        stored = baselines.STORED
    elif name == "hierarchy":
        # What is stored has all targets; what is only tried out, those that are here.
        hierarchy.hierarchy(path, hierarchy.NEAR + hierarchy.FAR if store else None)
        stored = hierarchy.STORED
    else:
        frozen_variants.frozen_variants(path)
        stored = frozen_variants.STORED
    if store:
        with atomic_path(stored) as temporary:
            temporary.write_bytes(Path(path).read_bytes())
    return path

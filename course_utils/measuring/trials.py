"""Paired trials: arms that differ in their settings, measured with the same seeds."""

from course_utils.errors import CourseError
from course_utils.measuring.parallel import outcomes, parallel
from course_utils.measuring.results import Result, paired_difference
from course_utils.measuring.sweeps import run_sweep


def run_trials(arms, seeds, run, metric="test_accuracy", path=None, jobs=1):
    """Run every arm with every seed.

    Parameters
    ----------
    arms : dict of str to dict
        For each arm its settings, without a seed.
    seeds : sequence of int
        At least two. All arms get the same ones, so that results may be compared in pairs.
    run : callable
        Takes an arm's settings and `seed` as keyword arguments; gives a dict of what was
        measured.
    metric : str
        The key of what was measured that the results hold.
    path : path of a JSON-lines file, optional
        Where trials are stored as they end, with a line of progress for each, and taken from if
        they are there: see `run_sweep`. Without it nothing is stored or printed.
    jobs : int
        Processes that run trials side by side: see `parallel`.

    Returns
    -------
    dict of str to Result
        For each arm its metric, in the order of `seeds`.

    Raises
    ------
    CourseError
        If there is no arm, an arm sets the seed itself, there are fewer than two seeds, one of
        them is there twice, or the metric is not a finite number that `run` measures.

    Examples
    --------
    >>> arms = {"pretrained": {"start": "pretrained"}, "scratch": {"start": "random"}}
    >>> results = run_trials(arms, range(5), run)
    >>> gap = transfer_gap(results["pretrained"], results["scratch"])
    """
    seeds = list(seeds)
    _check(arms, seeds)
    # Seed by seed, so that what the arms share of one draw is computed once.
    trials = [settings | {"seed": seed} for seed in seeds for settings in arms.values()]
    if path is None:
        with parallel(jobs):
            ended = dict(outcomes(trials, run))
        measured = [ended[position] for position in range(len(trials))]
    else:
        measured = [record["measured"] for record in run_sweep(trials, run, path, jobs)]
    for each in measured:
        if metric not in each:
            known = ", ".join(sorted(each)) or "nothing"
            raise CourseError(f"The trials do not measure {metric!r}: they measure {known}.")
    values = [each[metric] for each in measured]
    return {name: _result(values[k :: len(arms)]) for k, name in enumerate(arms)}


def _check(arms, seeds):
    if not arms:
        raise CourseError("There is no arm to run: name at least one, with its settings.")
    for name, settings in arms.items():
        if "seed" in settings:
            raise CourseError(
                f"The arm {name!r} sets the seed itself: leave it out, since all arms share seeds."
            )
    if len(seeds) < 2 or len(set(seeds)) < len(seeds):
        raise CourseError(
            f"Paired trials take at least two seeds, each named once, not {seeds}: with one seed "
            "there is no telling a difference from luck."
        )


def interval(values):
    """The 95 % interval of the mean of values, by the rule of `Result` (Student's t).

    Parameters
    ----------
    values : sequence of float, shape (seeds,)

    Returns
    -------
    low, high : float

    Raises
    ------
    CourseError
        If there are fewer than two values or one is not a finite number.
    """
    return _result(values).interval


def _result(values):
    try:
        return Result(values)
    except (TypeError, ValueError) as error:
        raise CourseError(
            f"An interval takes a finite number for each of at least two seeds, not {values!r}."
        ) from error


def transfer_gap(transferred, scratch):
    """What transfer gains on a target over starting from scratch, seed by seed.

    Positive: transfer helps. Negative: it hurts, which is negative transfer. Wang et al. call
    the same difference, taken of the errors (with transfer minus without), the negative transfer
    gap; theirs is positive where transfer hurts. Of accuracies, the transfer gap is its opposite.

    Parameters
    ----------
    transferred, scratch : Result
        A metric that is better when higher, such as test accuracy, by the same procedure from a
        pretrained network and from scratch, with the same seeds in the same order.

    Returns
    -------
    Result
        In the metric's unit.

    Raises
    ------
    CourseError
        If they are no Results, or have different numbers of seeds.

    References
    ----------
    Wang, Dai, Póczos, Carbonell (2019), Characterizing and Avoiding Negative Transfer,
    arXiv:1811.09751.
    """
    if not (isinstance(transferred, Result) and isinstance(scratch, Result)):
        raise CourseError(
            "A transfer gap is taken of two Results with the same seeds: wrap the values of each "
            "arm in Result(...)."
        )
    return paired_difference(transferred, scratch)

"""What the stored sweeps of lesson 05 say: selected, oracle, gains and losses."""

from collections.abc import Sequence
from functools import cache, partial
from typing import Any

import numpy as np

from course_utils.lessons.lesson_05.adaptation import (
    END_TO_END,
    LAST_STAGE,
    NAME,
    ON_FEATURES,
    SEVERITIES,
    SKEW_METHODS,
    SKEWS,
    methods_of,
)
from course_utils.measuring import stored_records
from course_utils.measuring.results import Result, compare, paired_difference
from course_utils.measuring.sweeps import SEEDS, select
from course_utils.validation import require

#: Chooses among a method's candidates wherever one number is shown. Settled before any sweep.
HEADLINE = "importance-weighted accuracy"
SHIFTS = (*END_TO_END, *ON_FEATURES, *LAST_STAGE)


def candidates(
    shift: str, method: str, seed: int, study: str = "methods", **wanted: Any
) -> list[dict]:
    """What one method had to offer in one draw: every weight at every look (list of dict).

    Raises
    ------
    CourseError
        If the stored sweep has no such trial.
    """
    wanted = {"study": study, "shift": shift, "method": method, "seed": seed} | wanted
    found = select(stored_records(NAME), **wanted)
    require(bool(found), f"The stored sweep holds no trial with {wanted}.")
    return [
        candidate | {"weight": record["trial"]["weight"]}
        for record in found
        for candidate in record["measured"]["candidates"]
    ]


def chosen(found: list[dict], selector: str = HEADLINE) -> dict:
    """The candidate that a selector likes best; of equals the one trained longest.

    Parameters
    ----------
    found : list of dict
        See `candidates`.
    selector : str
        A key of `course_utils.adaptation.SELECTORS`, or `"oracle"`.

    Returns
    -------
    dict
    """
    return max(found, key=lambda candidate: (candidate[selector], candidate["step"]))


@cache
def accuracy(
    shift: str, method: str, selector: str = HEADLINE, study: str = "methods", **wanted: Any
) -> Result:
    """Target test accuracy of what a selector chose, over the seeds (Result)."""
    return Result(
        [
            chosen(candidates(shift, method, seed, study, **wanted), selector)["test"]
            for seed in SEEDS
        ]
    )


@cache
def trial_metric(
    shift: str, method: str, metric: str, study: str = "methods", **wanted: Any
) -> Result:
    """A number of the whole trial, over the seeds: `"seconds"`, `"proxy_distance"`."""
    found = select(stored_records(NAME), study=study, shift=shift, method=method, **wanted)
    return Result([select(found, seed=seed)[-1]["measured"][metric] for seed in SEEDS])


def gain(
    shift: str, method: str, selector: str = HEADLINE, study: str = "methods", **wanted: Any
) -> Result:
    """What a method gains over source only, both chosen by one selector (Result)."""
    found = (accuracy(shift, m, selector, study, **wanted) for m in (method, "source only"))
    return paired_difference(*found)


def methods_table(shifts: Sequence[str]) -> str:
    """Methods by shifts as a Markdown table: selected, oracle in brackets, seconds (str)."""
    lines = ["| method | " + " | ".join(shifts) + " | seconds |", "|---" * (len(shifts) + 2) + "|"]
    for method in dict.fromkeys(method for shift in shifts for method in methods_of(shift)):
        cells, seconds = [], []
        for shift in shifts:
            if method not in methods_of(shift):
                cells.append("–")
                continue
            best = 100 * accuracy(shift, method, "oracle").mean
            cells.append(f"{accuracy(shift, method).percent()} ({best:.1f})")
            seconds.append(f"{trial_metric(shift, method, 'seconds').mean:.1f}")
        lines.append("| " + " | ".join([method, *cells, ", ".join(seconds)]) + " |")
    return "\n".join(lines)


def chosen_rows(shift: str) -> dict[str, dict[str, Result]]:
    """For each method its accuracy as selected, by the oracle, and of source only.

    Returns
    -------
    dict of str to dict of str to Result
    """
    return {
        method: {
            "selected": accuracy(shift, method),
            "oracle": accuracy(shift, method, "oracle"),
            "source only": accuracy(shift, "source only"),
        }
        for method in methods_of(shift)
        if method != "source only"
    }


def losses(shifts: Sequence[str] = SHIFTS) -> list[tuple[str, str, Result]]:
    """Where adaptation hurt: (shift, method, gain) of each gain below zero beyond noise."""
    found = [
        (shift, method, gain(shift, method))
        for shift in shifts
        for method in methods_of(shift)
        if method != "source only"
    ]
    return [row for row in found if compare(row[2]) == "below"]


def all_candidates(shift: str, seeds: Sequence[int] = SEEDS) -> list[dict]:
    """Every candidate of every method on a shift, in some draws."""
    return [
        candidate
        for method in methods_of(shift)
        for seed in seeds
        for candidate in candidates(shift, method, seed)
    ]


def scores_and_accuracies(shift: str) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """What every selector thinks of every candidate, and how good it is.

    Returns
    -------
    scores : dict of str to array of shape (candidates,)
    accuracies : array of shape (candidates,)
        On the target's test images.
    """
    from course_utils.adaptation import SELECTORS

    found = all_candidates(shift)
    scores = {name: np.array([candidate[name] for candidate in found]) for name in SELECTORS}
    return scores, np.array([candidate["test"] for candidate in found])


def cost_of_choosing(selector: str, shifts: Sequence[str] = SHIFTS) -> Result:
    """How far below the oracle's a selector's choice ends, if it chooses among all methods.

    Returns
    -------
    Result
        A difference of accuracies on the target's test images, its mean over the shifts, a value
        for each seed.
    """
    lost = []
    for seed in SEEDS:
        found = [all_candidates(shift, (seed,)) for shift in shifts]
        best, own = ([chosen(f, s)["test"] for f in found] for s in ("oracle", selector))
        lost.append(np.mean(np.subtract(best, own)))
    return Result(lost)


def gains_along_dial(method: str, corruption: str) -> dict[float, Result]:
    """Gain over source only at each severity (dict of float to Result)."""
    return {
        severity: gain(
            ON_FEATURES[0], method, study="dial", corruption=corruption, severity=severity
        )
        for severity in SEVERITIES
    }


def along_drift(
    shift: str,
) -> tuple[dict[str, dict[float, Result]], dict[str, dict[float, Result]]]:
    """Target accuracy and proxy A-distance as the class proportions drift.

    Returns
    -------
    accuracies, distances : dict of str to dict of float to Result
        For each method, and each amount of drift.
    """

    def along(metric):
        return {
            method: {skew: metric(shift, method, study="drift", skew=skew) for skew in SKEWS}
            for method in SKEW_METHODS
        }

    return along(accuracy), along(partial(trial_metric, metric="proxy_distance"))

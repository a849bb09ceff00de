"""What lesson 03's figures read of the stored fine-tuning runs."""

from typing import Any

import numpy as np
import pandas as pd

from course_utils.lessons.lesson_03 import fine_tuning as sweep
from course_utils.lessons.lesson_03.fine_tuning import TARGETS, N, best_rate
from course_utils.lessons.lesson_03.trials import SEVERITIES, SHIFTS
from course_utils.measuring import Result, records, result_of
from course_utils.measuring.sweeps import SEEDS, TUNING_SEED
from course_utils.validation import require

#: Accuracy of guessing, from which what survives a corruption is counted.
CHANCE = {"objects/photo": 1 / 10, "surfaces/photo": 1 / 6, "phantoms/xray": 1 / 3}


def short(target: str) -> str:
    """A target's name without its domain."""
    name = target.split("/")[0]
    return f"noisy {name}" if target in sweep.NOISY else name


def title(target: str) -> str:
    """A target's name for a figure, with its distance: `"objects (near)"`."""
    if target in sweep.NOISY:
        return short(target)
    return f"{short(target)} ({'near' if target in sweep.NEAR else 'far'})"


def stored(draws: tuple[int, ...] = SEEDS, /, **wanted: Any) -> pd.DataFrame:
    """The stored trials of some draws that have these values in these columns."""
    trials = records(sweep.NAME)
    alike = (trials[list(wanted)] == pd.Series(wanted)).all(axis=1)
    return trials[alike & trials["draw"].isin(draws)]


def at_rate(
    target: str, rate: float, measure: str = "test_accuracy", depth: str = "all", n: int = N
) -> Result:
    """The study of rates at one rate, from the pretrained start."""
    wanted = {"study": "rates", "start": "pretrained", "dataset": target, "depth": depth}
    return result_of(stored(**wanted, labels_per_class=n, learning_rate=rate), measure)


def over_rates(
    target: str, depth: str = "all", start: str = "pretrained", measure: str = "test_accuracy"
) -> dict[float, Result]:
    """The study of rates: a result for each stored rate.

    A rate at which some draw's weights ceased to be numbers has no drift, and is left out of it.
    """
    rows = stored(study="rates", dataset=target, depth=depth, start=start)
    require(len(rows) > 0, f"No rates are stored of {target}, {depth}, from a {start} start.")
    by_rate = rows.groupby("learning_rate")
    return {rate: result_of(own, measure) for rate, own in by_rate if own[measure].notna().all()}


def at_best_rate(target: str, depth: str, n: int = N) -> Result:
    """Fine-tuning to one depth at its best rate, or the probe alone for `"head"`.

    The rate was chosen at `N` labels per class; the probe has none.

    Raises
    ------
    CourseError
        If that rate was not measured with `n` labels per class.
    """
    if depth == "head":
        return result_of(stored(study="frozen", dataset=target, labels_per_class=n))
    if depth == sweep.FIRST or target in sweep.NOISY:  # no study of rates: tuned by one draw
        wanted = {"study": "depths", "dataset": target, "depth": depth}
        tried = stored((TUNING_SEED,), **wanted, labels_per_class=N)
        rate = tried.loc[tried["validation_accuracy"].idxmax(), "learning_rate"]
        return result_of(stored(**wanted, labels_per_class=n, learning_rate=rate))
    return at_rate(target, best_rate(target, depth), depth=depth, n=n)


def at_common_rate(target: str, depth: str, n: int = N) -> Result:
    """The comparison of depths, at one rate for all: `"head"` is the probe alone."""
    if depth == "head":
        return at_best_rate(target, "head", n)
    if n == N and target in TARGETS:
        return at_rate(target, sweep.DEPTH_RATE, depth=depth)
    wanted = {"study": "depths", "dataset": target, "depth": depth, "labels_per_class": n}
    return result_of(stored(**wanted, learning_rate=sweep.DEPTH_RATE))


def by_depth(target: str) -> dict[int, dict[str, Result]]:
    """Test accuracy by number of labels and depth, at one rate for all."""
    depths = ("head", "conv5", "all")
    return {n: {depth: at_common_rate(target, depth, n) for depth in depths} for n in sweep.NUMBERS}


def by_way(target: str, way: str, measure: str = "test_accuracy") -> Result:
    """One of `WAYS`; `"frozen"`, the probe alone; `"small"`, a small network from scratch."""
    wanted = {"study": way} if way in ("frozen", "small") else {"study": "strategies", "way": way}
    return result_of(stored(**wanted, dataset=target, labels_per_class=N), measure)


def corrupted(target: str, way: str) -> Result:
    """Mean accuracy over corruptions and their severities."""
    each = [by_way(target, way, f"{k} {s}").values for k in SHIFTS for s in SEVERITIES]
    return Result(np.mean(each, axis=0))


def retained(target: str, way: str) -> Result:
    """What corruption leaves of the accuracy above guessing: a share of it."""
    clean = by_way(target, way).values - CHANCE[target]
    return Result((corrupted(target, way).values - CHANCE[target]) / clean)


def penalised(target: str, penalty: str | None) -> Result:
    """A penalty at the strength with the best mean validation accuracy.

    `None` is the same run without a penalty.
    """
    if penalty is None:
        return at_rate(target, sweep.BOLD_RATE, depth="conv5")
    rows = stored(study="penalties", dataset=target, penalty=penalty)
    strength = rows.groupby("strength")["validation_accuracy"].mean().idxmax()
    return result_of(rows[rows["strength"] == strength])


def batch_norm(target: str, kind: str) -> Result:
    """Everything unfrozen at the best rate, BatchNorm `"trained"` or `"frozen"`."""
    if kind == "frozen":
        return at_best_rate(target, "all")
    return result_of(stored(study="batch-norm", dataset=target))


def stored_curves(target: str) -> list[dict[str, Any]]:
    """The long runs of a target, one a draw; see `curves_trial`."""
    return stored(study="curves", dataset=target).sort_values("draw").to_dict("records")

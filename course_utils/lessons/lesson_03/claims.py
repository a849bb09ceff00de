"""Conditions of the claims on fine-tuning, and the stored numbers that they are made of."""

from collections.abc import Sequence
from functools import cache

import numpy as np

from course_utils.lessons.lesson_03 import fine_tuning as sweep
from course_utils.lessons.lesson_03.fine_tuning import TARGETS, N, best_rate, stored_result
from course_utils.lessons.lesson_03.stopping import gain_of_stopping
from course_utils.lessons.lesson_03.trials import SEVERITIES, SHIFTS, WAYS
from course_utils.measuring.lesson_studies import stored_records
from course_utils.measuring.results import Result, paired_difference
from course_utils.measuring.sweeps import TUNING_SEED, best_on_validation, select

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


@cache
def at_best_rate(target: str, depth: str, n: int = N) -> Result:
    """Fine-tuning to one depth at its best rate, or the probe alone for `"head"`.

    The rate was chosen at `N` labels per class; the probe has none.

    Raises
    ------
    CourseError
        If that rate was not measured with `n` labels per class.
    """
    if depth == "head":
        return stored_result(study="frozen", target=target, n=n)
    if depth == sweep.FIRST or target in sweep.NOISY:  # no study of rates: tuned by one draw
        wanted = {"study": "depths", "target": target, "depth": depth}
        tried = select(stored_records(sweep.NAME), seed=TUNING_SEED, n=N, **wanted)
        rate = best_on_validation(tried)["trial"]["learning_rate"]
        return stored_result(learning_rate=rate, n=n, **wanted)
    return at_rate(target, best_rate(target, depth), depth=depth, n=n)


@cache
def at_common_rate(target: str, depth: str, n: int = N) -> Result:
    """The comparison of depths, at one rate for all: `"head"` is the probe alone."""
    if depth == "head":
        return at_best_rate(target, "head", n)
    if n == N and target in TARGETS:
        return at_rate(target, sweep.DEPTH_RATE, depth=depth)
    wanted = {"study": "depths", "target": target, "depth": depth, "n": n}
    return stored_result(learning_rate=sweep.DEPTH_RATE, **wanted)


@cache
def by_way(target: str, way: str, metric: str = "test_accuracy") -> Result:
    """One of `WAYS`; `"frozen"`, the probe alone; `"small"`, a small network from scratch."""
    if way == "frozen":
        return stored_result(metric, study="frozen", target=target, n=N)
    if way == "small":
        return stored_result(metric, study="small", target=target)
    return stored_result(metric, study="strategies", target=target, way=way, corrupted=True)


def corrupted(target: str, way: str, kinds: Sequence[str] = SHIFTS) -> Result:
    """Mean accuracy over corruptions and their severities, over the seeds."""
    each = [by_way(target, way, f"{k} {s}").values for k in kinds for s in SEVERITIES]
    return Result(np.mean(each, axis=0))


def retained(target: str, way: str, kinds: Sequence[str] = SHIFTS) -> Result:
    """What corruption leaves of the accuracy above guessing: a share of it, over the seeds."""
    clean = by_way(target, way).values - CHANCE[target]
    return Result((corrupted(target, way, kinds).values - CHANCE[target]) / clean)


def bold_rate(target: str, times: float) -> float:
    """The smallest stored rate at least so many times the best one, for the whole base."""
    return min(rate for rate in sweep.RATES[target] if rate >= 0.999 * times * best_rate(target))


def at_rate(
    target: str,
    rate: float,
    metric: str = "test_accuracy",
    depth: str = "all",
    start: str = "pretrained",
    n: int = N,
) -> Result:
    """The study of rates at one rate, over the seeds."""
    wanted = {"study": "rates", "target": target, "start": start, "depth": depth, "n": n}
    return stored_result(metric, learning_rate=rate, **wanted)


def finetune_beats_frozen() -> dict[str, Result]:
    """Everything unfrozen after a probe over the probe alone, on clean and corrupted images."""
    few = {
        f"{short(t)}, n = {N}": paired_difference(at_best_rate(t, "all"), at_best_rate(t, "head"))
        for t in sweep.DEPTH_TARGETS
    }
    many = {
        f"{short(t)}, n = 50 at rate {sweep.DEPTH_RATE:g}": paired_difference(
            at_common_rate(t, "all", 50), at_common_rate(t, "head", 50)
        )
        for t in sweep.DEPTH_TARGETS
    }
    return (few | many) | {
        f"{short(t)}, corrupted in the test": paired_difference(
            corrupted(t, "probe first"), corrupted(t, "frozen")
        )
        for t in TARGETS
    }


def small_rate() -> dict[str, Result]:
    """Fine-tuning at a tenth and at a hundredth of scratch's best rate, over scratch's own."""
    margins = {}
    for target in TARGETS:
        own = best_rate(target, start="random")
        at_own = at_rate(target, _stored_near(target, own))
        for share in (10, 100):
            slower = at_rate(target, _stored_near(target, own / share))
            margins[f"{short(target)}, 1/{share} of scratch's best"] = paired_difference(
                slower, at_own
            )
    return margins


def _stored_near(target: str, rate: float) -> float:
    return min(sweep.RATES[target], key=lambda stored: abs(np.log(stored / rate)))


def big_rate_destroys() -> dict[str, Result]:
    """Source answers lost beyond half, and the probe over what is left, at bold rates."""
    margins = {}
    for target in TARGETS:
        for times in (10, 100):
            rate, where = bold_rate(target, times), f"{short(target)} at {times} times the best"
            left = at_rate(target, rate, "agreement")
            margins[f"{where}, source answers lost beyond half"] = Result(0.5 - left.values)
            margins[f"{where}, frozen over fine-tuned"] = paired_difference(
                at_best_rate(target, "head"), at_rate(target, rate)
            )
    return margins


def depth_follows_data() -> dict[str, Result]:
    """What unfreezing everything gains over the head: at 50 labels per class more than at 5."""
    margins = {}
    for target in sweep.DEPTH_TARGETS:
        many, few = (
            paired_difference(at_common_rate(target, "all", n), at_common_rate(target, "head", n))
            for n in (50, 5)
        )
        margins[short(target)] = paired_difference(many, few)
    return margins


def gradual_unfreezing() -> dict[str, Result]:
    """Unfreezing stage by stage over the two other ways."""
    return {
        f"{short(t)}, over {other}": paired_difference(by_way(t, "gradual"), by_way(t, other))
        for t in TARGETS
        for other in WAYS[:2]
    }


def early_stopping() -> dict[str, Result]:
    """Test accuracy where training stops over that of the last epoch."""
    return {
        f"{short(t)}, judged by {size} images": gain_of_stopping(sweep.stored_curves(t), size)
        for t in TARGETS
        for size in (10, 100)
    }


def penalised(target: str, penalty: str | None) -> Result:
    """A penalty at the strength with the best mean validation accuracy, over the seeds.

    `None` is the same run without a penalty.
    """
    if penalty is None:
        return at_rate(target, sweep.BOLD_RATE, depth="conv5")
    wanted = {"study": "penalties", "target": target, "penalty": penalty}
    strength = max(
        sweep.STRENGTHS[penalty],
        key=lambda s: stored_result("validation_accuracy", strength=s, **wanted).mean,
    )
    return stored_result(strength=strength, **wanted)


def regulariser() -> dict[str, Result]:
    """L2-SP over L2, and over no penalty."""
    return {
        f"{short(t)}, over {other or 'no penalty'}": paired_difference(
            penalised(t, "l2-sp"), penalised(t, other)
        )
        for t in TARGETS
        for other in ("l2", None)
    }


def robust_to_shift() -> dict[str, Result]:
    """The share of accuracy that survives a corruption, over that of scratch."""
    return {
        f"{short(t)}, {kind}": paired_difference(
            retained(t, "probe first", (kind,)), retained(t, "small", (kind,))
        )
        for t in TARGETS
        for kind in SHIFTS
    }


def over_rates(
    target: str,
    depth: str = "all",
    start: str = "pretrained",
    metric: str = "test_accuracy",
    part: str | None = None,
) -> dict[float, Result]:
    """The study of rates: a result for each stored rate.

    A rate at which some seed's weights ceased to be numbers has no drift, and is left out of it.
    """
    rates = sweep.SCRATCH_RATES if start == "random" else sweep.RATES[target]
    wanted = {"study": "rates", "target": target, "start": start, "depth": depth}
    if part is not None:
        lost = {
            record["trial"]["learning_rate"]
            for record in select(stored_records(sweep.NAME), **wanted)
            if record["measured"][metric][part] is None
        }
        rates = [rate for rate in rates if rate not in lost]
    return {rate: stored_result(metric, part, learning_rate=rate, **wanted) for rate in rates}


def by_depth(target: str) -> dict[int, dict[str, Result]]:
    """Test accuracy by number of labels and depth, at one rate for all."""
    depths = ("head", "conv5", "all")
    return {n: {depth: at_common_rate(target, depth, n) for depth in depths} for n in sweep.NUMBERS}


def batch_norm(target: str, kind: str) -> Result:
    """Everything unfrozen at the best rate, BatchNorm `"trained"` or `"frozen"`."""
    if kind == "frozen":
        return at_best_rate(target, "all")
    return stored_result(study="batch-norm", target=target)

"""What there is to see in a fine-tuning run, in one sentence, by rules that the data decide."""

import numpy as np

from course_utils.teaching.fine_tuning_runs import ACCURACY, LOSS, mean_points, points

#: A loss that ends above this many times the fresh head's, or is no number, blew up.
BLEW_UP = 1.5
#: A loss that ends above this share of the fresh head's has hardly fallen.
HARDLY = 0.75
#: A loss that was above this many times the fresh head's, and came down again, leapt.
LEAPT = 3.0
#: A loss that ends below this share of the fresh head's: the training images are learnt.
LEARNT = 0.1
#: A gain or loss of validation accuracy along the way that is worth a word (fraction).
WORTH = 0.01


def finding(runs, setting):
    """The first of these sentences whose rule the setting meets.

    "Fresh" is the first recorded loss, as a mean over seeds, at the smallest stored rate of the
    same target and depth: what a head gives that has hardly been trained.

    1. The loss blew up: in some seed it was no number, or ended above `BLEW_UP` times fresh.
    2. The rate is too small: the mean loss ends above `HARDLY` times fresh, and of the stored
       rates at which it doesn't, the nearest is larger. Too large: that one is smaller.
    3. The loss leapt above `LEAPT` times fresh in at least half of the seeds, and came back.
    4. The training images are learnt (the loss ends below `LEARNT` times fresh), but test
       accuracy is below the frozen head's, beyond noise.
    5. Validation accuracy peaked: at some step it was above the last one's by more than
       `WORTH`, beyond noise.
    6. It is still rising: in the last quarter of the steps it was, as a mean, above what it was
       in the quarter before, by more than `WORTH`, beyond noise.
    7. None of these: it settled.

    "Beyond noise" is `compare` of the differences paired by seed; one seed never is.

    Parameters
    ----------
    runs : Runs
    setting : Setting

    Returns
    -------
    str
    """
    fresh = fresh_loss(runs, setting)
    rules = (_blew_up, _hardly_fallen, _leapt, _overfitted, _peaked, _still_rising)
    said = (rule(runs, setting, fresh) for rule in rules)
    return next(filter(None, said), None) or _settled(runs, setting)


def fresh_loss(runs, setting):
    """The loss before training, as `finding` takes it (float; NaN if no seed has a number)."""
    smallest = setting._replace(rate=runs.rates(setting.target, setting.depth)[0])
    first = np.array([points(run, LOSS)[1][0] for run in runs[smallest].values()])
    return float(first[np.isfinite(first)].mean()) if np.isfinite(first).any() else np.nan


def last_loss(runs, setting):
    """The mean loss after the last step (float; NaN where a seed's was no number)."""
    return float(np.mean([points(run, LOSS)[1][-1] for run in runs[setting].values()]))


def difference_to_reference(runs, setting):
    """Test accuracy minus that of the best frozen head, paired by seed.

    Returns
    -------
    Result or None
        None for the frozen head itself, where none is stored, and with fewer than two seeds
        in common.
    """
    from course_utils.experiments.results import Result, paired_difference

    reference = runs.reference(setting.target)
    if reference in (None, setting):
        return None
    common = [seed for seed in runs[setting] if seed in runs[reference]]
    if len(common) < 2:
        return None
    arms = (
        Result([runs[each][seed]["test_accuracy"] for seed in common])
        for each in (setting, reference)
    )
    return paired_difference(*arms)


def _blew_up(runs, setting, fresh):
    losses = [points(run, LOSS)[1] for run in runs[setting].values()]
    times = sum(bool(np.isnan(loss).any() or loss[-1] > BLEW_UP * fresh) for loss in losses)
    if times:
        seeds = "the one seed" if len(losses) == 1 else f"{times} of {len(losses)} seeds"
        return (
            f"The loss blew up in {seeds}: it was no finite number, or ended far above its start."
        )
    return None


def _hardly_fallen(runs, setting, fresh):
    end = last_loss(runs, setting)
    if not end > HARDLY * fresh:
        return None
    fallen = (
        f"after the last step the training loss has hardly fallen, from {fresh:.3g} to {end:.3g}"
    )
    others = {
        rate: last_loss(runs, setting._replace(rate=rate))
        for rate in runs.rates(setting.target, setting.depth)
    }
    lower = [rate for rate, other in others.items() if other <= HARDLY * fresh]
    nearest = min(lower, key=lambda rate: abs(np.log(rate / setting.rate)), default=None)
    if nearest is None:
        return f"{fallen[0].upper()}{fallen[1:]}; nor has it at any other rate stored."
    size = "small" if nearest > setting.rate else "large"
    return f"The rate is too {size}: {fallen}; at {nearest:g} it falls to {others[nearest]:.2g}."


def _leapt(runs, setting, fresh):
    peaks = np.array([points(run, LOSS)[1].max() for run in runs[setting].values()])
    if (peaks > LEAPT * fresh).mean() < 0.5:
        return None
    return (
        f"The loss leapt to {peaks.max() / fresh:.0f} times its start on the way, and came back "
        f"down to {last_loss(runs, setting):.2g}."
    )


def _overfitted(runs, setting, fresh):
    from course_utils.experiments.results import compare

    difference = difference_to_reference(runs, setting)
    if not last_loss(runs, setting) < LEARNT * fresh or difference is None:
        return None
    if compare(difference) == "below":
        lost = -100 * difference.mean
        return (
            f"The training images are learnt (the loss ends at {last_loss(runs, setting):.2g}), "
            f"but test accuracy is {lost:.1f} points below the best frozen head's."
        )
    return None


def _peaked(runs, setting, fresh):
    steps, means = mean_points(runs[setting], ACCURACY)
    best = steps[np.argmax(means)]
    lost = _gain(runs[setting], steps == steps[-1], steps == best)
    if lost is None:
        return None
    return (
        f"Validation accuracy was highest at step {best}, and has lost {100 * lost:.1f} points "
        "since: stopping there, which only hindsight names, would have kept them."
    )


def _still_rising(runs, setting, fresh):
    steps, _ = mean_points(runs[setting], ACCURACY)
    progress = steps / max(steps[-1], 1)
    gained = _gain(runs[setting], (progress > 0.5) & (progress <= 0.75), progress > 0.75)
    if gained is None:
        return None
    return (
        "Still rising: in the last quarter of the steps validation accuracy was "
        f"{100 * gained:.1f} points above that of the quarter before; more steps or a larger rate "
        "might gain more."
    )


def _settled(runs, setting):
    """The step from which the mean validation accuracy stays within `WORTH` of its last."""
    steps, means = mean_points(runs[setting], ACCURACY)
    away = np.flatnonzero(np.abs(means - means[-1]) > WORTH)
    since = steps[away[-1] + 1] if len(away) else steps[0]
    ends, point = last_loss(runs, setting), f"{100 * WORTH:.0f} point"
    moves = f"from step {since} on validation accuracy stays within {point} of its last"
    if since == steps[-1]:
        moves = f"validation accuracy moves by over {point} up to the last step"
    return f"The training loss ends at {ends:.2g}, and {moves}."


def _gain(seeds, earlier, later):
    """Mean gain of validation accuracy between two choices of steps, or None if not worth a word.

    Parameters
    ----------
    seeds : dict of int to dict
    earlier, later : array of bool
        Which of the steps that all seeds have.
    """
    from course_utils.experiments.results import Result, compare

    if len(seeds) < 2 or not earlier.any():
        return None
    steps, _ = mean_points(seeds, ACCURACY)
    curves = [dict(zip(*points(run, ACCURACY), strict=True)) for run in seeds.values()]
    values = np.array([[curve[step] for step in steps] for curve in curves])
    gains = Result(values[:, later].mean(axis=1) - values[:, earlier].mean(axis=1))
    return gains.mean if gains.mean > WORTH and compare(gains) == "above" else None

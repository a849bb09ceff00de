"""What there is to see in a fine-tuning run, in one sentence, by rules that the data decide."""

import numpy as np

from course_utils.lessons.lesson_03.explorer_pictures import drift_of
from course_utils.lessons.lesson_03.explorer_runs import (
    ACCURACY,
    LOSS,
    guessing_loss,
    mean_points,
    points,
    probe_accuracies,
)

#: A drift below this, in percent, of every group of layers: hardly any weight has moved.
STILL = 0.5
#: A loss that ends above this many times that of guessing, or is no number, blew up.
BLEW_UP = 1.5
#: A loss that ends above this share of that of guessing is near it.
NEAR = 0.9
#: A loss that was above this many times that of guessing, and came down again, leapt.
LEAPT = 1.2
#: A loss that ends below this share of that of guessing: the training images are learnt.
LEARNT = 0.1
#: A gain or loss of validation accuracy that is worth a word (fraction).
WORTH = 0.01


def finding(runs, setting):
    """The first of these sentences whose rule the setting meets.

    Every training begins with a probe, so that its loss is low before the first step.
    "Guessing" is `guessing_loss`: near it or above, the network knows nothing any more, or is
    sure of what is wrong. Where it isn't known, the rules that need it are silent.

    1. Hardly anything moves: as a mean, no group of layers drifts by `STILL` percent, the loss
       never leapt, and validation accuracy ends within `WORTH` of the probe's. Nor does
       test accuracy differ from that of the head alone by more than `WORTH`, beyond noise.
    2. The loss blew up: in some seed it was no number, or ended above `BLEW_UP` times guessing.
    3. The rate is too large: the mean loss ends above `NEAR` times guessing, and of the stored
       rates at which it doesn't, the nearest is smaller. Too small: that one is larger.
    4. The loss leapt above `LEAPT` times guessing in at least half of the seeds, and came back.
    5. The training images are learnt (the loss ends below `LEARNT` times guessing), but test
       accuracy is below that of the head alone, beyond noise.
    6. Validation accuracy peaked: at some step it was above the last one's by more than
       `WORTH`, beyond noise.
    7. It is still rising: in the last quarter of the steps it was, as a mean, above what it was
       in the quarter before, by more than `WORTH`, beyond noise.
    8. None of these: it settled.

    "Beyond noise" is `compare` of the differences paired by seed; one seed never is.

    Parameters
    ----------
    runs : Runs
    setting : Setting

    Returns
    -------
    str
    """
    guessing = guessing_loss(setting.target)
    rules = (_still, _blew_up, _near_guessing, _leapt, _overfitted, _peaked, _still_rising)
    said = (rule(runs, setting, guessing) for rule in rules)
    return next(filter(None, said), None) or _settled(runs, setting)


def last_loss(runs, setting):
    """The mean loss after the last step (float; NaN where a seed's was no number)."""
    return float(np.mean([points(run, LOSS)[1][-1] for run in runs[setting].values()]))


def difference_to_reference(runs, setting):
    """Test accuracy minus that of the head alone at its best rate, paired by seed.

    Returns
    -------
    Result or None
        None for the head alone at its best rate itself, where no head alone is stored, and with
        fewer than two seeds in common.
    """
    from course_utils.measuring.results import Result, paired_difference

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


def _still(runs, setting, guessing):
    probe = probe_accuracies(runs, setting)
    drift = np.max([np.mean(values) for values in drift_of(runs, setting).values()])
    if probe is None or not drift < STILL or (_peaks(runs, setting) > LEAPT * guessing).any():
        return None
    end = np.mean([points(run, ACCURACY)[1][-1] for run in runs[setting].values()])
    if abs(end - probe.mean()) > WORTH or _differs(runs, setting):
        return None
    what = f"Hardly anything moves: the largest drift of a group is {drift:.2g} %, and"
    if setting.depth == "head":
        what = "Training the head further changes little:"
    return (
        f"{what} validation accuracy ends at {100 * end:.1f} %, within {100 * WORTH:.0f} point of "
        f"the probe's {100 * probe.mean():.1f} %, with which it began."
    )


def _differs(runs, setting):
    """Whether test accuracy differs from that of the head alone, beyond noise and `WORTH`."""
    from course_utils.measuring.results import compare

    difference = difference_to_reference(runs, setting)
    if difference is None:
        return False
    return compare(difference) != "within noise" and abs(difference.mean) > WORTH


def _blew_up(runs, setting, guessing):
    losses = [points(run, LOSS)[1] for run in runs[setting].values()]
    times = sum(bool(np.isnan(loss).any() or loss[-1] > BLEW_UP * guessing) for loss in losses)
    if not times:
        return None
    seeds = "the one seed" if len(losses) == 1 else f"{times} of {len(losses)} seeds"
    above = "" if np.isnan(guessing) else f", or ended far above that of guessing, {guessing:.2g}"
    return f"The loss blew up in {seeds}: it was no finite number{above}."


def _near_guessing(runs, setting, guessing):
    end = last_loss(runs, setting)
    if not end > NEAR * guessing:
        return None
    where = (
        f"after the last step the training loss, {end:.2g}, is "
        f"{'near' if end <= guessing else 'above'} that of guessing, {guessing:.2g}"
    )
    others = {
        rate: last_loss(runs, setting._replace(rate=rate))
        for rate in runs.rates(setting.target, setting.depth)
    }
    lower = [rate for rate, other in others.items() if other <= NEAR * guessing]
    nearest = min(lower, key=lambda rate: abs(np.log(rate / setting.rate)), default=None)
    if nearest is None:
        return f"{where[0].upper()}{where[1:]}; at no rate stored does it end well below."
    size = "small" if nearest > setting.rate else "large"
    return f"The rate is too {size}: {where}; at {nearest:g} it ends at {others[nearest]:.2g}."


def _leapt(runs, setting, guessing):
    peaks = _peaks(runs, setting)
    if not (peaks > LEAPT * guessing).mean() >= 0.5:
        return None
    lowest = mean_points(runs[setting], ACCURACY)[1].min()
    return (
        f"The loss leapt to {peaks.max():.2g} on the way, above that of guessing, {guessing:.2g}, "
        f"and came back down to {last_loss(runs, setting):.2g}; validation accuracy was "
        f"{100 * lowest:.1f} % at its lowest."
    )


def _peaks(runs, setting):
    """The highest loss of each seed (array of float; NaN where one was no number)."""
    return np.array([points(run, LOSS)[1].max() for run in runs[setting].values()])


def _overfitted(runs, setting, guessing):
    from course_utils.measuring.results import compare

    difference = difference_to_reference(runs, setting)
    if not last_loss(runs, setting) < LEARNT * guessing or difference is None:
        return None
    if compare(difference) == "below":
        lost = -100 * difference.mean
        return (
            f"The training images are learnt (the loss ends at {last_loss(runs, setting):.2g}), "
            f"but test accuracy is {lost:.1f} points below that of the head alone."
        )
    return None


def _peaked(runs, setting, guessing):
    steps, values = _accuracies(runs, setting)
    best = np.argmax(values.mean(axis=0))
    lost = _gain(values, steps == steps[-1], steps == steps[best])
    if lost is None:
        return None
    return (
        f"Validation accuracy was highest at step {steps[best]}, and has lost {100 * lost:.1f} "
        "points since: stopping there, which only hindsight names, would have kept them."
    )


def _still_rising(runs, setting, guessing):
    steps, values = _accuracies(runs, setting)
    progress = steps / max(steps[-1], 1)
    gained = _gain(values, (progress > 0.5) & (progress <= 0.75), progress > 0.75)
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


def _accuracies(runs, setting):
    """The steps that all seeds have, and each seed's accuracies there: array (seeds, steps)."""
    steps, _ = mean_points(runs[setting], ACCURACY)
    curves = [dict(zip(*points(run, ACCURACY), strict=True)) for run in runs[setting].values()]
    return steps, np.array([[curve[step] for step in steps] for curve in curves])


def _gain(values, earlier, later):
    """Mean gain of validation accuracy between two choices of steps, or None if not worth a word.

    Parameters
    ----------
    values : array of float, shape (seeds, steps)
    earlier, later : array of bool, shape (steps,)
    """
    from course_utils.measuring.results import Result, compare

    if len(values) < 2 or not earlier.any():
        return None
    gains = Result(values[:, later].mean(axis=1) - values[:, earlier].mean(axis=1))
    return gains.mean if gains.mean > WORTH and compare(gains) == "above" else None

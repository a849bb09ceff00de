"""What there is to see in a fine-tuning run, in one sentence, by rules that the data decide."""

import numpy as np

from course_utils.lessons.lesson_03.explorer_runs import Run, Runs, Setting, guessing_loss
from course_utils.measuring import Result, compare

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


def finding(runs: Runs, setting: Setting) -> str:
    """The first of these sentences whose rule the setting meets.

    Every training begins with a probe, so that its loss is low before the first step.
    "Guessing" is `guessing_loss`: near it or above, the network knows nothing any more, or is
    sure of what is wrong.

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

    "Beyond noise" means that `compare` of the differences paired by seed is not "undecided".
    """
    rules = (_still, _blew_up, _near_guessing, _leapt, _overfitted, _peaked, _still_rising)
    said = (rule(runs, setting, runs[setting], guessing_loss(setting.target)) for rule in rules)
    return next(filter(None, said), None) or _settled(runs[setting])


def _still(runs: Runs, setting: Setting, run: Run, guessing: float) -> str | None:
    probe, end = runs.probe_accuracy(setting.target), run.accuracies[:, -1].mean()
    drift = np.max([values.mean() for values in run.drift.values()])
    lead = runs.lead(setting)
    moved = not drift < STILL or (run.losses.max(axis=1) > LEAPT * guessing).any()
    if moved or abs(end - probe) > WORTH or (compare(lead) != "undecided" and _tells(lead)):
        return None
    what = f"Hardly anything moves: the largest drift of a group is {drift:.2g} %, and"
    if setting.depth == "head":
        what = "Training the head further changes little:"
    return (
        f"{what} validation accuracy ends at {100 * end:.1f} %, within {100 * WORTH:.0f} point of "
        f"the probe's {100 * probe:.1f} %, with which it began."
    )


def _tells(difference: Result) -> bool:
    return abs(difference.mean) > WORTH


def _blew_up(runs: Runs, setting: Setting, run: Run, guessing: float) -> str | None:
    lost = np.isnan(run.losses).any(axis=1) | (run.losses[:, -1] > BLEW_UP * guessing)
    if not lost.any():
        return None
    return (
        f"The loss blew up in {lost.sum()} of {len(lost)} seeds: it was no finite number, or ended "
        f"far above that of guessing, {guessing:.2g}."
    )


def _near_guessing(runs: Runs, setting: Setting, run: Run, guessing: float) -> str | None:
    end = run.last_loss()
    if not end > NEAR * guessing:
        return None
    where = (
        f"after the last step the training loss, {end:.2g}, is "
        f"{'near' if end <= guessing else 'above'} that of guessing, {guessing:.2g}"
    )
    rates = runs.rates(setting.target, setting.depth)
    ends = {rate: runs[setting._replace(rate=rate)].last_loss() for rate in rates}
    lower = [rate for rate, other in ends.items() if other <= NEAR * guessing]
    if not lower:
        return f"{where[0].upper()}{where[1:]}; at no rate stored does it end well below."
    nearest = min(lower, key=lambda rate: abs(np.log(rate / setting.rate)))
    size = "small" if nearest > setting.rate else "large"
    return f"The rate is too {size}: {where}; at {nearest:g} it ends at {ends[nearest]:.2g}."


def _leapt(runs: Runs, setting: Setting, run: Run, guessing: float) -> str | None:
    peaks = run.losses.max(axis=1)
    if (peaks > LEAPT * guessing).mean() < 0.5:
        return None
    return (
        f"The loss leapt to {peaks.max():.2g} on the way, above that of guessing, {guessing:.2g}, "
        f"and came back down to {run.last_loss():.2g}; validation accuracy was "
        f"{100 * run.accuracies.mean(axis=0).min():.1f} % at its lowest."
    )


def _overfitted(runs: Runs, setting: Setting, run: Run, guessing: float) -> str | None:
    lead = runs.lead(setting)
    if not run.last_loss() < LEARNT * guessing or compare(lead) != "below":
        return None
    return (
        f"The training images are learnt (the loss ends at {run.last_loss():.2g}), but test "
        f"accuracy is {-100 * lead.mean:.1f} points below that of the head alone."
    )


def _peaked(runs: Runs, setting: Setting, run: Run, guessing: float) -> str | None:
    best = run.accuracies.mean(axis=0).argmax()
    lost = Result(run.accuracies[:, best] - run.accuracies[:, -1])
    if compare(lost) != "above" or not _tells(lost):
        return None
    return (
        f"Validation accuracy was highest at step {run.steps[best]}, and has lost "
        f"{100 * lost.mean:.1f} points since: stopping there, which only hindsight names, would "
        "have kept them."
    )


def _still_rising(runs: Runs, setting: Setting, run: Run, guessing: float) -> str | None:
    progress = run.steps / run.steps[-1]
    last, before = progress > 0.75, (progress > 0.5) & (progress <= 0.75)
    if not before.any():
        return None
    means = (run.accuracies[:, quarter].mean(axis=1) for quarter in (last, before))
    gain = Result(np.subtract(*means))
    if compare(gain) != "above" or not _tells(gain):
        return None
    return (
        "Still rising: in the last quarter of the steps validation accuracy was "
        f"{100 * gain.mean:.1f} points above that of the quarter before; more steps or a larger "
        "rate might gain more."
    )


def _settled(run: Run) -> str:
    """The step from which the mean validation accuracy stays within `WORTH` of its last."""
    means = run.accuracies.mean(axis=0)
    away = np.flatnonzero(np.abs(means - means[-1]) > WORTH)
    since = run.steps[away[-1] + 1] if len(away) else run.steps[0]
    point = f"{100 * WORTH:.0f} point"
    moves = f"from step {since} on validation accuracy stays within {point} of its last"
    if since == run.steps[-1]:
        moves = f"validation accuracy moves by over {point} up to the last step"
    return f"The training loss ends at {run.last_loss():.2g}, and {moves}."

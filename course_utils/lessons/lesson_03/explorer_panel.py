"""What is shown of one fine-tuning setting: three pictures, and the words that go with them."""

from typing import NamedTuple

import numpy as np

from course_utils.lessons.lesson_03.explorer_findings import difference_to_reference, finding
from course_utils.lessons.lesson_03.explorer_pictures import (
    HEIGHT,
    LOSSES,
    WIDTH,
    curve_picture,
    drift_label,
    drift_of,
    drift_picture,
)
from course_utils.lessons.lesson_03.explorer_runs import ACCURACY, LOSS, far, mean_points, points
from course_utils.teaching.panel_frame import figure_of, framed

TITLES = (
    "Validation accuracy (%)",
    "Training loss (logarithmic axis)",
    "Weight drift (%, logarithmic axis)",
)


class Words(NamedTuple):
    """What is said of a setting: over the pictures, and below each of them (str)."""

    headline: str
    finding: str
    accuracy: str
    loss: str
    drift: str


def target_label(runs, target):
    """A target's name for the list: its set (its domain too if two share the set), near or far."""
    name = target.split("/")[0]
    if sum(other.split("/")[0] == name for other in runs.targets()) > 1:
        name = target
    return f"{name} ({'far' if far(target) else 'near'})"


def trained(depth):
    """What a depth leaves trainable, in words (str)."""
    if depth == "head":
        return "only the head is trained"
    if depth == "all":
        return "the whole network is trained"
    groups = [f"conv{k}" for k in range(int(depth.removeprefix("conv")), 6)]
    return f"{', '.join(groups)} and the head are trained"


def words(runs, setting):
    """What was trained and how, what is to be seen, and the numbers of each picture.

    Parameters
    ----------
    runs : Runs
    setting : Setting

    Returns
    -------
    Words
    """
    seeds = len(runs[setting])
    many = f"mean of {seeds} seeds ± 95 % interval" if seeds > 1 else "one seed, no interval"
    headline = (
        f"{target_label(runs, setting.target).capitalize()}, {runs.labels} labelled images per "
        f"class: after a probe {trained(setting.depth)}, learning rate {setting.rate:g}. "
        f"Numbers: {many}."
    )
    return Words(
        headline,
        finding(runs, setting),
        f"Test accuracy {_percent(runs, setting, 'test_accuracy')} %: "
        f"{_against_reference(runs, setting)}.",
        _loss_words(runs, setting),
        f"Source agreement {_percent(runs, setting, 'agreement')} %: the share of photographs that "
        "the base, under its first classifier, still names as it did when pretrained."
        + _drift_lost(runs, setting),
    )


def panel(runs, setting):
    """The three pictures of a setting with their words (str, HTML); parameters as in `words`."""
    said = words(runs, setting)
    pictures = (
        curve_picture(runs, setting, ACCURACY),
        curve_picture(runs, setting, LOSS),
        drift_picture(runs, setting),
    )
    parts = zip(TITLES, pictures, _descriptions(runs, setting, said), said[2:], strict=True)
    figures = (
        figure_of(title, picture, (WIDTH, HEIGHT), alt, note) for title, picture, alt, note in parts
    )
    return framed("fine-tuning-panel", said.headline, said.finding, figures)


def _percent(runs, setting, metric):
    """A metric over the seeds, as "61.3 ± 1.2", or of one seed, as "61.3" (str)."""
    from course_utils.measuring.results import Result

    values = [run[metric] for run in runs[setting].values()]
    return Result(values).percent() if len(values) > 1 else f"{100 * values[0]:.1f}"


def _against_reference(runs, setting):
    """Where a setting's test accuracy lies beside that of the head alone (str)."""
    from course_utils.measuring.results import compare

    reference = runs.reference(setting.target)
    if reference is None:
        return "no training of the head alone is stored for this target"
    if reference == setting:
        return "this is the head alone at its best rate, which the others are held against"
    alone = f"the {_percent(runs, reference, 'test_accuracy')} % of the head alone at its best rate"
    difference = difference_to_reference(runs, setting)
    if difference is None:
        return f"beside {alone}, but one seed can't tell a difference from luck"
    side, points_apart = compare(difference), difference.percent()
    if side == "within noise":
        return f"within noise of {alone} (difference {points_apart} points)"
    return f"{points_apart.removeprefix('-')} points {side} {alone}"


def _loss_words(runs, setting):
    """How the mean training loss began and ended (str)."""
    seeds = [points(run, LOSS)[1] for run in runs[setting].values()]
    lost = sum(bool(np.isnan(values).any()) for values in seeds)
    if lost:
        said = (
            f"No finite number from some step on in {lost} of {len(seeds)} seeds: a cross marks "
            "the last that was one, and the mean ends there."
        )
    else:
        steps, means = mean_points(runs[setting], LOSS)
        said = f"Mean: {means[0]:.2g} at step {steps[0]}, {means[-1]:.2g} at step {steps[-1]}."
    every, (low, high) = np.concatenate(seeds), LOSSES
    if (every < low).any():
        said += f" Below {low:g} it is drawn on the edge."
    if (every > high).any():
        said += f" Above {high:g} it is drawn on the edge."
    return said


def _drift_lost(runs, setting):
    """What is said where a drift was no number (str)."""
    lost = np.isnan(list(drift_of(runs, setting).values())).any()
    return " NaN: in at least one seed the weights are no longer finite numbers." if lost else ""


def _descriptions(runs, setting, said):
    """The three pictures for those who cannot see them (list of str)."""
    name = f"{target_label(runs, setting.target)}, {setting.depth}, rate {setting.rate:g}"
    steps, means = mean_points(runs[setting], ACCURACY)
    best = int(np.argmax(means))
    drifts = ", ".join(
        f"{group} {drift_label(float(np.mean(values)))}"
        for group, values in drift_of(runs, setting).items()
    )
    return [
        f"Validation accuracy against training step, {name}: {100 * means[0]:.0f} % at step "
        f"{steps[0]}, highest {100 * means[best]:.0f} % at step {steps[best]}, "
        f"{100 * means[-1]:.0f} % at step {steps[-1]}. {said.accuracy}",
        f"Training loss against training step on a logarithmic axis, {name}. {said.loss} "
        f"{said.finding}",
        f"Bars of weight drift in percent of the start, {name}: {drifts}. {said.drift}",
    ]

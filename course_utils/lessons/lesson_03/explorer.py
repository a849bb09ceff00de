"""`explore_fine_tuning`: choose what to unfreeze and how fast, and see that training at once."""

from functools import partial

import numpy as np
import pandas as pd

from course_utils.lessons.lesson_03.explorer_pictures import (
    LOSSES,
    draw_accuracy,
    draw_drift,
    draw_loss,
    drift_label,
)
from course_utils.lessons.lesson_03.explorer_runs import Run, Runs, Setting, sorted_runs
from course_utils.lessons.lesson_03.explorer_sentences import finding
from course_utils.lessons.lesson_03.fine_tuning import NAME, N
from course_utils.lessons.lesson_03.stored_runs import title
from course_utils.measuring import compare, records
from course_utils.teaching.explorers import Explorer, Panel, Picture, offer, slider, svg

SIZE = (330, 262)  # of a picture, in pixels


class FineTuningExplorer(Explorer):
    """The panel that `explore_fine_tuning` gives.

    Attributes
    ----------
    target, depth, rate : ipywidgets.SelectionSlider
        A target, as `"set/domain"`; what is unfrozen; one of the learning rates stored for both.
    pictures : ipywidgets.HTML
        Three pictures and a caption.
    """

    def __init__(self, runs: Runs):
        self._runs = runs
        targets, depths = runs.targets(), runs.depths()
        # The first depth that unfreezes something, at the rate that validation data would choose.
        first = runs.best(targets[0], depths[1])
        # A slider rather than a list, so that the arrow keys work alike on all three.
        named = [(title(target), target) for target in targets]
        self.target = slider("Target", named, room="7em")
        self.depth = slider("Unfreeze", depths, room="7em", value=first.depth)
        self.rate = slider("Learning rate", self._rates(), room="7em", value=first.rate)
        controls = [self.target, self.depth, self.rate]
        super().__init__(controls, lambda: panel(runs, self.setting()), self._offer)

    def setting(self) -> Setting:
        """What is chosen."""
        return Setting(self.target.value, self.depth.value, self.rate.value)

    def _rates(self) -> list[tuple[str, float]]:
        stored = self._runs.rates(self.target.value, self.depth.value)
        return [(f"{rate:g}", rate) for rate in stored]

    def _offer(self) -> None:
        """Offer the rates stored for what was chosen, and stay near the old one."""
        rates, old = self._rates(), self.rate.value
        offer(self.rate, rates, min((r for _, r in rates), key=lambda r: abs(np.log(r / old))))


def explore_fine_tuning(trials: pd.DataFrame | None = None) -> FineTuningExplorer:
    """Replay stored fine-tuning runs: what is unfrozen, and at which learning rate.

    For each target, depth and rate stand side by side validation accuracy and training loss
    against the training step, over those of the head alone at its best rate, and how far each
    group of layers moved from its pretrained weights. Below them are test accuracy beside that
    of the head alone and the agreement with the source network; above them, one sentence on
    what there is to see, which the data decide. All trainings begin with a probe. Nothing is
    trained and nothing fetched. The controls follow the arrow keys.

    Parameters
    ----------
    trials : pandas.DataFrame, optional
        Other trials than the course's: a table such as `records("fine-tuning")`.

    Returns
    -------
    FineTuningExplorer
        A widget; as the last line of a cell it shows itself. Where no widget can be shown, in
        HTML made by nbconvert for one, the pictures of the first setting stand in for it.

    Raises
    ------
    CourseError
        If there is no run to show, or one lacks what is shown of it.
    """
    return FineTuningExplorer(sorted_runs(records(NAME) if trials is None else trials))


def panel(runs: Runs, setting: Setting) -> Panel:
    """What is shown of one setting: three pictures, what was trained, and what is to be seen."""
    run, said = runs[setting], finding(runs, setting)
    seeds = f"mean of {len(run.losses)} seeds ± 95 % interval"
    name = f"{title(setting.target)}, {setting.depth}, rate {setting.rate:g}"
    drifts = ", ".join(f"{key} {drift_label(each.mean())}" for key, each in run.drift.items())
    first, best, last = _points(run)
    accuracy = f"Test accuracy {run.test.percent()} %: {_beside_reference(runs, setting)}."
    loss, drift = _loss_words(run), _drift_words(run)
    accuracy_alt = (
        f"Validation accuracy against training step, {name}: {first}, highest {best}, {last}. "
        f"{accuracy}"
    )
    loss_alt = f"Training loss against training step on a logarithmic axis, {name}. {loss} {said}"
    drift_alt = f"Bars of weight drift in percent of the start, {name}: {drifts}. {drift}"
    shown = (
        ("Validation accuracy (%)", draw_accuracy, accuracy_alt, accuracy),
        ("Training loss (logarithmic axis)", draw_loss, loss_alt, loss),
        ("Weight drift (%, logarithmic axis)", draw_drift, drift_alt, drift),
    )
    headline = (
        f"{title(setting.target).capitalize()}, {N} labelled images per class: after a probe "
        f"{trained(setting.depth)}, learning rate {setting.rate:g}. Numbers: {seeds}."
    )
    pictures = []
    for heading, draw, alt, note in shown:
        file = svg(partial(draw, runs=runs, setting=setting), SIZE, margins=(56, 44, 12, 62))
        pictures.append(Picture(heading, file, "svg+xml", SIZE, alt, note))
    return Panel("fine-tuning-panel", headline, said, tuple(pictures))


def trained(depth: str) -> str:
    """What a depth leaves trainable, in words."""
    if depth == "head":
        return "only the head is trained"
    if depth == "all":
        return "the whole network is trained"
    groups = [f"conv{k}" for k in range(int(depth.removeprefix("conv")), 6)]
    return f"{', '.join(groups)} and the head are trained"


def _points(run: Run) -> list[str]:
    """Where the mean validation accuracy began, was highest and ended, in words."""
    means = 100 * run.accuracies.mean(axis=0)
    places = (0, int(means.argmax()), -1)
    return [f"{means[place]:.0f} % at step {run.steps[place]}" for place in places]


def _beside_reference(runs: Runs, setting: Setting) -> str:
    """Where a setting's test accuracy lies beside that of the head alone."""
    reference = runs.reference(setting.target)
    if reference == setting:
        return "this is the head alone at its best rate, which the others are held against"
    alone = f"the {runs[reference].test.percent()} % of the head alone at its best rate"
    side, points = compare(runs.lead(setting)), runs.lead(setting).percent()
    if side == "undecided":
        return f"whether it differs from {alone} is undecided (difference {points} points)"
    return f"{points.removeprefix('-')} points {side} {alone}"


def _loss_words(run: Run) -> str:
    """How the mean training loss began and ended."""
    lost = np.asarray(np.isnan(run.losses).any(axis=1))
    if lost.any():
        said = (
            f"No finite number from some step on in {lost.sum()} of {len(lost)} seeds: a cross "
            "marks the last that was one, and the mean ends there."
        )
    else:
        first, last = run.losses[:, 0].mean(), run.last_loss()
        said = f"Mean: {first:.2g} at step {run.steps[0]}, {last:.2g} at step {run.steps[-1]}."
    if (run.losses < LOSSES[0]).any():
        said += f" Below {LOSSES[0]:g} it is drawn on the edge."
    if (run.losses > LOSSES[1]).any():
        said += f" Above {LOSSES[1]:g} it is drawn on the edge."
    return said


def _drift_words(run: Run) -> str:
    """How much of what the source network said is left, and whether weights were lost."""
    said = (
        f"Source agreement {run.agreement.percent()} %: the share of photographs that the base, "
        "under its first classifier, still names as it did when pretrained."
    )
    if np.isnan(list(run.drift.values())).any():
        said += " NaN: in at least one seed the weights are no longer finite numbers."
    return said

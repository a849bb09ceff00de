"""The whole comparison of lesson 05 on two domains of anybody's."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from course_utils.datasets import Splits
from course_utils.lessons.lesson_05.adaptation import ON_FEATURES, methods_of
from course_utils.lessons.lesson_05.selection import HEADLINE, chosen
from course_utils.lessons.lesson_05.tasks import AdaptationTask, Part
from course_utils.lessons.lesson_05.trials import measure
from course_utils.measuring import Result
from course_utils.validation import require

if TYPE_CHECKING:
    import torch


def compare_methods(
    source: Splits, target: Splits, base: "torch.nn.Module", seeds: Sequence[int] = (0, 1, 2)
) -> dict[str, dict[str, Result]]:
    """Every method that works on frozen features, from one domain to another.

    Parameters
    ----------
    source, target : Splits
        Of the same classes. Target labels are used to report, and by the oracle: those of
        `target.train` are not looked at.
    base : torch.nn.Module
        Frozen; see `extract_features`.
    seeds : sequence of int
        They draw the networks' starts and the batches; at least two.

    Returns
    -------
    dict of str to dict of str to Result
        For each method the accuracy on the target's test images, as `"selected"` without target
        labels (by `selection.HEADLINE`) and by the `"oracle"`, which chooses by labels of
        the target's validation images. Each method has one weight, the first of the sweep's, and
        is looked at four times along its training.

    Raises
    ------
    CourseError
        If the domains have different classes.
    """
    require(
        source.train.class_names == target.train.class_names,
        f"The source has the classes {', '.join(source.train.class_names)}, the target "
        f"{', '.join(target.train.class_names)}: both domains need the same ones.",
    )
    task = task_on_features(source, target, base)
    methods = methods_of(ON_FEATURES[0])
    runs = {method: [] for method in methods}
    for seed in seeds:  # seed by seed: AdaBN and Tent share one source-only network
        for method, weights in methods.items():
            runs[method].append(measure(task, "head", method, seed, weights[0])["candidates"])
    selectors = {"selected": HEADLINE, "oracle": "oracle"}
    return {
        method: {
            name: Result([chosen(candidates, selector)["test"] for candidates in found])
            for name, selector in selectors.items()
        }
        for method, found in runs.items()
    }


def task_on_features(source: Splits, target: Splits, base: "torch.nn.Module") -> AdaptationTask:
    """Frozen features of all parts of two domains, and a network for them."""
    import torch

    from course_utils.adaptation import feature_network
    from course_utils.features import extract_features

    def read(part):
        features = extract_features(base, part.images, precision="float32", progress=False)
        return torch.from_numpy(np.array(features.array))

    parts = [Part(read(part), part.labels) for part in (source.train, source.validation, *target)]
    width, n_classes = parts[0].inputs.shape[1], len(source.train.class_names)
    return AdaptationTask(
        parts[0],
        parts[1],
        parts[2].inputs,
        parts[3],
        parts[4],
        lambda seed: feature_network(width, n_classes, seed=seed),
    )

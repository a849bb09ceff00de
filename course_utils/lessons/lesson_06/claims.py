"""Conditions of the claims on negative transfer."""

import numpy as np

from course_utils.lessons.lesson_06 import negative_transfer as sweep
from course_utils.lessons.lesson_06.findings import (
    NULL,
    SCORES,
    WAYS,
    best_single,
    far_sources,
    gap,
    harm,
    mixture,
    taus,
    weighted_for,
)
from course_utils.lessons.lesson_06.source_mixtures import MATCHED, NARROW, POOLED, broad, narrow
from course_utils.lessons.lesson_06.trials import TARGETS
from course_utils.measuring.results import Result, paired_difference


def negative_transfer_distance() -> dict[str, Result]:
    """How far sources of other kinds of picture, on average, fall below scratch."""
    return {
        f"far sources to {target}, {way}": Result(
            -np.mean([gap(source, target, way).values for source in far_sources(target)], axis=0)
        )
        for way in WAYS
        for target in TARGETS
    }


def negative_transfer_aggressive() -> dict[str, Result]:
    """How far fine-tuning everything at the highest rate falls below the frozen probe."""
    most = max(sweep.HARM_DEPTHS), max(sweep.HARM_RATES)
    return {
        f"{sweep.HARM_SOURCE} to {target}, n = {n}": Result(-difference.values)
        for target in sweep.HARM_TARGETS
        for (n, depth, rate), difference in harm(target).items()
        if (depth, rate) == most
    }


def broad_source() -> dict[str, Result]:
    """All classes over few, and many sets over the matched one, at as many source pictures."""
    margins = {
        f"{source} to {target}, all classes over {NARROW[source][0]}": paired_difference(
            mixture(broad(source), target), mixture(narrow(source), target)
        )
        for source in NARROW
        for target in MATCHED
    }
    return margins | {
        f"pooled over {source}, to {target}": paired_difference(
            mixture(POOLED, target), mixture(source, target)
        )
        for target, source in MATCHED.items()
    }


def matched_source() -> dict[str, Result]:
    """The matched set over many sets, at as many source pictures."""
    return {
        f"{source} over pooled, to {target}, {way}": paired_difference(
            mixture(source, target, way), mixture(POOLED, target, way)
        )
        for target, source in MATCHED.items()
        for way in WAYS
    }


def predictable() -> dict[str, Result]:
    """Weighted Kendall's tau of each score with the gaps, averaged over the targets."""
    return {
        f"{name}, {way}, tau × 100": Result(taus(name, way))
        for way in WAYS
        for name in SCORES
        if name != NULL
    }


def multi_source() -> dict[str, Result]:
    """Several sources over the best single one, at as many source pictures."""
    return {
        f"{name} over {best_single(target)}, to {target}": paired_difference(
            mixture(arm, target), mixture(best_single(target), target)
        )
        for target in MATCHED
        for name, arm in {POOLED: POOLED, "weighted": weighted_for(target)}.items()
    }

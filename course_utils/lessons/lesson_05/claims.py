"""Conditions of the claims on domain adaptation."""

from course_utils.lessons.lesson_05.adaptation import (
    AUGMENTATIONS,
    CORRUPTIONS,
    DIAL_METHODS,
    END_TO_END,
    ON_FEATURES,
    SEVERITIES,
    SKEWED,
    SKEWS,
)
from course_utils.lessons.lesson_05.findings import SHIFTS, accuracy, gain, gains_along_dial
from course_utils.measuring.results import Result, paired_difference


def augmentation_bridges() -> dict[str, Result]:
    """Matched augmentation over none, source only."""
    matched = {"study": "augmentation", "augmentation": AUGMENTATIONS[0]}
    return {
        shift: paired_difference(
            accuracy(shift, "source only", **matched), accuracy(shift, "source only")
        )
        for shift in (*END_TO_END, *ON_FEATURES)
    }


def adversarial_bridges() -> dict[str, Result]:
    """DANN over source only, both selected without target labels; and under full label drift."""
    margins = {shift: gain(shift, "DANN") for shift in SHIFTS}
    return margins | {
        f"{shift}, half of the classes gone": gain(shift, "DANN", study="drift", skew=SKEWS[-1])
        for shift in SKEWED
    }


def gap_size() -> dict[str, Result]:
    """The gain without a shift over that in the middle of the dial, and that over its end's."""
    ends = {"none over middle": (SEVERITIES[0], 0.4), "middle over end": (0.4, SEVERITIES[-1])}
    return {
        f"{method}, {corruption}, {name}": paired_difference(
            *(gains_along_dial(method, corruption)[severity] for severity in pair)
        )
        for method in DIAL_METHODS
        if method != "source only"
        for corruption in CORRUPTIONS
        for name, pair in ends.items()
    }

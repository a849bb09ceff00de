"""How many draws and test pictures would decide, and what that would cost.

The answer comes from the components of variance of what was measured already: of a pilot on
validation data before a sweep, or of a condition that is still undecided.
"""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from scipy import stats

from course_utils.errors import CourseError
from course_utils.measuring.conditions import Condition
from course_utils.measuring.intervals import CONFIDENCE, Components, Estimate
from course_utils.measuring.records import table_of
from course_utils.measuring.sweeps import read_records
from course_utils.validation import require, whole_number

if TYPE_CHECKING:
    import pandas as pd

#: Beyond these no sweep of the course goes.
MOST_DRAWS = 100
MOST_PICTURES = 100_000


@dataclass(frozen=True)
class Need:
    """What an interval of a certain width takes.

    Attributes
    ----------
    draws, pictures : int or None
        How many of each. None: more than `MOST_DRAWS` or `MOST_PICTURES`.
    short : {"nothing", "draws", "test pictures", "draws and test pictures"}
        What there is too little of.
    """

    draws: int | None
    pictures: int | None
    short: str

    def __str__(self) -> str:
        if self.short == "nothing":
            return "nothing is short"
        if self.draws is None or self.pictures is None:
            return (
                f"{self.short} are short: not even {MOST_DRAWS} draws and {MOST_PICTURES:,} "
                "test pictures would do"
            )
        wanted = {
            "draws": f"{self.draws} draws",
            "test pictures": f"{self.pictures:,} test pictures",
        }
        parts = wanted.get(self.short, " and ".join(wanted.values()))
        return f"{self.short} are short, {parts} would do"


def needed(
    components: Components,
    half_width: float,
    n_draws: int,
    n_pictures: int,
    confidence: float = CONFIDENCE,
) -> Need:
    """The fewest draws and test pictures whose interval is to be expected this narrow.

    First more draws are tried, then more pictures, then both, at twice the draws.

    Parameters
    ----------
    components : Components
    half_width : float
        To be reached; in the unit of the table.
    n_draws, n_pictures : int
        What there is.
    confidence : float
    """

    def reached(draws: int, pictures: int) -> bool:
        return components.half_width(draws, pictures, confidence) <= half_width

    if reached(n_draws, n_pictures):
        return Need(n_draws, n_pictures, "nothing")
    if reached(MOST_DRAWS, n_pictures):
        return Need(
            _fewest(lambda n: reached(n, n_pictures), n_draws, MOST_DRAWS), n_pictures, "draws"
        )
    if reached(n_draws, MOST_PICTURES):
        pictures = _fewest(lambda n: reached(n_draws, n), n_pictures, MOST_PICTURES)
        return Need(n_draws, pictures, "test pictures")
    both = "draws and test pictures"
    if not reached(MOST_DRAWS, MOST_PICTURES):
        return Need(None, None, both)
    # The fewest draws with any number of pictures leave no room; a half more do.
    least = _fewest(lambda n: reached(n, MOST_PICTURES), n_draws, MOST_DRAWS)
    draws = min(MOST_DRAWS, -(-3 * least // 2))
    return Need(draws, _fewest(lambda n: reached(draws, n), n_pictures, MOST_PICTURES), both)


def _fewest(enough, low: int, high: int) -> int:
    """The smallest whole number from `low` to `high` that is enough; more are enough as well."""
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle + 1, high)
    return low


def power(
    components: Components,
    effect: float,
    difference: float,
    n_draws: int,
    n_pictures: int,
    confidence: float = CONFIDENCE,
) -> float:
    """How often a condition would be supported if the true difference were `effect`.

    The estimate is taken as normal around the effect, its interval as wide as is to be expected.

    Parameters
    ----------
    components : Components
    effect, difference : float
        The true difference, and the smallest that matters.
    n_draws, n_pictures : int
    confidence : float
    """
    half_width = components.half_width(n_draws, n_pictures, confidence)
    error = np.sqrt(components.variance_of_mean(n_draws, n_pictures))
    if error == 0:
        return float(effect >= difference)
    return float(stats.norm.sf((max(half_width, difference) - effect) / error))


@dataclass(frozen=True)
class Plan:
    """What a condition needs, by a pilot on validation data.

    Attributes
    ----------
    pilot : Estimate
    components : Components
        Of the pilot.
    difference : float
        The smallest that matters.
    confidence : float
        At which the condition will be judged.
    n_draws, n_pictures : int
        Asked for by the condition, and available.
    need : Need
    minutes_per_draw : float
        All arms of the condition together; nan if the pilot did not measure seconds.
    """

    pilot: Estimate
    components: Components
    difference: float
    confidence: float
    n_draws: int
    n_pictures: int
    need: Need
    minutes_per_draw: float

    def __str__(self) -> str:
        parts, points = self.components, 100 * self.difference
        cells = np.sqrt(parts.pictures + parts.rest)
        scatter = np.sqrt(parts.draws + parts.rest / (self.pilot.n_pictures or 1))
        lines = [
            f"pilot: {self.pilot.n_draws} draws, {self.pilot.n_pictures} validation pictures, "
            f"difference {100 * self.pilot.mean:+.1f} points",
            f"noise: draws scatter by {100 * scatter:.1f} points (standard deviation); one "
            f"picture's answer by {100 * cells:.0f}",
            f"judged at {100 * self.confidence:.4g} % for a difference of {points:g} points:",
        ]
        for draws in sorted({self.n_draws, *(self._draws() or ())}):
            half_width = parts.half_width(draws, self.n_pictures, self.confidence)
            chance = power(
                parts, 2 * self.difference, self.difference, draws, self.n_pictures, self.confidence
            )
            lines.append(
                f"  {draws:3d} draws, {self.n_pictures:,} test pictures: ± {100 * half_width:.1f} "
                f"points; a true {2 * points:g} points supported in {100 * chance:.0f} % of cases"
                f"{self._minutes(draws)}"
            )
        if self.need.short == "nothing":
            lines.append(f"{self.n_draws} draws and {self.n_pictures:,} test pictures will do.")
        else:
            text = str(self.need)
            lines.append(f"{text[0].upper()}{text[1:]}.")
        return "\n".join(lines)

    def _draws(self) -> list[int]:
        return [self.need.draws] if self.need.draws else []

    def _minutes(self, draws: int) -> str:
        minutes = draws * self.minutes_per_draw
        return "" if np.isnan(minutes) else f"; about {max(minutes, 0.1):.1f} minutes"


def read_pilot(path: str | os.PathLike[str]) -> "pd.DataFrame":
    """The records of a pilot, a JSON-lines file, as a table: see `measuring.records`.

    Raises
    ------
    CourseError
        If there is no such file, or it is damaged.
    """
    require(
        Path(path).is_file(), f"There is no pilot {path}: give the file that its sweep wrote to."
    )
    return table_of(read_records(path))


def plan(
    condition: Condition,
    pilot: "pd.DataFrame",
    n_pictures: int,
    n_conditions: int = 1,
) -> Plan:
    """What a condition needs, by a pilot.

    Parameters
    ----------
    condition : Condition
    pilot : pandas.DataFrame
        Records of a pilot, as `records` has them: trials on *validation* pictures, at least three
        draws, with `correct`.
    n_pictures : int
        Test pictures that there are.
    n_conditions : int
        Primary conditions of the claim: each is judged at 1 - 0.05 / `n_conditions`.

    Raises
    ------
    CourseError
        If a record of the pilot was measured on test pictures, which are looked at once, at the
        end; if rows are missing; or if it kept no answers picture by picture.
    """
    require(
        len(pilot) > 0 and bool((pilot["part"] == "validation").all()),
        'A pilot is measured on validation data: its trials need the setting part="validation".',
    )
    n_pictures = whole_number(n_pictures, "n_pictures", at_least=2)
    estimate = condition.estimate(pilot)
    components = estimate.components
    if components is None or estimate.n_draws < 3:
        raise CourseError(
            "A plan needs which pictures each draw named correctly, of at least three draws, on "
            "one set of pictures: let the pilot's trials keep `correct`."
        )
    confidence = 1 - (1 - CONFIDENCE) / n_conditions
    need = needed(
        components,
        condition.difference_that_matters,
        condition.draws,
        n_pictures,
        confidence,
    )
    return Plan(
        estimate,
        components,
        condition.difference_that_matters,
        confidence,
        condition.draws,
        n_pictures,
        need,
        condition.minutes_per_draw(pilot),
    )

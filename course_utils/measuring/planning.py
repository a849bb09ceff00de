"""How many draws and test pictures would decide, and what that would cost.

The answer comes from the components of variance of what was measured already: of a pilot on
validation data before a sweep, or of a condition that is still undecided.
"""

import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from scipy import stats

from course_utils.errors import CourseError
from course_utils.measuring.conditions import Condition
from course_utils.measuring.intervals import CONFIDENCE, Components, Estimate, confidence_of
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
    instead : str
        What would do as well, where there is a choice.
    """

    draws: int | None
    pictures: int | None
    short: str
    instead: str = ""

    @property
    def wanted(self) -> str:
        """How many of what is short."""
        parts = {
            "draws": f"{self.draws} draws",
            "test pictures": f"{self.pictures:,} test pictures",
        }
        return parts.get(self.short, " and ".join(parts.values()))

    def __str__(self) -> str:
        if self.short == "nothing":
            return "nothing is short"
        if self.draws is None or self.pictures is None:
            return (
                f"{self.short} are short: not even {MOST_DRAWS} draws and {MOST_PICTURES:,} "
                "test pictures would do"
            )
        instead = f" (or {self.instead})" if self.instead else ""
        return f"{self.short} are short, {self.wanted}{instead} would do"


def needed(
    components: Components,
    half_width: float,
    n_draws: int,
    n_pictures: int,
    confidence: float = CONFIDENCE,
) -> Need:
    """The fewest draws, or test pictures, whose interval is to be expected this narrow.

    Short is what contributes more to the variance, if more of it alone would do; else the other, if
    that would do; else both.

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
    options = []
    if reached(MOST_DRAWS, n_pictures):
        draws = _fewest(lambda n: reached(n, n_pictures), n_draws, MOST_DRAWS)
        options.append(Need(draws, n_pictures, "draws"))
    if reached(n_draws, MOST_PICTURES):
        pictures = _fewest(lambda n: reached(n_draws, n), n_pictures, MOST_PICTURES)
        options.append(Need(n_draws, pictures, "test pictures"))
    if len(options) == 2:
        if components.pictures / n_pictures > components.draws / n_draws:
            options.reverse()
        return replace(options[0], instead=options[1].wanted)
    if options:
        return options[0]
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


#: Between these shares of what a pilot's noise could have been a plan gives the interval's width.
RANGE = (0.1, 0.9)
RESAMPLES = 400


def half_width_range(
    pilot: Estimate, n_draws: int, n_pictures: int, confidence: float = CONFIDENCE
) -> tuple[float, float]:
    """How narrow and how wide the interval of a larger table may come out, by a small pilot.

    The pilot's mean squares are themselves estimates; each is drawn anew, many times, from what the
    true one could be (chi-squared, as many degrees of freedom as it has).

    Returns
    -------
    low, high : float
        Between which the half width lies with 80 % confidence.
    """
    assert pilot.mean_squares is not None and pilot.n_pictures is not None
    random = np.random.default_rng(0)
    freedom = np.array([pilot.n_draws - 1, pilot.n_pictures - 1])
    freedom = np.append(freedom, freedom.prod())
    drawn = np.array(pilot.mean_squares) * freedom / random.chisquare(freedom, (RESAMPLES, 3))
    size = pilot.n_draws, pilot.n_pictures
    widths = [
        Components.of_mean_squares(first, second, rest, *size).half_width(
            n_draws, n_pictures, confidence
        )
        for first, second, rest in drawn.tolist()
    ]
    low, high = np.quantile(widths, RANGE)
    return float(low), float(high)


@dataclass(frozen=True)
class Plan:
    """What a condition needs, by a pilot on validation data.

    Attributes
    ----------
    pilot : Estimate
    scatter : float
        Standard deviation of the pilot's difference from draw to draw.
    components : Components
        Of the pilot.
    difference : float
        The smallest that matters.
    confidence : float
        At which the condition will be judged.
    n_draws, n_pictures : int
        Asked for by the condition, and available.
    need : Need
        For an interval of plus and minus `difference`.
    minutes_per_draw : float
        All arms of the condition together; nan if the pilot did not measure seconds.
    """

    pilot: Estimate
    scatter: float
    components: Components
    difference: float
    confidence: float
    n_draws: int
    n_pictures: int
    need: Need
    minutes_per_draw: float

    def __str__(self) -> str:
        points, effect = 100 * self.difference, 100 * self.pilot.mean
        lines = [
            f"pilot: {self.pilot.n_draws} draws, {self.pilot.n_pictures} validation pictures; "
            f"difference {effect:+.1f} points, from draw to draw ± {100 * self.scatter:.1f} "
            "(standard deviation)",
            f"wanted: an interval of ± {points:g} points or narrower at "
            f"{100 * self.confidence:.4g} % confidence, so that a difference of {points:g} points "
            "is told from none",
        ]
        lines.append(
            f"draws  test pictures  interval, points  by so small a pilot  supported if it is "
            f"{2 * points:g}, {effect:.1f}  minutes"
        )
        sizes = [(self.n_draws, self.n_pictures), (2 * self.n_draws, self.n_pictures)]
        if self.need.draws is not None and self.need.pictures is not None:
            sizes.append((self.need.draws, self.need.pictures))
        lines += [self._row(*each) for each in dict.fromkeys(sizes)]
        if self.need.short == "nothing":
            text = f"{self.n_draws} draws and {self.n_pictures:,} test pictures will do"
        else:
            text = str(self.need)
        lines.append(f"For ± {points:g} points: {text}.")
        _, high = half_width_range(self.pilot, self.n_draws, self.n_pictures, self.confidence)
        if self.need.short == "nothing" and high > self.difference:
            lines.append("The pilot is too small to be sure of that: give it more draws.")
        return "\n".join(lines)

    def _row(self, draws: int, pictures: int) -> str:
        """What this many draws and pictures would give."""
        half_width = self.components.half_width(draws, pictures, self.confidence)
        low, high = half_width_range(self.pilot, draws, pictures, self.confidence)
        found, found_pilot = (
            power(self.components, each, self.difference, draws, pictures, self.confidence)
            for each in (2 * self.difference, self.pilot.mean)
        )
        minutes = draws * self.minutes_per_draw
        return (
            f"{draws:5d}  {pictures:13,d}  {f'± {100 * half_width:.1f}':>16s}  "
            f"{f'± {100 * low:.1f} to {100 * high:.1f}':>19s}  "
            f"{f'{100 * found:.0f} %, {100 * found_pilot:.0f} %':>30s}  "
            f"{'?' if np.isnan(minutes) else f'{max(minutes, 1):.0f}':>7s}"
        )


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
    import pandas as pd

    require(len(pilot) > 0, "The pilot has no records: run its trials first.")
    require(
        bool((pilot["part"] == "validation").all()),
        'A pilot is measured on validation data: its trials need the setting part="validation".',
    )
    n_pictures = whole_number(n_pictures, "n_pictures", at_least=2)
    # All of the pilot's draws count, in place of those that are to be measured on test pictures.
    every = replace(condition, draws=int(pilot["draw"].max()) + 1)
    rows = pd.concat([pilot, pilot.assign(part="test")])
    estimate = every.estimate(rows)
    components, squares = estimate.components, estimate.mean_squares
    if components is None or squares is None or estimate.n_draws < 3:
        raise CourseError(
            "A plan needs which pictures each draw named correctly, of at least three draws, on "
            "one set of pictures: let the pilot's trials keep `correct`."
        )
    confidence = confidence_of(n_conditions)
    need = needed(
        components,
        condition.difference_that_matters,
        condition.draws,
        n_pictures,
        confidence,
    )
    return Plan(
        estimate,
        float(np.sqrt(squares[0] / (estimate.n_pictures or 1))),
        components,
        condition.difference_that_matters,
        confidence,
        condition.draws,
        n_pictures,
        need,
        every.minutes_per_draw(rows),
    )

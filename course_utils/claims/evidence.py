"""`Evidence`: what a claim's verdict rests on, as numbers that can be stored and judged again."""

from dataclasses import asdict, dataclass
from typing import Any, Self

from course_utils.claims.claim import Claim, Exact
from course_utils.errors import CourseError
from course_utils.measuring.results import Result, Verdict, compare, verdict

#: Decimals of a stored margin, a fraction: far finer than any difference that counts, and the
#: same on every machine.
DECIMALS = 6


@dataclass(frozen=True)
class Margin:
    """By how much one condition of a claim is met: above zero is for it.

    Attributes
    ----------
    name : str
        The condition.
    mean, low, high : float
        Mean over the seeds and its 95 % interval; fractions, not percent.
    seeds : int
        How many; 1 for an exact count, whose interval has no width.
    """

    name: str
    mean: float
    low: float
    high: float
    seeds: int

    @property
    def interval(self) -> tuple[float, float]:
        """(low, high)."""
        return self.low, self.high

    @property
    def side(self) -> str:
        """`"above"` zero, `"below"`, or `"within noise"`."""
        return compare(self)

    def percent(self) -> str:
        """In percent or points, as text: `"61.3 ± 1.2"`."""
        mean, half_width = 100 * self.mean, 50 * (self.high - self.low)
        # Adding 0.0 keeps a rounded "-0.0" from being shown.
        text = f"{round(mean, 1) + 0.0:.1f}"
        return text if self.seeds == 1 else f"{text} ± {half_width:.1f}"


@dataclass(frozen=True, repr=False)
class Evidence:
    """What one claim's verdict rests on.

    Attributes
    ----------
    id : str
        The claim's.
    lesson : str
        Number of the lesson that measured it.
    conditions : tuple of Margin
    data : tuple of str
        The sets of images that it was measured on.
    verdict : str
        `"holds"`, `"partly"` or `"does not hold here"`.
    """

    id: str
    lesson: str
    conditions: tuple[Margin, ...]
    data: tuple[str, ...]
    verdict: Verdict

    @property
    def ends(self) -> tuple[Margin, ...]:
        """The weakest and the strongest condition; one, if there is one."""
        order = sorted(self.conditions, key=lambda margin: margin.mean)
        return tuple(dict.fromkeys((order[0], order[-1])))

    @property
    def met(self) -> int:
        """How many conditions lie above zero beyond noise."""
        return sum(margin.side == "above" for margin in self.conditions)

    @property
    def effect(self) -> str:
        """Weakest and strongest condition in points, as text."""
        return "; ".join(f"{margin.percent()} ({margin.name})" for margin in self.ends)

    def __repr__(self) -> str:
        lines = [f"{self.id}: {self.verdict} ({self.met} of {len(self.conditions)} conditions met)"]
        names = ("weakest", "strongest") if len(self.ends) == 2 else ("only",)
        width = max(len(margin.percent()) for margin in self.ends)
        for name, margin in zip(names, self.ends, strict=True):
            lines.append(f"  {name:10s}{margin.percent():>{width}} points: {margin.name}")
        return "\n".join(lines)

    def as_dict(self) -> dict[str, Any]:
        """Everything, as JSON can hold it."""
        return asdict(self)

    @classmethod
    def from_dict(cls, stored: dict[str, Any]) -> Self:
        """The evidence that `as_dict` gave.

        Raises
        ------
        ValueError, TypeError, KeyError
            If it is not of that form.
        """
        own = dict(stored)
        own["conditions"] = tuple(Margin(**margin) for margin in own["conditions"])
        own["data"] = tuple(own["data"])
        evidence = cls(**own)
        texts = (evidence.id, evidence.lesson, evidence.verdict, *evidence.data)
        numbers = [x for m in evidence.conditions for x in (m.mean, m.low, m.high, m.seeds)]
        if not (evidence.conditions and all(isinstance(text, str) for text in texts)):
            raise ValueError("no conditions, or a name that is no text")
        if not all(isinstance(number, (int, float)) for number in numbers):
            raise ValueError("a margin that is no number")
        return evidence


def evidence_of(claim: Claim) -> Evidence:
    """A claim's evidence, computed from the stored sweeps.

    The verdict is that of the numbers as they are stored, so that whoever has the record can
    judge it again.

    Raises
    ------
    CourseError
        If the claim is not measured yet.
    """
    if claim.conditions is None:
        raise CourseError(
            f"The claim {claim.id!r} is not measured yet (lesson {', '.join(claim.lessons)}): give "
            "it conditions in that lesson's lesson.toml first."
        )
    margins = tuple(_margin(name, result) for name, result in claim.conditions().items())
    return Evidence(claim.id, claim.lesson, margins, claim.data, verdict(margins))


def _margin(name: str, result: Result | Exact) -> Margin:
    mean, low, high = (round(float(each), DECIMALS) for each in (result.mean, *result.interval))
    seeds = len(result.values) if isinstance(result, Result) else 1
    return Margin(name, mean, low, high, seeds)


def follows(evidence: Evidence) -> bool:
    """Whether the verdict follows from the numbers by the course's rule."""
    return evidence.verdict == verdict(evidence.conditions)


def agree(evidence: Evidence, other: Evidence) -> bool:
    """Whether two evidences say the same, numbers to within their last decimal."""

    def words(one: Evidence) -> tuple:
        names = tuple((margin.name, margin.seeds) for margin in one.conditions)
        return one.id, one.lesson, one.verdict, one.data, names

    def numbers(one: Evidence) -> list[float]:
        return [x for margin in one.conditions for x in (margin.mean, *margin.interval)]

    return words(evidence) == words(other) and all(
        abs(a - b) <= 1.5 * 10**-DECIMALS
        for a, b in zip(numbers(evidence), numbers(other), strict=True)
    )

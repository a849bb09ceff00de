"""`Evidence`: what a claim's verdict rests on, as numbers that can be stored and judged again."""

from dataclasses import asdict, dataclass

from course_utils.measuring.results import compare, verdict

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
    def interval(self):
        """(low, high)."""
        return self.low, self.high

    @property
    def side(self):
        """`"above"` zero, `"below"`, or `"within noise"`."""
        return compare(self)

    def percent(self):
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
    verdict: str

    @property
    def ends(self):
        """The weakest and the strongest condition (tuple of Margin; one, if there is one)."""
        order = sorted(self.conditions, key=lambda margin: margin.mean)
        return tuple(dict.fromkeys((order[0], order[-1])))

    @property
    def met(self):
        """How many conditions lie above zero beyond noise (int)."""
        return sum(margin.side == "above" for margin in self.conditions)

    @property
    def effect(self):
        """Weakest and strongest condition in points, as text."""
        return "; ".join(f"{margin.percent()} ({margin.name})" for margin in self.ends)

    def __repr__(self):
        lines = [f"{self.id}: {self.verdict} ({self.met} of {len(self.conditions)} conditions met)"]
        names = ("weakest", "strongest") if len(self.ends) == 2 else ("only",)
        width = max(len(margin.percent()) for margin in self.ends)
        for name, margin in zip(names, self.ends, strict=True):
            lines.append(f"  {name:10s}{margin.percent():>{width}} points: {margin.name}")
        return "\n".join(lines)

    def as_dict(self):
        """Everything, as JSON can hold it."""
        return asdict(self)

    @classmethod
    def from_dict(cls, stored):
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


def evidence_of(claim):
    """A claim's evidence, computed from the stored sweeps.

    The verdict is that of the numbers as they are stored, so that whoever has the record can
    judge it again.

    Parameters
    ----------
    claim : Claim

    Returns
    -------
    Evidence

    Raises
    ------
    CourseError
        If the claim is not measured yet.
    """
    margins = tuple(_margin(name, result) for name, result in claim.margins().items())
    return Evidence(claim.id, claim.lesson, margins, claim.data, verdict(margins))


def _margin(name, result):
    numbers = (round(float(number), DECIMALS) for number in (result.mean, *result.interval))
    return Margin(name, *numbers, seeds=len(getattr(result, "values", (None,))))


def follows(evidence):
    """Whether the verdict follows from the numbers by the course's rule (bool)."""
    return evidence.verdict == verdict(evidence.conditions)


def agree(evidence, other, tolerance=10**-DECIMALS):
    """Whether two evidences say the same, numbers to within `tolerance` (bool)."""

    def words(one):
        names = tuple((margin.name, margin.seeds) for margin in one.conditions)
        return one.id, one.lesson, one.verdict, one.data, names

    def numbers(one):
        return [x for margin in one.conditions for x in (margin.mean, *margin.interval)]

    return words(evidence) == words(other) and all(
        abs(a - b) <= 1.5 * tolerance
        for a, b in zip(numbers(evidence), numbers(other), strict=True)
    )

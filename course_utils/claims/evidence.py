"""`Evidence`: what a claim's verdict rests on, as numbers that can be stored and judged again."""

from collections import Counter
from dataclasses import asdict, dataclass, fields, replace
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from course_utils.claims.claim import Claim
from course_utils.claims.verdicts import (
    Verdict,
    Word,
    verdict_of,
    what_is_short,
    word_of,
)
from course_utils.errors import CourseError
from course_utils.measuring.conditions import Condition
from course_utils.measuring.intervals import confidence_of
from course_utils.measuring.records import records

if TYPE_CHECKING:
    import pandas as pd

#: Decimals of a stored number, a fraction: far finer than any difference that counts, and the
#: same on every machine.
DECIMALS = 6
#: What stands in place of a verdict.
NOT_MEASURED = "not measured yet in the second edition"


@dataclass(frozen=True)
class Judged:
    """One primary condition of a claim, measured.

    Attributes
    ----------
    name : str
    difference_that_matters : float
        The smallest; a fraction, as the next three.
    mean, low, high : float
        The difference, and its interval at `confidence`.
    confidence : float
        1 - 0.05 / the number of the claim's primary conditions.
    draws, pictures : int or None
        How many of each; None where the measure is not one of draws, or of pictures.
    word : str
        See `verdicts.word_of`.
    short : str
        For an undecided one, what there is too little of; see `verdicts.what_is_short`.
    stronger_source : str
        The word for the same condition with a stronger base; "" where none was measured.
    above : float
        What had to be exceeded; `mean` is what lies above it.
    """

    name: str
    difference_that_matters: float
    mean: float
    low: float
    high: float
    confidence: float
    draws: int | None
    pictures: int | None
    word: Word
    short: str = ""
    stronger_source: str = ""
    above: float = 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """(low, high)."""
        return self.low, self.high

    @property
    def is_exact(self) -> bool:
        """Whether it is a counted number, which has no interval."""
        return self.draws is None

    def percent(self) -> str:
        """In percent or points, as text: `"61.3 ± 1.2"`."""
        # Adding 0.0 keeps a rounded "-0.0" from being shown.
        text = f"{round(100 * self.mean, 1) + 0.0:.1f}"
        return text if self.is_exact else f"{text} ± {50 * (self.high - self.low):.1f}"

    def __str__(self) -> str:
        short = f" ({self.short})" if self.short else ""
        wanted = f"{100 * self.above:g} %"
        if self.is_exact:
            asked = f" ({wanted} asked for)" if self.above else ""
            return f"{self.name}: {100 * (self.mean + self.above):,.1f} %{asked}, {self.word}"
        beyond = f" above {wanted}" if self.above else ""
        return f"{self.name}: {self.percent()} points{beyond}, {self.word}{short}"


@dataclass(frozen=True, repr=False)
class Evidence:
    """What one claim's verdict rests on.

    Attributes
    ----------
    id : str
        The claim's.
    lesson : str
        Number of the lesson that measured it.
    hash : str
        Of the conditions as they were stated when they were measured.
    conditions : tuple of Judged
    verdict : str
        See `verdicts.verdict_of`.
    """

    id: str
    lesson: str
    hash: str
    conditions: tuple[Judged, ...]
    verdict: Verdict

    @property
    def counts(self) -> str:
        """How many conditions got each word: `"2 of 3 supported, 1 undecided"`."""
        first, *others = Counter(each.word for each in self.conditions).most_common()
        parts = [f"{first[1]} of {len(self.conditions)} {first[0]}"]
        return ", ".join(parts + [f"{number} {word}" for word, number in others])

    def __repr__(self) -> str:
        lines = [f"{self.id}: {self.verdict} ({self.counts})"]
        return "\n".join(lines + [f"  {each}" for each in self.conditions])

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
        own["conditions"] = tuple(Judged(**each) for each in own["conditions"])
        evidence = cls(**own)
        texts = (evidence.id, evidence.lesson, evidence.hash, evidence.verdict)
        numbers = [x for each in evidence.conditions for x in (each.mean, each.low, each.high)]
        if not (evidence.conditions and all(isinstance(text, str) for text in texts)):
            raise ValueError("no conditions, or a name that is no text")
        if not all(isinstance(number, (int, float)) for number in numbers):
            raise ValueError("a difference that is no number")
        return evidence


def evidence_of(claim: Claim) -> Evidence | None:
    """A claim's evidence, computed from the records that were made for its conditions.

    The words are those of the numbers as they are stored, so that whoever has the stored numbers
    can judge them again.

    Returns
    -------
    Evidence or None
        None if its conditions are not stated, or not all are measured yet. Records that were made
        for other conditions than it has now are exploratory and don't count.
    """
    if not claim.primary or claim.dropped:
        return None
    judged = []
    for condition in claim.primary:
        found = _judged(claim, condition)
        if found is None:
            return None
        if condition.stronger_base:
            twin = replace(condition, base=condition.stronger_base, stronger_base="")
            stronger = _judged(claim, twin)
            found = replace(found, stronger_source=stronger.word if stronger else "")
        judged.append(found)
    words = [each.word for each in judged]
    return Evidence(claim.id, claim.lesson, claim.hash, tuple(judged), verdict_of(words))


def _judged(claim: Claim, condition: Condition) -> Judged | None:
    """A condition's numbers and word; None where its trials are not all stored."""
    rows = primary_records(claim, condition.study)
    if not condition.is_measured(rows):
        return None
    estimate = condition.estimate(rows)
    confidence = confidence_of(len(claim.primary))
    mean, low, high = (
        round(each, DECIMALS) for each in (estimate.mean, *estimate.interval(confidence))
    )
    word = word_of(mean, low, high, condition.difference_that_matters)
    short = ""
    if word == "undecided" and not condition.exact:
        minutes = condition.minutes_per_draw(rows)
        short = what_is_short(estimate, condition.difference_that_matters, confidence, minutes)
    return Judged(
        condition.name,
        condition.difference_that_matters,
        mean,
        low,
        high,
        round(confidence, DECIMALS),
        None if condition.exact else estimate.n_draws,
        estimate.n_pictures,
        word,
        short,
        above=condition.above,
    )


def primary_records(claim: Claim, study: str) -> "pd.DataFrame":
    """The records of a study that were measured for a claim's conditions as they stand.

    Records that were measured before, or for other conditions, are exploratory: they are left out.
    """
    found = records(study)
    own = [isinstance(c, dict) and c.get(claim.id) == claim.hash for c in found["conditions"]]
    return found[np.array(own, dtype=bool)]


def needed_evidence(claim: Claim) -> Evidence:
    """As `evidence_of`, of a claim that has to be measured.

    Raises
    ------
    CourseError
        If it is not.
    """
    evidence = evidence_of(claim)
    if evidence is None:
        why = f"dropped ({claim.dropped})" if claim.dropped else NOT_MEASURED
        raise CourseError(f"The claim {claim.id!r} is {why}: there is nothing to record.")
    return evidence


def follows(evidence: Evidence) -> bool:
    """Whether words and verdict follow from the numbers by the course's rule."""
    words: list[Word] = [
        word_of(each.mean, each.low, each.high, each.difference_that_matters)
        for each in evidence.conditions
    ]
    own = [each.word for each in evidence.conditions]
    return own == words and evidence.verdict == verdict_of(words)


def agree(evidence: Evidence, other: Evidence) -> bool:
    """Whether two evidences say the same, numbers to within their last decimal."""
    numbers = ("mean", "low", "high")

    def texts(one: Evidence) -> tuple:
        rest = [f.name for f in fields(Judged) if f.name not in numbers]
        conditions = [tuple(getattr(each, name) for name in rest) for each in one.conditions]
        return one.id, one.lesson, one.hash, one.verdict, conditions

    return texts(evidence) == texts(other) and all(
        abs(getattr(a, name) - getattr(b, name)) <= 1.5 * 10**-DECIMALS
        for a, b in zip(evidence.conditions, other.conditions, strict=True)
        for name in numbers
    )

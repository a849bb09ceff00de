"""The primary conditions of claims, as lessons' cards state them before anything is measured.

A lesson's `lesson.toml` lists its claims, and each claim one to four primary conditions:

    [[claims]]
    id = "less-data"
    statement = "a pretrained model needs far fewer labels"

    [[claims.primary]]
    name = "clothing, 5 labels a class: frozen over the best rival"
    study = "learning-curves"
    where = "dataset == 'clothing/photo' and labels_per_class == 5"
    arm = "arm == 'frozen'"
    rivals = ["arm == 'small'", "arm == 'resnet50'"]
    difference_that_matters = 0.05
    because = "372 test pictures: an interval of ± 2 points is out of reach"

`where`, `arm` and `rivals` are queries of the study's table of records (see `measuring.records`).
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from course_utils.errors import CourseError
from course_utils.lesson_folders import lesson_folders
from course_utils.measuring.intervals import Estimate
from course_utils.measuring.results import Result, paired_difference, result_of
from course_utils.measuring.sweeps import one_score
from course_utils.validation import number, one_of, require, whole_number

if TYPE_CHECKING:
    import pandas as pd

MOST_CONDITIONS = 4


@dataclass(frozen=True)
class Condition:
    """One primary condition of a claim: a difference that has to be large enough.

    Attributes
    ----------
    name : str
    study : str
        Whose records it is judged by.
    arm : str
        Query of the rows of what the claim praises.
    difference_that_matters : float
        The smallest; in the unit of `measure`, so 0.02 for two points of accuracy.
    draws : int
        How many are measured: numbers 0 to `draws` - 1. Ten, or twenty at five labels a class or
        fewer.
    where : str
        Query that `arm` and `rivals` share.
    rivals : tuple of str
        Queries of what it is compared with. Of several, the one with the best validation accuracy
        counts. None for an arm that is compared with the number `above` alone.
    less : tuple of str
        Two queries, of an arm and its rival, whose difference is taken off: the condition is then
        a difference of differences. They are queries of all the study's rows, so that they may
        differ in what `where` fixes.
    above : float
        What the arm, or the difference, has to exceed.
    measure : str
        Column; by default the answers picture by picture.
    exact : bool
        A counted number, such as operations: one record, no interval.
    base : str
        Of rows with a pretrained base, those with this one. By default all.
    stronger_base : str
        The base of the ledger's column "with a stronger source".
    because : str
        Why this difference and not a smaller one. Not part of the condition.
    """

    name: str
    study: str
    arm: str
    difference_that_matters: float
    draws: int = 10
    where: str = ""
    rivals: tuple[str, ...] = ()
    less: tuple[str, ...] = ()
    above: float = 0.0
    measure: str = "correct"
    exact: bool = False
    base: str = ""
    stronger_base: str = ""
    because: str = ""

    def estimate(self, rows: "pd.DataFrame") -> Estimate:
        """The difference, less `above`, in a study's table.

        Parameters
        ----------
        rows : pandas.DataFrame
            What `records(self.study)` gives, or a pilot's (see `planning`).

        Raises
        ------
        CourseError
            If a query is unsound, or rows are missing or do not go together.
        """
        rows = self._of_base(rows)
        shared = self._rows(rows, self.where)
        if self.exact:
            found = self._rows(shared, self.arm)
            require(
                len(found) == 1,
                f"{len(found)} records meet the condition {self.name!r}, an exact count: it takes "
                "one.",
            )
            return Estimate(float(found[self.measure].iloc[0]) - self.above, 0.0, float("inf"), 1)
        first = self._difference(shared, self.arm, self._rival(shared))
        if self.less:
            second = self._difference(rows, *self.less)
            if _same_pictures(first, second):
                on_same = Result(
                    second.values, second.cells, second.draws, first.tested_on, first.groups
                )
                found = paired_difference(first, on_same).estimate
            else:
                found = first.estimate.minus(second.estimate)
        else:
            found = first.estimate
        require(
            found.variance > 0,
            f"{self.measure} is alike in every draw of {self.name!r}: if it is an exact count, "
            "state exact = true.",
        )
        return replace(found, mean=found.mean - self.above)

    def is_measured(self, rows: "pd.DataFrame") -> bool:
        """Whether a study's table holds all draws of all that this condition compares."""
        rows = self._of_base(rows)
        if len(rows) == 0:
            return False
        try:
            return self._is_whole(rows)
        except CourseError as error:
            # A column that no trial has yet: the sweep has not come so far.
            if type(error.__cause__).__name__ == "UndefinedVariableError":
                return False
            raise

    def _is_whole(self, rows: "pd.DataFrame") -> bool:
        shared = self._rows(rows, self.where)
        if self.exact:
            return len(self._rows(shared, self.arm)) > 0
        judged = shared[shared["part"] == "validation"]
        tuned = [len(self._rows(judged, rival)) > 0 for rival in self.rivals]
        if len(tuned) > 1 and not all(tuned):
            return False  # the sweep has not come to all rivals yet
        return all(set(each["draw"]) == set(range(self.draws)) for each in self._compared(rows))

    def minutes_per_draw(self, rows: "pd.DataFrame") -> float:
        """What one draw of all that this condition compares took; nan if that was not measured."""
        seconds = [each["seconds"].astype(float) for each in self._compared(self._of_base(rows))]
        # The median: the first trial also pays for loading and compiling.
        return float(sum(each.median() for each in seconds) / 60)

    def _compared(self, rows: "pd.DataFrame") -> list["pd.DataFrame"]:
        """The rows of the arm, of its rival, and of those whose difference is taken off."""
        shared = self._rows(rows, self.where)
        rival = self._rival(shared)
        asked = [(shared, self.arm)] + ([(shared, rival)] if rival else [])
        asked += [(rows, each) for each in self.less]
        return [self._rows(self._tested(table), query) for table, query in asked]

    def _of_base(self, rows: "pd.DataFrame") -> "pd.DataFrame":
        return rows[rows["base"].isna() | (rows["base"] == self.base)] if self.base else rows

    def _rival(self, rows: "pd.DataFrame") -> str | None:
        """The rival that does best on validation data."""
        if len(self.rivals) < 2:
            return self.rivals[0] if self.rivals else None
        judged = rows[rows["part"] == "validation"]
        best = {
            each: max(
                map(one_score, self._rows(judged, each)["validation_accuracy"]), default=np.nan
            )
            for each in self.rivals
        }
        unjudged = [each for each, accuracy in best.items() if accuracy != accuracy]
        require(
            not unjudged,
            f"The rivals {', '.join(unjudged)} of {self.name!r} have no records on validation data "
            "to be chosen by: tune them there.",
        )
        return max(best, key=lambda each: best[each])

    def _difference(self, rows: "pd.DataFrame", arm: str, rival: str | None = None) -> Any:
        tested = self._tested(rows)
        results = []
        for query in (arm, rival) if rival else (arm,):
            found = self._rows(tested, query)
            require(
                len(found) > 0,
                f"No record of {self._of} meets {query!r}, which {self.name!r} compares: mend the "
                "query, or run what it asks for.",
            )
            results.append(result_of(found, self.measure))
        return paired_difference(*results) if rival else results[0]

    @property
    def _of(self) -> str:
        return repr(self.study) if self.study else "the pilot"

    def _tested(self, rows: "pd.DataFrame") -> "pd.DataFrame":
        """The rows to judge by: the draws stated, on test pictures."""
        return rows[(rows["part"] != "validation") & rows["draw"].isin(range(self.draws))]

    def _rows(self, rows: "pd.DataFrame", query: str) -> "pd.DataFrame":
        if not query:
            return rows
        try:
            return rows.query(query)
        except Exception as error:  # pandas raises whatever its parser and Python raise
            raise CourseError(
                f"The query {query!r} of {self.name!r} can't be answered by the records of "
                f"{self._of} ({error}): mend the query."
            ) from error


def conditions_of(claim: Mapping[str, Any]) -> tuple[Condition, ...]:
    """The primary conditions of a claim's entry in a card; none if it has none yet.

    Raises
    ------
    CourseError
        If an entry lacks something, or has what no condition has.
    """
    entries = claim.get("primary", [])
    named = f"The claim {claim.get('id')!r}"
    require(
        len(entries) <= MOST_CONDITIONS,
        f"{named} has {len(entries)} primary conditions: at most {MOST_CONDITIONS} are judged, "
        "since each widens the intervals of all.",
    )
    conditions = tuple(_condition(named, entry) for entry in entries)
    names = {each.name for each in conditions}
    require(
        len(names) == len(conditions), f"{named} has two conditions of one name: name them apart."
    )
    return conditions


def _condition(named: str, entry: Mapping[str, Any]) -> Condition:
    known = [field.name for field in fields(Condition)]
    for name in entry:
        one_of(name, f"{named} has a condition whose entry", known)
    missing = [
        name for name in ("name", "study", "arm", "difference_that_matters") if name not in entry
    ]
    require(not missing, f"{named} has a condition without {', '.join(missing)}: add it.")
    number(entry["difference_that_matters"], f"difference_that_matters of {named}", above=0)
    whole_number(entry.get("draws", 10), f"draws of {named}", at_least=2)
    fields_given: dict[str, Any] = dict(entry)
    fields_given |= {key: tuple(entry[key]) for key in ("rivals", "less") if key in entry}
    require(
        len(fields_given.get("less", (1, 2))) == 2,
        f"{named} has a condition whose `less` is not two queries, an arm and its rival.",
    )
    for name in ("difference_that_matters", "above"):  # 0 and 0.0 are one number, and one hash
        fields_given[name] = float(fields_given.get(name, 0))
    return Condition(**fields_given)


def _same_pictures(first: Result, second: Result) -> bool:
    """Whether two results are of the same draws and test pictures, corrupted or not."""
    if first.draws != second.draws or (first.cells is None) != (second.cells is None):
        return False
    shapes = {each.cells.shape for each in (first, second) if each.cells is not None}
    places: list[Any] = [first.tested_on, second.tested_on]
    sets = [(str(name).split("/")[:2], part) for name, part in places]
    return sets[0] == sets[1] and len(shapes) < 2


def hash_of(conditions: tuple[Condition, ...]) -> str:
    """What ties records to the conditions that they were measured for.

    Any change of a condition changes it, save of the sentence `because`.
    """
    stated = [
        {f.name: getattr(each, f.name) for f in fields(each) if f.name != "because"}
        for each in conditions
    ]
    return hashlib.sha256(json.dumps(stated, sort_keys=True).encode()).hexdigest()[:12]


def hashes_of_study(study: str) -> dict[str, str]:
    """For each claim that rests on a study, the hash of its conditions as they stand now."""
    found = {}
    for lesson in lesson_folders():
        for claim in lesson.card.get("claims", []):
            conditions = conditions_of(claim)
            if any(condition.study == study for condition in conditions):
                found[claim["id"]] = hash_of(conditions)
    return found

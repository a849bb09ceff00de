"""Choosing among the candidates of an adaptation method, and what the choice gains."""

from collections.abc import Sequence

import pandas as pd

from course_utils.measuring import Result, paired_difference, result_of

#: Chooses among a method's candidates wherever one number is shown. Settled before any sweep.
HEADLINE = "importance-weighted accuracy"
#: Trials that are alike in these differ in the weight of the method's term alone.
SETTINGS = (
    "study", "shift", "method", "augmentation", "corruption", "severity", "skew", "draw",
)  # fmt: skip


def candidates(trials: pd.DataFrame) -> pd.DataFrame:
    """What the trials had to offer: a row for each look at a network in training.

    Parameters
    ----------
    trials : pandas.DataFrame
        Rows of `records("adaptation")`.

    Returns
    -------
    pandas.DataFrame
        The trials' columns, repeated, and the candidate's own: `step`, the score of every
        selector by its name, `oracle` (accuracy on the target's validation images) and `test` (on
        its test images).
    """
    rows = trials.explode("candidates", ignore_index=True)
    looks = pd.DataFrame(rows["candidates"].tolist())
    return rows.drop(columns="candidates").join(looks)


def select(
    found: pd.DataFrame, selector: str = HEADLINE, within: Sequence[str] = SETTINGS
) -> pd.DataFrame:
    """The candidates that a selector likes best; of equals those trained longest.

    Parameters
    ----------
    found : pandas.DataFrame
        See `candidates`.
    selector : str
        A key of `course_utils.adaptation.SELECTORS`, or `"oracle"`.
    within : sequence of str
        Columns: one candidate is chosen among those that are alike in all of them.

    Returns
    -------
    pandas.DataFrame
        Rows of `found`, in their order: one for each combination that these columns hold.
    """
    best_first = found.sort_values([selector, "step"], ascending=False)
    return best_first.drop_duplicates(list(within)).sort_index()


def chosen(candidates: list[dict], selector: str = HEADLINE) -> dict:
    """The one candidate, of one trial's list, that `select` takes."""
    return max(candidates, key=lambda candidate: (candidate[selector], candidate["step"]))


def gain_of(rows: pd.DataFrame, method: str) -> Result:
    """What a method gains over source only, in target test accuracy.

    Parameters
    ----------
    rows : pandas.DataFrame
        Selected candidates of both on one shift, one of each for each draw; see `select`.
    method : str
    """
    own, plain = (result_of(rows[rows["method"] == m], "test") for m in (method, "source only"))
    return paired_difference(own, plain)


def methods_table(found: pd.DataFrame, shifts: Sequence[str]) -> str:
    """Methods by shifts as a Markdown table: selected, oracle in brackets, seconds (str).

    Parameters
    ----------
    found : pandas.DataFrame
        Candidates of one study; see `candidates`.
    shifts : sequence of str
    """
    lines = ["| method | " + " | ".join(shifts) + " | seconds |", "|---" * (len(shifts) + 2) + "|"]
    for method, own in found[found["shift"].isin(shifts)].groupby("method", sort=False):
        cells, seconds = [], []
        for shift in shifts:
            rows = own[own["shift"] == shift]
            if rows.empty:
                cells.append("–")
                continue
            selected, best = (result_of(select(rows, by), "test") for by in (HEADLINE, "oracle"))
            cells.append(f"{selected.percent()} ({100 * best.mean:.1f})")
            seconds.append(f"{rows.drop_duplicates('draw', keep='last')['seconds'].mean():.1f}")
        lines.append("| " + " | ".join([str(method), *cells, ", ".join(seconds)]) + " |")
    return "\n".join(lines)

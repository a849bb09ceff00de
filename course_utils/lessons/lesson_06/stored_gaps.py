"""The stored trials of lesson 06: gaps over scratch, what scores say of them, harm, remedies."""

from typing import Any, Literal

import numpy as np
import pandas as pd

from course_utils.bases.zoo import RANDOM, zoo_sources
from course_utils.lessons.lesson_06 import negative_transfer as sweep
from course_utils.lessons.lesson_06.trials import SCRATCH, TARGETS
from course_utils.measuring import Result, records, result_of
from course_utils.measuring.rank_correlation import RankCorrelation, bootstrap_rank_correlation
from course_utils.measuring.results import transfer_gap
from course_utils.measuring.sweeps import SEEDS

Way = Literal["fine-tuned", "frozen"]
NULL = "source accuracy"
SCORES = ("LEEP", "NCE", "LogME", "H-score", "CKA with labels", "probe", "proxy A-distance", NULL)
#: The sources that every score can be taken of.
RANKED = tuple(name for name in zoo_sources() if name != RANDOM)
#: In the study of remedies: what was chosen on validation images, and what nothing was tuned of.
STOPPED_EARLY, FROZEN = "stop early", "freeze all, probe"


def gains(way: Way = "fine-tuned") -> pd.DataFrame:
    """What every source gains over scratch: a row for each draw, a column (target, source)."""
    tuned = _by_draw("study == 'gaps'", "accuracy")
    own = tuned if way == "fine-tuned" else _by_draw("study == 'frozen'", "accuracy")
    scratch = tuned.xs(SCRATCH, axis="columns", level="source")
    pairs = [(target, source) for target in TARGETS for source in zoo_sources()]
    return pd.DataFrame({pair: own[pair] - scratch[pair[0]] for pair in pairs})


def gap_matrix(way: Way = "fine-tuned") -> dict[str, dict[str, Result]]:
    """The same as results: dict of source to dict of target to Result."""
    table = gains(way)
    return {
        source: {target: Result(table[target, source]) for target in TARGETS}
        for source in zoo_sources()
    }


def scores(name: str) -> pd.DataFrame:
    """One of `SCORES`: a row for each draw, a column (target, source)."""
    return _by_draw("study == 'scores'", name)


def rank_correlations() -> dict[str, dict[str, RankCorrelation]]:
    """How well each score ranks the fine-tuned sources: dict of score to dict of target to it."""
    gained, ranked = gains(), list(RANKED)
    return {
        name: {
            target: bootstrap_rank_correlation(scored[target][ranked], gained[target][ranked])
            for target in TARGETS
        }
        for name in SCORES
        for scored in [scores(name)]
    }


def regret(name: str, target: str) -> Result:
    """What choosing the source by a score costs against the best source, draw by draw (Result).

    The source is chosen anew in each draw; the best one is that of the highest mean gap.
    """
    own, scored = (table[target][list(RANKED)].to_numpy() for table in (gains(), scores(name)))
    chosen = own[np.arange(len(own)), scored.argmax(axis=1)]
    return Result(own[:, own.mean(axis=0).argmax()] - chosen)


def harm(target: str) -> dict[tuple[int, int, float], Result]:
    """Fine-tuning over the frozen probe: dict of (n, depth, rate) to Result."""
    trials = records(sweep.NAME).query("source == @sweep.HARM_SOURCE and dataset == @target")
    frozen = {
        n: result_of(rows, "accuracy")
        for n, rows in trials.query("study == 'frozen'").groupby("labels_per_class")
    }
    tuned = trials.query("study == 'harm'").groupby(["labels_per_class", "depth", "learning_rate"])
    return {
        (int(n), int(depth), rate): transfer_gap(result_of(rows, "accuracy"), frozen[n])
        for (n, depth, rate), rows in tuned
    }


def remedies(case: tuple[str, str]) -> dict[str, Result]:
    """What each treatment of one transfer gains over scratch: dict of name to Result.

    Parameters
    ----------
    case : tuple of str
        Source and target: one of `REMEDY_CASES`.
    """
    source, target = case
    trials = records(sweep.NAME).query(
        "dataset == @target and labels_per_class == @sweep.N and draw in @SEEDS"
    )
    treated = trials.query("study == 'remedies'")
    own = treated.query("source == @source")
    arms = {name: _with(own, sweep.treated(name)) for name in sweep.REMEDIES}
    arms[FROZEN] = trials.query("study == 'frozen' and source == @source")
    # Of the penalties, the one that was chosen on validation images alone has these draws.
    arms[sweep.L2_SP] = own.query("l2_sp > 0")
    untreated = arms["untreated"]
    arms[STOPPED_EARLY] = untreated.assign(accuracy=untreated["curve"].map(_stopped_early))
    if sweep.CHOSEN[target] != source:
        better = treated[treated["source"] == sweep.CHOSEN[target]]
        arms[sweep.BETTER_SOURCE] = _with(better, sweep.treated("untreated"))
    scratch = result_of(trials.query("study == 'gaps' and source == @SCRATCH"), "accuracy")
    return {name: transfer_gap(result_of(rows, "accuracy"), scratch) for name, rows in arms.items()}


def _by_draw(query: str, measure: str) -> pd.DataFrame:
    trials = records(sweep.NAME).query(f"{query} and labels_per_class == @sweep.N")
    trials = trials[trials["draw"].isin(SEEDS)].rename(columns={"dataset": "target"})
    return trials.pivot(index="draw", columns=["target", "source"], values=measure)


def _with(trials: pd.DataFrame, settings: dict[str, Any]) -> pd.DataFrame:
    """The trials that have all of these settings."""
    return trials[(trials[list(settings)] == pd.Series(settings)).all(axis="columns")]


def _stopped_early(curve: list[list[float]]) -> float:
    """Test accuracy at the last of the looks that do best on validation images."""
    return max(curve, key=lambda look: (look[1], look[0]))[2]

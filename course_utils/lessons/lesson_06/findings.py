"""What the stored sweeps of lesson 06 say: gaps, ranks, the region of harm, mixtures, remedies."""

import numpy as np

from course_utils.bases.zoo import DISTILLED, RANDOM, SHUFFLED, zoo_sources
from course_utils.lessons.lesson_06 import negative_transfer as sweep
from course_utils.lessons.lesson_06 import source_mixtures
from course_utils.lessons.lesson_06.trials import SCRATCH, TARGETS
from course_utils.measuring import stored_records
from course_utils.measuring.rank_correlation import (
    RankCorrelation,
    bootstrap_rank_correlation,
    rank_correlation,
)
from course_utils.measuring.results import Result, transfer_gap
from course_utils.measuring.sweeps import SEEDS, one_for_each_seed, over_seeds, select

#: The sources that are close to each target: fixed before anything was measured.
NEAR = {
    "digits": ("digits-rendered",),
    "sketch": ("objects",),
    "materials": ("surfaces", "clothing"),
    "phantoms": ("phantoms",),
}
WAYS = ("fine-tuned", "frozen")
NULL = "source accuracy"
SCORES = ("LEEP", "NCE", "LogME", "H-score", "CKA with labels", "probe", "proxy A-distance", NULL)
#: In the study of remedies: what was chosen on validation images, and what nothing was tuned of.
STOPPED_EARLY, FROZEN = "stop early", "freeze all, probe"


def accuracy(source: str, target: str, way: str = "fine-tuned") -> Result:
    """Test accuracy of one source on one target (Result)."""
    study = "frozen" if way == "frozen" else "gaps"
    return _over_seeds(study=study, source=source, target=target, n=sweep.N)


def scratch(target: str, longer: bool = False) -> Result:
    """Test accuracy from scratch, by as many steps as the others or `LONGER` times (Result)."""
    if longer:
        return _over_seeds(study="longer", target=target)
    return accuracy(SCRATCH, target)


def gap(source: str, target: str, way: str = "fine-tuned") -> Result:
    """What a source gains on a target over scratch, seed by seed (Result)."""
    return transfer_gap(accuracy(source, target, way), scratch(target))


def gap_matrix(way: str = "fine-tuned") -> dict[str, dict[str, Result]]:
    """All gaps: dict of source to dict of target to Result."""
    return {
        source: {target: gap(source, target, way) for target in TARGETS} for source in zoo_sources()
    }


def far_sources(target: str) -> tuple[str, ...]:
    """Sources with true labels that are not close to a target (tuple of str)."""
    honest = [name for name in zoo_sources() if name not in (RANDOM, DISTILLED)]
    return tuple(name for name in honest if SHUFFLED not in name and name not in NEAR[target])


def score(name: str, source: str, target: str) -> np.ndarray:
    """One score of one source for one target, draw by draw: array of float, shape (seeds,)."""
    return _over_seeds(name, study="scores", source=source, target=target).values


def ranked_sources() -> tuple[str, ...]:
    """The sources that every score can be taken of (tuple of str)."""
    return tuple(name for name in zoo_sources() if name != RANDOM)


def rank_correlations(way: str = "fine-tuned") -> dict[str, dict[str, RankCorrelation]]:
    """How well each score ranks the sources: dict of score to dict of target to RankCorrelation."""
    return {
        name: {
            target: bootstrap_rank_correlation(*_scores_and_gains(name, target, way))
            for target in TARGETS
        }
        for name in SCORES
    }


def taus(name: str, way: str = "fine-tuned") -> list[float]:
    """How well a score ranks the sources of each target: weighted Kendall's tau, without intervals.

    Returns
    -------
    list of float
        In the order of the targets.
    """
    pairs = [_scores_and_gains(name, target, way) for target in TARGETS]
    return [rank_correlation(*(table.mean(axis=0) for table in pair)) for pair in pairs]


def _scores_and_gains(name, target, way):
    """Two arrays of shape (seeds, sources): one score, and the transfer gaps."""
    sources = ranked_sources()
    return (
        np.stack([score(name, source, target) for source in sources], axis=1),
        np.stack([gap(source, target, way).values for source in sources], axis=1),
    )


def regret(name: str, target: str, way: str = "fine-tuned") -> Result:
    """What choosing the source by a score costs against the best source, seed by seed (Result).

    The source is chosen anew in each draw; the best one is that of the highest mean gap.
    """
    gains = np.stack([gap(own, target, way).values for own in ranked_sources()])
    scores = np.stack([score(name, own, target) for own in ranked_sources()])
    best = gains.mean(axis=1).argmax()
    chosen = scores.argmax(axis=0)
    return Result(gains[best] - gains[chosen, np.arange(gains.shape[1])])


def harm(target: str) -> dict[tuple[int, int, float], Result]:
    """Fine-tuning over the frozen probe: dict of (n, depth, rate) to Result."""
    wanted = {"source": sweep.HARM_SOURCE, "target": target}
    return {
        (n, depth, rate): transfer_gap(
            _over_seeds(study="harm", n=n, depth=depth, learning_rate=rate, **wanted),
            _over_seeds(study="frozen", n=n, **wanted),
        )
        for n in sweep.HARM_N
        for depth in sweep.HARM_DEPTHS
        for rate in sweep.HARM_RATES
    }


def mixture(arm: str, target: str, way: str = "fine-tuned") -> Result:
    """Test accuracy of one arm of the study of mixtures on one target (Result)."""
    return _over_seeds(target, part=way, study="mixtures", arm=arm)


def mixtures(way: str = "fine-tuned") -> dict[str, dict[str, Result]]:
    """All arms of equal size: dict of target to dict of arm to Result."""
    alone = (*source_mixtures.MIXED, source_mixtures.POOLED, source_mixtures.POISONED)
    return {
        target: {arm: mixture(arm, target, way) for arm in (*alone, weighted_for(target))}
        for target in source_mixtures.MATCHED
    }


def weighted_for(target: str) -> str:
    """Name of the arm whose sources weigh as much as a target resembles them."""
    return f"{source_mixtures.WEIGHTED} for {target}"


def best_single(target: str, way: str = "fine-tuned") -> str:
    """The source alone that does best on a target (str)."""
    return max(source_mixtures.MIXED, key=lambda source: mixture(source, target, way).mean)


def remedy(case: tuple[str, str], name: str) -> Result:
    """Test accuracy of one transfer after one treatment (Result)."""
    source, target = case
    shared = {"study": "remedies", "target": target, "source": source}
    if name == FROZEN:
        return accuracy(source, target, "frozen")
    if name == STOPPED_EARLY:
        wanted = shared | sweep.treated("untreated")
        records = one_for_each_seed(stored_records(sweep.NAME), SEEDS, **wanted)
        # The last of the looks that do best on validation images.
        curves = [np.array(record["measured"]["curve"]) for record in records]
        return Result([curve[len(curve) - 1 - curve[::-1, 1].argmax(), 2] for curve in curves])
    if name == sweep.L2_SP:
        trials = [record["trial"] for record in select(stored_records(sweep.NAME), **shared)]
        # Of the penalties alone the one that was chosen on validation images has these seeds.
        (weight,) = {own["l2_sp"] for own in trials if own["seed"] in SEEDS and own["l2_sp"]}
        return _over_seeds(**shared | sweep.AGGRESSIVE | {"l2_sp": weight})
    if name == sweep.BETTER_SOURCE:
        shared["source"] = sweep.CHOSEN[target]
        name = "untreated"
    return _over_seeds(**shared | sweep.treated(name))


def remedies(case: tuple[str, str]) -> dict[str, Result]:
    """What each treatment of one transfer gains over scratch: dict of name to Result."""
    names = [*sweep.REMEDIES, FROZEN, sweep.L2_SP, STOPPED_EARLY]
    if sweep.CHOSEN[case[1]] != case[0]:
        names.append(sweep.BETTER_SOURCE)
    return {name: transfer_gap(remedy(case, name), scratch(case[1])) for name in names}


def _over_seeds(metric="accuracy", **wanted):
    return over_seeds(stored_records(sweep.NAME), SEEDS, metric, **wanted)

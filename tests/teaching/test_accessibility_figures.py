"""Every kind of figure that the lessons draw passes the audit, with as many series as it may have.

The lessons' own figures are audited as they are built and run; here a change is found at once.
"""

import matplotlib
import numpy as np
import pytest

from course_utils.claims.evidence import Evidence, Judged
from course_utils.claims.verdicts import word_of
from course_utils.lessons.lesson_01 import plots as network
from course_utils.lessons.lesson_03 import plots as fine_tuning
from course_utils.lessons.lesson_05 import plots as adaptation
from course_utils.lessons.lesson_06 import plots as transfer
from course_utils.measuring.results import Result
from course_utils.teaching import plots, use_course_style
from course_utils.teaching.claims_plot import forest
from making.authoring.figure_audit import figure_findings

matplotlib.use("agg")

RANDOM = np.random.default_rng(0)
RATES, SHARES, LABELS = (1e-4, 1e-3, 1e-2), (1.0, 0.5, 0.2), (5, 20, 50)
TARGETS, SOURCES = ("digits", "sketch"), ("objects", "surfaces", "fractals", "random")


@pytest.fixture(autouse=True)
def course_style():
    """The lessons' style, left behind by no test."""
    with matplotlib.rc_context():
        use_course_style()
        yield
    matplotlib.pyplot.close("all")


def result(mean=0.5, spread=0.2):
    return Result(RANDOM.normal(mean, spread) + RANDOM.normal(0, 0.02, 5))


def series(count, places, **about):
    """Results of so many series at each place."""
    return {f"series {i}": {place: result(**about) for place in places} for i in range(count)}


def table(rows, columns):
    return {row: {column: result(0, 0.08) for column in columns} for row in rows}


def clouds(classes):
    """Source and target, each class about a centre of its own."""
    labels = np.arange(20 * classes) % classes
    centres = RANDOM.normal(0, 4, (classes, 2))
    return {
        name: (centres[labels] + shift + RANDOM.normal(0, 0.8, (len(labels), 2)), labels)
        for name, shift in (("photo", 0), ("xray", 2))
    }


class History:
    """What `discriminator` asks of an AdaptationHistory."""

    def __init__(self, level):
        self.level = level

    def column(self, name):
        return np.clip(RANDOM.normal(self.level, 0.05, 200), 0, 1)


def claims():
    means = {"supported": 0.2, "undecided": 0.01, "contradicted": -0.1, "off": -1.9}
    conditions = [
        Judged(name, 0.02, m, m - 0.03, m + 0.03, 0.95, 10, 1000,
               word_of(m, m - 0.03, m + 0.03, 0.02))
        for name, m in means.items()
    ]  # fmt: skip
    return [Evidence("some-claim", "02", "abc", tuple(conditions), "depends")]


def scatter():
    scores = {target: {source: RANDOM.normal() for source in SOURCES} for target in TARGETS}
    return transfer.score_scatter(scores, table(TARGETS, SOURCES), "LogME")


def harm():
    depths = ("head", "all")
    keys = [(n, depth, rate) for n in LABELS for depth in depths for rate in RATES]
    return transfer.harm_region({key: result(0, 0.1) for key in keys}, LABELS, RATES, depths)


def taus():
    return {name: dict.fromkeys(TARGETS, (0.4, 0.1, 0.7)) for name in ("LEEP", "source accuracy")}


FIGURES = {
    "curves": lambda: plots.curves(series(6, LABELS)),
    "bars": lambda: plots.bars(
        {name: list(row.values()) for name, row in series(5, "abc").items()}, "accuracy (%)", "abc"
    ),
    "share bars": lambda: plots.share_bars({"from scratch": 0.3, "transferred": result()}, 0.1),
    "training curves": lambda: plots.training_curves(
        {f"arm {i}": [[(0, 0.1), (9, 0.1 * i)], [(0, 0.2), (9, 0.12 * i)]] for i in range(6)}
    ),
    "total costs": lambda: plots.total_costs({f"way {i}": (10**i, 9 - i) for i in range(7)}),
    "gain by severity": lambda: adaptation.gain_by_severity(series(7, SHARES)),
    "skew": lambda: adaptation.skew(series(4, SHARES), series(4, SHARES)),
    "discriminator": lambda: adaptation.discriminator({"a": History(0.6), "b": History(0.9)}),
    "chosen": lambda: adaptation.chosen(table("abc", ("source only", "selected", "oracle"))),
    "selectors": lambda: adaptation.selector_scatter({"SND": RANDOM.random(9)}, RANDOM.random(9)),
    "few classes": lambda: adaptation.embedding(clouds(7), clouds(7), "ab", "abcdefg"),
    "many classes": lambda: adaptation.embedding(clouds(10), clouds(10), "ab", "abcdefghij"),
    "by rate": lambda: fine_tuning.by_rate({"digits": series(2, RATES)}, {"digits": result()}),
    "forgetting": lambda: fine_tuning.forgetting(series(3, RATES), series(3, RATES)),
    "by depth": lambda: fine_tuning.by_depth(
        {"digits": {n: {"head": result(), "all": result()} for n in LABELS}}, LABELS
    ),
    "stopping": lambda: fine_tuning.stopping(series(3, LABELS), series(3, LABELS)),
    "probes": lambda: network.by_depth(
        {"digits": {"pretrained": [result()] * 2, "random": [result()] * 2}}, ("stem", "stage 1")
    ),
    "matrices": lambda: network.matrices({"CKA": np.linspace(0, 1, 25).reshape(5, 5)}, "abcde"),
    "gap matrix": lambda: transfer.gap_matrix(table(SOURCES, TARGETS)),
    "harm region": harm,
    "score scatter": scatter,
    "taus": lambda: transfer.tau_chart(taus()),
    "mixtures": lambda: transfer.mixture_chart(table(TARGETS, SOURCES), "random"),
    "remedies": lambda: transfer.remedies_chart(table(TARGETS, SOURCES)),
    "overlap": lambda: transfer.overlap_chart({"source only": series(1, SHARES)["series 0"],
                                               **series(6, SHARES)}),
    "decision": lambda: transfer.decision_chart(
        [("q", "Is it near?", "question"), ("a", "Freeze.", "action")], [("q", "a", "yes")]
    ),
    "claims": lambda: forest(claims()),
}  # fmt: skip


@pytest.mark.parametrize("draw", FIGURES.values(), ids=FIGURES)
def test_the_lessons_figures_can_be_read_by_everyone(draw):
    assert figure_findings(draw()) == []

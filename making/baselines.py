"""How hard each set is: linear probes on frozen features, for the data cards.

`python -m making.baselines` measures what is not measured yet of the sets on this computer, and
goes on where it was stopped; `python -m making.baselines --cards` puts what is stored into the
cards.
"""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from course_utils.bases.resnet50 import resnet50_base
from course_utils.datasets import Dataset, Splits
from course_utils.errors import CourseError
from course_utils.features.heads import classical_head, normalised
from course_utils.measuring.parallel import parallel
from course_utils.measuring.records import table_of
from course_utils.measuring.results import Result, result_of
from course_utils.measuring.sweeps import (
    SEEDS,
    TUNING_SEED,
    Record,
    grid,
    read_records,
    run_tuned,
)
from course_utils.measuring.targets import IMAGE_SIZE, load_target, targets_here
from course_utils.paths import PROJECT_FOLDER
from course_utils.validation import one_of
from making.authoring.regions import write_regions

STORED = Path(__file__).parent / "records" / "baselines.jsonl"
CARDS = PROJECT_FOLDER / "datasets" / "cards"

NUMBERS = (5, 20, 50, 100)
#: The number of labels per class at which a probe is also tried, untouched, on other sets.
MOVED_N = 20
BASES = {"pretrained": "shipped ResNet50", "random": "random ResNet50"}

#: Where the probe of a set and domain is moved to: the pairs that adaptation starts from.
MOVES = {
    "objects/photo": ("objects/sketch", "objects/xray", "objects/thermal"),
    "digits-rendered/rendered": ("digits/digits",),
    "digits/digits": ("digits-on-photos/on-photos",),
}


def baselines(path: Path, sources: Sequence[str]) -> list[Record]:
    """Run, or go on with, the sweep.

    Parameters
    ----------
    path : path of a JSON-lines file
        What is in it is not run again.
    sources : sequence of str
        `"set/domain"`.
    """
    records = []
    for source in sources:
        fewest = int(np.bincount(load_target(source).train.labels).min())
        numbers = tuple(n for n in NUMBERS if n <= fewest)
        for base in BASES:
            records += run_tuned(
                [{"source": source, "base": base}],
                [{"setting": setting} for setting in classical_head("linear")[1]],
                {"n": min(MOVED_N, fewest), "seed": TUNING_SEED},
                grid(n=numbers, seed=SEEDS),
                probe_trial,
                path,
            )
    return records


def probe_trial(
    source: str, base: str, n: int, seed: int, setting: dict[str, float]
) -> dict[str, float]:
    """Fit logistic regression on the frozen features of `n` images per class, and test it.

    Returns
    -------
    dict
        `validation_accuracy`, `test_accuracy`, and for each set that the probe is moved to
        `"moved to SET/DOMAIN"`: fractions.
    """
    network_seed = seed if base == "random" else 0
    whole = feature_splits(source, base, network_seed)
    train = whole.train.per_class(n, seed)
    parts = [whole.validation, whole.test]
    moves = MOVES.get(source, ()) if n == MOVED_N and seed != TUNING_SEED else ()
    parts += [feature_splits(other, base, network_seed).test for other in moves]
    rows = normalised(*(part.inputs for part in (train, *parts)))
    head = classical_head("linear", seed)[0].set_params(**setting).fit(rows[0], train.labels)
    names = ["validation_accuracy", "test_accuracy", *(f"moved to {other}" for other in moves)]
    scored = zip(names, rows[1:], parts, strict=True)
    return {name: float(head.score(features, part.labels)) for name, features, part in scored}


@cache
def feature_splits(source: str, base: str, network_seed: int) -> Splits:
    """The splits with pooled features, float32 of shape (n, 2048), in place of the images."""
    parts = load_target(source)
    return Splits(*(replace(part, inputs=features_of(part, base, network_seed)) for part in parts))


def features_of(dataset: Dataset, base: str, network_seed: int) -> np.ndarray:
    """Pooled features: array of float32, shape (n, 2048)."""
    from course_utils.features import extract_features

    network = network_of(base, network_seed)
    return np.asarray(extract_features(network, dataset.images, progress=False))


@cache
def network_of(base: str, seed: int) -> Any:
    """The frozen ResNet50 without its top."""
    import keras

    keras.utils.set_random_seed(seed)
    return resnet50_base(IMAGE_SIZE, base == "pretrained")


def stored_baseline(source: str, base: str, n: int, metric: str = "test_accuracy") -> Result:
    """Stored measurements over the draws, in their order.

    Raises
    ------
    CourseError
        If they are not there.
    """
    wanted = {"source": source, "base": base, "n": n}.items()
    found = [record for record in read_records(STORED) if wanted <= record["trial"].items()]
    return result_of(table_of(found).query("draw != @TUNING_SEED"), metric)


def card_region(sources: Sequence[str]) -> str:
    """The table of a set's baselines, one source for each of its domains, as text of its card."""
    lines = [
        f"Logistic regression on frozen features at {IMAGE_SIZE} pixels, test accuracy in percent:",
        f"mean over {len(SEEDS)} draws of the labelled images, with its 95 % interval. Made by",
        "`python -m making.baselines`.",
        "",
        "| domain | labels per class | " + " | ".join(BASES.values()) + " |",
        "|---|---" + "|---" * len(BASES) + "|",
    ]
    stored = {(record["trial"]["source"], record["trial"]["n"]) for record in read_records(STORED)}
    for source in sources:
        for n in NUMBERS:
            if (source, n) in stored:
                cells = _cells(source, n)
                lines.append(f"| {source.split('/')[1]} | {n} | {cells} |")
    moves = [(source, other) for source in sources for other in MOVES.get(source, ())]
    if moves:
        lines += ["", f"The same probe at {MOVED_N} labels per class, moved untouched:", ""]
        lines += ["| from | to | " + " | ".join(BASES.values()) + " |", "|---" * 4 + "|"]
    for source, other in moves:
        cells = _cells(source, MOVED_N, f"moved to {other}")
        lines.append(f"| {source} | {other} | {cells} |")
    return "\n".join(lines)


def _cells(source: str, n: int, metric: str = "test_accuracy") -> str:
    """One stored measurement of every base, as cells of a table."""
    return " | ".join(stored_baseline(source, base, n, metric).percent() for base in BASES)


def write_cards() -> None:
    """Put the stored baselines into the cards of the sets that they were measured on."""
    measured = dict.fromkeys(record["trial"]["source"] for record in read_records(STORED))
    for name in dict.fromkeys(source.split("/")[0] for source in measured):
        own = [source for source in measured if source.split("/")[0] == name]
        write_regions(CARDS / f"{name}.md", {"baselines": card_region(own)})


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, or write the cards: the command's exit status."""
    parser = argparse.ArgumentParser(prog="python -m making.baselines", description=__doc__)
    parser.add_argument("sources", nargs="*", metavar="SET/DOMAIN", help="by default all there are")
    parser.add_argument("--jobs", type=int, default=1, metavar="N", help="trials side by side")
    parser.add_argument("--cards", action="store_true", help="write the cards, measure nothing")
    options = parser.parse_args(arguments)
    try:
        if options.cards:
            write_cards()
        else:
            here = targets_here()
            sources = [one_of(source, "set", here) for source in options.sources] or here
            with parallel(options.jobs):
                baselines(STORED, sources)
    except CourseError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

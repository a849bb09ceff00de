"""How hard each set is: linear probes on frozen features, for the data cards.

`python -m course_utils run baselines` measures; `python -m making.baselines`
puts what is stored into the cards.
"""

from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np

from course_utils.bases.resnet50 import resnet50_base
from course_utils.datasets import domains, load_dataset, public_sets_here
from course_utils.errors import CourseError
from course_utils.features.heads import classical_head, normalised
from course_utils.files import atomic_path
from course_utils.measuring.results import Result
from course_utils.measuring.sweeps import read_records, run_tuned, select
from course_utils.paths import PROJECT_FOLDER

STORED = Path(__file__).parent / "records" / "baselines.jsonl"
CARDS = PROJECT_FOLDER / "datasets" / "cards"
BEGIN, END = "<!-- baselines:begin -->", "<!-- baselines:end -->"

IMAGE_SIZE = 64
SEEDS = (0, 1, 2, 3, 4)
TUNING_SEED = 100
NUMBERS = (5, 20, 50, 100)
#: Of a larger part, a random choice of this many images is used.
MOST_IMAGES = 4000
#: The number of labels per class at which a probe is also tried, untouched, on other sets.
MOVED_N = 20
BASES = {"pretrained": "shipped ResNet50", "random": "random ResNet50"}

#: Where the probe of a set and domain is moved to: the pairs that adaptation starts from.
MOVES = {
    "objects/photo": ("objects/sketch", "objects/xray", "objects/thermal"),
    "digits-rendered/rendered": ("digits/digits",),
    "digits/digits": ("digits-on-photos/on-photos",),
}


def every_set():
    """What ships, and the public sets on this computer: a list of `"set/domain"`."""
    every = domains() | {entry.name: (entry.domain,) for entry in public_sets_here()}
    return [f"{name}/{domain}" for name, own in every.items() for domain in own]


def baselines(path, sets=None):
    """Run, or go on with, the sweep.

    Parameters
    ----------
    path : path of a JSON-lines file
        What is in it is not run again.
    sets : sequence of str, optional
        `"set/domain"`; by default `every_set()`.

    Returns
    -------
    list of dict
        A record for each trial.
    """
    records = []
    for source in sets or every_set():
        fewest = int(np.bincount(splits_of(source).train.labels).min())
        for base in BASES:
            records += run_tuned(
                [{"source": source, "base": base}],
                [{"setting": setting} for setting in classical_head("linear")[1]],
                {"n": min(MOVED_N, fewest), "seed": TUNING_SEED},
                [{"n": n, "seed": seed} for n in NUMBERS if n <= fewest for seed in SEEDS],
                probe_trial,
                path,
            )
    return records


def run(path, **_):
    """The sweep as `run_experiment` asks for it: over every set that is on this computer."""
    return baselines(path)


def probe_trial(source, base, n, seed, setting):
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
    rows = normalised(*(part.images for part in (train, *parts)))
    head = classical_head("linear", seed)[0].set_params(**setting).fit(rows[0], train.labels)
    names = ["validation_accuracy", "test_accuracy", *(f"moved to {other}" for other in moves)]
    scored = zip(names, rows[1:], parts, strict=True)
    return {name: float(head.score(features, part.labels)) for name, features, part in scored}


@cache
def splits_of(source):
    """The splits of `"set/domain"`, each part cut to `MOST_IMAGES`."""
    name, domain = source.split("/")
    splits = load_dataset(name, size=IMAGE_SIZE, domain=domain)
    random = np.random.default_rng(0)
    chosen = [random.permutation(len(part))[:MOST_IMAGES] for part in splits]
    parts = zip(splits, chosen, strict=True)
    return type(splits)(*(part.take(positions) for part, positions in parts))


@cache
def feature_splits(source, base, network_seed):
    """The splits with pooled features, float32 of shape (n, 2048), in place of the images."""
    parts = splits_of(source)
    return type(parts)(
        *(replace(part, inputs=features_of(part, base, network_seed)) for part in parts)
    )


def features_of(dataset, base, network_seed):
    """Pooled features: array of float32, shape (n, 2048)."""
    from course_utils.features import extract_features

    network = network_of(base, network_seed)
    return np.asarray(extract_features(network, dataset.images, progress=False))


@cache
def network_of(base, seed):
    """The frozen ResNet50 without its top."""
    import keras

    keras.utils.set_random_seed(seed)
    return resnet50_base(IMAGE_SIZE, base == "pretrained")


def stored_baseline(source, base, n, metric="test_accuracy"):
    """Stored measurements over the seeds, in their order (Result), or None."""
    found = {
        record["trial"]["seed"]: record["measured"][metric]
        for record in select(read_records(STORED), source=source, base=base, n=n)
        if metric in record["measured"]
    }
    return Result([found[seed] for seed in SEEDS]) if set(SEEDS) <= set(found) else None


def card_region(sources):
    """The table of a set's baselines, one source for each of its domains, as text of its card."""
    lines = [
        f"Logistic regression on frozen features at {IMAGE_SIZE} pixels, test accuracy in percent:",
        f"mean over {len(SEEDS)} draws of the labelled images, with its 95 % interval. Made by",
        "`python -m making.baselines`.",
        "",
        "| domain | labels per class | " + " | ".join(BASES.values()) + " |",
        "|---|---" + "|---" * len(BASES) + "|",
    ]
    for source in sources:
        for n in NUMBERS:
            results = [stored_baseline(source, base, n) for base in BASES]
            if all(results):
                cells = " | ".join(result.percent() for result in results)
                lines.append(f"| {source.split('/')[1]} | {n} | {cells} |")
    moves = [(source, other) for source in sources for other in MOVES.get(source, ())]
    if moves:
        lines += ["", f"The same probe at {MOVED_N} labels per class, moved untouched:", ""]
        lines += ["| from | to | " + " | ".join(BASES.values()) + " |", "|---" * 4 + "|"]
    for source, other in moves:
        results = [stored_baseline(source, b, MOVED_N, f"moved to {other}") for b in BASES]
        if not all(results):
            raise CourseError(f"The move from {source} to {other} is not in {STORED}.")
        cells = " | ".join(result.percent() for result in results)
        lines.append(f"| {source} | {other} | {cells} |")
    return "\n".join(lines)


def with_region(text, region):
    """A card's text with `region` between its marks."""
    before, _, rest = text.partition(BEGIN)
    _, mark, after = rest.partition(END)
    if not mark:
        raise CourseError(f"A data card needs the lines {BEGIN} and {END}.")
    return f"{before}{BEGIN}\n{region}\n{END}{after}"


def write_cards():
    """Put the stored baselines into the cards of the sets that they were measured on."""
    measured = dict.fromkeys(record["trial"]["source"] for record in read_records(STORED))
    for name in dict.fromkeys(source.split("/")[0] for source in measured):
        card = CARDS / f"{name}.md"
        own = [source for source in measured if source.split("/")[0] == name]
        text = with_region(card.read_text(encoding="utf-8"), card_region(own))
        with atomic_path(card) as temporary:
            temporary.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write_cards()

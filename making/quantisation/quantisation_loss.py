"""What 8-bit storage costs: the shipped weights against the file they were made from.

    python -m making.quantisation.quantisation_loss SOURCE.safetensors FOLDER

compares both networks on the photographs in FOLDER, writes `measured.json` beside the shipped
file, and puts the figures into the card.
"""

import argparse
import json
from pathlib import Path
from typing import Any

import numpy as np

from course_utils.bases.resnet50_torch import new_classifier, pooled_features
from course_utils.bases.weights import SHIPPED_FOLDER, load_shipped, shipped_manifest
from course_utils.datasets import Splits
from course_utils.features.heads import classical_head, normalised
from course_utils.files import atomic_path, sha256_of
from course_utils.measuring.results import Result, paired_difference
from course_utils.validation import require
from making.authoring.regions import write_regions

MEASURED = SHIPPED_FOLDER / "measured.json"
CARD = SHIPPED_FOLDER / "README.md"
PROBE_N = 20
PROBE_SEEDS = range(10)


def features_and_probabilities(
    tensors: dict[str, np.ndarray], images: Any
) -> tuple[np.ndarray, np.ndarray]:
    """Pooled features and class probabilities in 32 bits.

    Parameters
    ----------
    tensors : dict of str to array
        A ResNet50 in Hugging Face's naming.
    images : array-like of uint8, shape (n, height, width, 3)

    Returns
    -------
    features : array of float32, shape (n, 2048)
    probabilities : array of float32, shape (n, classes)
    """
    import torch

    network = new_classifier(len(tensors["classifier.1.bias"]))
    state = {name: torch.from_numpy(np.array(t, np.float32)) for name, t in tensors.items()}
    counters = {name for name in network.state_dict() if name.endswith("num_batches_tracked")}
    unloaded = set(network.load_state_dict(state, strict=False).missing_keys) - counters
    require(not unloaded, f"The source lacks the tensors {sorted(unloaded)}: is it a ResNet50?")
    features = pooled_features(network.eval().to(memory_format=torch.channels_last), images)
    with torch.inference_mode():
        return features, network.classifier(torch.from_numpy(features)).softmax(dim=1).numpy()


def expected_top1_loss(original: np.ndarray, other: np.ndarray) -> float:
    """Top-1 accuracy lost, if the original's probabilities are the chances of each label.

    Parameters
    ----------
    original, other : array of float, shape (n, classes)
        Both networks' probabilities for the same images.

    Returns
    -------
    float
        Fraction; zero where both choose the same class for every image.
    """
    rows = np.arange(len(original))
    mine, theirs = original.argmax(axis=1), other.argmax(axis=1)
    return float(np.mean(original[rows, mine] - original[rows, theirs]))


def measure(source: Path, splits: Splits) -> dict[str, Any]:
    """Compare the shipped weights with their source on one data set.

    Parameters
    ----------
    source : path of a safetensors file
    splits : Splits

    Returns
    -------
    dict
        What `measured.json` holds; accuracies and losses as fractions.

    Raises
    ------
    CourseError
        If the shipped file was not made from this source.
    """
    from safetensors.numpy import load_file

    require(
        sha256_of(source) == shipped_manifest()["source_sha256"],
        f"The shipped weights were not made from {source}: ship it first.",
    )
    networks = {"source": load_file(source), "shipped": load_shipped()}
    found = {
        name: [features_and_probabilities(tensors, part.images) for part in splits]
        for name, tensors in networks.items()
    }
    probabilities = {
        name: np.concatenate([part[1] for part in parts]) for name, parts in found.items()
    }
    probes = {name: _probe(parts, splits) for name, parts in found.items()}
    agreement = np.mean(
        probabilities["source"].argmax(axis=1) == probabilities["shipped"].argmax(axis=1)
    )
    return {
        "data": splits.train.name,
        "images": len(probabilities["source"]),
        "top1_agreement": float(agreement),
        "expected_top1_loss": expected_top1_loss(*probabilities.values()),
        "probe_n": PROBE_N,
        "probe_source": probes["source"].tolist(),
        "probe_shipped": probes["shipped"].tolist(),
        "bytes": shipped_manifest()["bytes"],
    }


def _probe(parts, splits):
    """Test accuracy of a linear probe for each seed."""
    train, test = normalised(parts[0][0], parts[2][0])
    labels, scores = splits.train.labels, []
    for seed in PROBE_SEEDS:
        random = np.random.default_rng(seed)
        classes = range(len(splits.train.class_names))
        drawn = [random.permutation(np.flatnonzero(labels == k))[:PROBE_N] for k in classes]
        chosen = np.concatenate(drawn)
        head = classical_head("linear")[0].set_params(C=0.01).fit(train[chosen], labels[chosen])
        scores.append(head.score(test, splits.test.labels))
    return np.array(scores)


def card_region(measured: dict[str, Any]) -> str:
    """The card's table of measured figures, as Markdown."""
    source, shipped = Result(measured["probe_source"]), Result(measured["probe_shipped"])
    return "\n".join(
        [
            "| 8-bit file against its half-precision source | |",
            "|---|---|",
            f"| size | {measured['bytes'] / 1e6:.1f} MB |",
            f"| photographs compared | {measured['images']:,} of `{measured['data']}` |",
            f"| same top-1 class | {100 * measured['top1_agreement']:.1f} % |",
            "| top-1 accuracy lost, expected from the source's own probabilities | "
            f"{100 * measured['expected_top1_loss']:.2f} points |",
            f"| linear probe, {measured['probe_n']} a class, {len(source.values)} draws: source | "
            f"{source.percent()} % |",
            f"| the same: shipped | {shipped.percent()} % |",
            f"| shipped minus source, paired | {paired_difference(shipped, source).percent()} "
            "points |",
        ]
    )


def main() -> None:
    """Measure, and write the figures down."""
    from course_utils.datasets import load_dataset

    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("source", type=Path)
    parser.add_argument("folder", type=Path)
    options = parser.parse_args()
    measured = measure(options.source, load_dataset(options.folder))
    with atomic_path(MEASURED) as temporary:
        temporary.write_text(json.dumps(measured, indent=2) + "\n", encoding="utf-8")
    write_regions(CARD, {"measured": card_region(measured)})
    print(card_region(measured))


if __name__ == "__main__":
    main()

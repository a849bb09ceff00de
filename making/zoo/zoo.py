"""The zoo's networks: pretrain each on its source, measure it, and make the files that ship.

The command is `python -m making.zoo`; the records are `making/records/zoo.jsonl`. It draws
pictures that are missing, which needs the extra `makers`, and takes the clothing photographs from
`fetch clothing` or from the folder that `--clothing` names.
"""

import functools
import json
import time
from pathlib import Path
from typing import Any

import numpy as np

from course_utils.bases.resnet50_torch import shipped_classifier, shipped_features
from course_utils.bases.weights import SHIPPED_FOLDER
from course_utils.bases.zoo import DISTILLED, SHUFFLED, ZOO_FOLDER, state_of
from course_utils.files import atomic_path
from course_utils.lessons.lesson_06 import zoo_training
from course_utils.lessons.lesson_06.zoo_sources import (
    PHOTOGRAPHS,
    SOURCES,
    source_pictures,
)
from course_utils.measuring.sweeps import run_sweep
from course_utils.paths import cache_folder
from course_utils.validation import require
from making.quantisation.shipping import write_compressed
from making.zoo.card import write_card

STORED = Path(__file__).parents[1] / "records" / "zoo.jsonl"

#: Every network that is pretrained.
NETWORKS = (*SOURCES, DISTILLED, f"objects{SHUFFLED}", f"{PHOTOGRAPHS}{SHUFFLED}")
#: Beginnings of names whose weights are stored as they are: few, and all later layers see them.
_KEPT = ("resnet.embedder",)


def run(path: Path, clothing: Path | None = None) -> list[dict[str, Any]]:
    """Pretrain what the records at `path` lack; give the records."""
    trials = [{"source": name} for name in NETWORKS]
    return run_sweep(trials, functools.partial(trial, clothing=clothing), path)


def trial(source: str, clothing: Path | None = None) -> dict[str, Any]:
    """Pretrain one network, and leave its weights in the cache.

    Parameters
    ----------
    source : str
        One of `NETWORKS`.
    clothing : path, optional
        Folder of the clothing photographs.

    Returns
    -------
    dict
        `images`, `class_names`, `steps`, `batch_size`, `train_accuracy`, `source_accuracy` (share
        of held-out pictures whose label it names; with shuffled labels they are shuffled there
        too; of the distilled network, whose teacher's first choice it names) and `seconds`.
    """
    learnt, held_out, class_names = _pictures_and_targets(source, clothing)
    started = time.perf_counter()
    network = zoo_training.pretrain(learnt[0], learnt[1], len(class_names))
    seconds = time.perf_counter() - started
    _save(network, weights_path(source))
    accuracies = [
        zoo_training.accuracy(network, images, _first_choice(targets))
        for images, targets in (learnt, held_out)
    ]
    return {
        "images": len(learnt[0]),
        "class_names": list(class_names),
        "steps": zoo_training.STEPS,
        "batch_size": zoo_training.BATCH_SIZE,
        "train_accuracy": round(accuracies[0], 4),
        "source_accuracy": round(accuracies[1], 4),
        "seconds": round(seconds, 1),
    }


def weights_path(source: str) -> Path:
    """Where a pretrained network's weights lie before they ship."""
    return cache_folder("zoo") / f"{_slug(source)}.safetensors"


def ship(records: list[dict[str, Any]], folder: Path = ZOO_FOLDER) -> dict[str, Any]:
    """Compress the networks of these records into the files that ship, with their list and card."""
    folder.mkdir(parents=True, exist_ok=True)
    manifest = {}
    for record in records:
        source = record["trial"]["source"]
        require(
            weights_path(source).is_file(),
            f"The weights of {source!r} are no longer in the cache, {weights_path(source)}: delete "
            "the zoo's records, and run this again.",
        )
        path = folder / f"{_slug(source)}.safetensors"
        manifest[source] = record["measured"] | write_compressed(weights_path(source), path, _KEPT)
    with atomic_path(folder / "zoo.json") as temporary:
        temporary.write_text(json.dumps(manifest, indent=1) + "\n", encoding="utf-8")
    write_card(manifest, folder)
    return manifest


def _pictures_and_targets(source, clothing):
    """Pictures and targets to learn from, the same held out, and the classes' names."""
    name = source.removesuffix(SHUFFLED)
    name = PHOTOGRAPHS if name == DISTILLED else name
    parts = source_pictures(name, clothing if name == PHOTOGRAPHS else None)
    class_names = parts[0].class_names
    pairs = [(part.images, part.labels) for part in parts]
    if source == DISTILLED:
        pairs = [(images, teacher_answers(images)) for images, _ in pairs]
        class_names = teacher_classes()
    elif source.endswith(SHUFFLED):
        random = np.random.default_rng(0)
        pairs = [(images, random.permutation(labels)) for images, labels in pairs]
    return *pairs, class_names


def teacher_answers(images: np.ndarray) -> np.ndarray:
    """Logits of the shipped ResNet50 for pictures: array of float32, shape (n, 200)."""
    import torch

    with torch.inference_mode():
        features = torch.from_numpy(shipped_features(images))
        return shipped_classifier().classifier(features).numpy()


def teacher_classes() -> tuple[str, ...]:
    """Names of the shipped ResNet50's classes, in label order."""
    text = (SHIPPED_FOLDER / "resnet50.classes.txt").read_text(encoding="utf-8")
    return tuple(line.split("\t")[1] for line in text.splitlines())


def _first_choice(targets):
    return targets if targets.ndim == 1 else targets.argmax(axis=1)


def _slug(source):
    return source.replace(", ", "-").replace(" ", "-")


def _save(network, path):
    from safetensors.numpy import save_file

    with atomic_path(path) as temporary:
        save_file(state_of(network), temporary)

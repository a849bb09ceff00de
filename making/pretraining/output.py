"""What a pretraining run leaves: the weights, the class list, and the report for the card."""

import dataclasses
import json
import platform
from pathlib import Path
from typing import Any

import torch
import transformers
from safetensors.torch import load_file, save_file

from course_utils.bases.conversion import CHANNEL_MEANS, TORCH_EPSILON
from course_utils.datasets import Splits
from course_utils.files import atomic_path, sha256_of
from making.pretraining.network import Training, build_network, top1_accuracy


def write_results(
    training: Training, splits: Splits, source: dict[str, Any], out: Path
) -> dict[str, Any]:
    """Write the averaged network to `out`, its class list and the report beside it.

    Parameters
    ----------
    training : Training
        A finished run.
    splits : Splits
    source : dict
        Says what the data are.
    out : pathlib.Path

    Returns
    -------
    dict
        The report.
    """
    with atomic_path(out) as temporary:
        save_file(stored_tensors(training.average), temporary, metadata={"format": "pt"})
        temporary.chmod(0o644)  # `save_file` puts a file of its own in place, for its owner alone
    names = [" ".join(name.split()) for name in splits.train.class_names]  # no tab, no line break
    with atomic_path(out.with_suffix(".classes.txt")) as temporary:
        temporary.write_text("".join(f"{name}\t{name}\n" for name in names), encoding="utf-8")
    # Measured on what lies in the file, rounding included.
    network = build_network(len(names))
    network.load_state_dict({name: tensor.float() for name, tensor in load_file(out).items()})
    seen = training.step * training.recipe.batch_size
    report = {
        "file": out.name,
        "bytes": out.stat().st_size,
        "sha256": sha256_of(out),
        "source": source,
        "input": {"channels": "RGB", "subtracted_means": list(CHANNEL_MEANS)},
        "batch_norm_epsilon": TORCH_EPSILON,
        "recipe": dataclasses.asdict(training.recipe),
        "minutes": training.seconds / 60,
        "steps": training.step,
        "images_seen": seen,
        "passes": seen / len(splits.train),
        "source_top1": top1_accuracy(network, splits.validation),
        "made_with": {
            "python": platform.python_version(),
            "torch": torch.__version__,
            "transformers": transformers.__version__,
            "threads": torch.get_num_threads(),
        },
    }
    with atomic_path(out.with_suffix(".json")) as temporary:
        temporary.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    return report


def stored_tensors(network: torch.nn.Module) -> dict[str, torch.Tensor]:
    """The tensors of a network as they are stored, under Hugging Face's names.

    Convolution and classifier weights take half precision. BatchNorm keeps float32: on real
    photographs the first layer's running variance passes 65,504, half's largest number, and
    would become infinite.
    """
    stored = {}
    for name, tensor in network.state_dict().items():
        if name.endswith("num_batches_tracked"):
            continue  # says nothing once training is over
        keeps = ".normalization." in name
        stored[name] = tensor.to(torch.float32 if keeps else torch.float16).contiguous()
    return stored

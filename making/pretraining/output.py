"""What a pretraining run leaves: the weights, the class list, and the report for the card."""

import dataclasses
import json
import platform

import torch
import transformers
from safetensors.torch import load_file, save_file

from course_utils.bases.conversion import CHANNEL_MEANS, TORCH_EPSILON
from course_utils.datasets.reporting import readable
from course_utils.files import atomic_path, sha256_of
from making.pretraining.network import build_network, top1_accuracy


def write_results(training, splits, source, paths):
    """Write the averaged network, its class list and the report.

    Parameters
    ----------
    training : Training
        A finished run.
    splits : Splits
    source : dict
        Says what the data are.
    paths : Paths

    Returns
    -------
    dict
        The report.
    """
    with atomic_path(paths.weights) as temporary:
        save_file(stored_tensors(training.average), temporary, metadata={"format": "pt"})
        temporary.chmod(0o644)  # `save_file` puts a file of its own in place, for its owner alone
    with atomic_path(paths.classes) as temporary:
        temporary.write_text(class_list(splits.train.class_names), encoding="utf-8")
    report = {
        "file": paths.weights.name,
        "bytes": paths.weights.stat().st_size,
        "sha256": sha256_of(paths.weights),
        "source": source,
        "input": {"channels": "RGB", "subtracted_means": list(CHANNEL_MEANS)},
        "batch_norm_epsilon": TORCH_EPSILON,
        "recipe": dataclasses.asdict(training.recipe),
        **amounts(training, len(splits.train)),
        "source_top1": accuracy_of_file(paths.weights, splits, training.recipe.precision),
        "made_with": made_with(),
    }
    with atomic_path(paths.report) as temporary:
        temporary.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    return report


def stored_tensors(network):
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


def class_list(class_names):
    """A line per class in label order, identifier, tab, name: a folder's name is both."""
    # A tab or a line break in a folder's name would break the list.
    names = [" ".join(readable(name).split()) for name in class_names]
    return "".join(f"{name}\t{name}\n" for name in names)


def amounts(training, n_images):
    """How much training there was: minutes, steps, images seen, passes, and the last loss."""
    seen = training.step * training.recipe.batch_size
    return {
        "minutes": training.seconds / 60,
        "steps": training.step,
        "images_seen": seen,
        "passes": seen / n_images,
        "training_loss": training.loss,
    }


def accuracy_of_file(path, splits, precision):
    """Top-1 accuracy on the validation part of what lies in the file, rounding included."""
    network = build_network(len(splits.train.class_names))
    network.load_state_dict({name: tensor.float() for name, tensor in load_file(path).items()})
    return top1_accuracy(network, splits.validation, precision)


def made_with():
    """The software, and the threads that the minutes were spent on."""
    return {
        "python": platform.python_version(),
        "torch": torch.__version__,
        "transformers": transformers.__version__,
        "threads": torch.get_num_threads(),
    }

"""The zoo: small pretrained networks of one architecture, each from a source of its own."""

import json
from typing import Any

import numpy as np

from course_utils.bases.weights import SHIPPED_FOLDER, missing_or_damaged
from course_utils.errors import CourseError
from course_utils.files import sha256_of
from course_utils.validation import one_of, require

ZOO_FOLDER = SHIPPED_FOLDER / "zoo"

#: Height and width, in pixels, of the pictures that the networks have learnt from.
ZOO_SIZE = 64

#: Channels of the four stages; the last is the length of a feature vector.
_WIDTHS = (32, 64, 128, 208)

#: The parts of a network, from the picture to the features.
ZOO_STAGES = ("stem", "stage 1", "stage 2", "stage 3", "stage 4")

#: The source that is none: random weights.
RANDOM = "random"
#: The source that is a larger network's answers to photographs.
DISTILLED = "distilled"
#: End of the name of a source whose labels were shuffled before learning.
SHUFFLED = ", shuffled labels"


def zoo_sources() -> tuple[str, ...]:
    """The sources whose networks ship, and `"random"`."""
    return (*_manifest(), RANDOM)


def zoo_card(source: str) -> dict[str, Any]:
    """What the course knows of a shipped network.

    Parameters
    ----------
    source : str
        One of `zoo_sources()`, other than `"random"`.

    Returns
    -------
    dict
        `class_names`, `images` (it learnt from), `steps`, `batch_size`, `train_accuracy`,
        `source_accuracy` (share of held-out images of its source that it names rightly; of the
        distilled network, whose teacher's first choice it names), `seconds` (of training),
        `file`, `bytes`, `sha256`.

    Raises
    ------
    CourseError
        If there is no such network, or the list of the zoo is missing or damaged.
    """
    require(source != RANDOM, "The random network has no card: it has learnt from nothing.")
    return _manifest()[one_of(source, "The zoo's source", zoo_sources())]


def build_zoo_network(n_classes: int, seed: int = 0) -> Any:
    """A network of the zoo's architecture with random weights.

    A ResNet of four stages with one basic block each, 7 x 7 stem and maximum pooling, as
    `transformers` builds it (He et al. 2016, arXiv:1512.03385): about a million weights.

    Parameters
    ----------
    n_classes : int
    seed : int
        Draws the weights. The caller's own random numbers stay as they were.

    Returns
    -------
    transformers.ResNetForImageClassification
        It reads what `zoo_inputs` gives: tensors of shape (n, 3, 64, 64).
    """
    import torch
    from transformers import ResNetConfig, ResNetForImageClassification

    settings: dict[str, Any] = {
        "embedding_size": _WIDTHS[0],
        "hidden_sizes": list(_WIDTHS),
        "depths": [1] * len(_WIDTHS),
        "layer_type": "basic",
        "num_labels": n_classes,
    }
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        network: Any = ResNetForImageClassification(ResNetConfig(**settings))
    # On processors convolutions are fastest with a pixel's channels side by side.
    return network.to(memory_format=torch.channels_last)


def zoo_network(source: str, seed: int = 0) -> Any:
    """A network of the zoo, with the classifier of its source.

    Parameters
    ----------
    source : str
        One of `zoo_sources()`.
    seed : int
        Draws the weights of the random one.

    Returns
    -------
    transformers.ResNetForImageClassification
        In evaluation mode.

    Raises
    ------
    CourseError
        If there is no such source, or its file is missing or damaged.
    """
    if source == RANDOM:
        return build_zoo_network(10, seed).eval()
    return network_from_state(_tensors(one_of(source, "The zoo's source", zoo_sources())))


def zoo_inputs(images: Any) -> Any:
    """Pictures as the zoo's networks read them.

    Parameters
    ----------
    images : array of uint8, shape (n, 64, 64, 3)

    Returns
    -------
    tensor of float32, shape (n, 3, 64, 64)
        Around 0, with a spread of about 1.

    Raises
    ------
    CourseError
        If the pictures have another size.
    """
    import torch

    images = np.asarray(images)
    require(
        images.ndim == 4 and images.shape[1:] == (ZOO_SIZE, ZOO_SIZE, 3),
        f"The networks of the zoo read pictures of shape (n, {ZOO_SIZE}, {ZOO_SIZE}, 3), not "
        f"{images.shape}: load the set with size={ZOO_SIZE}.",
    )
    inputs = torch.from_numpy(images.astype(np.float32)).permute(0, 3, 1, 2)
    return ((inputs - 127.5) / 64).contiguous(memory_format=torch.channels_last)


def zoo_parts(network: Any) -> dict[str, Any]:
    """The modules of a network, in order: name (of `ZOO_STAGES`, then "head") to module."""
    stages = [network.resnet.embedder, *network.resnet.encoder.stages]
    return dict(zip(ZOO_STAGES, stages, strict=True)) | {"head": network.classifier}


def state_of(network: Any) -> dict[str, np.ndarray]:
    """All weights and statistics of a network, in float32."""
    return {
        name: np.ascontiguousarray(tensor.detach().float().numpy())
        for name, tensor in network.state_dict().items()
        if "num_batches_tracked" not in name
    }


def _tensors(source):
    from safetensors.numpy import load_file

    from course_utils.bases.quantisation import expand

    own = _manifest()[source]
    path = ZOO_FOLDER / own["file"]
    if not path.is_file() or sha256_of(path) != own["sha256"]:
        raise CourseError(missing_or_damaged(path))
    return expand(load_file(path))


def network_from_state(tensors: dict[str, np.ndarray]) -> Any:
    """A network of the zoo from the tensors that `state_of` gave (evaluation mode)."""
    import torch

    network = build_zoo_network(len(tensors["classifier.1.bias"]))
    state = {name: torch.from_numpy(np.array(value)) for name, value in tensors.items()}
    # BatchNorm's counts of batches are all that a file lacks, and nothing uses them here.
    missing, unexpected = network.load_state_dict(state, strict=False)
    wrong = [name for name in missing if "num_batches_tracked" not in name] + unexpected
    require(not wrong, f"These are not the weights of a network of the zoo: {wrong[:1]} differs.")
    return network.eval()


def _manifest():
    try:
        return json.loads((ZOO_FOLDER / "zoo.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise CourseError(missing_or_damaged(ZOO_FOLDER / "zoo.json")) from error

"""The tasks of lesson 05: what is learnt from, what is adapted to, and with which network."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from course_utils.datasets import Splits, corrupt, load_dataset

if TYPE_CHECKING:
    import torch

    from course_utils.adaptation import AdaptationNetwork

#: Labelled source images per class of a draw: most of what there is.
DRAWN = {"digits-rendered": 100, "objects": 60}
#: Images of digits are trained on end to end, so that small ones save most of the time.
SIZES = {"digits-rendered": 28, "objects": 64}
#: Altered copies of each source image, where there is augmentation.
COPIES = 2


class Part(NamedTuple):
    """What a network reads (tensor, n in front) and what it should say (n,)."""

    inputs: "torch.Tensor"
    labels: np.ndarray

    def rows(self, chosen: np.ndarray) -> "Part":
        """Some of the rows, by their positions."""
        return Part(self.inputs[chosen], self.labels[chosen])


@dataclass(frozen=True, eq=False)  # compared, and kept in caches, as the one thing that it is
class AdaptationTask:
    """One draw of one shift.

    Attributes
    ----------
    source, source_validation : Part
        Labelled.
    target : tensor
        What the network reads of the target's training images: no labels.
    target_validation, target_test : Part
        The labels of the first are for the oracle alone, those of the second for the report.
    network : callable
        From a seed to an untrained `AdaptationNetwork`.
    """

    source: Part
    source_validation: Part
    target: "torch.Tensor"
    target_validation: Part
    target_test: Part
    network: Callable[[int], "AdaptationNetwork"]


class Shift(NamedTuple):
    """A source and a target: sets with the same classes, each `"set/domain"`.

    Attributes
    ----------
    source, target : str
    trains : {"all", "head", "last stage"}
        A small network end to end; a head on the shipped ResNet50's frozen features; or its
        last stage too.
    """

    source: str
    target: str
    trains: str


SHIFTS = {
    "rendered to handwritten": Shift("digits-rendered/rendered", "digits/digits", "all"),
    "rendered to on-photos": Shift("digits-rendered/rendered", "digits-on-photos/on-photos", "all"),
    "photo to sketch": Shift("objects/photo", "objects/sketch", "head"),
    "photo to xray": Shift("objects/photo", "objects/xray", "head"),
    "photo to sketch, last stage": Shift("objects/photo", "objects/sketch", "last stage"),
    "photo to xray, last stage": Shift("objects/photo", "objects/xray", "last stage"),
}
#: The other target of each pair, by its set or, of objects, its domain: what mismatched
#: augmentation makes the source look like.
UNLIKE = {
    "digits": "digits-on-photos",
    "digits-on-photos": "digits",
    "sketch": "xray",
    "xray": "sketch",
}


@lru_cache(maxsize=2)
def adaptation_task(
    shift: str,
    seed: int,
    augmentation: str | None = None,
    skew: float = 0.0,
    corruption: str | None = None,
    severity: float = 0.0,
) -> AdaptationTask:
    """The data and the network of one trial.

    Parameters
    ----------
    shift : str
        A key of `SHIFTS`.
    seed : int
        Draws the labelled source images.
    augmentation : {None, "matched", "mismatched", "upside down"}
        Adds `COPIES` altered copies of each source image: like the target, like another target,
        or so that a 6 is a 9.
    skew : float
        How far the class proportions of the target have drifted, 0 to 1 (see `label_drift`).
    corruption : str, optional
        Puts other photographs of the source, so corrupted, in place of the target.
    severity : float
        How severe the corruption is, 0 to 1.
    """
    import torch

    own = SHIFTS[shift]
    name = own.source.split("/")[0]
    source = domain_splits(own.source)
    if corruption is None:
        target = domain_splits(own.target)
        train = source.train.per_class(DRAWN[name], seed)
    else:
        train, target = _apart(source, seed, corruption, severity)
    if skew:
        target = _skewed(target, skew, seed)
    read = _reader(own.trains)
    parts = [Part(read(part), part.labels) for part in (source.validation, *target)]
    inputs, labels = read(train), train.labels
    if augmentation:
        target_set, domain = own.target.split("/")
        like = domain if target_set == "objects" else target_set
        altered = _altered(train, augmentation, like, seed)
        inputs = torch.cat([inputs, *(read(part) for part in altered)])
        labels = np.concatenate([labels, *(part.labels for part in altered)])
    n_classes = len(train.class_names)
    build = _builder(own.trains, n_classes, SIZES[name])
    train = Part(inputs, labels)
    return AdaptationTask(train, parts[0], parts[1].inputs, parts[2], parts[3], build)


@lru_cache(maxsize=8)
def domain_splits(domain: str) -> Splits:
    """A domain, `"set/domain"`, as small as its images are used; digits are sets of one domain."""
    name, part = domain.split("/")
    digits = name.startswith("digits")
    size = SIZES["digits-rendered" if digits else name]
    return load_dataset(name, size=size, domain=None if digits else part)


def _apart(splits, seed, corruption, severity):
    """Half of the photographs to learn from; the other half, corrupted, to adapt to."""
    order = splits.train.per_class(DRAWN["objects"], seed)
    half = len(order) // 2
    parts = order.take(np.arange(half, len(order))), splits.validation, splits.test
    return order.take(np.arange(half)), Splits(
        *(corrupt(part, corruption, severity, k) for k, part in enumerate(parts))
    )


def _skewed(splits, skew, seed):
    """Every part of the target with class proportions that have drifted, its size at any skew."""
    from course_utils.datasets import label_drift, skewed

    n_classes = len(splits.train.class_names)
    proportions = label_drift(n_classes, skew)
    most = label_drift(n_classes, 1.0).max()
    sizes = [int(np.bincount(part.labels).min() / most) for part in splits]
    return Splits(
        *(skewed(part, proportions, n, seed) for part, n in zip(splits, sizes, strict=True))
    )


def _altered(train, augmentation, like, seed):
    """Altered copies of source images (list of Dataset); `like` is a key of `MATCHED`."""
    from dataclasses import replace

    import torch

    from course_utils.adaptation import MATCHED, MISMATCHED, as_inputs

    looks = {"matched": MATCHED[like], "mismatched": MATCHED[UNLIKE[like]]} | MISMATCHED
    alter = looks[augmentation]
    generator = torch.Generator().manual_seed(seed)
    pictures = as_inputs(np.asarray(train.images))
    copies = []
    for _ in range(COPIES):
        shown = alter(pictures, generator).clamp(0, 1).permute(0, 2, 3, 1)
        copies.append(replace(train, inputs=(255 * shown.numpy()).round().astype(np.uint8)))
    return copies


def _reader(trains):
    """What turns a part's images into what the trained part of the network reads."""
    from course_utils.adaptation import as_inputs

    if trains == "all":
        return lambda part: as_inputs(np.asarray(part.images))
    layer = None if trains == "head" else "encoder.stages.2"
    return lambda part: _activations(part.images, layer)


def _activations(images, layer):
    import torch

    from course_utils.features import extract_features
    from course_utils.visualisation.stage_features import pretrained_network

    features = extract_features(
        pretrained_network(), np.asarray(images), layer, precision="float32", progress=False
    )
    found = torch.from_numpy(np.array(features.array))
    return found if layer is None else found.permute(0, 3, 1, 2).contiguous()


def _builder(trains, n_classes, size):
    from course_utils.adaptation import feature_network, small_cnn

    if trains == "all":
        return lambda seed: small_cnn(n_classes, size=size, seed=seed)
    if trains == "head":
        return lambda seed: feature_network(2048, n_classes, seed=seed)
    return lambda seed: last_stage_network(n_classes, seed)


def last_stage_network(n_classes: int, seed: int) -> "AdaptationNetwork":
    """The pretrained ResNet50's last stage, to be trained, under a new head.

    Its BatchNorm layers stay in inference mode, as in lesson 03.

    It reads the third stage's output (n, 1024, height, width).
    """
    import copy

    import torch
    from torch import nn

    from course_utils.adaptation import AdaptationNetwork
    from course_utils.visualisation.stage_features import pretrained_network

    class Still(nn.Sequential):
        def train(self, mode=True):
            return super().train(False)

    stage = copy.deepcopy(pretrained_network().encoder.stages[3])
    features = Still(stage, nn.AdaptiveAvgPool2d(1), nn.Flatten())
    with torch.random.fork_rng([]):
        torch.manual_seed(seed)
        return AdaptationNetwork(features, nn.Linear(2048, n_classes))

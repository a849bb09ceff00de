"""ResNet50 in torch with a classifier, as it ships, and what it makes of pictures."""

from functools import cache
from typing import Any

import numpy as np

from course_utils.bases.conversion import CHANNEL_MEANS
from course_utils.bases.weights import course_weights


def new_classifier(n_classes: int) -> Any:
    """`transformers.ResNetForImageClassification` of the shipped one's build, weights random."""
    from transformers import ResNetConfig, ResNetForImageClassification

    settings: dict[str, Any] = {"downsample_in_bottleneck": True, "num_labels": n_classes}
    return ResNetForImageClassification(ResNetConfig(**settings))


@cache
def shipped_classifier() -> Any:
    """The shipped ResNet50 as `transformers.ResNetForImageClassification`, in evaluation mode."""
    import torch
    from transformers import ResNetForImageClassification

    folder = course_weights("resnet50", framework="torch")
    network: Any = ResNetForImageClassification.from_pretrained(folder).eval()
    return network.to(memory_format=torch.channels_last)


def pooled_features(network: Any, images: Any, batch_size: int = 64) -> np.ndarray:
    """Pooled features of pictures, in 32 bits.

    Parameters
    ----------
    network : transformers.ResNetForImageClassification
        Built as the shipped one is.
    images : array-like of uint8, shape (n, height, width, 3)
    batch_size : int
        Bounds the memory.

    Returns
    -------
    array of float32, shape (n, 2048)
    """
    import torch

    features, means = [], np.array(CHANNEL_MEANS, np.float32)
    with torch.inference_mode():
        for start in range(0, len(images), batch_size):
            batch = np.asarray(images[start : start + batch_size], np.float32)
            inputs = torch.from_numpy(batch - means).permute(0, 3, 1, 2)
            features.append(network.resnet(inputs).pooler_output.flatten(1).numpy())
    return np.concatenate(features)


def shipped_features(images: Any) -> np.ndarray:
    """Pooled features of the shipped ResNet50: array of float32, shape (n, 2048)."""
    return pooled_features(shipped_classifier(), images)

"""The first transfer of the course: a handful of pictures, learnt from scratch and transferred.

Both functions take the same labelled pictures and answer for the same test pictures.
"""

from typing import Any

import numpy as np

from course_utils.datasets import Dataset

#: Steps of training from scratch, each on 32 pictures or, if there are fewer, on all of them.
STEPS = 40


def scratch_answers(few: Dataset, test: Dataset, learning_rate: float, seed: int = 0) -> np.ndarray:
    """Answers of a small network that has seen nothing but these labelled pictures.

    Parameters
    ----------
    few, test : Dataset
        Pictures of 64 by 64 pixels; the test labels are not looked at.
    learning_rate : float
    seed : int
        Of the first weights and of the batches.

    Returns
    -------
    array of int, shape (test pictures,)
        A class for each.
    """
    from course_utils.bases.zoo import build_zoo_network, zoo_inputs, zoo_parts
    from course_utils.finetuning.torch_fine_tuning import (
        fine_tune_network,
        run_network,
        with_new_head,
    )

    n_classes = len(few.class_names)
    parts = zoo_parts(build_zoo_network(n_classes, seed))
    n_features = parts.pop("head")[1].in_features
    network = with_new_head(parts, n_features, n_classes, seed)
    inputs = zoo_inputs(few.images)
    fine_tune_network(network, inputs, few.labels, learning_rate, STEPS, seed=seed)
    return run_network(network, zoo_inputs(test.images)).argmax(axis=1)


def transfer_answers(base: Any, few: Dataset, test: Dataset) -> np.ndarray:
    """Answers of a linear classifier on what a pretrained network makes of the pictures.

    The network stays as it is (frozen); the classifier alone learns from the labelled pictures.

    Parameters
    ----------
    base : torch.nn.Module
        A pretrained network without its classifier, such as transformers' `ResNetModel`.
    few, test : Dataset
        The test labels are not looked at.

    Returns
    -------
    array of int, shape (test pictures,)
        A class for each.
    """
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    from course_utils.features import extract_features

    features, test_features = (
        np.array(extract_features(base, part.images, precision="float32").array)
        for part in (few, test)
    )
    head = make_pipeline(StandardScaler(), LogisticRegression(C=0.01, max_iter=500))
    return head.fit(features, few.labels).predict(test_features)

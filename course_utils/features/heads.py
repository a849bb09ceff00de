"""Heads on frozen features: the recipe's dense layers, and the classical alternatives."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike


def normalised(train: ArrayLike, *others: ArrayLike) -> list[np.ndarray]:
    """Features centred on the mean of `train`, and divided by one number for all of them.

    Not by each feature's own deviation: a feature that is silent on a few hundred training
    images, as many are on a far target, would be blown up by chance when a test image wakes it.

    Parameters
    ----------
    train : array of shape (n, ...)
    *others : arrays of shape (m, ...)
        Transformed with the statistics of `train`: test data must not move them.

    Returns
    -------
    list of array of float32, shapes (n, d), (m, d), ...
    """
    arrays = (np.asarray(part, dtype=np.float32) for part in (train, *others))
    parts = [array.reshape(len(array), -1) for array in arrays]
    mean = parts[0].mean(axis=0)
    deviation = np.sqrt(np.mean((parts[0] - mean) ** 2))
    return [(part - mean) / max(deviation, 1e-12) for part in parts]


def classical_head(kind: str, seed: int = 0) -> tuple[Any, list[dict[str, float]]]:
    """A head from scikit-learn for normalised features.

    Parameters
    ----------
    kind : {"linear", "svm", "k-nn"}
        Logistic regression, a support vector machine with a radial basis kernel, or the vote of
        the nearest neighbours by cosine.
    seed : int

    Returns
    -------
    estimator, settings
        The estimator, and the settings worth trying, for `set_params`: the sweeps keep the one
        that does best on validation images.
    """
    from sklearn.linear_model import LogisticRegression
    from sklearn.neighbors import KNeighborsClassifier
    from sklearn.svm import SVC

    heads = {
        "linear": (LogisticRegression(max_iter=300), [{"C": c} for c in (1e-3, 1e-2, 1e-1, 1.0)]),
        "svm": (SVC(random_state=seed), [{"C": c} for c in (1.0, 10.0)]),
        "k-nn": (KNeighborsClassifier(metric="cosine"), [{"n_neighbors": k} for k in (1, 5, 15)]),
    }
    return heads[kind]


def dense_head(
    train: np.ndarray,
    labels: np.ndarray,
    others: Sequence[np.ndarray],
    n_classes: int,
    *,
    learning_rate: float,
    epochs: int,
    seed: int,
) -> list[np.ndarray]:
    """The recipe's head, Dense(128, relu) and Dense(n_classes), trained on features.

    Parameters
    ----------
    train : array of float32, shape (n, d)
    labels : array of int, shape (n,)
    others : list of arrays of shape (m, d)
    n_classes, epochs, seed : int
    learning_rate : float
        Adam's; it falls to zero by a half cosine.

    Returns
    -------
    list of array of int
        Predicted labels for `train` and for each of `others`.
    """
    import keras

    keras.utils.set_random_seed(seed)
    steps = epochs * -(-len(train) // 32)
    head: Any = keras.Sequential(
        [keras.layers.Dense(128, "relu"), keras.layers.Dense(n_classes, "softmax")]
    )
    schedule: Any = keras.optimizers.schedules.CosineDecay(learning_rate, steps)
    head.compile(
        keras.optimizers.Adam(schedule), "sparse_categorical_crossentropy", jit_compile=False
    )
    head.fit(train, labels, epochs=epochs, batch_size=32, verbose=0)
    # Called, not `predict`ed: tracing a graph three times would outlast two small layers.
    return [np.asarray(head(part)).argmax(axis=1) for part in (train, *others)]

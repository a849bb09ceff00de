"""Heads on frozen features: the recipe's dense layers, and the classical alternatives."""

import numpy as np


def normalised(train, *others):
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
    parts = [np.asarray(part, dtype=np.float32).reshape(len(part), -1) for part in (train, *others)]
    mean = parts[0].mean(axis=0)
    deviation = np.sqrt(np.mean((parts[0] - mean) ** 2))
    return [(part - mean) / max(deviation, 1e-12) for part in parts]


def classical_head(kind, seed=0):
    """A head from scikit-learn for normalised features.

    Parameters
    ----------
    kind : {"linear", "svm", "k-nn"}
        Logistic regression, a support vector machine with a radial basis kernel, or the vote of
        the nearest neighbours by cosine.
    seed : int

    Returns
    -------
    tuple of (estimator, list of dict)
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


def dense_head(train, labels, others, n_classes, *, learning_rate, epochs, seed, hidden=128):
    """The recipe's head, Dense(128, relu) and Dense(n_classes), trained on features.

    Parameters
    ----------
    train : array of float32, shape (n, d)
    labels : array of int, shape (n,)
    others : list of arrays of shape (m, d)
    n_classes, epochs, seed, hidden : int
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
    head = keras.Sequential(
        [keras.layers.Dense(hidden, "relu"), keras.layers.Dense(n_classes, "softmax")]
    )
    schedule = keras.optimizers.schedules.CosineDecay(learning_rate, steps)
    head.compile(
        keras.optimizers.Adam(schedule), "sparse_categorical_crossentropy", jit_compile=False
    )
    head.fit(train, labels, epochs=epochs, batch_size=32, verbose=0)
    # Called, not `predict`ed: tracing a graph three times would outlast two small layers.
    return [np.asarray(head(part)).argmax(axis=1) for part in (train, *others)]

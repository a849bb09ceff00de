"""The networks that the fine-tuning trials run on, and what is looked at in them."""

from dataclasses import replace
from functools import cache, cached_property, lru_cache, partial
from typing import Any

import numpy as np

from course_utils.bases.resnet50 import resnet50_base
from course_utils.datasets import Dataset
from course_utils.features.heads import classical_head
from course_utils.measuring.targets import load_target

#: Shorter side in pixels. A training step costs about three quarters of what it does at 64.
IMAGE_SIZE = 48
#: Whose pictures show how much of the source task is left.
REMEMBERED_ON = "objects/photo"
EVALUATION_BATCH = 128
#: How severe the corruption of a target is that is corrupted throughout (0 to 1).
SEVERITY = 0.6


#: The splits of a target at the sweep's image size, in the set's own order.
load_splits = partial(load_target, size=IMAGE_SIZE, severity=SEVERITY, most=None)


class Drawn:
    """Images drawn from a part of a set, which know where: their activations are looked up.

    Parameters
    ----------
    part : Dataset
    positions : array of int, shape (n,)
    """

    def __init__(self, part: Dataset, positions: np.ndarray) -> None:
        self.part, self.positions = part, np.asarray(positions)
        self.shape = (len(self.positions), *part.images.shape[1:])
        self.dtype = part.images.dtype

    def __len__(self) -> int:
        return len(self.positions)

    def __getitem__(self, key: Any) -> np.ndarray:
        return np.asarray(self.part.images[self.positions[key]])


def drawn(part: Dataset, n: int, seed: int) -> Dataset:
    """`part.per_class(n, seed)` with images that know where they were drawn."""
    numbered = replace(part, inputs=np.arange(len(part)), groups=None)
    chosen = numbered.per_class(n, seed)
    return replace(chosen, inputs=Drawn(part, chosen.inputs))


def watched(part: Dataset) -> Dataset:
    """Every third image of a part: enough to draw a curve by."""
    positions = np.arange(0, len(part), 3)
    labels = part.labels[positions]
    return replace(part, inputs=Drawn(part, positions), labels=labels, groups=None)


class Network:
    """A ResNet50 with a linear head for one target, used again for every trial.

    Parameters
    ----------
    n_classes : int
    start : {"pretrained", "random"}
    """

    def __init__(self, n_classes: int, start: str) -> None:
        import keras

        from course_utils.finetuning import FineTuner

        self.n_classes, self.start = n_classes, start
        self.base = resnet50_base(IMAGE_SIZE, pretrained=False)
        if start == "random":
            for layer in self.base.layers:
                if isinstance(layer, keras.layers.BatchNormalization):
                    layer.momentum = 0.9  # see `network_training.resnet50_classifier`
        self.normalise, self.dense = _normalisation(), keras.layers.Dense(n_classes)
        self.head = keras.Sequential([self.normalise, self.dense])
        self.tuner = FineTuner(self.base, self.head)
        self._stored: dict[tuple, tuple[np.ndarray, Any]] = {}
        self._probes: dict[tuple[int, int], tuple[np.ndarray, np.ndarray]] = {}

    def begin(self, seed: int, train: Dataset, validation: Dataset | None = None) -> None:
        """Put the weights back to their start: the base's, and a head's.

        Parameters
        ----------
        seed : int
        train : Dataset
            Pretrained features are centred and scaled for the head as `heads.normalised` does,
            by those of these images; a random base has none worth that yet.
        validation : Dataset, optional
            The head is then a probe: logistic regression on the frozen features, its
            regularisation chosen on these images. Otherwise it starts from random numbers.
        """
        import keras

        self.base.set_weights(base_weights(self.start, seed if self.start == "random" else 0))
        kernel = np.asarray(keras.initializers.GlorotUniform(seed=seed)((2048, self.n_classes)))
        bias, mean, deviation = np.zeros(self.n_classes), np.zeros(2048), 1.0
        if self.start == "pretrained":
            features = self._features(train.images)
            mean = features.mean(axis=0)
            deviation = np.sqrt(np.mean((features - mean) ** 2))
        if validation is not None:
            key = len(train), seed  # the same images, whatever the trial does with them
            if key not in self._probes:
                judged = (self._features(validation.images) - mean) / deviation
                judge = judged, validation.labels
                self._probes[key] = probe((features - mean) / deviation, train.labels, judge)
            kernel, bias = self._probes[key]
        self.normalise.set_weights([mean, np.array(deviation)])
        self.dense.set_weights([kernel, bias])

    def _features(self, images: Any) -> np.ndarray:
        return self.extract(self.base, images, progress=False, precision="float32").array

    def extract(self, below: Any, images: Any, **options: Any) -> "_Rows":
        """As `extract_features`, for the whole part that images were drawn from, once."""
        from course_utils.features import extract_features

        whole, positions = images, slice(None)
        if isinstance(images, Drawn):
            whole, positions = images.part.images, images.positions
        key = below.name, below.output.name, id(whole)
        if key not in self._stored:
            # The images are kept too, lest their `id` be given to others.
            self._stored[key] = extract_features(below, whole, **options).array, whole
        return _Rows(self._stored[key][0][positions])

    def outputs(self, images: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Logits of the network as it is now, and pooled features: arrays (n, ...)."""
        import keras

        preprocess = keras.applications.resnet50.preprocess_input
        logits, features = [], []
        for start in range(0, len(images), EVALUATION_BATCH):
            batch = np.array(images[start : start + EVALUATION_BATCH], dtype=np.float32)
            pooled = self._forward(preprocess(batch))
            features.append(pooled.numpy())
            logits.append(np.asarray(self.head(pooled)))
        return np.concatenate(logits), np.concatenate(features)

    @cached_property
    def _forward(self) -> Any:
        """The base in inference mode, compiled once for batches of any size."""
        import tensorflow as tf

        return tf.function(
            lambda x: self.base(x, training=False),
            input_signature=[tf.TensorSpec((None, IMAGE_SIZE, IMAGE_SIZE, 3), tf.float32)],
            autograph=False,
        )

    def accuracy(self, images: np.ndarray, labels: np.ndarray) -> float:
        """Share of images that the network as it is now names rightly."""
        return float(np.mean(self.outputs(images)[0].argmax(axis=1) == labels))

    def agreement(self) -> float:
        """How much of the source task is left.

        Returns
        -------
        float
            Share of the pictures of `REMEMBERED_ON` for which the base as it is now, under the
            200-class classifier that it was pretrained with, gives the class that it gave then.
        """
        return float(np.mean(self._source_answers() == _answers_before(self)))

    def _source_answers(self) -> np.ndarray:
        """The source classes that the base as it is now gives the pictures of `REMEMBERED_ON`."""
        features = self.outputs(load_splits(REMEMBERED_ON).test.images)[1]
        weight, bias = source_classifier()
        return (features @ weight.T + bias).argmax(axis=1)


def _normalisation() -> Any:
    """A layer that subtracts a mean and divides by one number; neither is trained."""
    import keras

    class Normalise(keras.layers.Layer):
        def build(self, input_shape):
            self.mean = self.add_weight(shape=input_shape[1:], trainable=False)
            self.deviation = self.add_weight(shape=(), initializer="ones", trainable=False)

        def call(self, features):
            return (features - self.mean) / self.deviation

    return Normalise()


class _Rows:
    """What `extract_features` gives, as far as fine-tuning asks for it."""

    def __init__(self, array: np.ndarray) -> None:
        self.array = array


def probe(
    features: np.ndarray, labels: np.ndarray, judge: tuple[np.ndarray, np.ndarray]
) -> tuple[np.ndarray, np.ndarray]:
    """Logistic regression with the regularisation that does best on validation images.

    Parameters
    ----------
    features : array of shape (n, channels)
    labels : array of int, shape (n,)
    judge : tuple of (array of shape (m, channels), array of int of shape (m,))

    Returns
    -------
    kernel : array of shape (channels, classes)
    bias : array of shape (classes,)
    """
    fitted = [
        classical_head("linear")[0].set_params(**setting).fit(features, labels)
        for setting in classical_head("linear")[1]
    ]
    best = max(fitted, key=lambda each: each.score(*judge))
    return best.coef_.T, best.intercept_


@lru_cache(maxsize=2)
def network_for(target: str, start: str) -> Network:
    """The network for the classes of a target; those used last are kept."""
    return Network(len(load_splits(target).train.class_names), start)


@lru_cache(maxsize=6)
def base_weights(start: str, seed: int) -> list[np.ndarray]:
    """Weights of the base: the shipped ones, or those of a random start."""
    import keras

    keras.utils.set_random_seed(seed)
    return resnet50_base(IMAGE_SIZE, start == "pretrained").get_weights()


@cache
def source_classifier() -> tuple[np.ndarray, np.ndarray]:
    """The classifier of the shipped base's own task: weights (200, 2048), bias (200,)."""
    from course_utils.bases.weights import load_shipped

    shipped = load_shipped()
    return shipped["classifier.1.weight"], shipped["classifier.1.bias"]


_before: dict[str, np.ndarray] = {}


def _answers_before(network: Network) -> np.ndarray:
    """The source classes that the pretrained base gives the pictures of `REMEMBERED_ON`."""
    if REMEMBERED_ON not in _before:
        now = network.base.get_weights()
        network.base.set_weights(base_weights("pretrained", 0))
        _before[REMEMBERED_ON] = network._source_answers()
        network.base.set_weights(now)
    return _before[REMEMBERED_ON]

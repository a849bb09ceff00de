"""Right and wrong answers to 02-freeze."""

from functools import partial

import keras
from references_02 import OWN

layers = keras.layers


def classifier(base, n_classes, freeze=None, pool=None, hidden="relu", last="softmax", units=128):
    """The recipe, with a place to go wrong in each of its steps."""
    (freeze or (lambda base: setattr(base, "trainable", False)))(base)
    inputs = keras.Input(base.input_shape[1:])
    x = base(inputs, training=False)
    x = (pool or layers.GlobalAveragePooling2D())(x)
    x = layers.Dense(units, activation=hidden)(x)
    return keras.Model(inputs, layers.Dense(n_classes, activation=last)(x))


def _freeze_variables_only(base):
    # BatchNorm still thinks it trains, so its moving statistics move.
    for variable in base.trainable_variables:
        variable.trainable = False


def _built(base, n_classes, pool=layers.GlobalAveragePooling2D, hidden="relu", last="softmax"):
    """A list of layers; what is frozen is up to the caller."""
    head = [pool(), layers.Dense(128, hidden), layers.Dense(n_classes, last)]
    return keras.Sequential([base, *head])


def _freezes_all_but_batchnorm(base, n_classes):
    for layer in base.layers:
        if not isinstance(layer, layers.BatchNormalization):
            layer.trainable = False
    return _built(base, n_classes)


def _freezes_the_model(base, n_classes):
    model = _built(base, n_classes)
    model.trainable = False
    return model


def _one_yes_or_no_each(base, n_classes):
    base.trainable = False
    return _built(base, n_classes, last="sigmoid")


def _no_activation(base, n_classes):
    base.trainable = False
    return _built(base, n_classes, hidden=None)


def _prepares(base, n_classes):
    base.trainable = False
    inputs = keras.Input(base.input_shape[1:])
    prepared = keras.applications.resnet50.preprocess_input(inputs)
    return keras.Model(inputs, _built(base, n_classes)(prepared))


def _extends_the_base(base, n_classes):
    base.trainable = False
    features = layers.GlobalAveragePooling2D()(base.output)
    hidden = layers.Dense(128, "relu")(features)
    return keras.Model(base.input, layers.Dense(n_classes, "softmax")(hidden))


# An exercise may leave open how: each of these is right.
RIGHT = [classifier, OWN["02-freeze"], _extends_the_base]

# Each: a wrong answer, words of what it is told, and the mistake that it makes, if any.
WRONG = [
    (partial(classifier, last=None), "one probability per class", "no-probabilities"),
    (lambda base, k: classifier(base, k + 1), "one probability per class"),
    (
        partial(classifier, freeze=lambda base: None),
        "exactly the weights of the head",
        "base-still-trains",
    ),
    (
        partial(classifier, pool=layers.Flatten()),
        "exactly the weights of the head",
        "flattens-instead-of-pooling",
    ),
    (partial(classifier, units=64), "exactly the weights of the head"),
    (partial(classifier, hidden=None), "the head is global average pooling", "no-relu"),
    (partial(classifier, pool=layers.GlobalMaxPooling2D()), "the head is global average pooling"),
    (
        partial(classifier, freeze=_freeze_variables_only),
        "changed weights (moving_mean, moving_variance)",
        "batchnorm-moves",
    ),
    (lambda base, k: base, "one probability per class"),
    (lambda base, k: None, "expected a keras.Model, got None", "returns-nothing"),
    (_freezes_all_but_batchnorm, "exactly the weights", "base-still-trains"),
    (_freezes_the_model, "exactly the weights", "freezes-the-head-too"),
    (_one_yes_or_no_each, "one probability per class", "no-probabilities"),
    (_no_activation, "Dense(128, relu)", "no-relu"),
    (_prepares, "global average pooling", "prepares-the-images"),
]

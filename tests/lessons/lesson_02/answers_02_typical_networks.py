"""Typical wrong answers to 02-freeze and 02-flatten-weights, as learners might write them."""

import keras
import numpy as np

layers = keras.layers


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


def _freezes_every_layer(base, n_classes):
    base.trainable = False
    inputs = keras.Input(base.input_shape[1:])
    model = keras.Model(inputs, _built(base, n_classes)(inputs))
    for layer in model.layers:
        layer.trainable = False
    return model


def _freezes_weights(base, n_classes):
    for layer in base.layers:
        for weight in layer.weights:
            weight.trainable = False
    return _built(base, n_classes)


def _flattens(base, n_classes):
    base.trainable = False
    return _built(base, n_classes, pool=layers.Flatten)


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


def _counts(inputs, n_classes, biases):
    total = inputs * 128 + 128 * n_classes
    for bias in biases:
        total += bias
    return total


def _no_biases(height, width, channels, n_classes, pooled):
    size = channels
    if not pooled:
        size = size * height * width
    return _counts(size, n_classes, [])


def _first_bias_only(height, width, channels, n_classes, pooled):
    size = channels if pooled else height * width * channels
    return _counts(size, n_classes, [128])


def _prints(height, width, channels, n_classes, pooled):
    size = channels if pooled else height * width * channels
    print(_counts(size, n_classes, [128, n_classes]))


def _swapped(height, width, channels, n_classes, pooled):
    size = height * width * channels if pooled else channels
    return _counts(size, n_classes, [128, n_classes])


def _always_flattened(height, width, channels, n_classes, pooled):
    return _counts(np.prod([height, width, channels]), n_classes, [128, n_classes])


def _without_channels(height, width, channels, n_classes, pooled):
    size = channels if pooled else height * width
    return _counts(size, n_classes, [128, n_classes])


def _rows_and_columns_added(height, width, channels, n_classes, pooled):
    size = channels if pooled else height * channels + width * channels
    return _counts(size, n_classes, [128, n_classes])


def _last_layer_only(height, width, channels, n_classes, pooled):
    size = channels if pooled else height * width * channels
    return n_classes * (size + 1)


def _first_layer_only(height, width, channels, n_classes, pooled):
    size = channels if pooled else height * width * channels
    return 128 * size + 128


RIGHT = [("02-freeze", _extends_the_base)]

# Each: the exercise, a wrong answer, words of what it is told, and the mistake that it makes.
WRONG = [
    ("02-freeze", _built, "exactly the weights of the head", "base-still-trains"),
    ("02-freeze", _freezes_all_but_batchnorm, "exactly the weights", "base-still-trains"),
    ("02-freeze", _freezes_the_model, "exactly the weights", "freezes-the-head-too"),
    ("02-freeze", _freezes_every_layer, "exactly the weights", "freezes-the-head-too"),
    ("02-freeze", _freezes_weights, "moving_mean", "batchnorm-moves"),
    ("02-freeze", _flattens, "exactly the weights", "flattens-instead-of-pooling"),
    ("02-freeze", _one_yes_or_no_each, "one probability per class", "no-probabilities"),
    ("02-freeze", _no_activation, "Dense(128, relu)", "no-relu"),
    ("02-freeze", _prepares, "global average pooling", "prepares-the-images"),
    ("02-flatten-weights", _no_biases, "one more class", "forgets-biases"),
    ("02-flatten-weights", _first_bias_only, "one more class", "forgets-biases"),
    ("02-flatten-weights", _prints, "expected a number, got None", "returns-nothing"),
    ("02-flatten-weights", _swapped, "after pooling", "pooled-and-flattened-swapped"),
    ("02-flatten-weights", _always_flattened, "after pooling", "ignores-pooled"),
    ("02-flatten-weights", _without_channels, "every position", "one-side-of-the-map"),
    ("02-flatten-weights", _rows_and_columns_added, "every position", "one-side-of-the-map"),
    ("02-flatten-weights", _last_layer_only, "one more class", "leaves-out-a-layer"),
    ("02-flatten-weights", _first_layer_only, "one more class", "leaves-out-a-layer"),
]

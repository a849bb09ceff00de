"""`fine_tune` ends where training in plain Keras ends: every kind of head, and ResNet50."""

import keras
import numpy as np
import pytest
from keras import layers, ops
from small_residual import (
    Bench,
    coloured,
    drawn,
    pooled_head,
    scaled,
    values,
)

from course_utils.bases import course_weights
from course_utils.finetuning import Schedule, Stage, fine_tune


def functional_head(end):
    inputs = keras.Input((None, None, 6))
    x = layers.Dense(4, name="logits")(layers.GlobalAveragePooling2D()(inputs))
    return drawn(keras.Model(inputs, end(x)), 0)


HEADS = {
    "softmax in the last layer": lambda: pooled_head(layers.Dense(4, activation="softmax")),
    "a layer of softmax": lambda: pooled_head(layers.Dense(4), layers.Softmax()),
    "softmax as activation": lambda: pooled_head(layers.Dense(4), layers.Activation("softmax")),
    "in a model inside": lambda: pooled_head(
        keras.Sequential([keras.Input((6,)), layers.Dense(4, activation="softmax")])
    ),
    "functional": lambda: functional_head(layers.Softmax()),
    "an operation": lambda: functional_head(ops.softmax),
    "functional logits": lambda: functional_head(layers.Identity()),
}


@pytest.mark.parametrize("head", HEADS)
def test_probabilities_and_logits_train_alike(bench, head):
    schedule = Schedule(Stage({"head": 0.05}, 3), "sgd", batch_size=8)
    expected, weights = bench.run(schedule)
    other, same = Bench(bench.base, HEADS[head]()).run(schedule)
    for one, two in zip(same, weights, strict=True):
        np.testing.assert_allclose(one, two, rtol=0, atol=1e-5)
    for name in ("loss", "validation_loss", "accuracy", "validation_accuracy"):
        np.testing.assert_allclose(other.column(name), expected.column(name), atol=1e-5)


def trained_by_keras(base, head, frozen, data, rate, size, epochs, seed):
    """The loop that everybody writes: set `trainable`, compile, train on each batch in turn."""
    for layer in base.layers:
        is_norm = isinstance(layer, layers.BatchNormalization)
        layer.trainable = not is_norm and not layer.name.startswith(frozen)
    model = keras.Model(base.input, head(base.output))
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.SGD(rate, momentum=0.9), loss)
    for epoch in range(epochs):
        order = np.random.default_rng([seed, 0, epoch]).permutation(len(data))
        for start in range(0, len(data), size):
            chosen = order[start : start + size]
            images = scaled(data.images[chosen].astype(np.float32))
            model.train_on_batch(images, data.labels[chosen])


@pytest.mark.parametrize(
    ("groups", "frozen"), [("base", ("nothing",)), ("conv3", ("conv1", "conv2"))]
)
def test_a_run_against_a_loop_in_keras(bench, groups, frozen):
    stage = Stage({"head": 0.01, groups: 0.01}, 2, decay="constant")
    schedule = Schedule(stage, "sgd", batch_size=8, restore_best=False)
    _, weights = bench.run(schedule, seed=5)
    bench.reset()
    trained_by_keras(bench.base, bench.head, frozen, bench.data[0], 0.01, 8, 2, 5)
    for one, other in zip(weights, values(bench.base, bench.head), strict=True):
        np.testing.assert_allclose(one, other, rtol=0, atol=1e-4)


def test_the_last_stage_of_the_shipped_network():
    """At 32 pixels: learns four colours, and its BatchNorm stays as it came."""
    base = keras.applications.ResNet50(
        weights=course_weights("resnet50"), include_top=False, input_shape=(32, 32, 3)
    )
    head = keras.Sequential([layers.GlobalAveragePooling2D(), layers.Dense(4)])
    head.build((None, 1, 1, 2048))
    drawn(head, 0)
    train, validation = (
        type(part)(np.repeat(np.repeat(part.images, 4, 1), 4, 2), part.labels, part.class_names)
        for part in (coloured(32, 1), coloured(24, 2))
    )
    start = {weight.path: weight.numpy() for weight in base.weights}
    schedule = Schedule(Stage({"head": 1e-3, "conv5": 1e-4}, 3, decay="constant"), batch_size=16)
    history = fine_tune(base, head, (train, validation), schedule, progress=False)
    loss = history.column("loss")
    assert loss[-1] < 0.9 * loss[0], loss
    assert history.epochs[-1]["drift"]["conv5"] > 0 == history.epochs[-1]["drift"]["conv4"]
    for weight in base.weights:
        moved = (weight.numpy() != start[weight.path]).any()
        layer = weight.path.split("/")[0]
        assert moved == (layer.startswith("conv5") and layer.endswith("conv")), weight.path

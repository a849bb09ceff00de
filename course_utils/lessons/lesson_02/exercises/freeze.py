"""Exercise 02-freeze: the recipe's classifier, tried on a base small enough to check at once."""

import numpy as np

from course_utils.teaching.exercise import Exercise, Mismatch, Property, brief, told_for


def _classifier(answer, random):
    """A small random base, the classifier that `answer` builds on it, and the case in words."""
    import keras

    size, channels, n_classes = (
        int(random.integers(low, high)) for low, high in ((5, 12), (2, 6), (2, 8))
    )
    given = f"a base with {channels} channels, {size} x {size} images and {n_classes} classes"
    kernel = keras.initializers.RandomNormal(stddev=0.3, seed=int(random.integers(1000)))
    # A functional model, as ResNet50 is: answers may build on its `input` and `output`.
    inputs = keras.Input((size, size, 3))
    maps = keras.layers.Conv2D(channels, 3, kernel_initializer=kernel)(inputs)
    base = keras.Model(inputs, keras.layers.BatchNormalization()(maps))
    with told_for(given):
        model = answer(base, n_classes)
    if not isinstance(model, keras.Model):
        raise Mismatch(given, "a keras.Model", brief(model))
    return base, model, n_classes, given


def _images(base, random, n=6):
    # Far from mean 0 and variance 1, so that BatchNorm's moving statistics would move.
    return random.normal(3.0, 2.0, (n, *base.input_shape[1:])).astype("float32")


def probabilities(answer, random):
    base, model, n_classes, given = _classifier(answer, random)
    images = _images(base, random)
    with told_for(given):
        output = np.asarray(model(images, training=False))
    if output.shape != (len(images), n_classes):
        expected = f"an output of shape {(len(images), n_classes)} for {len(images)} images"
        raise Mismatch(given, expected, str(output.shape))
    if output.min() < 0 or not np.allclose(output.sum(axis=1), 1, atol=1e-4):
        raise Mismatch(given, "rows of the output that sum to 1", output.sum(axis=1))


def only_the_head_trains(answer, random):
    base, model, n_classes, given = _classifier(answer, random)
    channels = base.output_shape[-1]
    expected = [(channels, 128), (128,), (128, n_classes), (n_classes,)]
    got = [tuple(weight.shape) for weight in model.trainable_weights]
    if got != expected:
        raise Mismatch(given, f"trainable weights of shapes {expected}", str(got))


def computes_the_recipe(answer, random):
    base, model, _, given = _classifier(answer, random)
    images = _images(base, random)
    kernel, bias, last_kernel, last_bias = (np.asarray(w) for w in model.trainable_weights)
    pooled = np.asarray(base(images, training=False)).mean(axis=(1, 2))
    logits = np.maximum(pooled @ kernel + bias, 0) @ last_kernel + last_bias
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    expected = powers / powers.sum(axis=1, keepdims=True)
    got = np.asarray(model(images, training=False))
    if not np.allclose(got, expected, atol=1e-3):
        raise Mismatch(given, f"{expected[0].round(3)} for an image", str(got[0].round(3)))


def training_moves_only_the_head(answer, random):
    import keras

    base, model, n_classes, given = _classifier(answer, random)
    images, labels = _images(base, random), random.integers(0, n_classes, 6)
    before = [weight.copy() for weight in base.get_weights()]
    head = [np.array(weight.numpy()) for weight in model.trainable_weights]
    with told_for(given):
        # Eagerly: compiling a graph for a single step takes longer than the step.
        model.compile(
            keras.optimizers.SGD(0.5), "sparse_categorical_crossentropy", run_eagerly=True
        )
        model.train_on_batch(images, labels)
    moved = [
        weight.path
        for weight, old, new in zip(base.weights, before, base.get_weights(), strict=True)
        if not np.array_equal(old, new)
    ]
    if moved:
        names = ", ".join(path.rsplit("/", 1)[-1] for path in moved)
        raise Mismatch(given, "a base that stays as it was", f"changed weights ({names})")
    if all(
        np.array_equal(old, new) for old, new in zip(head, model.trainable_weights, strict=True)
    ):
        raise Mismatch(given, "a head that learns", "a head that stays as it was")


FREEZE = Exercise(
    id="02-freeze",
    title="a classifier on a frozen base",
    function="build_classifier",
    properties=(
        Property("each image gets one probability per class", probabilities),
        Property(
            "exactly the weights of the head's two Dense layers can be trained",
            only_the_head_trains,
        ),
        Property(
            "the head is global average pooling, Dense(128, relu), Dense(n_classes, softmax)",
            computes_the_recipe,
        ),
        Property(
            "a training step changes the head and nothing in the base, BatchNorm's moving "
            "statistics included",
            training_moves_only_the_head,
        ),
    ),
    hints=(
        "Freeze first: one attribute of the base makes every layer in it untrainable, and keeps "
        "BatchNorm's moving statistics still.",
        "Then build a functional model: an Input of shape base.input_shape[1:], the base called "
        "on it, and the head's three layers one after the other.",
        "x = base(inputs, training=False), x = keras.layers.GlobalAveragePooling2D()(x), two "
        "Dense layers, and return keras.Model(inputs, x).",
    ),
    seconds=60.0,
)

"""Exercise 03-unfreeze: one stage of a small network is opened, and a step of training tells."""

import numpy as np

from course_utils.teaching.exercise import Exercise, Mismatch, Property, told_for

#: A convolution and the BatchNorm after it, from the input up.
STAGES = (("conv1_conv", "conv1_bn"), ("conv2_conv", "conv2_bn"), ("conv3_conv", "conv3_bn"))

#: Names as MobileNetV2 has them: BatchNorm is "BN" there, and a prefix may stand inside a name.
OTHER_NAMES = (
    ("stem_conv2", "bn_stem"),
    ("conv2_expand", "conv2_expand_BN"),
    ("conv3_expand", "conv3_expand_BN"),
)

#: What a convolution has to learn.
WEIGHTS = ("kernel", "bias")

#: Of the weights that an answer opened, so many are told.
MOST = 4


def _base(random, names, frozen):
    """A small functional network with random weights, as it is handed to the answer."""
    import keras

    x = inputs = keras.Input((8, 8, 3))
    for convolution, normalisation in names:
        kernel = keras.initializers.RandomNormal(stddev=0.3, seed=int(random.integers(1000)))
        layer = keras.layers.Conv2D(4, 3, kernel_initializer=kernel, name=convolution)
        x = keras.layers.BatchNormalization(name=normalisation)(layer(x))
        x = keras.layers.Activation("relu")(x)
    base = keras.Model(inputs, x)
    base.trainable = not frozen
    return base


def _opened(answer, random, *prefixes, names=STAGES, frozen=False):
    """A base after `answer` has opened each of `prefixes` in turn, and the case in words."""
    base = _base(random, names, frozen)
    state = "frozen" if frozen else "trainable"
    layers = ", ".join(name for pair in names for name in pair)
    called = " and then ".join(f'"{prefix}"' for prefix in prefixes)
    given = f"prefix = {called} and a base, all {state} before, of the layers {layers}"
    with told_for(given):
        for prefix in prefixes:
            answer(base, prefix)
    return base, given


def _moved(base, random, given):
    """Names of a base's weights that one step of training moves: a list for each layer's name."""
    import keras

    kernel = keras.initializers.RandomNormal(seed=int(random.integers(1000)))
    head = keras.layers.Dense(2, kernel_initializer=kernel)
    model = keras.Sequential([base, keras.layers.GlobalAveragePooling2D(), head])
    before = [weight.numpy().copy() for weight in base.weights]
    # Far from mean 0 and variance 1, so that BatchNorm's moving statistics would move.
    images = random.normal(3.0, 2.0, (6, 8, 8, 3)).astype("float32")
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    with told_for(given):
        # Eagerly: compiling a graph for a single step takes longer than the step.
        model.compile(keras.optimizers.SGD(0.5), loss, jit_compile=False, run_eagerly=True)
        model.train_on_batch(images, np.arange(6) % 2)
    moved = {}
    for weight, old in zip(base.weights, before, strict=True):
        if not np.array_equal(old, weight.numpy()):
            layer, name = weight.path.split("/")[-2:]
            moved.setdefault(layer, []).append(name)
    return moved


def _named(names, kind, prefix=""):
    """Names of the convolutions (kind 0) or BatchNorm layers (1) that start with `prefix`."""
    return [pair[kind] for pair in names if pair[kind].startswith(prefix)]


def _listed(layers):
    return ", ".join(layers) if layers else "none"


def prefix_learns(answer, random):
    for prefix, frozen in (("conv3", False), ("conv3", True), ("conv", True)):
        base, given = _opened(answer, random, prefix, frozen=frozen)
        moved, wanted = _moved(base, random, given), _named(STAGES, 0, prefix)
        if not all(layer in moved for layer in wanted):
            got = _listed([layer for layer in wanted if layer in moved])
            raise Mismatch(given, f"a training step to change {_listed(wanted)}", got)


def _others_keep_still(answer, random, cases):
    for names, prefix in cases:
        base, given = _opened(answer, random, prefix, names=names)
        moved = _moved(base, random, given)
        wanted = _named(names, 0, prefix)
        convolutions = [name for name in _named(names, 0) if name in moved]
        if not set(convolutions) <= set(wanted):
            expected = f"no convolution but {_listed(wanted)} to change"
            raise Mismatch(given, expected, f"changes in {_listed(convolutions)}")


def other_stages_keep_still(answer, random):
    _others_keep_still(answer, random, [(STAGES, "conv3"), (STAGES, "conv2")])


def other_names_keep_still(answer, random):
    _others_keep_still(answer, random, [(OTHER_NAMES, "conv2"), (OTHER_NAMES, "conv")])


def _batchnorm_keeps_still(answer, random, names):
    for prefix in ("conv3", "conv"):
        base, given = _opened(answer, random, prefix, names=names)
        moved = _moved(base, random, given)
        for layer in _named(names, 1):
            if layer in moved:
                got = f"changes in its {', '.join(moved[layer])}"
                raise Mismatch(given, f"{layer} to stay as it was", got)


def batchnorm_keeps_still(answer, random):
    _batchnorm_keeps_still(answer, random, STAGES)


def batchnorm_by_type(answer, random):
    _batchnorm_keeps_still(answer, random, OTHER_NAMES)


def opens_the_next_stage(answer, random):
    for first, second in (("conv3", "conv2"), ("conv2", "conv3")):
        base, given = _opened(answer, random, first, second)
        moved, wanted = list(_moved(base, random, given)), _named(STAGES, 0, second)
        if moved != wanted:
            raise Mismatch(given, f"a training step to change {_listed(wanted)}", _listed(moved))


def listed_by_the_base(answer, random):
    for prefix, frozen in (("conv3", False), ("conv3", True), ("conv2", True)):
        base, given = _opened(answer, random, prefix, frozen=frozen)
        expected = [f"{name}/{part}" for name in _named(STAGES, 0, prefix) for part in WEIGHTS]
        got = ["/".join(weight.path.split("/")[-2:]) for weight in base.trainable_weights]
        if got != expected:
            listed = f"base.trainable_weights to be {_listed(expected)}"
            if len(got) > MOST:
                got = [*got[:MOST], f"… ({len(got)} in all)"]
            raise Mismatch(given, listed, _listed(got))


UNFREEZE = Exercise(
    id="03-unfreeze",
    title="unfreezing a stage",
    function="unfreeze",
    properties=(
        Property(
            "every convolution whose name starts with the prefix learns, even if the base "
            "came frozen",
            prefix_learns,
        ),
        Property(
            "the layers of every other stage are frozen, below the prefix and above it",
            other_stages_keep_still,
        ),
        Property(
            "BatchNorm stays frozen wherever it is, or its moving statistics follow the few "
            "images of the new task",
            batchnorm_keeps_still,
        ),
        Property(
            "a name that only contains the prefix further on does not start with it",
            other_names_keep_still,
        ),
        Property(
            "BatchNorm is known by its type and not by its name (MobileNetV2 writes BN)",
            batchnorm_by_type,
        ),
        Property(
            "called again for another stage it opens that one and closes the first, though "
            "Keras on TensorFlow ignores base.trainable = True where it is True already",
            opens_the_next_stage,
        ),
        Property(
            "the base itself is trainable again: while its own trainable is False, Keras lists no "
            "weight of it to train",
            listed_by_the_base,
        ),
    ),
    hints=(
        "Every layer has a name and a switch, layer.trainable. Go through base.layers and set "
        "each one's switch, to True or to False: leave none as it came.",
        "A layer is to be trained if layer.name.startswith(prefix) and it is not BatchNorm; "
        "isinstance(layer, keras.layers.BatchNormalization) knows that under any name.",
        "The base has a switch of its own, and turning it may turn those of all its layers: so "
        "base.trainable = True comes first, and then, for every layer, layer.trainable = "
        "layer.name.startswith(prefix) and not isinstance(…).",
    ),
    seconds=60.0,
)

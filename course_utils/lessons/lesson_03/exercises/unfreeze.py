"""### 1. Open one stage

Write `unfreeze`: of all the layers of `base`, exactly those whose name starts with `prefix` are
to train, save for BatchNorm, which stays frozen wherever it is. The base may reach you frozen,
open, or with another stage open from an earlier call; the check trains it for a step and looks
at what moved.
"""

from functools import partial
from itertools import permutations
from types import SimpleNamespace

import keras
import numpy as np

from course_utils.teaching.exercise import Exercise, Mismatch, input_named
from course_utils.teaching.mistake import Mistake, in_every_case


def unfreeze(base, prefix):
    """Let the layers named prefix... train, never BatchNorm, and nothing else."""
    base.trainable = True
    for layer in base.layers:
        is_batchnorm = isinstance(layer, keras.layers.BatchNormalization)
        layer.trainable = layer.name.startswith(prefix) and not is_batchnorm


#: A convolution and the BatchNorm after it, from the input up.
STAGES = (("conv1_conv", "conv1_bn"), ("conv2_conv", "conv2_bn"), ("conv3_conv", "conv3_bn"))

#: Names as MobileNetV2 has them: BatchNorm is "BN" there, and a prefix may stand inside a name.
OTHER_NAMES = (
    ("stem_conv2", "bn_stem"),
    ("conv2_expand", "conv2_expand_BN"),
    ("conv3_expand", "conv3_expand_BN"),
)

#: Of the weights that an answer opened, so many are told.
MOST = 4


def _base(random, names, frozen):
    """A small functional network with random weights, as it is handed to the answer."""
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
    with input_named(given):
        for prefix in prefixes:
            answer(base, prefix)
    return base, given


def _moved(answer, random, *prefixes, **base):
    """What one step of training moves, and the case in words.

    The first is a dict of each layer's name to the names of its weights that moved.
    """
    base, given = _opened(answer, random, *prefixes, **base)
    kernel = keras.initializers.RandomNormal(seed=int(random.integers(1000)))
    head = keras.layers.Dense(2, kernel_initializer=kernel)
    model = keras.Sequential([base, keras.layers.GlobalAveragePooling2D(), head])
    before = [weight.numpy().copy() for weight in base.weights]
    # Far from mean 0 and variance 1, so that BatchNorm's moving statistics would move.
    images = random.normal(3.0, 2.0, (6, 8, 8, 3)).astype("float32")
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    with input_named(given):
        # Eagerly: compiling a graph for a single step takes longer than the step.
        model.compile(keras.optimizers.SGD(0.5), loss, jit_compile=False, run_eagerly=True)
        model.train_on_batch(images, np.arange(6) % 2)
    moved = {}
    for weight, old in zip(base.weights, before):
        if not np.array_equal(old, weight.numpy()):
            layer, name = weight.path.split("/")[-2:]
            moved.setdefault(layer, []).append(name)
    return moved, given


def _convolutions(names, prefix=""):
    """Names of the convolutions that start with `prefix`."""
    return [name for name, _ in names if name.startswith(prefix)]


def _listed(layers):
    return ", ".join(layers) if layers else "none"


def prefix_learns(answer, random):
    """every convolution whose name starts with the prefix learns, even if the base came frozen"""
    for prefix, frozen in (("conv3", False), ("conv3", True), ("conv", True)):
        moved, given = _moved(answer, random, prefix, frozen=frozen)
        wanted = _convolutions(STAGES, prefix)
        got = [layer for layer in wanted if layer in moved]
        if got != wanted:
            raise Mismatch(given, f"a training step to change {_listed(wanted)}", _listed(got))


def _others_keep_still(answer, random, names, prefixes):
    for prefix in prefixes:
        moved, given = _moved(answer, random, prefix, names=names)
        wanted = _convolutions(names, prefix)
        got = [name for name in _convolutions(names) if name in moved]
        if not set(got) <= set(wanted):
            expected = f"no convolution but {_listed(wanted)} to change"
            raise Mismatch(given, expected, f"changes in {_listed(got)}")


def other_stages_keep_still(answer, random):
    """the layers of every other stage are frozen, below the prefix and above it"""
    _others_keep_still(answer, random, STAGES, ("conv3", "conv2"))


def _batchnorm_keeps_still(answer, random, names):
    for prefix in ("conv3", "conv"):
        moved, given = _moved(answer, random, prefix, names=names)
        for _, layer in names:
            if layer in moved:
                got = f"changes in its {', '.join(moved[layer])}"
                raise Mismatch(given, f"{layer} to stay as it was", got)


def batchnorm_keeps_still(answer, random):
    """BatchNorm stays frozen wherever it is, or its moving statistics follow the few images of the
    new task
    """
    _batchnorm_keeps_still(answer, random, STAGES)


def other_names_keep_still(answer, random):
    """a name that only contains the prefix further on does not start with it"""
    _others_keep_still(answer, random, OTHER_NAMES, ("conv2", "conv"))


def batchnorm_by_type(answer, random):
    """BatchNorm is known by its type and not by its name (MobileNetV2 writes BN)"""
    _batchnorm_keeps_still(answer, random, OTHER_NAMES)


def opens_the_next_stage(answer, random):
    """called again for another stage it opens that one and closes the first, though Keras on
    TensorFlow ignores base.trainable = True where it is True already
    """
    for first, second in (("conv3", "conv2"), ("conv2", "conv3")):
        moved, given = _moved(answer, random, first, second)
        wanted = _convolutions(STAGES, second)
        if list(moved) != wanted:
            raise Mismatch(given, f"a training step to change {_listed(wanted)}", _listed(moved))


def listed_by_the_base(answer, random):
    """the base itself is trainable again: while its own trainable is False, Keras lists no weight
    of it to train
    """
    for prefix, frozen in (("conv3", False), ("conv3", True), ("conv2", True)):
        base, given = _opened(answer, random, prefix, frozen=frozen)
        wanted = _convolutions(STAGES, prefix)
        expected = [f"{name}/{part}" for name in wanted for part in ("kernel", "bias")]
        got = ["/".join(weight.path.split("/")[-2:]) for weight in base.trainable_weights]
        if got != expected:
            listed = f"base.trainable_weights to be {_listed(expected)}"
            if len(got) > MOST:
                got = [*got[:MOST], f"… ({len(got)} in all)"]
            raise Mismatch(given, listed, _listed(got))


def _dense_base(names):
    x = inputs = keras.Input((2,))
    for convolution, normalisation in names:
        # Dense is the quickest to build, and has its switch as a convolution does.
        x = keras.layers.Dense(2, name=convolution)(x)
        x = keras.layers.BatchNormalization(name=normalisation)(x)
    return keras.Model(inputs, x)


def _once(random, names=STAGES, prefixes=("conv1", "conv2", "conv3")):
    """A base, its names, stages to open in turn (here one), and whether the base came frozen."""
    base = _dense_base(names)
    for prefix in random.permutation(prefixes).tolist():
        yield from ((base, names, [prefix], frozen) for frozen in (False, True))


def _with_other_names(random):
    yield from _once(random)
    yield from _once(random, OTHER_NAMES, ("conv2", "conv3"))


def _twice(random):
    yield from _once(random)
    base = _dense_base(STAGES)
    for prefixes in permutations(("conv1", "conv2", "conv3"), 2):
        yield base, STAGES, prefixes, bool(random.integers(2))


def _look(answer, base, names, prefixes, frozen):
    """What is on after `answer` has opened each of `prefixes` in turn."""
    for part in (base, *base.layers):  # each switch is turned, since one may ignore its value
        part.trainable = frozen
        part.trainable = not frozen
    for prefix in prefixes:
        answer(base, prefix)
    every = _convolutions(names)
    learns = [name for name in every if base.get_layer(name).trainable_variables]
    wanted = _convolutions(names, prefix)
    normalisations = [base.get_layer(name) for _, name in names]
    return SimpleNamespace(
        names=names,
        frozen=frozen,
        before=_convolutions(names, prefixes[0]) if len(prefixes) > 1 else [],
        every=every,
        wanted=wanted,
        from_there_up=every[every.index(wanted[0]) :],
        containing=[name for name in every if prefix in name],
        learns=learns,
        # The layer's own switch decides whether its moving statistics follow the images.
        batchnorm_moves=any(layer.trainable for layer in normalisations),
        batchnorm_learns=any(layer.trainable_variables for layer in normalisations),
        is_right=learns == wanted and not any(layer.trainable for layer in normalisations),
        own_switch=base.trainable,
    )


_seen = partial(in_every_case, look=_look)


@_seen
def second_stage_shut(seen):
    """The first call is right, and a second one for another stage opens nothing. A base that is
    trainable already ignores being set so again, and its layers stay shut: who turns on the wanted
    ones?
    """
    return not seen.learns if seen.before else seen.is_right


@_seen
def first_stage_open(seen):
    """The first call opens the right layers; after a second one for another stage, both are open. A
    base that is frozen already ignores being frozen again, and its layers stay as they are: who
    shuts the first stage?
    """
    return set(seen.learns) == {*seen.wanted, *seen.before} if seen.before else seen.is_right


@_seen
def batchnorm_moves(seen):
    """No weight of BatchNorm learns by gradient, and still its moving statistics follow the new
    images: the layer updates them itself while it is on. Did you switch off the layer, or only its
    weights?
    """
    return seen.learns == seen.wanted and seen.batchnorm_moves and not seen.batchnorm_learns


@_seen
def batchnorm_learns(seen):
    """Your convolutions are right, but BatchNorm learns along, and its means and variances drift to
    those of a few images. Which layers does your condition let through besides convolutions?
    """
    return seen.learns == seen.wanted and seen.batchnorm_learns


@_seen
def batchnorm_by_name(seen):
    """You seem to know BatchNorm by its name, and names differ: ResNet50 writes bn, MobileNetV2
    writes BN. What else can you ask a layer about what it is?
    """
    return seen.learns == seen.wanted and seen.batchnorm_moves == (seen.names is OTHER_NAMES)


@_seen
def base_opened_last(seen):
    """You are right if the base came trainable; if it came frozen, all of it is open in the end.
    The base's switch turns those of all its layers: what is your last word, the base's or the
    layers'?
    """
    return seen.learns == (seen.every if seen.frozen else seen.wanted)


@_seen
def others_left_open(seen):
    """Whichever stage is asked for, the others learn along. A layer keeps the switch it came with
    until somebody turns it: who shuts the layers that you do not want, and does anything open them
    again?
    """
    if seen.frozen:  # an answer that opens nothing leaves the others of a trainable base open, too
        return set(seen.wanted) <= set(seen.learns)
    return seen.learns == seen.every


@_seen
def never_opened(seen):
    """You only ever shut layers and open none: a base that came frozen stays so, the wanted stage
    too. Which line of yours sets a switch to True?
    """
    return seen.learns == ([] if seen.frozen else seen.wanted)


@_seen
def base_left_frozen(seen):
    """Each layer's switch is right, but the base's own is still off, and then Keras lists no weight
    of it to train. What does base.trainable say after your function?
    """
    return seen.is_right and not (seen.frozen and seen.own_switch)


@_seen
def prefix_inside(seen):
    """You open layers that have the prefix anywhere in their name: stem_conv2 contains conv2 and
    belongs to another stage. Where in the name should it stand?
    """
    return seen.learns == seen.containing


@_seen
def from_there_up(seen):
    """You open everything from the stage upwards. Many do that on purpose; here only the layers
    named after the prefix are to learn, and those above are shut as well.
    """
    return seen.learns == seen.from_there_up


@_seen
def nothing_learns(seen):
    """After your function nothing in the base learns. Print each layer's name and `trainable`: does
    no name meet your condition, or is all of it switched off again in the end?
    """
    return not seen.learns


EXERCISE = Exercise(
    reference=unfreeze,
    title="unfreezing a stage",
    properties=[
        prefix_learns,
        other_stages_keep_still,
        batchnorm_keeps_still,
        other_names_keep_still,
        batchnorm_by_type,
        opens_the_next_stage,
        listed_by_the_base,
    ],
    cases=_once,
    mistakes=[
        Mistake(second_stage_shut, cases=_twice),
        Mistake(first_stage_open, cases=_twice),
        Mistake(batchnorm_moves),
        Mistake(batchnorm_learns),
        Mistake(batchnorm_by_name, cases=_with_other_names),
        Mistake(prefix_inside, cases=_with_other_names),
        Mistake(from_there_up),
        Mistake(base_opened_last),
        Mistake(others_left_open),
        Mistake(nothing_learns),
        Mistake(never_opened),
        Mistake(base_left_frozen),
    ],
    hints=[
        "Every layer has a name and a switch, layer.trainable. Go through base.layers and set "
        "each one's switch, to True or to False: leave none as it came.",
        "A layer is to be trained if layer.name.startswith(prefix) and it is not BatchNorm; "
        "isinstance(layer, keras.layers.BatchNormalization) knows that under any name.",
        "The base has a switch of its own, and turning it may turn those of all its layers: so "
        "base.trainable = True comes first, and then, for every layer, layer.trainable = "
        "layer.name.startswith(prefix) and not isinstance(…).",
    ],
    seconds=60.0,
)

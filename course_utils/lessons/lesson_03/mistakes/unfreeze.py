"""Typical mistakes in 03-unfreeze: which switches are on after an answer has run."""

from itertools import permutations
from typing import NamedTuple

from course_utils.lessons.lesson_03.exercises.unfreeze import OTHER_NAMES, STAGES
from course_utils.teaching.mistake import Mistake

#: Of the networks' names, those which start a convolution's.
PREFIXES = ("conv1", "conv2", "conv3")
OTHER_PREFIXES = ("conv2", "conv3")


class _Seen(NamedTuple):
    """One network after an answer has opened a stage of it."""

    frozen: bool
    every: list
    wanted: list
    from_there_up: list
    containing: list
    learns: list
    batchnorm_moves: bool
    batchnorm_learns: bool
    own_switch: bool


def _base(names):
    import keras

    x = inputs = keras.Input((2,))
    for convolution, normalisation in names:
        # Dense is the quickest to build, and has its switch as a convolution does.
        x = keras.layers.Dense(2, name=convolution)(x)
        x = keras.layers.BatchNormalization(name=normalisation)(x)
    return keras.Model(inputs, x)


def _set_back(base, frozen):
    """All switches as they are in a new base: each is turned, since one may ignore its value."""
    for part in (base, *base.layers):
        part.trainable = frozen
        part.trainable = not frozen


def _after(answer, base, names, prefixes, frozen):
    """What is on after `answer` has opened each of `prefixes` in turn."""
    _set_back(base, frozen)
    for prefix in prefixes:
        answer(base, prefix)
    layers = {layer.name: layer for layer in base.layers}
    every = [convolution for convolution, _ in names]
    normalisations = [layers[normalisation] for _, normalisation in names]
    wanted = [name for name in every if name.startswith(prefix)]
    return _Seen(
        frozen=frozen,
        every=every,
        wanted=wanted,
        from_there_up=every[every.index(wanted[0]) :],
        containing=[name for name in every if prefix in name],
        learns=[name for name in every if layers[name].trainable_variables],
        # The layer's own switch decides whether its moving statistics follow the images.
        batchnorm_moves=any(layer.trainable for layer in normalisations),
        batchnorm_learns=any(layer.trainable_variables for layer in normalisations),
        own_switch=base.trainable,
    )


def _opened(answer, random, names=STAGES, prefixes=PREFIXES):
    """For each stage, in any order, of a base that came trainable and of one that came frozen."""
    base = _base(names)
    return [
        _after(answer, base, names, [prefix], frozen)
        for prefix in random.permutation(prefixes).tolist()
        for frozen in (False, True)
    ]


def _always(shows):
    """What `Mistake.shown_by` takes, from a question about what is on after each call."""
    return lambda answer, random: all(map(shows, _opened(answer, random)))


def _layers_right(seen):
    return seen.learns == seen.wanted and not seen.batchnorm_moves


def _all_learn(seen):
    return seen.learns == seen.every


def _again(shows):
    """What `Mistake.shown_by` takes: layers are right after one call, and not after a second."""

    def shown_by(answer, random):
        base = _base(STAGES)
        for first, second in permutations(PREFIXES, 2):
            seen = _after(answer, base, STAGES, [first, second], bool(random.integers(2)))
            if not shows(seen, first):
                return False
        return _always(_layers_right)(answer, random)

    return shown_by


def _first_stays_open(seen, first):
    both = {*seen.wanted, *(name for name in seen.every if name.startswith(first))}
    return set(seen.learns) == both


def _batchnorm_by_name(answer, random):
    elsewhere = _opened(answer, random, OTHER_NAMES, OTHER_PREFIXES)
    missed = all(seen.learns == seen.wanted and seen.batchnorm_moves for seen in elsewhere)
    return missed and _always(_layers_right)(answer, random)


def _prefix_inside(answer, random):
    elsewhere = _opened(answer, random, OTHER_NAMES, ["conv2"])
    inside = all(seen.learns == seen.containing for seen in elsewhere)
    return inside and _always(lambda seen: seen.learns == seen.wanted)(answer, random)


def _opened_last(seen):
    return _all_learn(seen) if seen.frozen else seen.learns == seen.wanted


def _others_left_open(seen):
    if seen.frozen:  # an answer that opens nothing leaves the others of a trainable base open, too
        return set(seen.wanted) <= set(seen.learns)
    return _all_learn(seen)


def _never_opened(seen):
    return seen.learns == ([] if seen.frozen else seen.wanted)


def _base_left_frozen(seen):
    return _layers_right(seen) and not (seen.frozen and seen.own_switch)


MISTAKES = (
    Mistake(
        name="second-stage-shut",
        hint="The first call is right, and a second one for another stage opens nothing. A base "
        "that is trainable already ignores being set so again, and its layers stay shut: who "
        "turns on the wanted ones?",
        shown_by=_again(lambda seen, first: not seen.learns),
    ),
    Mistake(
        name="first-stage-open",
        hint="The first call opens the right layers; after a second one for another stage, both "
        "are open. A base that is frozen already ignores being frozen again, and its layers stay "
        "as they are: who shuts the first stage?",
        shown_by=_again(_first_stays_open),
    ),
    Mistake(
        name="batchnorm-moves",
        hint="No weight of BatchNorm learns by gradient, and still its moving statistics follow "
        "the new images: the layer updates them itself while it is on. Did you switch off the "
        "layer, or only its weights?",
        shown_by=_always(
            lambda seen: (
                seen.learns == seen.wanted and seen.batchnorm_moves and not seen.batchnorm_learns
            )
        ),
    ),
    Mistake(
        name="batchnorm-learns",
        hint="Your convolutions are right, but BatchNorm learns along, and its means and "
        "variances drift to those of a few images. Which layers does your condition let through "
        "besides convolutions?",
        shown_by=_always(lambda seen: seen.learns == seen.wanted and seen.batchnorm_learns),
    ),
    Mistake(
        name="batchnorm-by-name",
        hint="You seem to know BatchNorm by its name, and names differ: ResNet50 writes bn, "
        "MobileNetV2 writes BN. What else can you ask a layer about what it is?",
        shown_by=_batchnorm_by_name,
    ),
    Mistake(
        name="prefix-inside",
        hint="You open layers that have the prefix anywhere in their name: stem_conv2 contains "
        "conv2 and belongs to another stage. Where in the name should it stand?",
        shown_by=_prefix_inside,
    ),
    Mistake(
        name="from-there-up",
        hint="You open everything from the stage upwards. Many do that on purpose; here only the "
        "layers named after the prefix are to learn, and those above are shut as well.",
        shown_by=_always(lambda seen: seen.learns == seen.from_there_up),
    ),
    Mistake(
        name="base-opened-last",
        hint="You are right if the base came trainable; if it came frozen, all of it is open in "
        "the end. The base's switch turns those of all its layers: what is your last word, the "
        "base's or the layers'?",
        shown_by=_always(_opened_last),
    ),
    Mistake(
        name="others-left-open",
        hint="Whichever stage is asked for, the others learn along. A layer keeps the switch it "
        "came with until somebody turns it: who shuts the layers that you do not want, and does "
        "anything open them again?",
        shown_by=_always(_others_left_open),
    ),
    Mistake(
        name="nothing-learns",
        hint="After your function nothing in the base learns. Print each layer's name and "
        "`trainable`: does no name meet your condition, or is all of it switched off again in "
        "the end?",
        shown_by=_always(lambda seen: not seen.learns),
    ),
    Mistake(
        name="never-opened",
        hint="You only ever shut layers and open none: a base that came frozen stays so, the "
        "wanted stage too. Which line of yours sets a switch to True?",
        shown_by=_always(_never_opened),
    ),
    Mistake(
        name="base-left-frozen",
        hint="Each layer's switch is right, but the base's own is still off, and then Keras lists "
        "no weight of it to train. What does base.trainable say after your function?",
        shown_by=_always(_base_left_frozen),
    ),
)

"""Typical wrong answers to 03-unfreeze, as a learner might write them."""

from keras.layers import BatchNormalization


def _freezes_first_and_opens_layers(base, prefix):
    base.trainable = False
    for layer in base.layers:
        if layer.name.find(prefix) == 0 and not isinstance(layer, BatchNormalization):
            layer.trainable = True


def _reopens_the_base(base, prefix):
    for layer in base.layers:
        layer.trainable = False
    for layer in base.layers:
        if layer.name.startswith(prefix) and not isinstance(layer, BatchNormalization):
            layer.trainable = True
    base.trainable = True


def _freezes_in_an_else_of_batchnorm(base, prefix):
    base.trainable = True
    for layer in base.layers:
        if isinstance(layer, BatchNormalization):
            layer.trainable = False
        elif prefix in layer.name:
            layer.trainable = True


def _up_from_an_index(base, prefix):
    names = [layer.name for layer in base.layers]
    first = min(i for i, name in enumerate(names) if name.startswith(prefix))
    base.trainable = True
    for layer in base.layers[:first]:
        layer.trainable = False


def _equal_names(base, prefix):
    base.trainable = True
    for layer in base.layers:
        layer.trainable = layer.name == prefix


def _prefix_anywhere(base, prefix):
    base.trainable = True
    for layer in base.layers:
        layer.trainable = False
    wanted = [layer for layer in base.layers if prefix in layer.name]
    for layer in wanted:
        layer.trainable = "BatchNorm" not in type(layer).__name__


def _no_bn_in_the_name(base, prefix):
    base.trainable = True
    for layer in base.layers:
        layer.trainable = layer.name.startswith(prefix) and "bn" not in layer.name


def _batchnorm_forgotten(base, prefix):
    base.trainable = False
    base.trainable = True
    for layer in base.layers:
        if layer.name[: len(prefix)] != prefix:
            layer.trainable = False


def _freezes_gamma_and_beta(base, prefix):
    _batchnorm_forgotten(base, prefix)
    for layer in base.layers:
        if isinstance(layer, BatchNormalization):
            layer.gamma.trainable = False
            layer.beta.trainable = False


def _shuts_the_unwanted(base, prefix):
    unwanted = [layer for layer in base.layers if not layer.name.startswith(prefix)]
    unwanted += [layer for layer in base.layers if isinstance(layer, BatchNormalization)]
    for layer in unwanted:
        layer.trainable = False


def _opens_the_base_and_shuts_the_unwanted(base, prefix):
    base.trainable = True
    _shuts_the_unwanted(base, prefix)


RIGHT = []

# Each: the exercise, a wrong answer, words of what it is told, and the mistake that it makes.
WRONG = [
    ("03-unfreeze", _freezes_first_and_opens_layers, "called again", "first-stage-open"),
    ("03-unfreeze", _reopens_the_base, "… (12 in all)", "base-opened-last"),
    ("03-unfreeze", _freezes_in_an_else_of_batchnorm, "every other stage", "others-left-open"),
    ("03-unfreeze", _up_from_an_index, "below the prefix and above it", "from-there-up"),
    ("03-unfreeze", _equal_names, "every convolution whose name starts", "nothing-learns"),
    ("03-unfreeze", _prefix_anywhere, "does not start with it", "prefix-inside"),
    ("03-unfreeze", _no_bn_in_the_name, "known by its type", "batchnorm-by-name"),
    ("03-unfreeze", _batchnorm_forgotten, "BatchNorm stays frozen", "batchnorm-learns"),
    ("03-unfreeze", _freezes_gamma_and_beta, "BatchNorm stays frozen", "batchnorm-moves"),
    ("03-unfreeze", _shuts_the_unwanted, "even if the base came frozen", "never-opened"),
    (
        "03-unfreeze",
        _opens_the_base_and_shuts_the_unwanted,
        "called again for another stage",
        "second-stage-shut",
    ),
]

"""Right and wrong answers to 03-unfreeze."""

from functools import partial

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


def unfreeze(base, prefix, switch=True, starts=str.startswith, is_batchnorm=None):
    """The right answer, with a place to go wrong in each of its steps."""
    is_batchnorm = is_batchnorm or (lambda layer: isinstance(layer, BatchNormalization))
    if switch is not None:
        base.trainable = switch
    for layer in base.layers:
        layer.trainable = starts(layer.name, prefix) and not is_batchnorm(layer)


def _shut_first(base, prefix):
    """Everything shut and open again, and then what is not wanted shut."""
    base.trainable = False
    base.trainable = True
    wanted = [layer for layer in base.layers if layer.name[: len(prefix)] == prefix]
    for layer in base.layers:
        if layer not in wanted or type(layer) is BatchNormalization:
            layer.trainable = False


def _batchnorm_everywhere(base, prefix):
    base.trainable = True
    for layer in base.layers:
        is_batchnorm = isinstance(layer, BatchNormalization)
        layer.trainable = is_batchnorm or layer.name.startswith(prefix)


def _variables_only(base, prefix):
    # BatchNorm's own switch is still on, so its moving statistics move.
    base.trainable = True
    for layer in base.layers:
        wanted = layer.name.startswith(prefix) and not isinstance(layer, BatchNormalization)
        for variable in layer.trainable_variables:
            variable.trainable = wanted


# An exercise may leave open how: each of these is right.
RIGHT = [unfreeze, _shut_first]

# Each: a wrong answer, words of what it is told, and the mistake that it makes, if any.
WRONG = [
    (_freezes_first_and_opens_layers, "called again", "first-stage-open"),
    (_reopens_the_base, "… (12 in all)", "base-opened-last"),
    (_freezes_in_an_else_of_batchnorm, "every other stage", "others-left-open"),
    (_up_from_an_index, "below the prefix and above it", "from-there-up"),
    (_equal_names, "every convolution whose name starts", "nothing-learns"),
    (_prefix_anywhere, "does not start with it", "prefix-inside"),
    (_no_bn_in_the_name, "known by its type", "batchnorm-by-name"),
    (_batchnorm_forgotten, "BatchNorm stays frozen", "batchnorm-learns"),
    (_freezes_gamma_and_beta, "BatchNorm stays frozen", "batchnorm-moves"),
    (_shuts_the_unwanted, "even if the base came frozen", "never-opened"),
    (_opens_the_base_and_shuts_the_unwanted, "called again for another stage", "second-stage-shut"),
    (lambda base, prefix: None, "every convolution whose name starts"),
    (_batchnorm_everywhere, "BatchNorm stays frozen wherever it is", "batchnorm-learns"),
    (_variables_only, "changes in its moving_mean, moving_variance", "batchnorm-moves"),
    (partial(unfreeze, switch=None), "the base itself is trainable again", "base-left-frozen"),
    (
        partial(unfreeze, switch=False),
        "expected base.trainable_weights to be conv3_conv/kernel, conv3_conv/bias, got none",
        "base-left-frozen",
    ),
]

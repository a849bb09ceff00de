"""Right and wrong answers to 03-unfreeze."""

from keras.layers import BatchNormalization


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


def _whole_base(base, prefix):
    base.trainable = True


def _shut_afterwards(base, prefix):
    unfreeze(base, prefix)
    base.trainable = False


def _never_opens(base, prefix):
    for layer in base.layers:
        if not layer.name.startswith(prefix) or isinstance(layer, BatchNormalization):
            layer.trainable = False


def _closes_only(base, prefix):
    # The second time base.trainable is True already, so that this opens nothing.
    base.trainable = True
    for layer in base.layers:
        if not layer.name.startswith(prefix) or isinstance(layer, BatchNormalization):
            layer.trainable = False


def _never_shuts(base, prefix):
    base.trainable = True
    for layer in base.layers:
        if layer.name.startswith(prefix):
            layer.trainable = True
        if isinstance(layer, BatchNormalization):
            layer.trainable = False


def _from_there_up(base, prefix):
    base.trainable, reached = True, False
    for layer in base.layers:
        reached = reached or layer.name.startswith(prefix)
        layer.trainable = reached and not isinstance(layer, BatchNormalization)


def _batchnorm_only_below(base, prefix):
    unfreeze(base, prefix, is_batchnorm=lambda layer: False)


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
RIGHT = [("03-unfreeze", unfreeze), ("03-unfreeze", _shut_first)]

# Each: the exercise, a wrong answer, and words of what it is told.
WRONG = [
    ("03-unfreeze", _whole_base, "the layers of every other stage are frozen", "others-left-open"),
    (
        "03-unfreeze",
        _whole_base,
        "changes in conv1_conv, conv2_conv, conv3_conv",
        "others-left-open",
    ),
    ("03-unfreeze", _never_shuts, "the layers of every other stage are frozen", "others-left-open"),
    ("03-unfreeze", _from_there_up, "below the prefix and above it", "from-there-up"),
    ("03-unfreeze", _shut_afterwards, "even if the base came frozen", "nothing-learns"),
    (
        "03-unfreeze",
        _shut_afterwards,
        "expected a training step to change conv3_conv, got none",
        "nothing-learns",
    ),
    ("03-unfreeze", _never_opens, "all frozen before", "never-opened"),
    ("03-unfreeze", lambda base, prefix: None, "every convolution whose name starts"),
    (
        "03-unfreeze",
        _batchnorm_only_below,
        "BatchNorm stays frozen wherever it is",
        "batchnorm-learns",
    ),
    (
        "03-unfreeze",
        _batchnorm_only_below,
        "changes in its gamma, beta, moving_mean, moving_variance",
        "batchnorm-learns",
    ),
    (
        "03-unfreeze",
        _batchnorm_everywhere,
        "BatchNorm stays frozen wherever it is",
        "batchnorm-learns",
    ),
    (
        "03-unfreeze",
        _variables_only,
        "changes in its moving_mean, moving_variance",
        "batchnorm-moves",
    ),
    (
        "03-unfreeze",
        lambda base, prefix: unfreeze(base, prefix, starts=str.__contains__),
        "a name that only contains the prefix",
        "prefix-inside",
    ),
    (
        "03-unfreeze",
        lambda base, prefix: unfreeze(
            base, prefix, is_batchnorm=lambda layer: layer.name.endswith("_bn")
        ),
        "BatchNorm is known by its type and not by its name",
        "batchnorm-by-name",
    ),
    (
        "03-unfreeze",
        lambda base, prefix: unfreeze(base, prefix, switch=None),
        "the base itself is trainable again",
        "base-left-frozen",
    ),
    (
        "03-unfreeze",
        lambda base, prefix: unfreeze(base, prefix, switch=False),
        "expected base.trainable_weights to be conv3_conv/kernel, conv3_conv/bias, got none",
        "base-left-frozen",
    ),
    ("03-unfreeze", _closes_only, "called again for another stage", "second-stage-shut"),
    (
        "03-unfreeze",
        _closes_only,
        "expected a training step to change conv2_conv, got none",
        "second-stage-shut",
    ),
]

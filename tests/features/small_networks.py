"""Networks with everything in them that folding BatchNorm has to get right."""

import keras
import numpy as np
from keras import layers


def conv(filters=3, **options):
    return layers.Conv2D(filters, 3, padding="same", **options)


def residual(x):
    """Like a block of ResNet: a shortcut, and BatchNorm behind every convolution."""
    y = layers.ReLU()(layers.BatchNormalization()(conv(use_bias=False)(x)))
    y = layers.BatchNormalization(scale=False)(conv(strides=2)(y))
    shortcut = layers.BatchNormalization(center=False)(conv(strides=2)(x))
    return layers.ReLU()(layers.Add()([y, shortcut]))


def depthwise(x):
    x = layers.BatchNormalization()(layers.DepthwiseConv2D(3)(x))
    return layers.BatchNormalization()(layers.SeparableConv2D(4, 3)(x))


def not_after_a_convolution(x):
    x = layers.BatchNormalization()(x)
    x = layers.BatchNormalization()(layers.ReLU()(conv()(x)))
    return layers.BatchNormalization()(conv(activation="relu")(x))


def convolution_used_twice(x):
    shared = conv()
    return shared(layers.BatchNormalization()(shared(x)))


def norm_used_twice(x):
    shared = layers.BatchNormalization()
    return layers.Add()([shared(conv()(x)), shared(conv(activation="tanh")(x))])


def pair_used_twice(x):
    shared, norm = conv(), layers.BatchNormalization()
    return norm(shared(norm(shared(x))))


def convolution_read_twice(x):
    before = conv()(x)
    return layers.Concatenate()([layers.BatchNormalization()(before), before])


def two_norms_behind_one(x):
    before = conv()(x)
    return layers.Add()([layers.BatchNormalization()(before), layers.BatchNormalization()(before)])


def operations(x):
    y = layers.BatchNormalization()(conv()(x))
    return keras.ops.maximum(y + 2.0 * x, -1.0)


def nested(x):
    inner = keras.Sequential(
        [keras.Input((None, None, 3)), conv(4), layers.BatchNormalization(), layers.ReLU()]
    )
    inside = keras.Input((None, None, 4))
    outer = keras.Model(inside, layers.BatchNormalization()(conv(5)(inside)))
    return layers.GlobalAveragePooling2D()(layers.BatchNormalization()(outer(inner(x))))


def grouped_and_dilated(x):
    x = layers.BatchNormalization(epsilon=0.1)(conv(6, groups=3, dilation_rate=2)(x))
    return layers.Dropout(0.5)(layers.BatchNormalization()(layers.Conv2D(4, 1, strides=2)(x)))


class Squaring(layers.Conv2D):
    """A convolution that is not only one."""

    def call(self, inputs):
        return keras.ops.square(super().call(inputs))


def own_kind_of_convolution(x):
    return layers.BatchNormalization()(Squaring(4, 3)(x))


def lambda_layer(x):
    return layers.BatchNormalization()(conv()(layers.Lambda(lambda value: value * 2)(x)))


#: Each with the number of its BatchNorm layers that have to stay.
BLOCKS = {
    residual: 0,
    depthwise: 2,
    not_after_a_convolution: 3,
    convolution_used_twice: 1,
    norm_used_twice: 1,
    pair_used_twice: 0,
    convolution_read_twice: 1,
    two_norms_behind_one: 2,
    operations: 0,
    nested: 1,
    grouped_and_dilated: 0,
    own_kind_of_convolution: 1,
}


def all_layers(model):
    for layer in model.layers:
        yield from all_layers(layer) if isinstance(layer, keras.Model) else [layer]


def build(block, seed=0, size=16):
    """A network with this block, its BatchNorm statistics far from those it starts with."""
    keras.utils.set_random_seed(seed)
    inputs = keras.Input((size, size, 3))
    model = keras.Model(inputs, block(inputs))
    random = np.random.default_rng(seed)
    for layer in all_layers(model):
        if isinstance(layer, layers.BatchNormalization):
            layer.set_weights([random.uniform(0.5, 1.5, w.shape) for w in layer.get_weights()])
    return model

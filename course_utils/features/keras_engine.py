"""The fast way through a frozen Keras network."""

import hashlib
import json

import numpy as np

from course_utils.errors import CourseError


class KerasEngine:
    """Runs `base` up to one layer. See `extract_features` for the parameters."""

    def __init__(self, base, layer, precision, image_shape, preprocess):
        import keras

        names = [each.name for each in base.layers]
        if layer is not None and layer not in names:
            raise CourseError(
                f"The network has no layer {layer!r}: its layers are called "
                f"{', '.join(names[:3])}, ..., {names[-1]}."
            )
        output = base.output if layer is None else base.get_layer(layer).output
        self.model = keras.Model(base.input, output)
        self.precision = precision
        self.image_shape = image_shape
        self.preprocess = preprocess or keras.applications.resnet50.preprocess_input

    def identity(self):
        """Digest of the layers and their weights, whatever Keras happened to name them."""
        digest = hashlib.sha256()
        for each in self.model.layers:
            config = each.get_config()
            config = {k: v for k, v in config.items() if k not in ("name", "dtype", "trainable")}
            text = json.dumps([type(each).__name__, config], sort_keys=True, default=str)
            digest.update(text.encode())
        for weight in self.model.get_weights():
            digest.update(np.ascontiguousarray(weight).data)
        return digest.hexdigest()

    def prepare(self):
        """Give a function from images (batch, height, width, 3) to features, float32."""
        import tensorflow as tf

        # Weights in bfloat16 too, rather than rounded to it again for every batch.
        folded = fold_batch_norm(self.model, self.precision)
        signature = tf.TensorSpec((None, *self.image_shape), tf.float32)

        # Turning weights into constants would make each batch a tenth faster, and preparing five
        # seconds slower: that pays from about ten thousand images on.
        @tf.function(input_signature=[signature], autograph=False)
        def network(inputs):
            return tf.cast(folded(inputs, training=False), tf.float32)

        def run(images):
            return network(tf.constant(self.preprocess(np.array(images, np.float32)))).numpy()

        return run


def fold_batch_norm(model, policy="float32"):
    """A copy of a network in which BatchNorm is part of the convolution before it.

    In inference BatchNorm multiplies and adds constants for each channel, and so does a
    convolution: one pass over the activations does for both (Jacob et al. 2018,
    arXiv:1712.05877, section 3.2).

    Parameters
    ----------
    model : keras.Model
        A functional model; left as it is. BatchNorm that does not directly follow a
        convolution, or follows one whose output is used elsewhere too, stays.
    policy : str
        Keras dtype policy of the copy.

    Returns
    -------
    keras.Model
        For inference only: the same outputs to rounding.
    """
    import keras

    layers = keras.layers
    names = {each.name for each in model.layers}
    norm_of = {}
    for norm in model.layers:
        if isinstance(norm, layers.BatchNormalization) and norm.axis in (-1, 3):
            before = norm.input._keras_history.operation
            # A node may belong to another model built on the same layers: those don't count.
            readers = {node.operation.name for node in before._outbound_nodes} & names
            linear = getattr(before, "activation", None) is keras.activations.linear
            if type(before) is layers.Conv2D and linear and readers == {norm.name}:
                norm_of[before.name] = norm
    folded = {norm.name for norm in norm_of.values()}

    def clone(layer):
        if isinstance(layer, layers.InputLayer):
            return layer
        if layer.name in folded:
            return layers.Identity(name=layer.name, dtype=policy)
        config = layer.get_config() | {"dtype": policy}
        if layer.name in norm_of:
            config["use_bias"] = True
        return type(layer).from_config(config)

    def call(layer, *arguments, **options):
        return layer(*arguments) if layer.name in folded else layer(*arguments, **options)

    copy = keras.models.clone_model(model, clone_function=clone, call_function=call)
    for layer in copy.layers:
        if not layer.weights:
            continue
        weights = model.get_layer(layer.name).get_weights()
        if layer.name in norm_of:
            weights = _folded_weights(weights, norm_of[layer.name])
        layer.set_weights(weights)
    return copy


def _folded_weights(weights, norm):
    """Kernel and bias of a convolution with the BatchNorm behind it, in 64-bit arithmetic."""
    parts = dict(zip([w.name for w in norm.weights], norm.get_weights(), strict=True))
    mean, variance = parts["moving_mean"].astype(float), parts["moving_variance"].astype(float)
    scale = parts.get("gamma", 1.0) / np.sqrt(variance + norm.epsilon)
    kernel, bias = weights if len(weights) == 2 else (weights[0], 0.0)
    bias = (bias - mean) * scale + parts.get("beta", 0.0)
    return [(kernel * scale).astype(np.float32), bias.astype(np.float32)]

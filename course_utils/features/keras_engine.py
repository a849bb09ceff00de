"""The fast way through a frozen Keras network."""

from collections.abc import Callable
from typing import Any

import numpy as np

from course_utils.bases.randomness import random_state_kept
from course_utils.errors import CourseError
from course_utils.features.identity import identity_of_keras
from course_utils.validation import require


class KerasEngine:
    """Runs `base` up to one layer. See `extract_features` for the parameters."""

    def __init__(
        self,
        base: Any,
        layer: str | None,
        precision: str,
        image_shape: tuple[int, ...],
        preprocess: Callable | None,
    ) -> None:
        import keras

        inputs, outputs = (list(getattr(base, ends, None) or ()) for ends in ("inputs", "outputs"))
        require(
            len(inputs) == 1 and len(outputs) == 1,
            "extract_features takes a Keras network with one input and one output, made by the "
            f"functional API or as a Sequential with an Input, not this {type(base).__name__}.",
        )
        self.model = keras.Model(inputs[0], outputs[0])
        if layer is not None:
            self.model = keras.Model(inputs[0], _output_of(self.model, layer))
        self.precision = precision
        self.preprocess = preprocess or keras.applications.resnet50.preprocess_input
        self.input_shape = self._preprocessed(np.zeros((1, *image_shape))).shape[1:]
        check_input_shape(base, self.input_shape)

    def identity(self) -> str:
        """Digest of the layers, how they are wired, and their weights."""
        return identity_of_keras(self.model)

    def _preprocessed(self, images):
        # A copy: `preprocess_input` works in place.
        return np.asarray(self.preprocess(np.array(images, np.float32)), np.float32)

    def prepare(self) -> Callable[[np.ndarray], np.ndarray]:
        """Give a function from images (batch, height, width, 3) to features, float32."""
        import tensorflow as tf

        # Weights in bfloat16 too, rather than rounded to it again for every batch.
        with random_state_kept():
            try:
                folded = fold_batch_norm(self.model, self.precision)
            except Exception:  # a layer that its configuration does not tell all about, as Lambda
                folded = self.model
        signature = tf.TensorSpec((None, *self.input_shape), tf.float32)

        # Turning weights into constants would make each batch a tenth faster, and preparing five
        # seconds slower: that pays from about ten thousand images on.
        @tf.function(input_signature=[signature], autograph=False)
        def network(inputs):
            return tf.cast(folded(inputs, training=False), tf.float32)

        def run(images):
            return network(tf.constant(self._preprocessed(images))).numpy()

        return run


def check_input_shape(base: Any, given: tuple[int, ...]) -> None:
    """Raise a `CourseError` unless a network takes preprocessed images of this shape."""
    wanted = base.inputs[0].shape[1:]
    fits = len(given) == len(wanted) == 3 and all(
        want in (None, have) for want, have in zip(wanted, given, strict=True)
    )
    require(
        fits,
        f"The network takes images of shape {wanted}, not {given}: build it with that input_shape, "
        "or let preprocess give images that fit.",
    )


def _output_of(model, layer):
    """The symbolic output of the layer of this name: of its first call, as in Keras."""
    for node in calls(model):
        if node.operation.name == layer:
            return node.outputs[0]
    names = [each.name for each in model.layers]
    raise CourseError(
        f"The network has no layer {layer!r}: its layers are called "
        f"{', '.join(names[:3])}, ..., {names[-1]}."
    )


def calls(model: Any) -> list[Any]:
    """The calls of layers and operations that make up a functional model, inputs first."""
    return [
        node
        for depth in sorted(model._nodes_by_depth)[::-1]
        for node in model._nodes_by_depth[depth]
    ]


def fold_batch_norm(model: Any, policy: str = "float32") -> Any:
    """A copy of a network in which BatchNorm is part of the convolution before it.

    In inference BatchNorm multiplies and adds constants for each channel, and so does a
    convolution: one pass over the activations does for both (Jacob et al. 2018,
    arXiv:1712.05877, section 3.2).

    Parameters
    ----------
    model : keras.Model
        A functional model, with others inside it perhaps; left as it is. BatchNorm stays where
        it does not directly follow a convolution, or follows one whose output is used elsewhere
        too, or is itself used elsewhere too.
    policy : str
        Keras dtype policy of the copy.

    Returns
    -------
    keras.Model
        For inference only: the same outputs to rounding.
    """
    import keras

    norm_of = _foldable(model)
    folded = {id(norm) for norm in norm_of.values()}
    copies = []

    def clone(layer):
        config = layer.get_config()
        if not isinstance(layer, keras.Layer):
            return type(layer).from_config(config)  # an operation, as in `x + y`
        if id(layer) in folded:
            return keras.layers.Identity(name=layer.name, dtype=policy)
        config |= {"dtype": policy}
        if id(layer) in norm_of:
            config["use_bias"] = True
        copies.append((layer, type(layer).from_config(config)))
        return copies[-1][1]

    def call(layer, *arguments, **options):
        identity = type(layer) is keras.layers.Identity  # takes no `training`
        return layer(*arguments) if identity else layer(*arguments, **options)

    copy = keras.models.clone_model(model, clone_function=clone, call_function=call, recursive=True)
    for layer, twin in copies:
        if layer.weights:
            weights = layer.get_weights()
            if id(layer) in norm_of:
                weights = _folded_weights(weights, norm_of[id(layer)])
            twin.set_weights(weights)
    return copy


def _foldable(model):
    """For each convolution (by `id`) that a BatchNorm can become part of, that BatchNorm."""
    import keras

    makers, readers, calls_of = {}, {}, {}
    for graph in _graphs(model):
        for node in calls(graph):
            calls_of.setdefault(id(node.operation), []).append(node)
            makers |= {id(tensor): node.operation for tensor in node.outputs}
            for tensor in node.input_tensors:
                readers.setdefault(id(tensor), []).append(node.operation)
        for tensor in graph.outputs:
            readers.setdefault(id(tensor), []).append(graph)
    norm_of = {}
    for nodes in calls_of.values():
        norm = nodes[0].operation
        if not isinstance(norm, keras.layers.BatchNormalization) or norm.axis not in (-1, 3):
            continue
        before = [makers.get(id(tensor)) for node in nodes for tensor in node.input_tensors]
        outputs = [tensor for node in calls_of.get(id(before[0]), ()) for tensor in node.outputs]
        only_from_it = all(maker is before[0] for maker in before)
        only_to_it = all(each is norm for tensor in outputs for each in readers[id(tensor)])
        if _is_plain_convolution(before[0]) and only_from_it and only_to_it:
            norm_of[id(before[0])] = norm
    return norm_of


def _graphs(model):
    """A functional model and those inside it, each once."""
    import keras

    graphs, waiting = {}, [model]
    while waiting:
        each = waiting.pop()
        if id(each) in graphs or not getattr(each, "inputs", None):
            continue
        functional = hasattr(each, "_nodes_by_depth")
        graphs[id(each)] = each if functional else keras.Model(each.inputs, each.outputs, name="_")
        waiting += [layer for layer in each.layers if isinstance(layer, keras.Model)]
    return list(graphs.values())


def _is_plain_convolution(layer):
    import keras

    return (
        type(layer) is keras.layers.Conv2D
        and layer.activation is keras.activations.linear
        and layer.data_format == "channels_last"
        and len(layer.weights) == 1 + layer.use_bias  # no adapters
    )


def _folded_weights(weights, norm):
    """Kernel and bias of a convolution with the BatchNorm behind it, in 64-bit arithmetic."""
    parts = dict(zip([w.name for w in norm.weights], norm.get_weights(), strict=True))
    mean, variance = parts["moving_mean"].astype(float), parts["moving_variance"].astype(float)
    scale = parts.get("gamma", 1.0) / np.sqrt(variance + norm.epsilon)
    kernel, bias = weights if len(weights) == 2 else (weights[0], 0.0)
    bias = (bias - mean) * scale + parts.get("beta", 0.0)
    return [(kernel * scale).astype(np.float32), bias.astype(np.float32)]

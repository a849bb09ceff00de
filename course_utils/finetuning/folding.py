"""Frozen BatchNorm as part of the convolution before it, while that convolution learns."""


def with_norms_folded(model):
    """A network of the same layers and weights in which frozen BatchNorm costs no pass of its own.

    A frozen BatchNorm multiplies and adds constants for each channel. Multiplying the kernel
    instead gives the same outputs, and by the chain rule the same gradient of the kernel, to
    rounding; it spares two passes over the activations forward, and as many backward.

    Parameters
    ----------
    model : keras.Model
        A functional model whose BatchNorm is all frozen.

    Returns
    -------
    keras.Model
        It reads the weights of `model` whenever it is called, and learns them. `model` itself
        where a layer's configuration does not tell all about it, as a Lambda's.
    """
    import keras

    from course_utils.features.keras_engine import foldable

    norm_of = foldable(model)
    folded = {id(norm) for norm in norm_of.values()}

    def clone(layer):
        if id(layer) in folded:
            return keras.layers.Identity(name=layer.name)
        if id(layer) in norm_of:
            return _convolution_with_norm(layer, norm_of[id(layer)])
        if isinstance(layer, keras.Layer) and (layer.weights or hasattr(layer, "layers")):
            return layer
        return type(layer).from_config(layer.get_config())

    def call(layer, *arguments, **options):
        takes_none = type(layer) is keras.layers.Identity or hasattr(layer, "folded_norm")
        return layer(*arguments) if takes_none else layer(*arguments, **options)

    try:
        return keras.models.clone_model(model, clone_function=clone, call_function=call)
    except Exception:
        return model


def _convolution_with_norm(convolution, norm):
    import keras
    from keras import ops

    class ConvolutionWithNorm(keras.layers.Layer):
        """A convolution whose kernel is multiplied, and whose bias is moved, by a BatchNorm."""

        folded_norm = True

        def call(self, inputs):
            scale = 1 / ops.sqrt(ops.add(norm.moving_variance, norm.epsilon))
            if norm.scale:
                scale = scale * norm.gamma
            bias = -norm.moving_mean * scale
            if convolution.use_bias:
                bias = bias + convolution.bias * scale
            if norm.center:
                bias = bias + norm.beta
            outputs = ops.conv(
                inputs,
                ops.multiply(convolution.kernel, scale),
                strides=list(convolution.strides),
                padding=convolution.padding,
                dilation_rate=convolution.dilation_rate,
            )
            return outputs + bias

        def compute_output_shape(self, input_shape):
            return convolution.compute_output_shape(input_shape)

    return ConvolutionWithNorm(name=convolution.name)

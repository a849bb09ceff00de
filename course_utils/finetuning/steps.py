"""One training step and one evaluation step of the part above the freeze boundary."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from course_utils.finetuning.penalties import pull
from course_utils.finetuning.schedules import HEAD


class Steps:
    """The compiled steps for one set of unfrozen weights.

    Parameters
    ----------
    above : keras.Model or None
        The base above the freeze boundary; None if all of it is frozen.
    head : keras.Model or keras.Layer
        Gives logits or, if it ends in a softmax, probabilities.
    input_shape : tuple of int
        The shape of what lies at the boundary, for one image.
    variables : dict of str to list of keras.Variable
        What learns, by group; each group has an optimizer, hence a learning rate, of its own.
    optimizer : {"adam", "sgd"}
    penalised : bool
        Whether the penalties of `train` count; if not, they cost nothing.
    """

    def __init__(
        self,
        above: Any,
        head: Any,
        input_shape: tuple[int, ...],
        variables: dict[str, list[Any]],
        optimizer: str,
        penalised: bool,
    ) -> None:
        import keras
        import tensorflow as tf

        self.variables = variables
        self.optimizers = {group: _optimizer(optimizer) for group in variables}
        for group, own in self.optimizers.items():
            own.build(variables[group])
        loss_of = keras.losses.SparseCategoricalCrossentropy(from_logits=not _ends_in_softmax(head))
        every = [variable for own in variables.values() for variable in own]

        def forward(inputs, training):
            # BatchNorm heeds its own `trainable`; `training` is for dropout.
            features = inputs if above is None else above(inputs, training=training)
            return head(features, training=training)

        def train(inputs, labels, start, strengths):
            with tf.GradientTape() as tape:
                outputs = forward(inputs, training=True)
                loss: Any = loss_of(labels, outputs)
            gradients = tape.gradient(loss, every)
            done = 0
            for group, own in variables.items():
                pulled = gradients[done : done + len(own)]
                if penalised:
                    origin = start[done : done + len(own)]
                    strength = strengths[int(group == HEAD)]
                    pulled = [
                        g + pull(v, w, strength) if len(v.shape) > 1 else g  # no biases
                        for g, v, w in zip(pulled, own, origin, strict=True)
                    ]
                self.optimizers[group].apply(pulled, own)
                done += len(own)
            return loss, _correct(outputs, labels)

        def _correct(outputs, labels):
            answers = tf.argmax(outputs, axis=-1, output_type=tf.int32)
            return tf.reduce_sum(tf.cast(answers == tf.cast(labels, tf.int32), tf.int32))

        def evaluate(inputs, labels):
            outputs = forward(inputs, training=False)
            return loss_of(labels, outputs), _correct(outputs, labels), outputs

        # XLA (`jit_compile=True`) is several times slower than oneDNN here (`network_training.py`).
        batch = [tf.TensorSpec((None, *input_shape), tf.float32), tf.TensorSpec((None,), tf.int64)]
        self.evaluate = tf.function(evaluate, input_signature=batch, autograph=False)
        self._train = tf.function(train, autograph=False, reduce_retracing=True)

    def train(
        self,
        inputs: np.ndarray,
        labels: np.ndarray,
        rates: dict[str, float],
        *,
        start: Sequence[Any] = (),
        strengths: tuple[float, float] = (0.0, 0.0),
    ) -> tuple[float, int]:
        """One step on a batch.

        Parameters
        ----------
        inputs : array of float32, shape (batch, ...)
        labels : array of int64, shape (batch,)
        rates : dict of str to float
            Learning rate of each group.
        start : list of tensors
            What the penalties draw to, one for each of the weights, in their order.
        strengths : (float, float)
            The penalties' factors, of the base and of the head.

        Returns
        -------
        loss : float
            Mean over the batch, without the penalties.
        correct : int
        """
        import tensorflow as tf

        for group, rate in rates.items():
            self.optimizers[group].learning_rate = rate
        loss, correct = self._train(
            tf.constant(inputs),
            tf.constant(labels),
            list(start),
            tf.constant(strengths, tf.float32),
        )
        return float(loss), int(correct)

    def optimizer_variables(self) -> list[Any]:
        """The optimizers' own variables, in a fixed order."""
        return [v for each in self.optimizers.values() for v in each.variables]

    def reset(self) -> None:
        """Make the optimizers forget."""
        import keras

        for variable in self.optimizer_variables():
            variable.assign(keras.ops.zeros_like(variable))  # not `* 0`: what diverged is nan


def _optimizer(name):
    import keras

    if name == "sgd":
        return keras.optimizers.SGD(1e-3, momentum=0.9)
    return keras.optimizers.Adam(1e-3)


def _ends_in_softmax(head):
    import keras

    if getattr(head, "outputs", None):
        last = head.outputs[0]._keras_history.operation
    else:
        last = head.layers[-1] if getattr(head, "layers", None) else head
    if last is not head and isinstance(last, keras.Model):
        return _ends_in_softmax(last)
    is_softmax = getattr(last, "activation", None) is keras.activations.softmax
    return is_softmax or type(last).__name__ == "Softmax"  # the layer, or the operation of `ops`

"""Penalties that keep weights near zero, or near where they started."""


def l2_sp(weights, start, strength):
    """Half of `strength` times the squared distance of weights from their starting point.

    With zeros for `start` this is plain L2, better known as weight decay. The idea of L2-SP (Li,
    Grandvalet and Davoine 2018, arXiv:1802.01483) is that pretrained weights are a better place
    to be drawn to than zero. Its gradient is `strength * (weights - start)`.

    Parameters
    ----------
    weights, start : list of arrays of equal shapes
        NumPy's or the framework's.
    strength : float

    Returns
    -------
    float or scalar tensor
    """
    return 0.5 * strength * sum(_sum((w - s) ** 2) for w, s in zip(weights, start, strict=True))


def _sum(array):
    if hasattr(array, "sum"):
        return array.sum()
    import keras

    return keras.ops.sum(array)  # TensorFlow's tensors have no `sum` of their own


def pull(weight, start, strength):
    """The gradient of `l2_sp` for one array: what is added to the gradient of the loss."""
    return strength * (weight - start)

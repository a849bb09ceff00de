"""The network that most experiments stand on."""

from typing import Any, Literal


def resnet50_base(
    size: int, pretrained: bool = True, pooling: Literal["avg"] | None = "avg"
) -> Any:
    """A ResNet50 without its classifier, as `keras.applications` builds it.

    Parameters
    ----------
    size : int
        Width and height of the images in pixels.
    pretrained : bool
        The shipped weights; otherwise random ones, drawn by Keras' own generator: seed it with
        `keras.utils.set_random_seed`.
    pooling : {"avg", None}
        Average each map over its positions, or give the maps.

    Returns
    -------
    keras.Model
    """
    import keras

    from course_utils.bases import course_weights

    weights: Any = course_weights("resnet50") if pretrained else None
    return keras.applications.ResNet50(
        weights=weights,
        include_top=False,
        pooling=pooling,
        input_shape=(size, size, 3),
    )

"""The package's own functions, as answers to the exercises of lesson 02."""

import keras
from keras import layers

from course_utils.measuring.costs import break_even_tasks, head_weights
from course_utils.measuring.label_multiplier import label_multiplier


def sequential_classifier(base, n_classes):
    """A list of layers; a frozen BatchNorm keeps its statistics however the base is called."""
    base.trainable = False
    head = [layers.Dense(128, "relu"), layers.Dense(n_classes, "softmax")]
    return keras.Sequential([base, layers.GlobalAveragePooling2D(), *head])


OWN = {
    "02-freeze": sequential_classifier,
    "02-label-multiplier": label_multiplier,
    "02-break-even": break_even_tasks,
    "02-flatten-weights": head_weights,
}

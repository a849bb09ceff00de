"""The two sides of the bench of the last ResNet stage: plain `fit`, and the freeze boundary."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import numpy as np

IMAGE_SIZE = 64
#: Of the head alone, then of the head and the last stage.
EPOCHS = (10, 10)
HEAD_RATE, RATE = 1e-3, 1e-4
BATCH_SIZE = 32


class LastStage:
    """The snapshots of `objects`, the shipped base, and the same first weights for every side."""

    def __init__(self) -> None:
        import keras

        from course_utils.bases.resnet50 import resnet50_base
        from course_utils.datasets import load_dataset

        self.splits = load_dataset("objects", size=IMAGE_SIZE, domain="photo")
        self.shape = (IMAGE_SIZE, IMAGE_SIZE, 3)
        self.base = resnet50_base(IMAGE_SIZE)
        self.weights = self.base.get_weights()
        prepare = keras.applications.resnet50.preprocess_input
        self.inputs = [prepare(np.array(part.images, np.float32)) for part in self.splits]

    def begin(self) -> Any:
        """Put the base back to its start and give a new head, always the same."""
        import keras

        self.base.set_weights(self.weights)
        keras.utils.set_random_seed(0)
        return keras.layers.Dense(len(self.splits.train.class_names), activation="softmax")

    def accuracy(self, head: Any) -> float:
        """Test accuracy of base and head as they are now."""
        features = self.base.predict(self.inputs[2], verbose=0)
        answers = np.asarray(head(features)).argmax(axis=1)
        return float(np.mean(answers == self.splits.test.labels))

    def by_fit(self) -> Callable[[], float]:
        """Both stages by `fit` through the whole network, as tutorials do."""
        import keras

        head = self.begin()
        model = keras.Sequential([keras.Input(self.shape), self.base, head])
        labels = [part.labels for part in self.splits]
        validation = (self.inputs[1], labels[1])
        for stage, (epochs, rate) in enumerate(zip(EPOCHS, (HEAD_RATE, RATE), strict=True)):
            self.base.trainable = True
            for layer in self.base.layers:
                norm = isinstance(layer, keras.layers.BatchNormalization)
                layer.trainable = stage == 1 and layer.name.startswith("conv5") and not norm
            model.compile(
                keras.optimizers.Adam(rate),
                "sparse_categorical_crossentropy",
                metrics=["accuracy"],
                jit_compile=False,  # XLA's convolutions are several times slower on a processor
            )
            for epoch in range(epochs):
                # The order that `fine_tune` takes: the sides do the same work, to rounding.
                order = np.random.default_rng([0, stage, epoch]).permutation(len(labels[0]))
                images = self.inputs[0][order]
                model.fit(
                    images,
                    labels[0][order],
                    BATCH_SIZE,
                    validation_data=validation,
                    shuffle=False,
                    verbose=0,
                )
        return lambda: self.accuracy(head)

    def by_boundary(
        self, cold_cache: AbstractContextManager, precision: str = "float32"
    ) -> Callable[[], float]:
        """The same by `fine_tune`, in a context where nothing is cached yet."""
        from course_utils.finetuning import Schedule, Stage, fine_tune

        head = self.begin()
        stages = (
            Stage({"head": HEAD_RATE}, EPOCHS[0], decay="constant"),
            Stage({"head": RATE, "conv5": RATE}, EPOCHS[1], decay="constant"),
        )
        schedule = Schedule(stages, batch_size=BATCH_SIZE, restore_best=False)
        with cold_cache:
            fine_tune(self.base, head, self.splits, schedule, precision=precision, progress=False)
        return lambda: self.accuracy(head)

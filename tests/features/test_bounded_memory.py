"""A folder of photographs larger than memory passes through."""

import keras
import numpy as np
import psutil

from course_utils.features import extract_features

N, SIDE = 20_000, 64


class MadeWhenAskedFor:
    """Images of 245 MB that exist only a batch at a time; measures this process's memory."""

    shape = (N, SIDE, SIDE, 3)

    def __init__(self):
        self.process = psutil.Process()
        self.start = self.process.memory_info().rss
        self.largest = 0

    def __len__(self):
        return N

    def __getitem__(self, index):
        numbers = np.arange(*index.indices(N))
        self.largest = max(self.largest, self.process.memory_info().rss - self.start)
        images = np.empty((len(numbers), *self.shape[1:]), np.uint8)
        images[:] = (numbers % 251)[:, None, None, None]
        return images


def test_memory_does_not_grow_with_the_images():
    inputs = keras.Input((SIDE, SIDE, 3))
    base = keras.Model(inputs, keras.layers.AveragePooling2D(16)(inputs))
    extract_features(base, np.zeros((64, SIDE, SIDE, 3)), precision="float32", progress=False)
    images = MadeWhenAskedFor()
    features = extract_features(
        base, images, precision="float32", preprocess=lambda x: x, progress=False
    )
    assert features.array.shape == (N, 4, 4, 3)
    np.testing.assert_array_equal(features.array[::250, 0, 0, 0], np.arange(0, N, 250) % 251)
    assert images.largest < 100e6 < N * SIDE * SIDE * 3

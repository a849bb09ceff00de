"""The frameworks' own loaders read the shipped weights, and both frameworks see the same."""

import random

import numpy as np
import pytest
from sklearn.datasets import load_sample_images

from course_utils.bases import course_weights


@pytest.fixture(scope="module")
def paths(tmp_path_factory):
    """Really expanded copies; `drawn` and `counted` tell what expanding left behind in Keras."""
    import keras

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COURSE_CACHE", str(tmp_path_factory.mktemp("cache")))
        random.seed(7)
        before = keras.layers.InputLayer((1,)).name
        found = {framework: course_weights(framework=framework) for framework in ("keras", "torch")}
        drawn = random.random()
        return found | {"drawn": drawn, "names": (before, keras.layers.InputLayer((1,)).name)}


@pytest.fixture(scope="module")
def images():
    """Eight crops of 64 x 64 pixels of real photographs (a temple, a flower)."""
    crops = [photo[::2, ::2][64:128, k : k + 64] for photo in load_sample_images().images
             for k in (0, 64, 128, 192)]  # fmt: skip
    return np.stack(crops).astype(np.float32)


@pytest.fixture(scope="module")
def keras_outputs(paths, images):
    """Pooled features and logits by `keras.applications`."""
    import keras

    base = keras.applications.ResNet50(
        weights=paths["keras"], include_top=False, input_shape=(64, 64, 3), pooling="avg"
    )
    whole = keras.applications.ResNet50(
        weights=paths["keras"], include_top=True, classes=200, classifier_activation=None,
        input_shape=(64, 64, 3),
    )  # fmt: skip
    inputs = keras.applications.resnet50.preprocess_input(images.copy())
    return [np.asarray(model(inputs, training=False)) for model in (base, whole)]


@pytest.fixture(scope="module")
def torch_outputs(paths, images):
    """Pooled features and logits by `transformers`, through its image processor."""
    import torch
    import transformers

    folder = paths["torch"]
    processor = transformers.AutoImageProcessor.from_pretrained(folder)
    base = transformers.ResNetModel.from_pretrained(folder).eval()
    whole = transformers.ResNetForImageClassification.from_pretrained(folder).eval()
    inputs = processor(list(images.astype(np.uint8)), return_tensors="pt")
    with torch.inference_mode():
        return [base(**inputs).pooler_output.flatten(1).numpy(), whole(**inputs).logits.numpy()]


@pytest.mark.parametrize(("position", "width"), [(0, 2048), (1, 200)], ids=["features", "logits"])
def test_both_frameworks_agree(keras_outputs, torch_outputs, position, width):
    ours, theirs = keras_outputs[position], torch_outputs[position]
    assert ours.shape == theirs.shape == (8, width)
    assert np.abs(ours).max() > 0.1
    for one, other in zip(ours, theirs, strict=True):
        assert np.linalg.norm(one - other) < 1e-3 * np.linalg.norm(one)
        assert np.abs(one - other).max() < 1e-3 * np.abs(one).max()


def test_the_photographs_look_different_to_it(keras_outputs):
    """Agreement alone would also hold for a network that answers the same to everything."""
    features, logits = keras_outputs
    assert np.linalg.norm(features[0] - features[4]) > 0.3 * np.linalg.norm(features[0])
    assert len(set(logits.argmax(axis=1))) > 1


def test_the_network_knows_its_classes(paths):
    from transformers import AutoConfig

    config = AutoConfig.from_pretrained(paths["torch"])
    assert config.num_labels == 200
    assert config.id2label[0] == "goldfish"
    assert config.label2id["goldfish"] == 0


def test_expanding_leaves_no_trace_in_keras(paths):
    """Weights and names of what a learner builds next are those of a run with a warm cache."""
    random.seed(7)
    assert paths["drawn"] == random.random()
    before, after = (
        int(name.removeprefix("input_layer").strip("_") or 0) for name in paths["names"]
    )
    assert after == before + 1

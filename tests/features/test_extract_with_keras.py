"""`extract_features` gives what the Keras network gives, once."""

import random

import keras
import numpy as np
import pytest
from small_networks import build, lambda_layer, nested, residual

from course_utils.bases import precision as arithmetic
from course_utils.errors import CourseError
from course_utils.features import extract_features, keras_engine


def plain(model, images):
    """The same the plain way."""
    inputs = keras.applications.resnet50.preprocess_input(images.astype(np.float32))
    return np.asarray(model(inputs, training=False))


def extract(base, images, layer=None, **options):
    return extract_features(base, images, layer, progress=False, **options)


def distance(features, expected):
    return np.abs(features.array - expected).max() / np.abs(expected).max()


@pytest.mark.parametrize(("precision", "tolerance"), [("float32", 1e-4), ("bfloat16", 0.03)])
def test_the_networks_own_output(images, count_runs, precision, tolerance):
    base = build(residual)
    features = extract(base, images, precision=precision)
    assert (features.array.shape, features.array.dtype) == ((150, 8, 8, 3), np.float32)
    assert distance(features, plain(base, images)) < tolerance
    assert count_runs == [64, 64, 22]
    again = extract(base, images, precision=precision)
    assert count_runs == [64, 64, 22], "the second call reads from disk"
    np.testing.assert_array_equal(again.array, features.array)
    assert np.asarray(again).shape == (150, 8, 8, 3)
    assert len(again) == 150


@pytest.mark.parametrize("fast", [True, False])
def test_auto_takes_bfloat16_where_it_is_fast(images, monkeypatch, fast):
    monkeypatch.setattr(arithmetic, "bfloat16_is_fast", lambda: fast)
    base = build(residual)
    key = extract(base, images[:3], precision="bfloat16" if fast else "float32").key
    assert extract(base, images[:3]).key == key


@pytest.mark.parametrize("kind", ["re_lu", "conv2d", "batch_normalization"])
def test_one_layer(images, kind):
    """Also one that folding touches."""
    base = build(residual)
    name = next(layer.name for layer in base.layers if layer.name.startswith(kind))
    part = keras.Model(base.inputs[0], base.get_layer(name).output)
    features = extract(base, images[:5], layer=name, precision="float32")
    assert features.array.shape == (5, 16, 16, 3)
    assert distance(features, plain(part, images[:5])) < 1e-4


def test_a_network_in_a_sequential(images):
    """`layer` may be the network inside; its output is taken where the outer network calls it."""
    inner = build(residual)
    base = keras.Sequential(
        [keras.Input((16, 16, 3)), keras.layers.Rescaling(0.5), inner, keras.layers.Flatten()]
    )
    whole = extract(base, images[:5], precision="float32")
    assert distance(whole, plain(base, images[:5])) < 1e-4
    part = extract(base, images[:5], layer=inner.name, precision="float32")
    assert distance(part, np.asarray(whole).reshape(5, 8, 8, 3)) < 1e-4


@pytest.mark.parametrize("block", [nested, lambda_layer], ids=lambda block: block.__name__)
def test_unusual_networks(images, block):
    """A Lambda layer cannot be copied: such a network runs as it is."""
    base = build(block)
    features = extract(base, images[:5], precision="float32")
    assert distance(features, plain(base, images[:5])) < 1e-4


def test_the_network_is_left_as_it_was(images):
    base = build(residual)
    base.trainable = True
    before = [weight.copy() for weight in base.get_weights()]
    extract(base, images[:5], precision="bfloat16")
    assert base.trainable
    for old, new in zip(before, base.get_weights(), strict=True):
        np.testing.assert_array_equal(old, new)


@pytest.mark.parametrize("kind", [np.float32, np.float64, np.int64])
def test_images_of_other_kinds(images, kind):
    base = build(residual)
    few = images[:70].astype(kind)
    kept = few.copy()
    features = extract(base, few, precision="float32")
    assert distance(features, plain(base, images[:70])) < 1e-4
    np.testing.assert_array_equal(few, kept, "preprocessing works on a copy")


def test_preprocessing_of_ones_own(images):
    base = build(residual, size=8)
    features = extract(
        base, images[:5], preprocess=lambda x: x[:, ::2, ::2] / 255, precision="float32"
    )
    expected = np.asarray(base(images[:5, ::2, ::2].astype(np.float32) / 255, training=False))
    assert distance(features, expected) < 1e-4


def test_extraction_leaves_the_callers_random_numbers_alone(images):
    """Else a head made next would start from other weights when the cache is cold."""
    base = build(residual)
    drawn = []
    for _ in ("cold", "warm"):
        keras.utils.set_random_seed(3)
        extract(base, images[:5])
        kernel = keras.layers.Dense(4)
        kernel.build((None, 4))
        drawn.append((random.random(), np.random.rand(), kernel.kernel.numpy().sum()))
    assert drawn[0] == drawn[1]


IMAGES = np.zeros((5, 16, 16, 3), np.uint8)


@pytest.mark.parametrize(
    ("images", "options", "sentence"),
    [
        (IMAGES[:0], {}, r"shape \(n, height, width, 3\) .* not \("),
        (IMAGES[0], {}, r"shape \(n, height, width, 3\) .* not \("),
        (IMAGES[..., :1], {}, r"shape \(n, height, width, 3\) .* not \("),
        ([[1, 2, 3]], {}, r"not list\.$"),
        (IMAGES[:, :8], {}, r"of shape \(16, 16, 3\), not \(8, 16, 3\): build it with"),
        (
            IMAGES,
            {"preprocess": lambda x: x[:1]},
            r"one image, .* from shape \(2, 16, 16, 3\) it made \(1",
        ),
        (IMAGES, {"layer": "conv5"}, r"no layer 'conv5': .* called [\w, ]+, \.\.\., re_lu\w*\.$"),
        (IMAGES, {"precision": "half"}, "precision 'half' is unknown"),
    ],
)
def test_mistakes(images, options, sentence):
    with pytest.raises(CourseError, match=sentence):
        extract(build(residual), images, **options)


def test_networks_that_are_none(images):
    class Own(keras.Model):
        def call(self, inputs):
            return inputs

    pair = keras.Input((16, 16, 3))
    for base in (Own(), keras.Sequential([keras.layers.ReLU()]), keras.Model(pair, [pair, pair])):
        with pytest.raises(CourseError, match="one input and one output"):
            extract(base, images)
    with pytest.raises(CourseError, match=r"keras.Model or a torch.nn.Module as its base, not str"):
        extract("resnet50", images)


def test_progress_is_shown_only_while_computing(images, capsys):
    base = build(residual)
    extract_features(base, images)
    assert "3/3" in capsys.readouterr().err
    extract_features(base, images)
    extract_features(base, images[:3], progress=False)
    assert capsys.readouterr().err == ""


def test_a_slip_in_folding_is_not_hidden_by_running_the_plain_network(images, monkeypatch):
    """The fallback for networks that can't be copied must not take what can be."""
    folded = []
    original = keras_engine.fold_batch_norm
    monkeypatch.setattr(
        keras_engine,
        "fold_batch_norm",
        lambda *given: folded.append(original(*given)) or folded[-1],
    )
    extract(build(residual), images[:3])
    assert len(folded) == 1

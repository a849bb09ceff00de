"""A key changes with whatever the numbers depend on, and with nothing else."""

import functools
import types

import keras
import numpy as np
import pytest
from keras import layers
from small_networks import build, nested, residual

from course_utils import features
from course_utils.features import extraction, identity


@pytest.fixture(autouse=True)
def keys_only(monkeypatch):
    """Nothing is computed here."""
    monkeypatch.setattr(extraction, "fetch_or_compute", lambda *given: np.zeros((3, 1)))


FEW = np.random.default_rng(0).integers(0, 256, (3, 16, 16, 3), dtype=np.uint8)


def key(base, images=FEW, layer=None, **options):
    return features.extract_features(base, images, layer, precision="float32", **options).key


@pytest.mark.parametrize("block", [residual, nested], ids=lambda block: block.__name__)
def test_names_do_not_matter_and_weights_do(block):
    first, twin, other = build(block), build(block), build(block, seed=1)
    assert first.layers[-1].name != twin.layers[-1].name
    assert key(first) == key(twin)
    assert key(first) != key(other)
    twin.trainable = False
    assert key(first) == key(twin)
    weights = twin.get_weights()
    weights[-1][0] += 1e-6
    twin.set_weights(weights)
    assert key(first) != key(twin)


def test_wiring_matters():
    """The same layers with the same weights, joined otherwise."""

    def network(shortcut):
        keras.utils.set_random_seed(0)
        steps = [keras.Input((16, 16, 3))]
        for _ in range(3):
            steps.append(layers.Conv2D(3, 1)(steps[-1]))
        return keras.Model(steps[0], layers.Add()([steps[3], steps[shortcut]]))

    assert key(network(1)) == key(network(1))
    assert len({key(network(shortcut)) for shortcut in (0, 1, 2)}) == 3


def test_settings_and_constants_matter():
    def network(slope=0.0, factor=2.0, kind="relu", name="relu"):
        inputs = keras.Input((16, 16, 3))
        x = layers.ReLU(negative_slope=slope)(inputs) * factor
        return keras.Model(inputs, layers.Activation(kind, name=name)(x))

    keys = {key(network(**c)) for c in ({}, {"slope": 0.1}, {"factor": 3.0}, {"kind": "tanh"})}
    keys.add(key(network(kind="tanh", name="tanh")))
    assert len(keys) == 4, "and a layer's name does not hide its activation"


def test_code_of_ones_own_layers_matters():
    def network(factor):
        class Own(layers.Layer):
            def call(self, inputs):
                return inputs * 2 if factor == 2 else inputs + 3

        if factor == 3:
            Own.call = lambda self, inputs: inputs * 3
        inputs = keras.Input((16, 16, 3))
        return keras.Model(inputs, Own()(inputs))

    assert key(network(2)) == key(network(2))
    assert key(network(2)) != key(network(3))


def test_layer_and_precision_matter():
    base = build(residual)
    names = [layer.name for layer in base.layers[1:]]
    assert len({key(base, layer=name) for name in names}) == len(names)
    rounded = features.extract_features(base, FEW, precision="bfloat16").key
    assert rounded != key(base)


def test_a_compiled_network_is_the_same_network():
    base = build(nested)
    before = key(base)
    for model in [base, *(layer for layer in base.layers if isinstance(layer, keras.Model))]:
        model.compile("adam", "mse")
    assert key(base) == before


class Scale:
    """An object that preprocesses, as transforms do."""

    def __init__(self, factor):
        self.factor = factor

    def __call__(self, batch):
        return batch * self.factor

    def method(self, batch):
        return batch * self.factor


def closing_over(factor):
    return lambda batch: batch * factor


def with_default(factor):
    return lambda batch, by=factor: batch * by


def with_inner(twice):
    if twice:
        return lambda batch: (lambda part: part * 2)(batch)
    return lambda batch: (lambda part: part * 3)(batch)


FACTOR = types.SimpleNamespace(value=2)

PAIRS = {
    "code": (lambda batch: batch * 2, lambda batch: batch + 2),
    "constant": (lambda batch: batch * 2, lambda batch: batch * 3),
    "called": (lambda batch: np.sin(batch), lambda batch: np.cos(batch)),
    "rarely": (
        lambda batch: np.sin(batch) if batch.max() > 999 else batch,
        lambda batch: np.cos(batch) if batch.max() > 999 else batch,
    ),
    "closure": (closing_over(2), closing_over(3)),
    "default": (with_default(2), with_default(3)),
    "inner": (with_inner(True), with_inner(False)),
    "partial": (functools.partial(np.multiply, 2), functools.partial(np.multiply, 3)),
    "object": (Scale(2), Scale(3)),
    "method": (Scale(2).method, Scale(3).method),
    "layer": (layers.Rescaling(2.0, name="rescaling"), layers.Rescaling(3.0, name="rescaling")),
    "none": (None, lambda batch: batch),
}


@pytest.mark.parametrize("kind", PAIRS)
def test_preprocessing_matters(kind):
    base = build(residual)
    one, other = PAIRS[kind]
    assert key(base, preprocess=one) == key(base, preprocess=one)
    assert key(base, preprocess=one) != key(base, preprocess=other)


def test_the_same_source_has_the_same_key_in_another_place():
    source = "lambda batch: (lambda part: part * {})(batch) if batch.max() > 999 else batch"
    texts = [
        identity.identity_of_preprocessing(
            eval(compile(source.format(factor), place, "eval")), (4, 4, 3)
        )
        for factor, place in [(2, "<one cell>"), (2, "<another>"), (3, "<one cell>")]
    ]
    assert texts[0] == texts[1] != texts[2]


def test_what_a_function_looks_up_elsewhere_matters():
    def look_up(batch):
        return batch * FACTOR.value

    before = identity.identity_of_preprocessing(look_up, (4, 4, 3))
    FACTOR.value = 3
    assert identity.identity_of_preprocessing(look_up, (4, 4, 3)) != before
    FACTOR.value = 2


class Files:
    """Images that are decoded when asked for, and known by their files."""

    def __init__(self, images, prints):
        self.images, self.prints, self.shape = images, prints, images.shape

    def __len__(self):
        return len(self.images)

    def __getitem__(self, index):
        return self.images[index]

    def fingerprint(self, index):
        return self.prints[index]


def test_images_matter():
    base = build(residual)
    changed = FEW.copy()
    changed[2, 15, 15, 2] ^= 1
    keys = [key(base, each) for each in (FEW, changed, FEW[::-1], FEW[:2], FEW.astype(np.int32))]
    assert len(set(keys)) == len(keys)
    assert key(base, np.asfortranarray(FEW)) == keys[0]
    floats = FEW.astype(np.float32)
    assert key(base, floats) != key(base, floats.view(np.int32)), "the same bytes, other numbers"


def test_files_are_known_by_their_fingerprints():
    base = build(residual)
    prints = [b"a", b"b", b"c"]
    first = key(base, Files(FEW, prints))
    assert key(base, Files(FEW * 0, prints)) == first, "nothing is decoded for a key"
    assert key(base, Files(FEW, [b"a", b"b", b"d"])) != first

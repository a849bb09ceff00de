"""Published formulas, written out anew, have the properties that lesson 03 asks of learners."""

import math
from types import SimpleNamespace

import keras
import numpy as np
import pytest
from checking import exercises_of

from course_utils.teaching.exercise import same

EXERCISES = exercises_of("03")


def open_one_stage(base, prefix):
    """The two switches of Keras, a base's and a layer's, set without relying on each other."""
    for layer in base.layers:
        layer.trainable = False
    chosen = [layer for layer in base.layers if layer.name.startswith(prefix)]
    for layer in chosen:
        layer.trainable = not isinstance(layer, keras.layers.BatchNormalization)
    if not base.trainable:
        states = [layer.trainable for layer in base.layers]
        base.trainable = True
        for layer, state in zip(base.layers, states, strict=True):
            layer.trainable = state


def goyal_then_loshchilov(step, steps, peak, warm_up):
    """Gradual warm-up by equal additions (arXiv:1706.02677), then SGDR's cosine (1608.03983)."""
    rate = 0.0
    for _ in range(min(step + 1, warm_up)):
        rate += peak / warm_up
    if step < warm_up:
        return rate
    cosine = keras.optimizers.schedules.CosineDecay(peak, steps - warm_up)
    return float(cosine(step - warm_up))


def howard_and_ruder(groups, rate, factor):
    """Section 3.2 of arXiv:1801.06146: the last layer's rate first, then each one below it."""
    rates = [rate]
    while len(rates) < len(groups):
        rates.insert(0, rates[0] / factor)
    return dict(zip(groups, rates, strict=True))


def li_grandvalet_and_davoine(weights, start, strength):
    """Equation 2 of arXiv:1802.01483 weight by weight, all of them shared with the source."""
    squares = []
    for after, before in zip(weights, start, strict=True):
        for position in np.ndindex(after.shape):
            squares.append((float(after[position]) - float(before[position])) ** 2)
    return strength / 2 * math.fsum(squares)


def goodfellow_bengio_and_courville(losses, patience):
    """Algorithm 7.1 of their book Deep Learning, an evaluation after each epoch.

    Its i, j, v and asterisks are `epoch`, `worse`, `lowest` and `best` here.
    """
    epoch, worse, lowest, best = -1, 0, math.inf, None
    while worse < patience and epoch < len(losses) - 1:
        epoch += 1
        if losses[epoch] < lowest:
            worse, best, lowest = 0, epoch, losses[epoch]
        else:
            worse += 1
    return best, epoch


def keras_early_stopping(losses, patience):
    """What Keras's own callback does when it is told these losses."""
    callback = keras.callbacks.EarlyStopping(
        "val_loss", patience=patience, mode="min", restore_best_weights=True
    )
    model = SimpleNamespace(
        stop_training=False, get_weights=list, set_weights=lambda weights: None, optimizer=None
    )
    callback.set_model(model)
    callback.on_train_begin()
    for epoch, loss in enumerate(losses):
        callback.on_epoch_end(epoch, {"val_loss": loss})
        if model.stop_training:
            break
    return callback.best_epoch, epoch


def run_what_changes(trainable):
    """Layers whose output is the same before and after a step, in a chain of numbers.

    Each layer adds a number of its own, which a step of training changes if it is trainable.
    """
    before = np.cumsum(np.ones(len(trainable)))
    after = np.cumsum(1 + np.asarray(trainable, dtype=float))
    return int(np.sum(before == after))


OWN = {
    "03-unfreeze": open_one_stage,
    "03-learning-rate": goyal_then_loshchilov,
    "03-discriminative": howard_and_ruder,
    "03-l2-sp": li_grandvalet_and_davoine,
    "03-early-stopping": goodfellow_bengio_and_courville,
    "03-freeze-boundary": run_what_changes,
}
PROPERTIES = [(id, prop) for id in OWN for prop in EXERCISES[id].properties]


def test_every_exercise_has_a_reference():
    assert set(OWN) == set(EXERCISES)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(
    ("exercise_id", "prop"), PROPERTIES, ids=[f"{id}-{p.test.__name__}" for id, p in PROPERTIES]
)
def test_the_reference_has_the_property(exercise_id, prop, seed):
    prop.test(OWN[exercise_id], np.random.default_rng(seed))


@pytest.mark.parametrize("exercise_id", [id for id in OWN if EXERCISES[id].example])
def test_the_example_is_right(exercise_id):
    arguments, result = EXERCISES[exercise_id].example
    arrays = [np.array(a) if isinstance(a, list) and np.ndim(a) > 1 else a for a in arguments]
    assert same(result, OWN[exercise_id](*arrays))


def test_the_examples_in_words_are_right():
    groups = ("conv4", "conv5", "head")
    assert "0.025, 0.05 and 0.1" in EXERCISES["03-discriminative"].hints[0]
    assert list(howard_and_ruder(groups, 0.1, 2).values()) == [0.025, 0.05, 0.1]
    assert "0.9, 0.5, 0.6, 0.7, 0.4 give (1, 3)" in EXERCISES["03-early-stopping"].hints[0]
    assert goodfellow_bengio_and_courville([0.9, 0.5, 0.6, 0.7, 0.4], 2) == (1, 3)


@pytest.mark.parametrize("patience", [1, 2, 3])
@pytest.mark.parametrize("seed", range(5))
def test_keras_stops_where_the_book_does(seed, patience):
    # Equal losses are frequent. A first loss of nan is left out: Keras takes it for the best.
    losses = np.random.default_rng(seed).integers(1, 9, 12) / 10
    losses[3::4] = math.nan
    expected = goodfellow_bengio_and_courville(losses, patience)
    assert keras_early_stopping(losses, patience) == expected

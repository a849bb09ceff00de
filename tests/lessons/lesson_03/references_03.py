"""Published formulas, written out anew: answers to the exercises of lesson 03."""

import math

import keras
import numpy as np


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

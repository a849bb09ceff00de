"""Two-dimensional adaptation problems that can be solved, each by methods of one kind.

Every toy is a function of a seed that gives source points, target points and their labels (the
same for both): two classes, as many of each, and a source that any classifier learns.
"""

import numpy as np
import torch

from course_utils.adaptation import SourceOnly, adapt, feature_network

N = 400
SEEDS = (0, 1, 2)


def scaled_nuisance(seed):
    """Both coordinates tell the class in the source; in the target the second is wide noise.

    Solvable by whatever makes the features' distributions equal (covariances, kernel means, an
    adversary): only features that leave the second coordinate out are spread equally in both
    domains, and the first is enough for the class.
    """
    random, labels, sign = _classes(seed)
    source = np.stack([sign, sign], axis=1) + 0.3 * random.normal(size=(N, 2))
    target = np.stack([sign + 0.3 * random.normal(size=N), 6 * random.normal(size=N)], axis=1)
    return source, target, labels


def shifted_nuisance(seed):
    """The same, but in the target the second coordinate is far off and constant, save for noise.

    Solvable by methods that look at means: a shift leaves the covariance within a class alone.
    """
    random, labels, sign = _classes(seed)
    source = np.stack([sign, sign], axis=1) + 0.3 * random.normal(size=(N, 2))
    target = np.stack([sign, np.full(N, 4.0)], axis=1) + 0.3 * random.normal(size=(N, 2))
    return source, target, labels


def moved(seed):
    """The target is the source's distribution, three times as large and moved away.

    Solvable by statistics alone: a layer of linear units followed by BatchNorm gives the same
    for both, if BatchNorm takes each domain's own mean and variance.
    """
    random, labels, sign = _classes(seed)
    source, target = (
        np.stack([sign, 0 * sign], axis=1) + 0.3 * random.normal(size=(N, 2)) for _ in range(2)
    )
    return source, 3 * target + 5, labels


def rotated(seed):
    """The target is the source's distribution, turned so far that about a quarter changes side.

    Solvable by certainty: the two target clusters have a gap between them, most of each lies on
    its right side, and some line goes through the gaps of both domains. Beyond a quarter turn
    the majority would lie on the wrong side, and the same methods would be wrong with certainty.
    """
    random, labels, sign = _classes(seed)
    source, target = (
        np.stack([2 * sign, 0 * sign], axis=1) + 0.8 * random.normal(size=(N, 2)) for _ in range(2)
    )
    angle = np.deg2rad(72)
    turn = [[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]]
    return source, target @ turn, labels


#: Width of the network and learning rate. A wide network's boundary on its way differs less from
#: seed to seed, which matters where a majority decides.
SETTINGS = {rotated: (256, 1e-3)}


def trained(toy, seed, method=SourceOnly, steps=200, **options):
    """A method, trained on a toy."""
    source, target, labels = toy(seed)
    width, learning_rate = SETTINGS.get(toy, (32, 1e-2))
    network = feature_network(2, 2, width=width, seed=seed)
    algorithm = method(network, learning_rate=learning_rate, seed=seed, **options)
    adapt(algorithm, (source, labels), target, steps, seed=seed)
    return algorithm


def batches(seed=0, n=16, n_inputs=5, n_classes=3):
    """A source batch with labels, and a target batch."""
    random = torch.Generator().manual_seed(seed)
    labels = torch.randint(n_classes, (n,), generator=random)
    inputs, target = (torch.randn((n, n_inputs), generator=random) for _ in range(2))
    return (inputs, labels), target + 1


def state(network):
    """All weights and buffers in one row."""
    return torch.cat([value.flatten().double() for value in network.state_dict().values()])


def updated(method, steps=5, target=None, **options):
    """A small network after some updates, and what the last one reported."""
    algorithm = method(feature_network(5, 3, width=8), **options)
    for step in range(steps):
        source, own_target = batches(step)
        losses = algorithm.update(source, own_target if target is None else target)
    return algorithm, losses


def accuracy(logits, labels):
    return float((logits.argmax(axis=1) == labels).mean())


def _classes(seed):
    labels = np.arange(N) % 2
    return np.random.default_rng(seed), labels, 2.0 * labels - 1

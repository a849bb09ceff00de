"""The trials of the adaptation sweeps: one method on one draw of one shift, measured."""

import time

import numpy as np

from course_utils.lessons.lesson_05.tasks import SHIFTS, arena

#: How long and in what batches each kind of network is trained. Of its steps, a network is looked
#: at `LOOKS` times: each look is a candidate that a selector may choose.
TRAINING = {
    "all": {"steps": 240, "batch_size": 48, "learning_rate": 3e-3},
    "head": {"steps": 200, "batch_size": 64, "learning_rate": 1e-3},
    "last stage": {"steps": 60, "batch_size": 32, "learning_rate": 3e-4},
}
LOOKS = 4
#: Weights of each method's own term that are tried.
METHODS = {
    "source only": (1.0,),
    "CORAL, closed form": (1.0,),
    "AdaBN": (1.0,),
    "Tent": (1.0,),
    "deep CORAL": (1.0, 10.0),
    "MMD": (0.3, 1.0),
    "DANN": (0.3, 1.0),
    "CDAN": (0.3, 1.0),
    "class confusion": (0.3, 1.0),
    "entropy": (0.03, 0.1),
    "self-training": (0.3, 1.0),
}
#: Of a trained network under Tent: passes over the target.
TENT_PASSES = 3
TENT_BATCH = 64


def trial(
    study,
    shift,
    method,
    seed,
    weight=1.0,
    augmentation=None,
    skew=0.0,
    corruption=None,
    severity=0.0,
):
    """Train one method on one draw of one shift, and look at it as it goes.

    Parameters
    ----------
    study : str
        What the trial belongs to; nothing depends on it.
    shift : str
        A key of `adaptation_arenas.SHIFTS`.
    method : str
        A key of `METHODS`.
    seed : int
        Of the labelled source images, the network's start and the batches.
    weight : float
        Of the method's own term.
    augmentation, skew, corruption, severity
        See `adaptation_arenas.arena`.

    Returns
    -------
    dict
        `candidates`: one dict a look: `step`, the score of every selector, `oracle` (accuracy on
        the target's validation images) and `test` (on its test images); `proxy_distance`: of the
        last one's features; `discriminator`: balanced accuracy at every tenth step, if there is
        one; `class_weights`: the last ones, if the method weighs classes; `seconds` of training,
        without the looks; of AdaBN and Tent, those after the source-only training that they
        begin with.
    """
    data = arena(shift, seed, augmentation, skew, corruption, severity)
    return measure(data, SHIFTS[shift].trains, method, seed, weight)


def measure(data, trains, method, seed, weight=1.0):
    """Train one method on the data of one arena: see `trial`.

    Parameters
    ----------
    data : Arena
    trains : str
        A key of `TRAINING`.
    method, seed, weight
        As in `trial`.

    Returns
    -------
    dict
    """
    from course_utils.transferability import proxy_a_distance

    candidates, measured, looking, latest = [], {}, [], {}

    def look(algorithm, step):
        began = time.perf_counter()
        outputs = _outputs(algorithm, data)
        candidates.append({"step": step} | _judged(outputs, algorithm, data))
        latest.update(outputs=outputs, algorithm=algorithm)
        looking.append(time.perf_counter() - began)

    before = _source_only(data, trains, seed) if method in AFTERWARDS else None
    started = time.perf_counter()
    if method == "CORAL, closed form":
        data = _by_coral(data)
    if before is not None:
        for step, algorithm in AFTERWARDS[method](before, data, seed):
            look(algorithm, step)
    else:
        history = _train(data, trains, method, weight, seed, look)
        if "discriminator accuracy" in history.steps[-1]:
            accuracies = history.column("discriminator accuracy")
            measured["discriminator"] = np.round(accuracies[::10], 3).tolist()
    if hasattr(latest["algorithm"], "class_weights"):
        weights = latest["algorithm"].class_weights.double().numpy()
        measured["class_weights"] = np.round(weights, 3).tolist()
    measured["seconds"] = round(time.perf_counter() - started - sum(looking), 2)
    ends = latest["outputs"]
    distance = proxy_a_distance(ends.source_features, ends.target_features)
    return {"candidates": candidates, "proxy_distance": round(distance, 4)} | measured


def _train(data, trains, method, weight, seed, look=None):
    from course_utils.adaptation import adapt

    own = TRAINING[trains]
    algorithm = _algorithm(method, data.network(seed), weight, own["learning_rate"])
    return adapt(
        algorithm,
        data.source,
        data.target,
        steps=own["steps"],
        batch_size=own["batch_size"],
        seed=seed,
        every=own["steps"] // LOOKS,
        look=look,
    )


def _algorithm(method, network, weight, learning_rate):
    from course_utils import adaptation

    own = {
        "deep CORAL": adaptation.DeepCoral,
        "MMD": adaptation.MMD,
        "DANN": adaptation.DANN,
        "partial DANN": adaptation.PartialDANN,
        "CDAN": adaptation.CDAN,
        "class confusion": adaptation.ClassConfusion,
        "entropy": adaptation.EntropyMinimisation,
        "self-training": adaptation.SelfTraining,
    }
    if method not in own:
        return adaptation.SourceOnly(network, learning_rate=learning_rate)
    # Each domain normalised by its own batch in training: the joint batch, which is the classes'
    # default, mostly did worse in a pilot on one draw.
    options = {"learning_rate": learning_rate, "joint_statistics": False}
    return own[method](network, weight=weight, **options)


_aligned = {}


def _by_coral(data):
    """The arena under CORAL: every part, since whatever is trained on one has to meet its like.

    Each domain is standardised first, as the paper does, by its own training images. The last
    one made is kept, since it takes seconds.
    """
    import torch
    from sklearn.preprocessing import StandardScaler

    from course_utils.adaptation import coral_transform

    if _aligned.get("data") is data:
        return _aligned["arena"]

    def tensor(array):
        return torch.from_numpy(np.asarray(array, np.float32))

    def standardised(scaler, part):
        return part._replace(inputs=tensor(scaler.transform(part.inputs.numpy())))

    home = StandardScaler().fit(data.source.inputs.numpy())
    abroad = StandardScaler().fit(data.target.numpy())
    source, validation = (standardised(home, part) for part in data[:2])
    target = tensor(abroad.transform(data.target.numpy()))
    # Both source parts at once, so that one transform serves the two.
    both = torch.cat([source.inputs, validation.inputs]).numpy()
    bent = tensor(coral_transform(both, target.numpy()))
    n = len(source.inputs)
    arena_now = data._replace(
        source=source._replace(inputs=bent[:n]),
        source_validation=validation._replace(inputs=bent[n:]),
        target=target,
        target_validation=standardised(abroad, data.target_validation),
        target_test=standardised(abroad, data.target_test),
    )
    _aligned.update(data=data, arena=arena_now)
    return arena_now


_last = {}


def _source_only(data, trains, seed):
    """What AdaBN and Tent begin with: the network that the source-only trial ends with."""
    from course_utils.adaptation import SourceOnly

    if _last.get("data") is not data or _last["seed"] != seed:
        _last.update(data=data, seed=seed)
        _train(
            data,
            trains,
            "source only",
            1.0,
            seed,
            lambda algorithm, step: _last.update(network=algorithm.network),
        )
    return SourceOnly(_last["network"])


def _batch_normalised(algorithm, data, seed):
    """AdaBN: one candidate."""
    from course_utils.adaptation import SourceOnly, adapt_batch_norm

    yield 0, SourceOnly(adapt_batch_norm(algorithm.network, data.target))


def _at_test_time(algorithm, data, seed):
    """Tent: a candidate a pass over the target, in random order."""
    import torch

    from course_utils.adaptation import Tent

    tent = Tent(algorithm.network)
    random = np.random.default_rng(seed)
    for done in range(TENT_PASSES):
        order = torch.from_numpy(random.permutation(len(data.target)))
        for batch in order.split(TENT_BATCH):
            if len(batch) == TENT_BATCH:  # a batch of a few has no statistics worth having
                tent.update(data.target[batch])
        yield done + 1, tent


#: Methods that need no training of their own: they change a network trained on the source.
AFTERWARDS = {"AdaBN": _batch_normalised, "Tent": _at_test_time}


def _outputs(algorithm, data):
    from course_utils.adaptation import Outputs

    return Outputs(
        source_features=algorithm.features(data.source_validation.inputs),
        source_logits=algorithm.predict(data.source_validation.inputs),
        source_labels=data.source_validation.labels,
        target_features=algorithm.features(data.target_validation.inputs),
        target_logits=algorithm.predict(data.target_validation.inputs),
    )


def _judged(outputs, algorithm, data):
    """What every selector, and the oracle, think of a candidate; and how good it is."""
    from course_utils.adaptation import SELECTORS, oracle

    scores = {name: round(float(score(outputs)), 5) for name, score in SELECTORS.items()}
    answers = algorithm.predict(data.target_test.inputs).argmax(axis=1)
    return scores | {
        "oracle": round(oracle(outputs, data.target_validation.labels), 5),
        "test": round(float(np.mean(answers == data.target_test.labels)), 5),
    }

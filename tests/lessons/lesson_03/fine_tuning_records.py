"""Made fine-tuning records of realistic shapes, in the form of the stored sweep."""

import numpy as np

GROUPS = ("conv1", "conv2", "conv3", "conv4", "conv5")
RATES = (1e-5, 1e-4, 1e-3, 1e-2, 1e-1)
STEPS = range(5, 121, 5)

#: Per target: its depths, the accuracy of its frozen head, and what tuning at best adds to it.
TARGETS = {
    "objects/photo": (("head", "conv5", "conv4", "all"), 0.78, 0.0),
    "surfaces/raking": (("head", "conv5", "all"), 0.55, 0.1),
    "phantoms/xray": (("head", "conv5"), 0.4, 0.2),
}

#: The rate at which the learning of a depth goes best.
TUNED = {"head": 1e-2, "conv5": 1e-3, "conv4": 1e-3, "all": 1e-4}


def unfrozen(depth):
    """Names of the groups that a depth leaves trainable."""
    return {"head": (), "all": GROUPS}.get(depth) or (
        () if depth == "head" else GROUPS[GROUPS.index(depth) :]
    )


def record(target, depth, rate, seed, curve, accuracy, agreement=1.0, drift=0.0, **trial):
    """One record; `drift` is that of every group that is trained."""
    moved = {group: drift if group in unfrozen(depth) else 0.0 for group in GROUPS}
    whole = {"study": "rates", "target": target, "start": "pretrained", "depth": depth, "n": 20}
    return {
        "trial": whole | {"learning_rate": rate, "seed": seed} | trial,
        "measured": {
            "train_accuracy": accuracy,
            "validation_accuracy": curve[-1][2],
            "test_accuracy": accuracy,
            "agreement": agreement,
            "drift": moved,
            "curve": curve,
        },
    }


def made(target, depth, rate, seed):
    """A made record: a probe that too small a rate leaves as it is, and too large a one ruins."""
    random = np.random.default_rng([list(TARGETS).index(target), len(depth), seed, int(1e6 * rate)])
    _, frozen, gain = TARGETS[target]
    away = np.log10(rate / TUNED[depth])
    best = frozen + (gain if depth != "head" else 0) - 0.12 * max(away, 0)
    speed = 0.08 * 10 ** (0.9 * min(away, 0.5))
    curve = []
    for step in STEPS:
        known, share = 1.0, 1 - np.exp(-speed * step)
        # The probes of different draws are regularised more or less.
        probe = 10 ** (-2.3 + 0.5 * seed % 2.0)
        loss = probe * np.exp(-speed * step) + 10 ** random.normal(-3, 0.1)
        if away > 1.5 and depth != "head":
            loss = probe + 2.4 * 3 ** (step / 20)
            known = share = 0.0
            if seed == 2 and step > 40:
                loss = None
        accuracy = 0.12 + known * (frozen - 0.12 + (best - frozen) * share)
        accuracy += random.normal(0, 0.012)
        curve.append([step, loss, float(np.clip(accuracy, 0, 1))])
    drift = 30 * rate**0.8 * np.exp(random.normal(0, 0.1))
    agreement = 1.0 if depth == "head" else float(np.exp(-drift / 0.3))
    test = float(np.clip(curve[-1][2] + random.normal(-0.01, 0.01), 0, 1))
    return record(target, depth, rate, seed, curve, test, agreement, drift)


def made_records():
    """The whole sweep, and among it what is to be left out: other studies, starts and seeds."""
    records = [
        made(target, depth, rate, seed)
        for target, (depths, _, _) in TARGETS.items()
        for depth in depths
        for rate in (RATES[1:] if depth == "head" else RATES)
        for seed in (0, 1, 2, 3, 4, 100)
    ]
    # A setting of which only one seed is stored.
    records = [
        each
        for each in records
        if (each["trial"]["target"], each["trial"]["depth"], each["trial"]["learning_rate"])
        != ("objects/photo", "conv4", 1e-4)
        or each["trial"]["seed"] == 0
    ]
    others = [made("objects/photo", "conv5", 1e-3, seed) for seed in range(5)]
    for other in others:
        other["trial"] |= {"start": "random", "learning_rate": 0.5}
    for other in [made("objects/photo", "conv5", 1e-3, seed) for seed in range(5)]:
        other["trial"] |= {"study": "depths", "learning_rate": 0.25}
        others.append(other)
    return others + records[::-1]

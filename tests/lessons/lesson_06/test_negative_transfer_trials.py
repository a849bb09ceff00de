"""The trials of lesson 06: what their arms share, and the probe they are measured against."""

import json

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, StratifiedKFold
from sklearn.preprocessing import StandardScaler

from course_utils.bases.zoo import RANDOM, build_zoo_network, zoo_parts
from course_utils.errors import CourseError
from course_utils.finetuning import torch_fine_tuning
from course_utils.finetuning.torch_fine_tuning import run_network
from course_utils.lessons.lesson_06 import trials
from course_utils.lessons.lesson_06.trials import SCRATCH, TARGETS

N = 5


@pytest.fixture(autouse=True)
def few_test_images(monkeypatch):
    monkeypatch.setattr(trials, "_MOST", 40)
    trials.judged_on.cache_clear()
    yield
    trials.judged_on.cache_clear()


def weights_of(network):
    return {name: weight.detach().numpy().copy() for name, weight in network.named_parameters()}


def test_scratch_and_random_begin_from_different_numbers_with_the_same_head():
    scratch, random = (weights_of(trials.start_network(name, 10, 0)) for name in (SCRATCH, RANDOM))
    assert list(scratch) == list(random)
    for name in scratch:
        if scratch[name].ndim > 1:
            assert np.array_equal(scratch[name], random[name]) == name.startswith("head"), name


@pytest.mark.parametrize("source", [SCRATCH, RANDOM])
def test_each_seed_begins_anew_and_the_same_seed_alike(source):
    first, again, other = (weights_of(trials.start_network(source, 4, seed)) for seed in (3, 3, 4))
    for name, weight in first.items():
        assert np.array_equal(weight, again[name])
        if weight.ndim > 1:
            assert not np.array_equal(weight, other[name]), name


def test_no_seed_of_scratch_is_a_seed_of_random():
    scratch = [weights_of(trials.start_network(SCRATCH, 2, seed)) for seed in range(5)]
    random = [weights_of(trials.start_network(RANDOM, 2, seed)) for seed in range(5)]
    name = "stage 1.layers.0.layer.0.convolution.weight"
    for one in scratch:
        assert not any(np.array_equal(one[name], other[name]) for other in random)


def test_a_start_is_a_copy():
    whole = build_zoo_network(3)
    before = zoo_parts(whole)["stage 4"].state_dict()
    before = {name: value.clone() for name, value in before.items()}
    network = trials.start_from(whole, 10, 0)
    torch_fine_tuning.fine_tune_network(network, *trials.drawn("digits", 1, 0), 1e-2, 1)
    for name, value in zoo_parts(whole)["stage 4"].state_dict().items():
        assert (value == before[name]).all()


def test_the_arms_of_one_seed_share_draw_and_batches(monkeypatch):
    given = []

    def fine_tune_network(network, inputs, labels, learning_rate, steps, look, **options):
        given.append((inputs, labels, options["seed"]))
        look(steps, network)

    monkeypatch.setattr(torch_fine_tuning, "fine_tune_network", fine_tune_network)
    for source, seed in ((SCRATCH, 0), (RANDOM, 0), (SCRATCH, 1)):
        trials.transfer_trial(source, "digits", N, seed, 1e-3)
    (first, labels, seed), (second, same, again), (third, _, other) = given
    assert (first == second).all() and np.array_equal(labels, same)
    assert seed == again == 0 and other == 1
    assert not (first == third).all()


@pytest.mark.parametrize("target", TARGETS)
def test_draws_hold_as_many_of_each_class_and_no_judged_image(target):
    inputs, labels = trials.drawn(target, N, 0)
    n_classes = len(trials.target_pictures(target).class_names)
    assert np.bincount(labels).tolist() == [N] * n_classes
    assert inputs.shape == (N * n_classes, 3, 64, 64)
    for judged, own in trials.judged_on(target):
        assert len(judged) == len(own) == 40
        same = (judged[:, None, :, ::8, ::8] == inputs[None, :, :, ::8, ::8]).flatten(2).all(2)
        assert not same.any()


@pytest.mark.parametrize("target", TARGETS)
def test_judged_images_are_whole_and_in_their_proportions(target, monkeypatch):
    """At their real number: every class is among them."""
    monkeypatch.setattr(trials, "_MOST", 360)
    trials.judged_on.cache_clear()
    n_classes = len(trials.target_pictures(target).class_names)
    for judged, labels in trials.judged_on(target):
        assert len(judged) == len(labels) <= 360
        assert np.bincount(labels, minlength=n_classes).min() >= 5


def given_probe(target, n_classes, seed=0):
    """A network that was given the probe, the probe, and images to compare their answers on."""
    inputs, labels = trials.drawn(target, N, seed)
    kept = labels < n_classes
    inputs, labels = inputs[np.flatnonzero(kept)], labels[kept]
    network = trials.start_network(RANDOM, n_classes, seed)
    probe = trials.fit_probe(trials.features_of(network, inputs), labels)
    trials._give_probe(network, inputs, labels)
    return network, probe, trials.judged_on(target)[1][0]


@pytest.mark.parametrize(("target", "n_classes"), [("digits", 10), ("phantoms", 3), ("digits", 2)])
def test_a_probe_put_into_the_head_answers_as_the_probe_does(target, n_classes):
    network, probe, images = given_probe(target, n_classes)
    features = trials.features_of(network, images)
    logits = run_network(network, images)
    assert logits.shape == (40, n_classes)
    assert np.array_equal(logits.argmax(axis=1), probe.predict(features))
    odds = np.exp(logits - logits.max(axis=1, keepdims=True))
    probabilities = odds / odds.sum(axis=1, keepdims=True)
    np.testing.assert_allclose(probabilities, probe.predict_proba(features), atol=1e-3)


def test_probe_first_begins_where_the_probe_ends():
    """With a rate of almost nothing and the parts frozen, the curve is the probe's accuracy."""
    frozen = trials.frozen_trial(RANDOM, "digits", N, 0)
    options = {"depth": 0, "steps": 2, "probe_first": True}
    tuned = trials.transfer_trial(RANDOM, "digits", N, 0, 1e-9, **options)
    assert tuned["accuracy"] == frozen["accuracy"]
    assert tuned["validation_accuracy"] == frozen["validation_accuracy"]


@pytest.mark.parametrize("target", ["digits", "phantoms"])
def test_frozen_accuracy_is_that_of_scikit_learns_own_tools(target):
    network = trials.start_network(RANDOM, len(trials.target_pictures(target).class_names), 0)
    inputs, labels = trials.drawn(target, N, 0)
    features = run_network(network, inputs, until="pool")
    scaler = StandardScaler().fit(features)
    folds = StratifiedKFold(5, shuffle=True, random_state=0)
    penalties = {"C": [0.001, 0.01, 0.1, 1.0]}
    search = GridSearchCV(
        LogisticRegression(max_iter=300), penalties, cv=folds, scoring="neg_log_loss"
    ).fit(scaler.transform(features), labels)
    measured = trials.frozen_trial(RANDOM, target, N, 0)
    for name, (images, truth) in zip(
        ("validation_accuracy", "accuracy"), trials.judged_on(target), strict=True
    ):
        own = scaler.transform(run_network(network, images, until="pool"))
        assert measured[name] == pytest.approx(np.mean(search.predict(own) == truth), abs=1e-5)


def test_a_trial_repeats_itself_and_can_be_stored():
    def run(seed):
        return trials.transfer_trial(SCRATCH, "digits", N, seed, 3e-3, steps=6, every=4)

    measured, again, other = run(0), run(0), run(1)
    assert measured.pop("seconds") > 0 and again.pop("seconds") > 0
    assert measured == again != other
    assert json.loads(json.dumps(measured)) == measured
    assert [point[0] for point in measured["curve"]] == [4, 6]
    assert measured["curve"][-1][1:] == [measured["validation_accuracy"], measured["accuracy"]]


@pytest.mark.parametrize("probe_first", [False, True])
def test_every_option_reaches_the_training(monkeypatch, probe_first):
    seen = {}

    def fine_tune_network(network, inputs, labels, learning_rate, steps, look, **options):
        seen.update(options, rate=learning_rate, steps=steps)
        seen["accuracy"] = np.mean(run_network(network, inputs).argmax(axis=1) == labels)
        look(steps, network)

    monkeypatch.setattr(torch_fine_tuning, "fine_tune_network", fine_tune_network)
    options = {"depth": 2, "steps": 7, "l2_sp": 0.5, "every": 3}
    trials.transfer_trial(RANDOM, "phantoms", N, 4, 0.25, probe_first=probe_first, **options)
    # A probe knows the images that it was fitted to better than a random head does.
    assert (seen.pop("accuracy") > 0.6) == probe_first
    assert seen == options | {"rate": 0.25, "seed": 4, "batch_size": trials.BATCH_SIZE}


def test_a_probe_with_too_few_images_is_explained():
    with pytest.raises(CourseError, match="label at least 2 images of each class, not 1"):
        trials.frozen_trial("scratch", "phantoms", n=1, seed=0)

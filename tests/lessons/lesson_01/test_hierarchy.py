"""The experiment on depth: features of every stage, fair probes, alignments, stored records."""

import copy
import json
from itertools import product

import numpy as np
import pytest
import torch
from transformers import ResNetConfig, ResNetModel

from course_utils import CourseError, Dataset, Splits
from course_utils.lesson_folders import LessonFolder
from course_utils.lessons.lesson_01 import hierarchy, hierarchy_trials
from course_utils.measuring import records, studies
from course_utils.measuring.sweeps import SEEDS, TUNING_SEED, read_records
from course_utils.transferability import linear_cka
from course_utils.visualisation import stage_features as networks

STAGES = networks.STAGES
TARGETS = hierarchy.NEAR + hierarchy.FAR


def small_resnet(seed=0):
    """A ResNet of five depths with random weights and statistics."""
    config = ResNetConfig(embedding_size=8, hidden_sizes=[8, 12, 16, 20], depths=[1, 1, 1, 1])
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        network = ResNetModel(config)
        for module in network.modules():
            if isinstance(module, torch.nn.BatchNorm2d):
                module.running_mean.normal_()
                module.running_var.uniform_(0.5, 2)
    return network.eval()


def pictures(n, seed, shift=0):
    """Noise with a dark or a bright left half: two classes that any network tells apart."""
    random = np.random.default_rng(seed)
    labels = np.arange(n) % 2
    images = random.integers(60, 120, (n, 32, 32, 3)) + shift
    images[labels == 1, :, :16] += 100
    return Dataset(images.astype(np.uint8), labels, ("dark", "bright"))


@pytest.fixture
def stored(monkeypatch, tmp_path):
    """Where records are stored in place of the course's own: there are none yet."""
    path = tmp_path / "hierarchy.jsonl"
    monkeypatch.setattr(LessonFolder, "records", lambda self, name: path)
    return path


@pytest.fixture
def made(monkeypatch, stored):
    """A small network and small sets in place of the course's own, and no stored records."""
    splits = Splits(pictures(100, 0), pictures(30, 1), pictures(40, 2))
    small = small_resnet()
    monkeypatch.setattr(hierarchy_trials, "load_target", lambda target: splits)
    monkeypatch.setattr(hierarchy, "load_target", lambda target: splits)
    monkeypatch.setattr(hierarchy, "targets_here", lambda: ["objects/photo", "digits/digits"])
    for module in (networks, hierarchy_trials):
        monkeypatch.setattr(module, "pretrained_network", lambda: small)
    cached = (
        hierarchy_trials._features,
        hierarchy_trials._network,
        hierarchy_trials.aligned_images,
        hierarchy_trials._aligned_features,
    )
    for function in cached:
        function.cache_clear()
    yield splits
    for function in cached:
        function.cache_clear()


@pytest.mark.parametrize("n", [1, 5, networks.BATCH_SIZE, networks.BATCH_SIZE + 3])
def test_stage_features_are_the_averages_of_the_hidden_states(n):
    network, images = small_resnet(), pictures(n, 3).images
    features = networks.stage_features(network, images)
    with torch.inference_mode():
        inputs = networks.as_inputs(images)
        states = network(inputs, output_hidden_states=True).hidden_states
    assert tuple(features) == STAGES
    for stage, state in zip(STAGES, states, strict=True):
        assert features[stage].shape == (n, state.shape[1])
        expected = state.mean((2, 3)).numpy()
        np.testing.assert_allclose(features[stage], expected, atol=1e-5 * np.abs(expected).max())


def test_stage_features_leave_the_network_as_it_was():
    network = small_resnet().train()
    before = copy.deepcopy(network.state_dict())
    features = networks.stage_features(network, pictures(4, 3).images)
    assert network.training and not any(m._forward_hooks for m in network.modules())
    assert all(torch.equal(before[name], value) for name, value in network.state_dict().items())
    for stage, expected in networks.stage_features(network.eval(), pictures(4, 3).images).items():
        np.testing.assert_array_equal(features[stage], expected)


def test_random_networks_come_from_their_seed_alone(made):
    torch.manual_seed(7)
    state = torch.get_rng_state()
    first, again, other = (networks.random_network(seed) for seed in (0, 0, 1))
    assert torch.equal(torch.get_rng_state(), state)
    weights = [next(network.parameters()) for network in (first, again, other)]
    assert torch.equal(weights[0], weights[1]) and not torch.equal(weights[0], weights[2])
    assert weights[0].shape == next(networks.pretrained_network().parameters()).shape


@pytest.mark.parametrize("seed", [0, 1])
def test_fine_tuning_learns_and_keeps_the_statistics(seed):
    dataset, network = pictures(64, 0), small_resnet().train()
    before = copy.deepcopy(network.state_dict())
    predict = networks.fine_tune(network, dataset, steps=40, learning_rate=3e-3, seed=seed)
    features = networks.stage_features(network, pictures(50, 1).images)[STAGES[-1]]
    assert np.mean(predict(features) == pictures(50, 1).labels) > 0.95
    for name, value in network.state_dict().items():
        kept = "running" in name or "num_batches" in name
        assert torch.equal(before[name], value) == kept, name


def test_fine_tuning_repeats_and_takes_its_seed():
    runs = {}
    for name, seed, steps in (("a", 0, 3), ("again", 0, 3), ("other", 1, 3), ("none", 0, 0)):
        network = small_resnet()
        networks.fine_tune(network, pictures(64, 0), steps=steps, learning_rate=1e-3, seed=seed)
        runs[name] = torch.cat([weights.detach().ravel() for weights in network.parameters()])
    start = torch.cat([weights.detach().ravel() for weights in small_resnet().parameters()])
    assert torch.equal(runs["none"], start)
    assert torch.equal(runs["a"], runs["again"]) and not torch.equal(runs["a"], runs["other"])
    # AdamW moves a weight by about its rate a step: all of them moved, and no further.
    assert 0 < (runs["a"] - start).abs().max() < 2 * 3 * 1e-3


def measured_by(stage_scores):
    """A stand-in for `probe_trial`: validation favours C = 1, the test part C = 100."""

    def trial(target, base, stage, n, seed, setting):
        return {
            "validation_accuracy": stage_scores[stage] - abs(np.log10(setting["C"])) / 100,
            "test_accuracy": setting["C"] / 100 * (base == "pretrained"),
        }

    return trial


def test_the_sweep_has_every_arm_and_tunes_each_without_the_test_part(made, stored, monkeypatch):
    scores = dict(zip(STAGES, (0.2, 0.6, 0.8, 0.7, 0.9), strict=True))
    monkeypatch.setattr(hierarchy, "probe_trial", measured_by(scores))
    found = hierarchy.run(stored, pairs=())
    trials = [record["trial"] for record in found]
    arms = {(t["target"], t["base"], t["stage"], t["seed"]) for t in trials}
    here = ("objects/photo", "digits/digits")
    assert arms == set(product(here, hierarchy.BASES, STAGES, (*SEEDS, TUNING_SEED)))
    assert {t["setting"]["C"] for t in trials if t["seed"] in SEEDS} == {1.0}
    assert hierarchy.run(stored, pairs=()) == read_records(stored) == found


def test_what_is_absent_is_told(made, stored):
    # What is stored has all targets.
    with pytest.raises(CourseError, match=r"needs clothing/photo, .* fetch clothing"):
        hierarchy.run(stored, store=True, pairs=())
    with pytest.raises(CourseError, match="no settings of 'pretrained' on 'digits/digits'"):
        hierarchy.probe_stages(small_resnet(), "digits/digits")


def test_a_live_probe_is_the_trial_of_the_sweep(made, stored):
    trial = {"target": "digits/digits", "base": "random", "n": 10}
    settings = dict(zip(STAGES, (1e-3, 1e-2, 1.0, 10.0, 100.0), strict=True))
    lines = [
        {
            "trial": trial | {"stage": stage, "seed": TUNING_SEED, "setting": {"C": c}},
            "measured": {"validation_accuracy": float(c == best)},
        }
        for stage, best in settings.items()
        for c in settings.values()
    ]
    stored.write_text("".join(json.dumps(line) + "\n" for line in lines))
    live = hierarchy.probe_stages(networks.random_network(3), seed=3, **trial)
    for stage, c in settings.items():
        measured = hierarchy_trials.probe_trial(stage=stage, seed=3, setting={"C": c}, **trial)
        assert live[stage] == measured["test_accuracy"]


def test_a_probe_learns_from_the_drawn_images_and_no_others(made, monkeypatch):
    moved = Dataset(made.test.images, 1 - made.test.labels, made.test.class_names)
    arguments = {"target": "any", "base": "pretrained", "n": 10, "seed": 0, "setting": {"C": 1.0}}
    measured = hierarchy_trials.probe_trial(stage="stage 1", **arguments)
    assert measured == {"validation_accuracy": 1.0, "test_accuracy": 1.0}
    monkeypatch.setattr(hierarchy_trials, "load_target", lambda target: made._replace(test=moved))
    measured = hierarchy_trials.probe_trial(stage="stage 1", **arguments)
    assert measured == {"validation_accuracy": 1.0, "test_accuracy": 0.0}


def test_every_seed_has_a_random_network_of_its_own(made, monkeypatch):
    asked = []
    monkeypatch.setattr(
        hierarchy_trials, "random_network", lambda seed: asked.append(seed) or small_resnet(seed)
    )
    for seed in (0, 3):
        hierarchy_trials.probe_trial("any", "random", "stem", 5, seed, {"C": 1.0})
        hierarchy_trials.probe_trial("any", "pretrained", "stem", 5, seed, {"C": 1.0})
    assert asked == [0, 3]


def test_an_alignment_has_a_row_for_each_stage_of_the_first_network(made):
    measured = hierarchy_trials.alignment_trial("pretrained, random", seed=4)
    images = hierarchy_trials.aligned_images()
    rows = networks.stage_features(networks.pretrained_network(), images)
    columns = networks.stage_features(networks.random_network(4), images)
    assert measured["images"] == len(images) == len(made.test) + len(made.validation)
    for a, b in np.ndindex(5, 5):
        expected = linear_cka(rows[STAGES[a]], columns[STAGES[b]], unbiased=True)
        assert measured["alignment"][a][b] == pytest.approx(expected, abs=6e-5)


def test_an_untrained_copy_is_aligned_with_its_original(made):
    settings = {"n": 20, "steps": 0, "learning_rate": 1e-3}
    measured = hierarchy_trials.alignment_trial("pretrained, fine-tuned", seed=0, **settings)
    np.testing.assert_allclose(np.diagonal(measured["alignment"]), 1)
    np.testing.assert_allclose(measured["alignment"], np.transpose(measured["alignment"]))
    assert measured["accuracy_before"] == measured["accuracy_after"]


def test_fine_tuning_moves_the_copy_and_not_the_pretrained_network(made):
    before = copy.deepcopy(networks.pretrained_network().state_dict())
    settings = {"n": 40, "steps": 40, "learning_rate": 3e-3}
    measured = hierarchy_trials.alignment_trial("pretrained, fine-tuned", seed=0, **settings)
    after = networks.pretrained_network().state_dict()
    assert all(torch.equal(before[name], after[name]) for name in before)
    assert measured["accuracy_after"] > max(measured["accuracy_before"], 0.9)
    assert np.diagonal(measured["alignment"]).min() < 0.999


def test_two_random_networks_of_a_pair_are_different(made):
    alignment = hierarchy_trials.alignment_trial("random, another random", seed=0)["alignment"]
    assert np.diagonal(alignment).max() < 0.9999


# What is stored.


def test_the_stored_sweep_is_the_one_that_the_code_runs(tmp_path, monkeypatch):
    path = tmp_path / "sweep.jsonl"
    path.write_bytes(studies()["hierarchy"].records("hierarchy").read_bytes())
    monkeypatch.setattr(hierarchy, "targets_here", lambda: TARGETS)

    def none(**trial):
        raise AssertionError(f"{trial} is not stored")

    monkeypatch.setattr(hierarchy, "probe_trial", none)
    monkeypatch.setattr(hierarchy, "alignment_trial", none)
    assert len(hierarchy.run(path)) == len(records("hierarchy"))


@pytest.mark.parametrize("base", hierarchy.BASES)
@pytest.mark.parametrize("target", TARGETS)
def test_every_stored_stage_uses_the_setting_that_did_best_on_validation_data(target, base):
    runs = records("hierarchy").query("dataset == @target and base == @base")
    for stage in STAGES:
        mine = runs[runs.stage == stage]
        tried = mine[mine.draw == TUNING_SEED].set_index("setting_C").validation_accuracy
        used = mine[mine.draw != TUNING_SEED].setting_C
        assert len(used) == len(SEEDS) and used.nunique() == 1
        assert tried[used.iloc[0]] == tried.max()


@pytest.mark.parametrize("target", hierarchy.FAR)
def test_of_the_earlier_stages_stage_3_does_best_on_validation_data(target):
    tried = records("hierarchy").query("dataset == @target and draw == @TUNING_SEED")
    tried = tried.query("base == 'pretrained' and stage != 'stage 4'")
    assert tried.stage[tried.validation_accuracy.idxmax()] == "stage 3"


@pytest.mark.parametrize("pair", hierarchy.PAIRS)
def test_stored_alignments_have_a_matrix_for_each_seed(pair):
    every = np.stack(records("hierarchy").query("pair == @pair").alignment.tolist())
    assert every.shape == (len(SEEDS), 5, 5) and (np.abs(every) <= 1.001).all()


@pytest.mark.parametrize("base", hierarchy.BASES)
def test_a_live_slice_agrees_with_what_is_stored(base):
    """Other processors round otherwise: two of 144 test images may fall on the other side."""
    target, seed = "phantoms/xray", 0
    network = (
        networks.pretrained_network() if base == "pretrained" else networks.random_network(seed)
    )
    live = hierarchy.probe_stages(network, target, n=hierarchy.N, seed=seed, base=base)
    runs = records("hierarchy").query("dataset == @target and base == @base and draw == @seed")
    for stage in STAGES:
        stored = runs.test_accuracy[runs.stage == stage].item()
        assert live[stage] == pytest.approx(stored, abs=0.015), stage

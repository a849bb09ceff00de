"""The pretraining script: it learns, is resumed exactly, reports, and refuses clearly."""

import json
import os
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image

from course_utils import CourseError
from course_utils.bases.quantisation import expand
from course_utils.files import sha256_of
from making.pretraining import __main__ as command
from making.pretraining import checkpoint as pretraining_checkpoint
from making.pretraining.pretraining import pretrain
from making.pretraining.recipe import Recipe
from making.quantisation.shipping import ship

RECIPE = Recipe(steps=8, batch_size=12, rate=0.005, size=32, seed=3, precision="float32")


@pytest.fixture(scope="module", autouse=True)
def one_thread_and_own_cache(tmp_path_factory):
    """Sums in one order, so that two runs can be compared number by number."""
    import torch

    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COURSE_CACHE", str(tmp_path_factory.mktemp("cache")))
        yield
    torch.set_num_threads(threads)


@pytest.fixture(scope="module")
def pictures(tmp_path_factory):
    """A folder of pictures: red ones, and green ones with stripes down or across."""
    root = tmp_path_factory.mktemp("pictures") / "shapes"
    random = np.random.default_rng(0)
    stripes = np.where(np.arange(32) // 4 % 2, 200, 40)
    for name in ("plain red", "stripes down", "stripes across"):
        (root / name).mkdir(parents=True)
        for number in range(15):
            image = random.integers(0, 50, (32, 32, 3))
            if name == "plain red":
                image[..., 0] += 180
            else:
                image[..., 1] += stripes if name == "stripes down" else stripes[:, None]
            Image.fromarray(image.clip(0, 255).astype(np.uint8)).save(root / name / f"{number}.png")
    return root


@pytest.fixture(scope="module")
def finished(pictures, tmp_path_factory):
    """A run from start to end: its file, its report, and the loss of every step."""
    out = tmp_path_factory.mktemp("finished") / "tiny.safetensors"
    losses = {}
    report = pretrain(pictures, out, RECIPE, on_step=losses.__setitem__)
    return SimpleNamespace(out=out, report=report, losses=losses)


@pytest.fixture(scope="module")
def stopped(pictures, tmp_path_factory):
    """Where a run was interrupted after its second step."""
    out = tmp_path_factory.mktemp("stopped") / "tiny.safetensors"
    with pytest.raises(KeyboardInterrupt):
        pretrain(pictures, out, RECIPE, checkpoint_seconds=0, on_step=_stop_at(2))
    return out


@pytest.fixture
def stopped_copy(stopped, tmp_path):
    """The same for one test alone; a link, for a checkpoint is replaced and never changed."""
    name = "tiny.checkpoint.pt"
    os.link(stopped.with_name(name), tmp_path / name)
    return tmp_path / stopped.name


def _stop_at(last):
    def on_step(step, loss):
        if step == last:
            raise KeyboardInterrupt

    return on_step


def test_loss_goes_down(finished):
    losses = list(finished.losses.values())
    assert list(finished.losses) == list(range(1, 9))
    assert np.mean(losses[-2:]) < np.mean(losses[:2]) - 0.2


def test_report_says_what_the_card_says(finished, pictures):
    report = finished.report
    assert json.loads(finished.out.with_suffix(".json").read_text()) == report
    assert report["file"] == "tiny.safetensors"
    assert report["bytes"] == finished.out.stat().st_size
    assert report["sha256"] == sha256_of(finished.out)
    assert os.name == "nt" or finished.out.stat().st_mode & 0o777 == 0o644
    source = report["source"]
    assert (source["name"], source["classes"], source["size"]) == ("shapes", 3, 32)
    assert (source["training_images"], source["validation_images"]) == (27, 9)
    assert report["recipe"]["rate"] == 0.005 and report["recipe"]["label_smoothing"] == 0.1
    assert report["recipe"]["precision"] == "float32"
    assert (report["steps"], report["images_seen"]) == (8, 96)
    assert report["passes"] == pytest.approx(96 / 27)
    assert report["minutes"] > 0
    assert report["source_top1"] * 9 == pytest.approx(round(report["source_top1"] * 9))
    assert report["input"]["channels"] == "RGB" and report["batch_norm_epsilon"] == 1e-5
    names = ["plain red", "stripes across", "stripes down"]
    lines = finished.out.with_suffix(".classes.txt").read_text().splitlines()
    assert lines == [f"{name}\t{name}" for name in names]
    assert sorted(path.name for path in finished.out.parent.iterdir()) == [
        "tiny.classes.txt",
        "tiny.json",
        "tiny.safetensors",
    ]


def test_types_and_names_are_those_of_the_shipped_source(finished):
    from safetensors.numpy import load_file

    from course_utils.bases.conversion import layer_names

    types = {name: tensor.dtype.name for name, tensor in load_file(finished.out).items()}
    parts = ("weight", "bias", "running_mean", "running_var")
    expected = {"classifier.1.weight": "float16", "classifier.1.bias": "float16"}
    for _, module in layer_names():
        expected[f"{module}.convolution.weight"] = "float16"
        expected |= {f"{module}.normalization.{part}": "float32" for part in parts}
    assert types == expected


def test_result_ships_as_it_is(finished, tmp_path):
    from safetensors.numpy import load_file

    manifest = ship(finished.out, finished.out.with_suffix(".classes.txt"), tmp_path)
    assert manifest["source_sha256"] == finished.report["sha256"]
    originals = load_file(finished.out)
    shipped = expand(load_file(tmp_path / manifest["file"]))
    assert shipped.keys() == originals.keys()
    for name, original in originals.items():
        original = original.astype(np.float32)
        error = np.abs(shipped[name] - original).max()
        assert error <= 0.25 * np.abs(original).max(), name  # outliers may be clipped
        assert np.linalg.norm(shipped[name] - original) <= 0.02 * np.linalg.norm(original), name


def test_resumed_run_equals_one_without_a_break(finished, stopped_copy, pictures, monkeypatch):
    """Also when the next checkpoint was torn: the one before it is still whole."""
    from safetensors.numpy import load_file

    checkpoint = stopped_copy.with_name("tiny.checkpoint.pt")
    before = sha256_of(checkpoint)

    def torn(state, path):
        path.write_bytes(b"\x00" * 1000)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(pretraining_checkpoint.torch, "save", torn)
        with pytest.raises(KeyboardInterrupt):
            pretrain(pictures, stopped_copy, RECIPE, checkpoint_seconds=0)
    assert sha256_of(checkpoint) == before
    # What a kill at that moment would leave beside it does no harm either.
    stopped_copy.with_name(f".{checkpoint.name}.x1.part").write_bytes(b"\x00" * 1000)

    losses = {}
    pretrain(pictures, stopped_copy, RECIPE, on_step=losses.__setitem__)
    assert losses == {step: finished.losses[step] for step in range(3, 9)}
    expected, found = load_file(finished.out), load_file(stopped_copy)
    assert expected.keys() == found.keys()
    for name in expected:
        np.testing.assert_array_equal(found[name], expected[name], err_msg=name)
    assert not checkpoint.exists()


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"batch_size": 28}, "has 27 images and .*: give a batch of 28 at least"),
        ({"batch_size": 1}, "batch_size must be a whole number of at least 2, not 1"),
        ({"steps": 0}, "steps must be a whole number of at least 1, not 0"),
        ({"steps": None}, "give either minutes or steps"),
        ({"steps": None, "minutes": -1.0}, "minutes must be a number above 0"),
        ({"rate": float("nan")}, "rate must be a number above 0"),
        ({"seed": -1}, "seed must be a whole number of at least 0"),
        ({"precision": "half"}, "precision 'half' is unknown"),
    ],
)
def test_settings_that_make_no_sense(pictures, tmp_path, change, told):
    with pytest.raises(CourseError, match=told):
        pretrain(pictures, tmp_path / "x.safetensors", replace(RECIPE, **change))


def test_files_and_folders_that_will_not_do(pictures, finished, tmp_path):
    (tmp_path / "one" / "cat").mkdir(parents=True)
    Image.new("RGB", (32, 32)).save(tmp_path / "one" / "cat" / "0.png")
    for folder, out, told in (
        (tmp_path / "none", "x.safetensors", "There is no folder"),
        (tmp_path / "one", "x.safetensors", "has one class only, cat"),
        (pictures, "x.h5", "must end in .safetensors"),
        (pictures, "none/x.safetensors", "There is no folder"),
        (pictures, finished.out, "exists already"),
    ):
        with pytest.raises(CourseError, match=told):
            pretrain(folder, tmp_path / out, RECIPE)


def test_command_tells_a_mistake_in_one_line(tmp_path, capsys):
    out = str(tmp_path / "x.safetensors")
    assert command.main([str(tmp_path / "none"), "--out", out, "--steps", "2"]) == 1
    assert capsys.readouterr().err.count("\n") == 1


def test_checkpoint_of_another_run_or_damaged_is_refused(pictures, stopped_copy, tmp_path):
    changed = replace(RECIPE, rate=0.3, seed=4)
    told = r"other settings or data \(rate 0.005, now 0.3; seed 3, now 4\)"
    with pytest.raises(CourseError, match=told):
        pretrain(pictures, stopped_copy, changed)

    other = tmp_path / "other"
    for source in pictures.rglob("*.png"):
        target = other / source.relative_to(pictures)
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.name != "7.png":
            os.link(source, target)
    with pytest.raises(CourseError, match=r"name shapes, now other; training_images 27, now"):
        pretrain(other, stopped_copy, RECIPE)

    checkpoint = stopped_copy.with_name("tiny.checkpoint.pt")
    whole = checkpoint.read_bytes()
    checkpoint.unlink()
    checkpoint.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(CourseError, match="is damaged"):
        pretrain(pictures, stopped_copy, RECIPE)


def test_loss_that_is_no_number_stops_the_run(pictures, tmp_path):
    wild = replace(RECIPE, rate=1e30)
    with pytest.raises(CourseError, match=r"no longer a number after \d steps.*lower than 1e\+30"):
        pretrain(pictures, tmp_path / "x.safetensors", wild)

"""The file that ships is small and intact, and what is missing or damaged is named."""

import json
import shutil

import numpy as np
import pytest
from safetensors.numpy import save_file

from course_utils.bases import verify_shipped_weights, weights
from course_utils.errors import CourseError
from course_utils.files import sha256_of
from making.quantisation import shipping


def test_the_shipped_file_is_small_and_intact():
    path = verify_shipped_weights()
    assert path.stat().st_size <= 32e6
    assert path.stat().st_size == weights.shipped_manifest()["bytes"]
    assert path.suffix == ".safetensors", "never a pickle"


def test_every_tensor_of_a_resnet50_ships():
    tensors = weights.load_shipped()
    parameters = sum(t.size for name, t in tensors.items() if "running" not in name)
    assert parameters == 23_454_912 + 53_120 + 2048 * 200 + 200  # kernels, BatchNorm, classifier
    assert {tensor.dtype for tensor in tensors.values()} == {np.dtype(np.float32)}
    assert all(np.isfinite(tensor).all() for tensor in tensors.values())


@pytest.fixture
def shipped(tmp_path, monkeypatch):
    """A small stand-in for the shipped files, to damage."""
    tensors = {
        "resnet.embedder.weight": np.ones((2, 3), np.float16),
        "resnet.encoder.stages.1.weight": np.ones((4, 2), np.float16),
    }
    save_file(tensors, tmp_path / "source.safetensors")
    classes = tmp_path / "classes.txt"
    classes.write_text("n1\tgoldfish\nn2\tbullfrog\n")
    folder = tmp_path / "shipped"
    folder.mkdir()
    shipping.ship(tmp_path / "source.safetensors", classes, folder)
    monkeypatch.setattr(weights, "SHIPPED_FOLDER", folder)
    monkeypatch.setenv("COURSE_CACHE", str(tmp_path / "cache"))
    return folder


def test_shipping_writes_what_loading_reads(shipped, tmp_path):
    assert {path.name for path in shipped.iterdir()} == {
        "resnet50.safetensors", "resnet50.json", "resnet50.classes.txt"
    }  # fmt: skip
    manifest = weights.shipped_manifest()
    assert manifest["source_sha256"] == sha256_of(tmp_path / "source.safetensors")
    assert set(weights.load_shipped()) == {
        "resnet.embedder.weight",
        "resnet.encoder.stages.1.weight",
    }


@pytest.mark.parametrize("name", ["resnet50.safetensors", "resnet50.json", "resnet50.classes.txt"])
def test_a_missing_file_is_named_in_a_sentence(shipped, name):
    (shipped / name).unlink()
    with pytest.raises(CourseError, match=rf"^The shipped file \S*{name} is missing: .*\.$"):
        weights.course_weights("resnet50", framework="torch")


def test_a_damaged_file_is_named_in_a_sentence(shipped):
    path = shipped / "resnet50.safetensors"
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)
    with pytest.raises(CourseError, match=r"resnet50\.safetensors is damaged: `git checkout -- "):
        verify_shipped_weights()


@pytest.mark.parametrize("content", ["", "[1]", json.dumps({"file": "x"}), "null"])
def test_a_damaged_manifest_is_named_in_a_sentence(shipped, content):
    (shipped / "resnet50.json").write_text(content)
    with pytest.raises(CourseError, match=r"resnet50\.json is damaged: `git checkout -- "):
        verify_shipped_weights()


def test_a_newer_file_is_expanded_again(shipped, monkeypatch, tmp_path):
    """The expanded copy's name holds the checksum, so an update is never served from an old one."""

    def write(name, framework, folder):
        shutil.copyfile(shipped / "resnet50.json", folder / "copy.json")

    monkeypatch.setattr(weights, "_write_expanded", write)
    first = weights.course_weights(framework="torch")
    save_file({"resnet.other": np.ones((2, 3), np.float16)}, tmp_path / "newer.safetensors")
    shipping.ship(tmp_path / "newer.safetensors", tmp_path / "classes.txt", shipped)
    assert weights.course_weights(framework="torch") != first

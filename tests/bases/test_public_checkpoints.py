"""Names, frameworks and public checkpoints: what is known, near, or out of reach."""

import socket

import pytest

from course_utils.bases import bfloat16_is_fast, course_weights, precision, weights
from course_utils.errors import CourseError


def test_an_unknown_name_suggests_the_nearest():
    for name, told in (
        ("resnet-50", "'resnet-50' is unknown: did you mean 'resnet50'"),
        ("ImageNet", "did you mean 'imagenet'"),
        ("vgg", "there are resnet50, imagenet"),
        (None, "None is unknown"),
    ):
        with pytest.raises(CourseError, match=told):
            course_weights(name)


def test_an_unknown_framework():
    with pytest.raises(CourseError, match="framework 'jax' is unknown: there are keras, torch"):
        course_weights("resnet50", framework="jax")


@pytest.fixture
def nothing_cached(tmp_path, monkeypatch):
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    monkeypatch.setattr("huggingface_hub.try_to_load_from_cache", lambda *place: None)
    return tmp_path


@pytest.mark.parametrize(
    ("framework", "name"), [("keras", "imagenet"), ("torch", "microsoft/resnet-50")]
)
def test_imagenet_with_a_network_without_one_and_already_here(
    nothing_cached, monkeypatch, framework, name
):
    monkeypatch.setattr(weights, "_reachable", lambda host: True)
    assert course_weights("imagenet", framework=framework) == name
    monkeypatch.setattr(weights, "_reachable", lambda host: False)
    expected = r"^The ImageNet weights are not on this computer and \S+, .* connect .*resnet50.*\.$"
    with pytest.raises(CourseError, match=expected):
        course_weights("imagenet", framework=framework)
    monkeypatch.setattr(weights, "_reachable", lambda host: 1 / 0)
    models = nothing_cached / "models"
    models.mkdir()
    (models / "resnet50_weights_tf_dim_ordering_tf_kernels_notop.h5").touch()
    found = {("microsoft/resnet-50", "model.safetensors"): "/some/where/model.safetensors"}
    monkeypatch.setattr("huggingface_hub.try_to_load_from_cache", lambda *place: found.get(place))
    assert course_weights("imagenet", framework=framework) == name


def test_what_answers_is_reachable_and_a_closed_port_is_not(monkeypatch):
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with socket.socket() as taken:  # bound, but nobody listens
        taken.bind(("127.0.0.1", 0))
        assert not weights._reachable(f"127.0.0.1:{taken.getsockname()[1]}")
    asked = []
    monkeypatch.setattr("requests.head", lambda address, timeout: asked.append(address))
    assert weights._reachable("example.org") and asked == ["https://example.org"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("processor : 0\nflags\t\t: fpu avx512f amx_bf16 amx_tile\n", True),
        ("flags : fpu AVX512_BF16\n", True),
        ("processor : 0\nFeatures : fp asimd bf16 i8mm\n", True),
        ("flags : fpu avx2 avx512f\nbugs : amx_bf16\n", False),
        ("", False),
    ],
)
def test_bfloat16_is_read_from_the_processors_flags(tmp_path, monkeypatch, text, expected):
    (tmp_path / "cpuinfo").write_text(text)
    monkeypatch.setattr(precision.platform, "system", lambda: "Linux")
    monkeypatch.setattr(precision, "Path", lambda path: tmp_path / "cpuinfo")
    assert bfloat16_is_fast.__wrapped__() is expected


def test_a_processor_that_says_nothing_has_no_bfloat16(tmp_path, monkeypatch):
    monkeypatch.setattr(precision, "Path", lambda path: tmp_path / "absent")
    for system in ("Linux", "Windows"):
        monkeypatch.setattr(precision.platform, "system", lambda name=system: name)
        assert bfloat16_is_fast.__wrapped__() is False


@pytest.mark.parametrize(("answer", "expected"), [("1\n", True), ("0\n", False), ("", False)])
def test_bfloat16_on_a_mac(monkeypatch, answer, expected):
    class Finished:
        stdout = answer

    monkeypatch.setattr(precision.platform, "system", lambda: "Darwin")
    monkeypatch.setattr(precision.subprocess, "run", lambda *a, **k: Finished)
    assert bfloat16_is_fast.__wrapped__() is expected

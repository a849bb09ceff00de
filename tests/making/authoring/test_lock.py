"""making/authoring/lock.py: what goes into requirements.lock, and when it refuses."""

import subprocess

import pytest

from course_utils.paths import PROJECT_FOLDER
from making.authoring import lock


def test_lines_are_plain_sorted_and_without_graphics_card_libraries():
    found = [
        ("torch", "2.13.0+cpu"),
        ("Pillow", "13.0.0"),
        ("typing_extensions", "4.16.0"),
        ("nvidia-cublas-cu13", "13.1"),
        ("cuda-bindings", "13.0"),
        ("triton", "3.7"),
        ("cudatime", "1.0"),
        ("ruamel.yaml", "1.0"),
    ]
    text = lock.lock_text(found, "3.11", "linux")
    header = [line for line in text.splitlines() if line.startswith("#")]
    assert "make lock" in " ".join(header) and "Python 3.11" in " ".join(header)
    assert text.splitlines()[len(header) :] == [
        "cudatime==1.0",
        "pillow==13.0.0",
        "ruamel-yaml==1.0",
        "torch==2.13.0",
        "typing-extensions==4.16.0",
    ]


def test_requirements_of_runtime_development_and_build_are_read():
    requirements, oldest = lock.read_project(PROJECT_FOLDER / "pyproject.toml")
    names = {text.partition(">")[0] for text in requirements}
    assert {"torch", "ruff", "hatchling"} <= names
    assert oldest == "3.11"


def test_another_python_is_refused(monkeypatch, tmp_path):
    monkeypatch.setattr(lock, "read_project", lambda path: ([], "3.2"))
    with pytest.raises(SystemExit, match=r"make lock PYTHON=python3\.2"):
        lock.main(tmp_path / "lock")
    assert not (tmp_path / "lock").exists()


def test_a_failure_of_pip_leaves_the_old_file(monkeypatch, tmp_path):
    output = tmp_path / "lock"
    output.write_text("old")
    monkeypatch.setattr(lock.venv, "create", lambda folder, with_pip: None)
    monkeypatch.setattr(
        lock.subprocess, "run", lambda command, check: subprocess.CompletedProcess(command, 1)
    )
    running = f"{lock.sys.version_info.major}.{lock.sys.version_info.minor}"
    monkeypatch.setattr(lock, "read_project", lambda path: (["numpy"], running))
    with pytest.raises(SystemExit, match="no versions that fit"):
        lock.main(output)
    assert output.read_text() == "old"


def test_the_held_versions_are_the_locked_ones():
    from packaging.requirements import Requirement

    lines = (PROJECT_FOLDER / "requirements.lock").read_text("utf-8").splitlines()
    locked = dict(line.split("==") for line in lines if not line.startswith("#"))
    for text in lock.HELD:
        held = Requirement(text)
        assert held.specifier.contains(locked[held.name])

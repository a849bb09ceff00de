"""`python -m course_utils doctor`: each check passes here, and fails when it should."""

import importlib.metadata
import re
import subprocess
import sys
from collections import namedtuple

import pytest

from course_utils import bases, doctor, paths
from course_utils.datasets import shipped
from course_utils.errors import CourseError

LINE = re.compile(r"(OK  |FAIL) [^:]+: \S.*")


def fails(check, *words):
    """The check failed, its line has the right form, and its detail contains the words."""
    assert not check.ok
    assert LINE.fullmatch(check.line())
    assert check.line().startswith("FAIL ")
    for word in words:
        assert word in check.detail
    return True


def passes(check):
    assert check.ok, check.line()
    assert LINE.fullmatch(check.line())
    assert check.line().startswith("OK   ")
    return True


@pytest.fixture(autouse=True)
def own_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("COURSE_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


def test_python(monkeypatch):
    assert passes(doctor.check_python())
    monkeypatch.setattr(sys, "version_info", (3, 10, 4))
    assert fails(doctor.check_python(), "3.10.4 is too old", "3.11 or later")


def test_memory(monkeypatch):
    monkeypatch.setattr(doctor, "MEMORY_BYTES_NEEDED", 1)
    assert passes(doctor.check_memory())
    monkeypatch.setattr(doctor, "MEMORY_BYTES_NEEDED", 1e15)
    assert fails(doctor.check_memory(), "GB available", "close other programs")


def test_memory_within_a_container(monkeypatch):
    monkeypatch.setattr(doctor, "container_memory_left", lambda: 2.5e9)
    assert fails(doctor.check_memory(), "2.5 GB available")


def test_container_memory(tmp_path):
    assert doctor.container_memory_left(tmp_path) == float("inf")
    (tmp_path / "memory.max").write_text("max\n")
    (tmp_path / "memory.current").write_text("700\n")
    (tmp_path / "memory.stat").write_text("anon 500\ninactive_file 150\nfile 200\n")
    assert doctor.container_memory_left(tmp_path) == float("inf")
    (tmp_path / "memory.max").write_text("1000\n")
    assert doctor.container_memory_left(tmp_path) == 1000 - 700 + 150


def test_container_memory_of_the_first_version(tmp_path):
    folder = tmp_path / "memory"
    folder.mkdir()
    (folder / "memory.limit_in_bytes").write_text("1000")
    (folder / "memory.usage_in_bytes").write_text("400")
    (folder / "memory.stat").write_text("cache 1\n")
    assert doctor.container_memory_left(tmp_path) == 600


def test_disk(monkeypatch, own_cache):
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(doctor.shutil, "disk_usage", lambda folder: usage(9e9, 7e9, 2e9))
    assert passes(doctor.check_disk())
    monkeypatch.setattr(doctor.shutil, "disk_usage", lambda folder: usage(9e9, 8.5e9, 0.5e9))
    assert fails(doctor.check_disk(), "only 0.5 GB free", str(own_cache), "cache --clear")


def test_cache(own_cache):
    assert passes(doctor.check_cache())
    assert list(own_cache.iterdir()) == []


def test_cache_that_cannot_be_made(own_cache):
    own_cache.write_text("a file where the folder should be")
    assert fails(doctor.carry_out("cache", doctor.check_cache), str(own_cache), "COURSE_CACHE")


def test_cache_that_refuses_writing(monkeypatch):
    def refuse(*arguments, **options):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("tempfile.mkstemp", refuse)
    assert fails(doctor.carry_out("cache", doctor.check_cache), "cannot be written")


def test_cache_that_forgets(monkeypatch):
    monkeypatch.setattr(doctor.Path, "read_text", lambda path, encoding: "something else")
    assert fails(doctor.check_cache(), "does not keep what is written")


def test_course_package(monkeypatch):
    assert passes(doctor.check_course())
    monkeypatch.setattr(doctor, "DISTRIBUTION", "no-such-package")
    assert fails(doctor.check_course(), "is not installed", "make lab")


def test_packages(monkeypatch):
    assert all(passes(doctor.check_package(text)) for text in doctor.required_packages())
    assert fails(doctor.check_package("no-such-package>=1"), "is not installed", "make lab")
    assert fails(doctor.check_package("numpy>=2,<2.0.1"), "is outside <2.0.1,>=2", "make lab")
    monkeypatch.setattr(importlib.metadata, "version", lambda name: None)
    assert fails(doctor.check_package("numpy>=2"), "damaged", "make lab")


def test_packages_without_packaging(monkeypatch):
    monkeypatch.setitem(sys.modules, "packaging.requirements", None)
    check = doctor.check_package("numpy>=99")
    assert passes(check)
    assert "not checked" in check.detail


def test_requirements_come_from_the_installed_package_too(monkeypatch, tmp_path):
    from_checkout = doctor.required_packages()
    assert any(text.startswith("tensorflow") for text in from_checkout)
    monkeypatch.setattr(paths, "PROJECT_FOLDER", tmp_path)
    recorded = ["numpy>=2.0", 'ruff>=0.9; extra == "dev"']
    monkeypatch.setattr(importlib.metadata, "requires", lambda name: recorded)
    assert doctor.required_packages() == ["numpy>=2.0"]


def test_no_list_of_requirements(monkeypatch, tmp_path):
    monkeypatch.setattr(paths, "PROJECT_FOLDER", tmp_path)
    monkeypatch.setattr(doctor, "DISTRIBUTION", "no-such-package")
    checks = dict(doctor.planned_checks())
    assert fails(doctor.carry_out("packages", checks["packages"]), "list of required packages")


def test_torchvision(monkeypatch):
    monkeypatch.setattr(doctor.importlib.util, "find_spec", lambda name: None)
    assert passes(doctor.check_torchvision())
    monkeypatch.setattr(doctor.importlib.util, "find_spec", lambda name: "found")
    monkeypatch.setattr(doctor, "run_python", lambda code: "")
    assert passes(doctor.check_torchvision())
    monkeypatch.setattr(doctor, "run_python", lambda code: "RuntimeError: operator nms missing")
    assert fails(doctor.check_torchvision(), "operator nms missing", "uninstall torchvision")


def test_frameworks(monkeypatch):
    asked = []
    monkeypatch.setattr(doctor, "run_python", lambda code: asked.append(code) or "")
    assert passes(doctor.check_frameworks("torch", "tensorflow"))
    assert asked[0].startswith("import torch, tensorflow\n")
    monkeypatch.setattr(doctor, "run_python", lambda code: "it crashed, signal 11")
    assert fails(doctor.check_frameworks("torch", "tensorflow"), "signal 11", ".venv")


@pytest.mark.parametrize(
    ("code", "problem"),
    [
        ("pass", ""),
        ("import no_such_module", "ModuleNotFoundError: No module named 'no_such_module'"),
        ("import sys; sys.exit(3)", "it crashed, exit status 3"),
        ("import time; time.sleep(60)", "no end after 1 s"),
    ],
)
def test_python_in_a_process_of_its_own(code, problem):
    assert doctor.run_python(code, seconds=1 if "sleep" in code else 60) == problem


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no signals to crash with")
def test_a_crash_is_told_from_an_error():
    assert doctor.run_python("import os; os.abort()") == "it crashed, signal 6"


@pytest.mark.parametrize(
    ("module", "verify", "check"),
    [
        (bases, "verify_shipped_weights", doctor.check_weights),
        (shipped, "verify_shipped_sets", doctor.check_shipped_sets),
    ],
)
def test_what_ships(monkeypatch, module, verify, check):
    monkeypatch.setattr(module, verify, lambda: 9)
    assert passes(check())

    def damaged():
        raise CourseError("A file is damaged: restore it.")

    monkeypatch.setattr(module, verify, damaged)
    assert fails(doctor.carry_out("files", check), "restore it")


@pytest.mark.parametrize("fast", [True, False])
def test_bfloat16_is_information(monkeypatch, fast):
    monkeypatch.setattr(bases, "bfloat16_is_fast", lambda: fast)
    check = doctor.check_bfloat16()
    assert passes(check)
    assert ("not fast" in check.detail) is not fast


def test_whatever_a_check_raises_becomes_a_line():
    def missing():
        raise ModuleNotFoundError("No module named 'psutil'")

    def unforeseen():
        raise RuntimeError("two\nlines")

    assert fails(doctor.carry_out("memory", missing), "No module named 'psutil'", "make lab")
    assert fails(doctor.carry_out("disk", unforeseen), "RuntimeError")


def report(monkeypatch, capsys, checks):
    monkeypatch.setattr(doctor, "planned_checks", lambda: checks)
    status = doctor.examine()
    return status, capsys.readouterr().out.splitlines()


def test_exit_status_and_lines(monkeypatch, capsys):
    well = ("one", lambda: doctor.Check("one", True, "fine"))
    ill = ("two", lambda: doctor.Check("two", False, "broken: mend it."))
    assert report(monkeypatch, capsys, [well, well]) == (0, ["OK   one: fine"] * 2)
    assert report(monkeypatch, capsys, [ill, well]) == (
        1,
        ["FAIL two: broken: mend it.", "OK   one: fine"],
    )


def test_every_check_is_planned():
    names = [name for name, _ in doctor.planned_checks()]
    assert {"Python", "memory", "disk", "cache", "weights", "images", "bfloat16"} <= {*names}
    assert {"tensorflow then torch", "torch then tensorflow"} <= {*names}
    assert set(doctor.required_packages()) <= {*names}


def test_the_doctor_works_where_packages_are_missing(tmp_path):
    # -S leaves site-packages out: this Python has nothing but its own library.
    code = (
        f"import sys; sys.path.insert(0, {str(paths.PROJECT_FOLDER)!r})\n"
        "from course_utils import doctor\n"
        "doctor.run_python = lambda code: 'stands in for the slow part'\n"
        "sys.exit(doctor.examine())"
    )
    ended = subprocess.run(
        [sys.executable, "-S", "-c", code], capture_output=True, text=True, cwd=tmp_path
    )
    lines = ended.stdout.splitlines()
    assert ended.returncode == 1, ended.stderr
    assert all(LINE.fullmatch(line) for line in lines)
    assert any(line.startswith("FAIL numpy: is not installed") for line in lines)
    assert any(line.startswith("FAIL memory: cannot be looked at") for line in lines)

"""`python -m course_utils lab`: the learner's own copies, and what JupyterLab is given."""

import json
import sys
import types

import pytest

from course_utils import cli, lab
from course_utils.errors import CourseError


def notebook(text):
    cell = {"cell_type": "markdown", "id": "a", "metadata": {}, "source": [text]}
    spec = {"kernelspec": {"display_name": "Python", "language": "python", "name": "python3"}}
    return json.dumps({"cells": [cell], "metadata": spec, "nbformat": 4, "nbformat_minor": 5})


@pytest.fixture
def course(tmp_path):
    """The course's own notebooks, and a folder of solutions that learners get no copy of."""
    folder = tmp_path / "notebooks"
    (folder / "solutions").mkdir(parents=True)
    for name in ("02_b.ipynb", "00_a.ipynb", "solutions/00_a.ipynb"):
        (folder / name).write_text(notebook(f"first {name}"))
    return folder


def source(path):
    return json.loads(path.read_text())["cells"][0]["source"][0]


def test_lessons_are_copied_in_order(course, tmp_path):
    own = tmp_path / "my lessons"
    assert lab.bring_lessons(own, course) == [own / "00_a.ipynb", own / "02_b.ipynb"]
    assert {path.name for path in own.glob("[!.]*")} == {"00_a.ipynb", "02_b.ipynb"}
    assert source(own / "02_b.ipynb") == "first 02_b.ipynb"


def test_a_copy_says_of_the_kernel_what_the_kernel_says(course, tmp_path):
    (copy, _) = lab.bring_lessons(tmp_path / "own", course)
    metadata = json.loads(copy.read_text())["metadata"]
    assert metadata["language_info"]["version"] == sys.version.split()[0]
    assert metadata["kernelspec"]["name"] == "python3"


def test_a_second_start_changes_nothing(course, tmp_path, capsys):
    copies = lab.bring_lessons(tmp_path / "own", course)
    before = [(path.read_bytes(), path.stat().st_mtime_ns) for path in copies]
    lab.bring_lessons(tmp_path / "own", course)
    assert [(path.read_bytes(), path.stat().st_mtime_ns) for path in copies] == before
    assert capsys.readouterr().out == ""


def test_a_changed_copy_stays_and_an_unchanged_one_is_renewed(course, tmp_path, capsys):
    mine, other = lab.bring_lessons(tmp_path / "own", course)
    mine.write_text(notebook("my answers"))
    for name in ("00_a.ipynb", "02_b.ipynb"):
        (course / name).write_text(notebook(f"second {name}"))
    lab.bring_lessons(tmp_path / "own", course)
    assert source(mine) == "my answers"
    assert source(other) == "second 02_b.ipynb"
    assert "rename yours" in capsys.readouterr().out


def test_a_changed_copy_of_an_unchanged_lesson_stays_without_a_word(course, tmp_path, capsys):
    mine, _ = lab.bring_lessons(tmp_path / "own", course)
    mine.write_text(notebook("my answers"))
    lab.bring_lessons(tmp_path / "own", course)
    assert source(mine) == "my answers"
    assert capsys.readouterr().out == ""


def test_a_deleted_copy_comes_back(course, tmp_path):
    mine, _ = lab.bring_lessons(tmp_path / "own", course)
    mine.unlink()
    lab.bring_lessons(tmp_path / "own", course)
    assert source(mine) == "first 00_a.ipynb"


@pytest.mark.parametrize("record", ["", "{", "[1]"])
def test_with_a_damaged_record_every_copy_is_kept(course, tmp_path, record):
    mine, _ = lab.bring_lessons(tmp_path / "own", course)
    mine.write_text(notebook("my answers"))
    (mine.parent / ".lessons.json").write_text(record)
    lab.bring_lessons(tmp_path / "own", course)
    assert source(mine) == "my answers"


def test_without_notebooks_the_mend_is_told(tmp_path):
    with pytest.raises(CourseError, match="There are no notebooks"):
        lab.bring_lessons(tmp_path / "own", tmp_path)


def start_recorder(monkeypatch):
    """Let JupyterLab's start be recorded rather than happen."""
    started = []
    package = types.ModuleType("jupyterlab")
    package.labapp = types.ModuleType("jupyterlab.labapp")
    package.labapp.main = lambda arguments: started.append(arguments)
    package.__spec__ = object()  # what find_spec looks at in a module that is there already
    monkeypatch.setitem(sys.modules, "jupyterlab", package)
    monkeypatch.setitem(sys.modules, "jupyterlab.labapp", package.labapp)
    return started


@pytest.mark.parametrize("how", ["option", "variable"])
def test_lab_opens_the_first_lesson(monkeypatch, tmp_path, capsys, how):
    own = tmp_path / "own"
    monkeypatch.setenv("COURSE_LESSONS", str(own if how == "variable" else tmp_path / "other"))
    started = start_recorder(monkeypatch)
    chosen = ["--folder", str(own)] if how == "option" else []
    assert cli.main(["lab", *chosen, "--no-browser", "--port", "9000"]) == 0
    ((first, settings, *others),) = started
    assert first == str(own / "00_start_here.ipynb")
    assert settings.startswith("--LabApp.app_settings_dir=")
    assert others == ["--no-browser", "--port", "9000"]
    assert str(own) in capsys.readouterr().out


def test_without_jupyterlab_the_mend_is_told(monkeypatch, tmp_path, capsys):
    monkeypatch.setenv("COURSE_LESSONS", str(tmp_path / "own"))
    monkeypatch.setattr(lab.importlib.util, "find_spec", lambda name: None)
    assert cli.main(["lab"]) == 1
    assert "JupyterLab is not installed" in capsys.readouterr().err


def test_a_folder_that_cannot_be_made_is_told(monkeypatch, tmp_path, capsys):
    (tmp_path / "file").touch()
    monkeypatch.setenv("COURSE_LESSONS", str(tmp_path / "file" / "own"))
    start_recorder(monkeypatch)
    assert cli.main(["lab"]) == 1
    assert "COURSE_LESSONS" in capsys.readouterr().err

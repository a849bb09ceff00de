"""One fixture lesson, built and run once for all tests of the notebooks."""

import shutil
from pathlib import Path

import nbformat
import pytest
from small_lessons import FIXTURES

from making.authoring import build

NAME = "90_tiny_lesson"


@pytest.fixture(scope="session")
def tiny_project(tmp_path_factory):
    """A folder like the course's with the tiny lesson, built and run. Not to be changed."""
    project = tmp_path_factory.mktemp("course")
    shutil.copytree(FIXTURES / "lesson_90", project / "course_utils" / "lessons" / "lesson_90")
    assert build.main(["--execute", "--solutions"], project) == 0
    return project


@pytest.fixture
def tiny(tiny_project):
    """The tiny lesson's learner's notebook, to change at will."""
    return nbformat.read(tiny_project / "notebooks" / f"{NAME}.ipynb", as_version=4)


@pytest.fixture
def own_project(tiny_project, tmp_path):
    """A copy of `tiny_project`, to change at will."""
    return Path(shutil.copytree(tiny_project, tmp_path / "course"))

"""One fixture lesson, built and run once for all tests of the notebooks."""

import shutil
from pathlib import Path

import nbformat
import pytest

from making.authoring import build

FIXTURES = Path(__file__).parent / "fixtures"


@pytest.fixture(scope="session")
def tiny_folder(tmp_path_factory):
    """A folder like `notebooks/` with the tiny lesson, built and run. Not to be changed."""
    folder = tmp_path_factory.mktemp("lessons")
    shutil.copytree(FIXTURES / "source", folder / "source")
    assert build.main(["--execute", "--solutions"], folder) == 0
    return folder


@pytest.fixture
def tiny(tiny_folder):
    """The tiny lesson's learner's notebook, to change at will."""
    return nbformat.read(tiny_folder / "90_tiny_lesson.ipynb", as_version=4)


@pytest.fixture
def own_folder(tiny_folder, tmp_path):
    """A copy of `tiny_folder`, to change at will."""
    return Path(shutil.copytree(tiny_folder, tmp_path / "notebooks"))

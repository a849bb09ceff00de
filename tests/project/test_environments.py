"""pyproject.toml, environment.yml and requirements.lock agree, and name all that is imported."""

from pathlib import Path

import pytest
from environment_checks import (
    disagreements,
    parse_conda_spec,
    project_requirements,
    undeclared_imports,
)
from packaging.specifiers import SpecifierSet

PROJECT_FOLDER = Path(__file__).resolve().parents[2]


@pytest.fixture
def texts():
    names = {
        "project": "pyproject.toml",
        "environment": "environment.yml",
        "lock": "requirements.lock",
    }
    return {key: (PROJECT_FOLDER / name).read_text("utf-8") for key, name in names.items()}


def check(texts):
    return disagreements(texts["project"], texts["environment"], texts["lock"])


def test_the_three_files_agree(texts):
    assert check(texts) == []


def without_line(text, start):
    lines = text.splitlines(keepends=True)
    kept = [line for line in lines if not line.lstrip(" -").startswith(start)]
    assert len(kept) < len(lines)
    return "".join(kept)


@pytest.mark.parametrize(
    ("file", "start", "expected"),
    [
        ("lock", "numpy==", "requirements.lock lacks numpy"),
        ("lock", "nbval==", "requirements.lock lacks nbval"),
        ("lock", "hatchling==", "requirements.lock lacks hatchling"),
        ("environment", "scipy>=", "environment.yml lacks scipy"),
        ("environment", "pytorch>=", "environment.yml lacks torch"),
        ("environment", "tensorflow>=", "environment.yml lacks tensorflow"),
        ("environment", "python=", "environment.yml's Python (any) is not within <3.14,>=3.11"),
    ],
)
def test_a_missing_line_is_found(texts, file, start, expected):
    texts[file] = without_line(texts[file], start)
    assert check(texts) == [expected]


@pytest.mark.parametrize(
    ("file", "old", "new", "expected"),
    [
        ("project", '"scipy>=1.14"', '"scipy>=99"', "requirements.lock has scipy"),
        ("project", '"scipy>=1.14"', '"scipy>=99"', "environment.yml has scipy>=1.14, pyproject"),
        ("project", '"ruff>=0.9"', '"ruff<0.9"', "requirements.lock has ruff"),
        ("project", '"scipy>=1.14",\n', "", "environment.yml has scipy, which pyproject.toml"),
        ("environment", "numpy>=2.0", "numpy>=1.0", "environment.yml has numpy>=1.0, pyproject"),
        ("environment", "numpy>=2.0", "numpy=>2.0", "'numpy=>2.0' is not a conda spec"),
        ("environment", "  - conda-forge", "  - defaults", "environment.yml uses channels"),
        ("environment", "python=3.11", "python=3.14", "environment.yml's Python (3.14) is not"),
        ("lock", "torch==2.13.0", "torch==2.13.0+cpu", "'torch==2.13.0+cpu' is not name==version"),
        ("lock", "absl-py==", "zzz==", "its lines are not in order"),
    ],
)
def test_a_changed_line_is_found(texts, file, old, new, expected):
    assert old in texts[file]
    texts[file] = texts[file].replace(old, new)
    assert any(expected in sentence for sentence in check(texts)), check(texts)


@pytest.mark.parametrize(
    ("text", "name", "bounds"),
    [
        ("pip", "pip", ""),
        ("python=3.11", "python", "==3.11.*"),
        ("numpy>=2.0", "numpy", ">=2.0"),
        ("huggingface_hub>=1.0,<3", "huggingface_hub", ">=1.0,<3"),
    ],
)
def test_conda_specs_are_read(text, name, bounds):
    assert parse_conda_spec(text) == (name, SpecifierSet(bounds))


@pytest.mark.parametrize(
    "text", ["Numpy", "numpy 2.0", "numpy~=2.0", "numpy>=2.0 ,<3", "numpy>=", "x=*=cpu*", "a==1=b"]
)
def test_other_conda_specs_are_refused(text):
    with pytest.raises(ValueError, match="is not a conda spec"):
        parse_conda_spec(text)


def test_every_import_is_declared(texts):
    runtime, development = project_requirements(texts["project"])
    # Imported only where a cluster is asked for, which the extra of that name is for.
    clusters = [PROJECT_FOLDER / "course_utils" / "measuring" / "parallel.py"]
    learners = [
        *(set(PROJECT_FOLDER.glob("course_utils/**/*.py")) - {*clusters}),
        *PROJECT_FOLDER.glob("notebooks/*.ipynb"),
        *PROJECT_FOLDER.glob("notebooks/solutions/*.ipynb"),
    ]
    developers = [
        *clusters,
        *PROJECT_FOLDER.glob("*.py"),
        *PROJECT_FOLDER.glob("making/**/*.py"),
        *PROJECT_FOLDER.glob("datasets/**/*.py"),
        *PROJECT_FOLDER.glob("tests/**/*.py"),
    ]
    assert learners and developers
    assert undeclared_imports(learners, runtime) == []
    assert undeclared_imports(developers, {**runtime, **development}) == []


def test_an_undeclared_import_is_found(tmp_path):
    (tmp_path / "lesson.ipynb").write_text(
        '{"cells": [{"cell_type": "code", "source": ["%matplotlib inline\\n", "import seaborn"]},'
        ' {"cell_type": "markdown", "source": ["import nothing"]}]}'
    )
    (tmp_path / "helper.py").write_text("def f():\n    from PIL import Image\n    import numpy.fft")
    (tmp_path / "other.py").write_text("import helper, os, course_utils.files\nfrom . import x")
    paths = sorted(tmp_path.iterdir())
    assert undeclared_imports(paths, {"numpy"}) == [
        "helper.py imports PIL, which pyproject.toml does not name",
        "lesson.ipynb imports seaborn, which pyproject.toml does not name",
    ]

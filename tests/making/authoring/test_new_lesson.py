"""A lesson is added by adding its folder: in a copy of the course, everything else finds it."""

import os
import re
import shutil
import subprocess
import sys

import nbformat
import pytest
from small_lessons import FIXTURES

from course_utils.paths import PROJECT_FOLDER

NUMBER, NAME = "91", "91_coin_flips"

#: A test as an author writes one for a lesson, in a folder of the lesson's own.
ITS_TEST = """
from course_utils.lessons.lesson_91.study import share_of_heads


def test_a_share_is_a_fraction():
    assert 0 <= share_of_heads(10, 0)["share"] <= 1
"""

WRITE_PAGES = """
from course_utils.paths import PROJECT_FOLDER
from making.authoring import instructors, readme
from making.authoring.regions import write_regions

for page, made in (("README.md", readme), ("INSTRUCTORS.md", instructors)):
    write_regions(PROJECT_FOLDER / page, made.regions())
"""

ANSWER = "from course_utils import check; check('91-share', lambda heads, tails: {})"


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A copy of the course with one more folder, and one more folder of tests."""
    root = tmp_path_factory.mktemp("copy") / "course"
    listing = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(listing, cwd=PROJECT_FOLDER, capture_output=True, check=True)
    for name in filter(None, listed.stdout.decode().split("\0")):
        if (PROJECT_FOLDER / name).is_file():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(PROJECT_FOLDER / name, root / name)
    shutil.copytree(
        FIXTURES / f"lesson_{NUMBER}",
        root / "course_utils" / "lessons" / f"lesson_{NUMBER}",
        ignore=shutil.ignore_patterns("__pycache__"),
    )
    tests = root / "tests" / "lessons" / f"lesson_{NUMBER}"
    tests.mkdir()
    (tests / "test_coin_flips.py").write_text(ITS_TEST, encoding="utf-8")
    return root


@pytest.fixture(scope="module")
def python(course, tmp_path_factory):
    """A function that runs Python in the copy, as one who begins; gives what it printed."""
    own = tmp_path_factory.mktemp("own")
    environment = os.environ | {
        "PYTHONPATH": str(course),
        "COURSE_CACHE": str(own / "cache"),
        "COURSE_PROGRESS": str(own / "progress.json"),
    }

    def run(*arguments):
        done = subprocess.run(
            [sys.executable, *arguments],
            cwd=course,
            env=environment,
            capture_output=True,
            text=True,
            timeout=300,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    return run


@pytest.fixture(scope="module")
def built(course, python):
    """The learner's and the instructor's notebooks, once the study has run and they are built."""
    python("-m", "course_utils", "run", "coin-flips", "--store")
    python("-m", "making.authoring.build", "--execute", "--solutions", NUMBER)
    folder = course / "notebooks"
    return [
        nbformat.read(path / f"{NAME}.ipynb", as_version=4)
        for path in (folder, folder / "solutions")
    ]


def printed(notebook):
    outputs = [each for cell in notebook.cells for each in cell.get("outputs", ())]
    return "".join(each.get("text", "") for each in outputs)


def test_its_study_is_run_by_name_and_stored(course, built):
    folder = course / "course_utils" / "lessons" / f"lesson_{NUMBER}"
    records = (folder / "records" / "coin-flips.jsonl").read_text("utf-8")
    assert len(records.splitlines()) == 2 * 20


def test_its_notebooks_are_built_run_and_checked(built):
    learners, instructors = built
    assert "raise NotImplementedError()" in str(learners)
    assert "return heads / (heads + tails)" not in str(learners)
    for notebook in built:
        assert re.search(r"ten flips stray by ≈ [\d.]+ points", printed(notebook))
        assert "Measured: That of ten flips. Ten flips strayed further." in printed(notebook)
        assert "You want half the error." in str(notebook)
    assert "Not answered yet: write share_of_heads" in printed(learners)
    assert "Passed" in printed(instructors)


def test_nbval_the_rules_of_style_and_its_own_tests_pass(built, python):
    python("-m", "making.authoring.run_nbval", f"notebooks/{NAME}.ipynb")
    python("-m", "making.authoring.lint", NUMBER)
    python("-m", "making.authoring.build", "--check", NUMBER)
    python("-m", "pytest", "-q", f"tests/lessons/lesson_{NUMBER}")


def test_its_slides_are_made(built, python):
    assert f"{NAME}: 3 slides." in python("-m", "making.authoring.slides", NUMBER)


def test_the_pages_list_it(course, python):
    python("-c", WRITE_PAGES)
    readme, instructors = (
        (course / name).read_text(encoding="utf-8") for name in ("README.md", "INSTRUCTORS.md")
    )
    link = f"| 91 | [Coin flips](notebooks/{NAME}.ipynb) |"
    assert f"{link} PyTorch | say how far a share strays from what it should be | ready |" in readme
    assert f"{link} 5 minutes | 10 minutes | a second |" in instructors
    assert "### 91 Coin flips\n\n**Say**" in instructors
    assert f"[few flips stray](notebooks/{NAME}.ipynb#Few-flips-or-many?)" in instructors


def test_its_exercise_is_checked_and_counted(python):
    assert "Of how many flips is it a share?" in python("-c", ANSWER.format("heads / tails"))
    assert "Passed" in python("-c", ANSWER.format("heads / (heads + tails)"))
    row = re.search(r"^ *91 .*$", python("-m", "course_utils", "progress"), re.MULTILINE)[0]
    assert row.split("  ")[0].strip() == "91" and "1 of 1" in row and "0 of 1" in row

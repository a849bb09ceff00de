"""A strict run passes a notebook as it is stored, and fails each kind of wrong one."""

import copy
import subprocess
import sys

import nbformat
import pytest
from planting import failed_cells, plant_wrong_number

from course_utils.paths import PROJECT_FOLDER

# The tiny lesson's code cells, as nbval counts them.
MEASURES, FIGURE, RATIO, EXERCISE = "Cell 0", "Cell 1", "Cell 3", "Cell 4"

# What a new machine and a cold cache may write besides.
CHATTER = """
import sys
_ = sys.stderr.write("2025-01-01 12:00:00.123456: I tensorflow/core: This CPU is new.\\n")
_ = sys.stderr.write("\\r 10%|#   | 1/10 [00:00<00:01,  9.1it/s]")
_ = sys.stderr.write("\\r100%|####| 10/10 [00:01<00:00,  9.9it/s]\\n")
"""


@pytest.fixture(scope="module")
def failed(tiny_project, tmp_path_factory):
    """The cells that fail, by notebook, from a single run of nbval over all of them."""
    right = nbformat.read(tiny_project / "notebooks" / "90_tiny_lesson.ipynb", as_version=4)
    code = [cell for cell in right.cells if cell.cell_type == "code"]

    harmless, _ = plant_wrong_number(right, off_by=0.5, approximate=True)
    harmless = _with_picture(_with(harmless, 3, source=CHATTER + code[3].source), "AAAA")

    exact, _ = plant_wrong_number(right, off_by=1)
    exact = _with_description(exact, "Two bars of the same height.")
    exact = _with(exact, 3, source="raise ValueError('planted')")

    far, _ = plant_wrong_number(right, off_by=10, approximate=True)
    far = _with(far, 4, outputs=code[0].outputs)

    planted = {"right": right, "harmless": harmless, "exact": exact, "far": far}
    planted["missing"] = _with(right, 0, outputs=[])
    folder = tmp_path_factory.mktemp("planted")
    for name, notebook in planted.items():
        nbformat.write(notebook, folder / f"{name}.ipynb")
    return failed_cells(folder)


def _with(notebook, code_cell, **changes):
    notebook = copy.deepcopy(notebook)
    [cell for cell in notebook.cells if cell.cell_type == "code"][code_cell].update(changes)
    return notebook


def _figure_output(notebook):
    outputs = [out for cell in notebook.cells for out in cell.get("outputs", ())]
    return next(out for out in outputs if "image/png" in out.get("data", {}))


def _with_description(notebook, alt):
    notebook = copy.deepcopy(notebook)
    data = _figure_output(notebook)["data"]
    data["text/html"] = data["text/html"].replace(data["text/plain"], alt)
    data["text/plain"] = alt
    return notebook


def _with_picture(notebook, png):
    notebook = copy.deepcopy(notebook)
    data = _figure_output(notebook)["data"]
    data["text/html"] = data["text/html"].replace(data["image/png"], png)
    data["image/png"] = png
    return notebook


def test_a_notebook_passes_as_it_is_stored(failed):
    assert failed["right"] == set()


def test_half_a_point_a_picture_a_log_and_a_progress_bar_pass(failed):
    assert failed["harmless"] == set()


def test_an_exact_number_a_description_and_an_error_fail(failed):
    assert failed["exact"] == {MEASURES, FIGURE, RATIO}


def test_ten_points_and_an_output_too_many_fail(failed):
    assert failed["far"] == {MEASURES, EXERCISE}


def test_a_missing_output_fails(failed):
    assert failed["missing"] == {MEASURES}


def test_the_planted_cell_is_named(tiny):
    assert plant_wrong_number(tiny, off_by=1)[1] == MEASURES
    later = copy.deepcopy(tiny)
    later.cells[2].outputs = []
    planted, cell = plant_wrong_number(later, off_by=0.2, approximate=True)
    assert cell == RATIO
    assert "ratio ≈ 3.20 to 1" in str(planted)


def test_the_project_loads_the_tolerance_by_itself():
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "--nbval", "--collect-only", "making/figures"],
        cwd=PROJECT_FOLDER,
        capture_output=True,
        text=True,
    )
    assert "numbers after ≈ may differ" in done.stdout

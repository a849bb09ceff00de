"""The browser's tests find each fault that is planted in a notebook, and none in a good one."""

from pathlib import Path

import pytest
from driving import PICTURES, drive
from judging import controls, problems
from notebooks_for_browsing import built

FIXTURES = Path(__file__).parent / "fixtures"
ZOOM, DARK = "at 200 % zoom: ", "in the dark theme: "

FAULTS = {
    "a picture that stays": "nothing beside the slider 'Stuck' of cell 2 changes with the key ",
    "a picture that stays, zoomed": f"{ZOOM}nothing beside the slider 'Stuck' of cell 2 changes ",
    "a control without Tab": "the button 'Unreachable' of cell 3 is not reached with the Tab key",
    "covered words": "'Some words that are covered' of cell 4 is covered",
    "cut off when zoomed": f"{ZOOM}'the right half' of cell 5 is cut off",
    "scrolled to when zoomed": f"{ZOOM}'Far' of cell 6 is reached by scrolling sideways only",
    "low contrast": "'grey on white' of cell 7 has a contrast of 1.8 to 1 (rgb(192 192 192) on ",
    "low contrast in the dark": f"{DARK}'dark on the dark page' of cell 7 has a contrast of 1.",
    "low contrast in a drawing": "'grey in a drawing' of cell 8 has a contrast of 1.8 to 1 ",
    "an error in the console": "console error: an error in the console",
    "an error of the page": "page error: Error: an error of the page",
    "a request to the outside": "outside request: GET https://example.org/outside",
    "a figure without paper": f"{DARK}the figure ",
    "a cell that raises": 'cell 11 (raise ValueError("an error of a cell")) raised ValueError: an ',
    "a cell after it": 'cell 12 (print("never run")) was not run to its end',
}


@pytest.fixture(scope="module")
def faulty(lab, tmp_path_factory):
    """What is found in the notebook with the faults (list of str)."""
    folder = tmp_path_factory.mktemp("faulty")
    return problems(drive(built(FIXTURES / "faulty.py", folder), lab, folder))


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_found(faulty, fault):
    assert [told for told in faulty if told.startswith(FAULTS[fault])], "\n".join(faulty)


@pytest.mark.parametrize("words", ["dark on the dark page", "the right half", "'Far' of cell 6 is"])
def test_what_is_wrong_in_one_condition_only_is_told_of_no_other(faulty, words):
    assert [told for told in faulty if words in told and not told.startswith((ZOOM, DARK))] == []


def test_nothing_is_found_in_a_good_notebook(lab, tmp_path):
    report = drive(built(FIXTURES / "good.py", tmp_path), lab, tmp_path)
    assert problems(report) == []
    assert controls(report) == 3
    assert len(list(PICTURES.glob("good-*.png"))) == 9
